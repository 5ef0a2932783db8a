package fetch

import (
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"filiere/internal/fault"
)

func TestOnlyPublicAddressesAreReached(t *testing.T) {
	for address, want := range map[string]bool{
		"93.184.216.34": true, "2606:4700::1111": true,
		"127.0.0.1": false, "::1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "fe80::1": false,
		"fd00::1": false, "0.0.0.0": false, "::": false, "100.64.0.1": false, "224.0.0.1": false, "255.255.255.255": false, "::ffff:127.0.0.1": false,
		"::ffff:10.0.0.1": false, "64:ff9b::7f00:1": false, "2002:7f00:1::": false,
		"::127.0.0.1": false, "fec0::1": false, "168.63.129.16": false, "192.0.0.192": false, "100.100.100.200": false, "fd00:ec2::254": false,
		"192.0.2.1": false, "2001:db8::1": false,
	} {
		if got := (reach{}).reachable(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: %v", address, got)
		}
	}
}

func TestAServerFetchesNothingOfItsOwnNetwork(t *testing.T) {
	site := httptest.NewTLSServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	defer site.Close()
	f := New(false)
	for _, address := range []string{
		site.URL, strings.Replace(site.URL, "https", "http", 1), "https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://0x7f000001/",
		"ftp://example.org/", "file:///etc/passwd", "https://a:b@example.org/", "http://example.org/", "https://example.org:22/", "", "https://", "::",
	} {
		if _, err := f.Fetch(t.Context(), address, 100); fault.CodeOf(err) != fault.Forbidden && fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("%s: %v", address, err)
		}
	}
}

func TestWhatIsFetchedIsBounded(t *testing.T) {
	mux := http.NewServeMux()
	mux.HandleFunc("/big", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 101)) })
	mux.HandleFunc("/small", func(w http.ResponseWriter, _ *http.Request) { w.Write(make([]byte, 100)) })
	mux.HandleFunc("/broken", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) })
	mux.Handle("/circle", http.RedirectHandler("/circle", http.StatusFound))
	mux.Handle("/away", http.RedirectHandler("http://10.0.0.1/", http.StatusFound))
	site := httptest.NewServer(mux)
	defer site.Close()
	base := strings.Replace(site.URL, "127.0.0.1", "localhost", 1)
	for path, want := range map[string]fault.Code{
		"/big": fault.Unavailable, "/broken": fault.Unavailable, "/circle": fault.Forbidden, "/away": fault.Forbidden, "/none": fault.NotFound,
	} {
		if _, err := New(true).Fetch(t.Context(), base+path, 100); err == nil || fault.CodeOf(err) != want {
			t.Errorf("%s: %v", path, err)
		}
	}
	if text, err := New(true).Fetch(t.Context(), base+"/small", 100); err != nil || len(text) != 100 {
		t.Errorf("%d bytes, %v", len(text), err)
	}
}
