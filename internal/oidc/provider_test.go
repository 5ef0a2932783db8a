package oidc

import (
	"bufio"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

const publicURL = "http://127.0.0.1:8080"

// oldestNode is the oldest Node.js the provider runs on: that of Debian 12.
const oldestNode = 18

// startProvider runs a real OpenID Connect provider that ends with the test, and gives its address.
func startProvider(t *testing.T, environment ...string) string {
	t.Helper()
	skipWithoutNode(t)
	cmd := exec.Command("node", filepath.Join("testdata", "provider.mjs"), publicURL+CallbackPath)
	cmd.Env = append(os.Environ(), environment...)
	leash, err := cmd.StdinPipe() // when it closes, however this process ends, the provider ends
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	var complaints strings.Builder
	cmd.Stderr = &complaints
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	line, readErr := bufio.NewReader(out).ReadString('\n')
	t.Cleanup(func() {
		leash.Close()
		cmd.Wait()
	})
	if readErr != nil {
		leash.Close()
		cmd.Wait()
		t.Fatalf("the provider does not start: %v\n%s", readErr, complaints.String())
	}
	return strings.TrimSpace(line)
}

func skipWithoutNode(t *testing.T) {
	t.Helper()
	version, err := exec.Command("node", "--version").Output()
	if err != nil {
		t.Skip("no Node.js to run a provider on: make deps")
	}
	major, err := strconv.Atoi(strings.TrimPrefix(strings.Split(string(version), ".")[0], "v"))
	if err != nil || major < oldestNode {
		t.Skipf("Node.js %s is too old for the provider: %d is needed", strings.TrimSpace(string(version)), oldestNode)
	}
	if _, err := os.Stat(filepath.Join("..", "..", "node_modules", "oidc-provider")); err != nil {
		t.Skip("oidc-provider is not installed: make deps")
	}
}

// database is a fresh store; now may be nil for the real clock.
func database(t testing.TB, now func() time.Time) *store.Store {
	t.Helper()
	if now == nil {
		now = time.Now
	}
	s, err := store.Open(t.Context(), storetest.Fresh(t, "sqlite"), now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func client(issuer, id string) Config {
	return Config{Issuer: issuer, ClientID: id, ClientSecret: "secret of " + id, Name: "Test", PublicURL: publicURL}
}

// begin starts a sign-in.
func begin(t *testing.T, p *Provider) (redirect, ceremony string) {
	t.Helper()
	redirect, ceremony, err := p.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return redirect, ceremony
}

var (
	formAction = regexp.MustCompile(`<form[^>]* action="([^"]+)"`)
	formPrompt = regexp.MustCompile(`name="prompt" value="([^"]+)"`)
)

// visitAs goes to the provider as a browser does, signs in there under a name, agrees to everything, and
// gives what the provider sends back to us.
func visitAs(t *testing.T, login, address string) url.Values {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	browser := &http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	request, err := http.NewRequest(http.MethodGet, address, nil)
	for range 12 {
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(request.URL.String(), publicURL) {
			return request.URL.Query()
		}
		request, err = next(t, browser, request, login)
	}
	t.Fatal("the provider does not send us back")
	return nil
}

// next does one request and gives the one that follows: where it redirects to, or the form filled in.
func next(t *testing.T, browser *http.Client, request *http.Request, login string) (*http.Request, error) {
	t.Helper()
	answer, err := browser.Do(request.WithContext(t.Context()))
	if err != nil {
		return nil, err
	}
	defer answer.Body.Close()
	if to, err := answer.Location(); err == nil {
		return http.NewRequest(http.MethodGet, to.String(), nil)
	}
	var page strings.Builder
	if _, err := bufio.NewReader(answer.Body).WriteTo(&page); err != nil {
		return nil, err
	}
	action, prompt := formAction.FindStringSubmatch(page.String()), formPrompt.FindStringSubmatch(page.String())
	if action == nil || prompt == nil {
		t.Fatalf("%s answers %s with no form:\n%s", request.URL, answer.Status, page.String())
	}
	to, err := answer.Request.URL.Parse(action[1])
	if err != nil {
		return nil, err
	}
	form := url.Values{"prompt": {prompt[1]}, "login": {login}, "password": {"any"}}
	post, err := http.NewRequest(http.MethodPost, to.String(), strings.NewReader(form.Encode()))
	if err == nil {
		post.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return post, err
}

func TestAPersonSignsInWithARealProvider(t *testing.T) {
	tests := []struct {
		name        string
		environment []string
	}{
		{"that tells the address in its user information", nil},
		{"that tells the address in the token", []string{"CLAIMS=token"}},
		{"that takes the secret in the form", []string{"AUTH_METHOD=client_secret_post"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			issuer := startProvider(t, tt.environment...)
			p := New(client(issuer, "filiere"), database(t, nil), nil, time.Now)
			redirect, ceremony := begin(t, p)
			got, err := p.Finish(t.Context(), ceremony, visitAs(t, "awa", redirect))
			want := people.Claims{Issuer: issuer, Subject: "awa", Email: "awa@example.org", Name: "Name of awa"}
			if err != nil || got != want {
				t.Errorf("the provider vouches for %+v, %v", got, err)
			}
		})
	}
}

func TestStartAsksForACodeBoundToThisCeremony(t *testing.T) {
	p := New(client(startProvider(t), "filiere"), database(t, nil), nil, time.Now)
	first, id1 := begin(t, p)
	second, id2 := begin(t, p)
	a, b := parameters(t, first), parameters(t, second)
	for name, want := range map[string]string{
		"response_type": "code", "code_challenge_method": "S256", "scope": "openid email profile",
		"client_id": "filiere", "redirect_uri": publicURL + CallbackPath,
	} {
		if a.Get(name) != want {
			t.Errorf("%s is %q", name, a.Get(name))
		}
	}
	for _, name := range []string{"state", "nonce", "code_challenge"} {
		if len(a.Get(name)) < 43 || a.Get(name) == b.Get(name) {
			t.Errorf("%s is %q, then %q", name, a.Get(name), b.Get(name))
		}
	}
	if id1 == id2 || strings.Contains(first, id1) {
		t.Errorf("the ceremonies %q and %q are not secrets of their own", id1, id2)
	}
}

func parameters(t *testing.T, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u.Query()
}

// with changes a parameter of an address.
func with(t *testing.T, address, name, value string) string {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	q.Set(name, value)
	u.RawQuery = q.Encode()
	return u.String()
}
