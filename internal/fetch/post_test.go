package fetch

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"filiere/internal/fault"
)

func TestACallReachesThePublicNetworkOnlyWhateverANameResolvesTo(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("it was reached") }))
	defer site.Close()
	port := site.URL[strings.LastIndexByte(site.URL, ':'):]
	p := NewPoster(false)
	for _, address := range []string{
		site.URL, "http://localhost" + port, "http://[::ffff:127.0.0.1]" + port, "http://127.1" + port, "http://0.0.0.0" + port, "http://2130706433" + port,
		"https://169.254.169.254/latest/meta-data/", "https://[fd00:ec2::254]/", "https://10.0.0.1/", "ftp://example.org/", "::",
	} {
		if status, _, err := p.Post(t.Context(), address, nil, nil); err == nil || fault.CodeOf(err) != fault.Forbidden && fault.CodeOf(err) != fault.Unavailable {
			t.Errorf("%s: %d, %v", address, status, err)
		}
	}
	if _, _, err := p.Post(t.Context(), site.URL, nil, nil); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("this machine: %v", err)
	}
}

func TestACallFollowsNobodyAndSendsWhatItIsGiven(t *testing.T) {
	var got []string
	mux := http.NewServeMux()
	mux.HandleFunc("POST /hook", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, string(body), r.Header.Get("webhook-id"), r.Header.Get("Content-Type"), r.Header.Get("Cookie"), r.Header.Get("Authorization"))
		http.SetCookie(w, &http.Cookie{Name: "a", Value: "b"})
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("POST /away", func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, "/hook", http.StatusTemporaryRedirect)
	})
	mux.HandleFunc("POST /long", func(w http.ResponseWriter, _ *http.Request) {
		for range 1 << 10 {
			if _, err := w.Write(make([]byte, 1<<10)); err != nil {
				return
			}
		}
	})
	site := httptest.NewServer(mux)
	defer site.Close()
	p := NewPoster(true)
	for range 2 {
		if status, _, err := p.Post(t.Context(), site.URL+"/hook", map[string]string{"webhook-id": "m1"}, []byte(`{}`)); status != http.StatusNoContent || err != nil {
			t.Fatalf("%d, %v", status, err)
		}
	}
	if want := "{}|m1|application/json||"; strings.Join(got[5:], "|") != want {
		t.Errorf("sent %q, want %q", strings.Join(got[5:], "|"), want)
	}
	if status, _, err := p.Post(t.Context(), site.URL+"/away", nil, nil); status != http.StatusTemporaryRedirect || err != nil || len(got) != 10 {
		t.Errorf("redirected: %d, %v, %d", status, err, len(got))
	}
	if status, _, err := p.Post(t.Context(), site.URL+"/long", nil, nil); status != http.StatusOK || err != nil {
		t.Errorf("a long answer: %d, %v", status, err)
	}
}
