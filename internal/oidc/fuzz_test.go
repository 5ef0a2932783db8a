package oidc

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// errAsked is what the provider of these tests answers.
var errAsked = errors.New("asked")

// asked counts what is sent to the provider, and answers none of it.
type asked struct{ n int }

func (a *asked) RoundTrip(*http.Request) (*http.Response, error) {
	a.n++
	return nil, errAsked
}

// FuzzAnswer: of whatever a browser brings back to the callback, the provider is asked about an answer to
// the browser's own ceremony only, and nobody is vouched for without the provider's word.
func FuzzAnswer(f *testing.F) {
	db := database(f, nil)
	const state = "the-state-of-this-ceremony"
	for _, iss := range []bool{false, true} {
		f.Add("state="+state+"&code=x&iss=https%3A%2F%2Fprovider.test", iss)
		f.Add("state="+state+"&code=x", iss)
		f.Add("state="+state+"&error=access_denied&code=x", iss)
		f.Add("state=other&state="+state+"&code=x", iss)
		f.Add("code=%00&state=;", iss)
		f.Add("%zz", iss)
	}
	f.Fuzz(func(t *testing.T, raw string, signsIss bool) {
		query, _ := url.ParseQuery(raw) // as http.Request.URL.Query: what cannot be read is left out
		counter := &asked{}
		p := New(client("https://provider.test", "filiere"), db, counter, time.Now)
		p.found = &endpoint{
			provider: (&oidc.ProviderConfig{IssuerURL: "https://provider.test"}).NewProvider(t.Context()), signsIss: signsIss,
			oauth: oauth2.Config{ClientID: "filiere", Endpoint: oauth2.Endpoint{TokenURL: "https://provider.test/token", AuthStyle: oauth2.AuthStyleInHeader}},
		}
		data, err := json.Marshal(ceremony{State: state, Nonce: "nonce", Verifier: "verifier"})
		if err != nil {
			t.Fatal(err)
		}
		if err := db.PutCeremony(t.Context(), "id", ceremonyKind, data, ceremonyLife); err != nil {
			t.Fatal(err)
		}
		got, err := p.Finish(t.Context(), "id", query)
		if err == nil || got != (people.Claims{}) {
			t.Fatalf("%q vouches for %+v", raw, got)
		}
		iss := query.Get("iss")
		fits := query.Get("state") == state && query.Get("code") != "" && !query.Has("error") && (iss == "https://provider.test" || iss == "" && !signsIss)
		if (counter.n > 0) != fits {
			t.Errorf("%q asks the provider %d times", raw, counter.n)
		}
		if want := map[bool]fault.Code{true: fault.Unavailable, false: fault.Forbidden}[fits]; fault.CodeOf(err) != want {
			t.Errorf("%q is %s, want %s: %v", raw, fault.CodeOf(err), want, err)
		}
		if _, err := p.Finish(t.Context(), "id", query); fault.CodeOf(err) != fault.Forbidden {
			t.Errorf("the ceremony is still there: %v", err)
		}
	})
}

// FuzzProfile: an address counts as verified when the provider says true, as JSON or as text, and never
// otherwise.
func FuzzProfile(f *testing.F) {
	for _, s := range []string{
		`{"email":"a@b.c","email_verified":true}`, `{"email_verified":"true"}`, `{"email_verified":"True"}`, `{"email_verified":1}`,
		`{"email_verified":[true]}`, `{"email_verified":null}`, `{"email":7}`, `{"email_verified":true,"email_verified":false}`, `[`,
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		var who profile
		if json.Unmarshal(b, &who) != nil || !bool(who.Verified) {
			return
		}
		var said map[string]any
		if err := json.Unmarshal(b, &said); err != nil {
			t.Fatal(err)
		}
		for name, v := range said { // names are matched in any case, the last one wins: one of them must say so
			if v == true || v == "true" {
				_ = name
				return
			}
		}
		t.Errorf("%s passes for verified", b)
	})
}
