package market

import (
	"bytes"
	"net/url"
	"strings"
	"testing"
	"time"
)

// TestACallIsSignedAsTheStandardHasIt signs with a secret of its own and compares with a value worked out by
// another implementation: printf '%s' 'msg_1.1674087231.{"a":1}' | openssl dgst -sha256 -hmac … -binary | base64.
func TestACallIsSignedAsTheStandardHasIt(t *testing.T) {
	const secret = "whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=" // 01234567890123456789012345678901
	got, err := SignWebhook(secret, "msg_1", time.Unix(1674087231, 0), []byte(`{"a":1}`))
	if want := "v1,HF6Ka1x2bZEWTMKPr9KsYOXmGNz4q9CDitzOcrOmILM="; err != nil || got != want {
		t.Errorf("got %s, %v; want %s", got, err, want)
	}
	for name, other := range map[string]func() (string, error){
		"another body": func() (string, error) {
			return SignWebhook(secret, "msg_1", time.Unix(1674087231, 0), []byte(`{"a":2}`))
		},
		"another time": func() (string, error) {
			return SignWebhook(secret, "msg_1", time.Unix(1674087232, 0), []byte(`{"a":1}`))
		},
		"another ID": func() (string, error) {
			return SignWebhook(secret, "msg_2", time.Unix(1674087231, 0), []byte(`{"a":1}`))
		},
		"another secret": func() (string, error) {
			return SignWebhook("whsec_AAAA", "msg_1", time.Unix(1674087231, 0), []byte(`{"a":1}`))
		},
	} {
		if s, err := other(); err != nil || s == got {
			t.Errorf("%s: signed the same, %v", name, err)
		}
	}
	if _, err := SignWebhook("whsec_!", "x", time.Now(), nil); err == nil {
		t.Error("signed with what is no secret")
	}
}

func TestASecretIsOfTheLengthTheStandardAsks(t *testing.T) {
	s, err := NewWebhookSecret(bytes.NewReader(make([]byte, 64)))
	if err != nil || s != "whsec_"+strings.Repeat("A", 43)+"=" {
		t.Errorf("%q, %v", s, err)
	}
	if _, err := NewWebhookSecret(bytes.NewReader(nil)); err == nil {
		t.Error("a secret of nothing")
	}
}

func TestAWebhookIsTriedTenTimesOverThreeDays(t *testing.T) {
	var whole time.Duration
	before := time.Duration(0)
	for tries := 1; tries < MaxTries; tries++ {
		low, _ := NextTry(tries, 0)
		high, ok := NextTry(tries, 1)
		mid, _ := NextTry(tries, 0.5)
		if !ok || low >= mid || mid >= high || mid <= before || high-low > mid/4 {
			t.Errorf("after %d: %v to %v", tries, low, high)
		}
		before, whole = mid, whole+mid
	}
	if _, ok := NextTry(MaxTries, 0.5); ok || whole < 72*time.Hour || whole > 96*time.Hour {
		t.Errorf("in all %v", whole)
	}
}

var refusedURLs = []string{
	"", " ", "example.org", "//example.org", "https://", "https:///x", "https:example.org", "ftp://example.org", "file:///etc/passwd", "gopher://example.org",
	"http://example.org/", "http://10.0.0.1/", "javascript:alert(1)", "https://user@example.org/", "https://user:secret@example.org/", "https://@example.org/",
	"https://127.0.0.1/", "https://127.0.0.1:8443/", "https://localhost/", "https://LOCALHOST./", "https://a.localhost/", "https://[::1]/", "https://[::ffff:127.0.0.1]/",
	"https://10.0.0.1/", "https://172.16.3.4/", "https://192.168.1.1/", "https://169.254.169.254/latest/meta-data/", "https://[fe80::1]/", "https://[fe80::1%25eth0]/",
	"https://[fd00:ec2::254]/", "https://0.0.0.0/", "https://[::]/", "https://224.0.0.1/", "https://255.255.255.255/",
	"https://0x7f000001/", "https://2130706433/", "https://127.1/", "https://0177.0.0.1/", "https://10.0.0.1./", "https://1.2.3.0x4/",
	"https://intranet/", "https://metadata.google.internal/", "https://printer.local/", "https://example.org../",
	"https://example.org:22/", "https://example.org:6379/", "https://example.org:8080/", "https://example.org:99999/",
	"https://example.org/#x", "https://example.org/#", "https://exa mple.org/", "https://example.org/\r\nHost: x", "https://example.org\\@10.0.0.1/", "https://example.org/\x00",
	"https://example.org/" + strings.Repeat("a", 1000), "https://\xff.org/", "http://[::1", "http://localhost/", "http://127.0.0.1:9000/",
}

func TestOnlyPublicEncryptedAddressesAreCalled(t *testing.T) {
	for _, s := range refusedURLs {
		if got, err := CheckWebhookURL(s, false); err == nil {
			t.Errorf("%q is called as %q", s, got)
		}
	}
	for s, want := range map[string]string{
		" https://Example.org/hook?x=1 ":      "https://example.org/hook?x=1",
		"HTTPS://example.org":                 "https://example.org",
		"https://example.org:8443/a":          "https://example.org:8443/a",
		"https://93.184.216.34/":              "https://93.184.216.34/",
		"https://[2606:4700::1111]/":          "https://[2606:4700::1111]/",
		"https://xn--caf-dma.example/%2f/../": "https://xn--caf-dma.example/%2f/../",
	} {
		if got, err := CheckWebhookURL(s, false); err != nil || got != want {
			t.Errorf("%q: %q, %v", s, got, err)
		}
	}
}

func TestThisMachineIsCalledWhereTheOperatorLetsIt(t *testing.T) {
	for _, s := range []string{"http://localhost:9000/x", "http://127.0.0.1:9000/", "http://[::1]:9000/", "https://localhost/"} {
		if _, err := CheckWebhookURL(s, true); err != nil {
			t.Errorf("%q: %v", s, err)
		}
	}
	for _, s := range []string{"http://example.org/", "http://10.0.0.1/", "https://10.0.0.1/", "http://localhost.example.org/", "http://a@localhost/"} {
		if got, err := CheckWebhookURL(s, true); err == nil {
			t.Errorf("%q is called as %q", s, got)
		}
	}
}

func FuzzCheckWebhookURL(f *testing.F) {
	for _, s := range refusedURLs {
		f.Add(s, true)
	}
	f.Add("https://example.org:8443/a?b", false)
	f.Fuzz(func(t *testing.T, s string, loopback bool) {
		got, err := CheckWebhookURL(s, loopback)
		if err != nil {
			return
		}
		u, err := url.Parse(got)
		if err != nil || u.User != nil || u.Fragment != "" || u.Host == "" || strings.ContainsAny(got, " \r\n\t\\\x00") {
			t.Fatalf("%q is called as %q, %v", s, got, err)
		}
		if u.Scheme != "https" && (!loopback || u.Scheme != "http" || !thisMachine(u.Hostname())) {
			t.Fatalf("%q is called as %q", s, got)
		}
		if !loopback && thisMachine(u.Hostname()) {
			t.Fatalf("%q is called as %q", s, got)
		}
		if again, err := CheckWebhookURL(got, loopback); err != nil || again != got {
			t.Fatalf("%q is kept as %q, which is kept as %q, %v", s, got, again, err)
		}
	})
}
