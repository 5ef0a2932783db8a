package oidc

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// meddler changes what the provider's token endpoint answers: what a provider that is not honest, or
// somebody on the way, could do.
type meddler struct{ change func(answer map[string]any) }

func (m meddler) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := http.DefaultTransport.RoundTrip(r)
	if err != nil || m.change == nil || !strings.HasSuffix(r.URL.Path, "/token") || answer.StatusCode != http.StatusOK {
		return answer, err
	}
	defer answer.Body.Close()
	var body map[string]any
	if err := json.NewDecoder(answer.Body).Decode(&body); err != nil {
		return nil, err
	}
	m.change(body)
	changed, err := json.Marshal(body)
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(changed)), int64(len(changed))
	answer.Header.Del("Content-Length")
	return answer, err
}

// tokenOf signs a person in as a client of a provider and gives the ID token that client gets, with our
// nonce in it.
func tokenOf(t *testing.T, issuer, id, nonce string) string {
	t.Helper()
	var stolen string
	thief := New(client(issuer, id), database(t, nil), meddler{func(answer map[string]any) { stolen, _ = answer["id_token"].(string) }}, time.Now)
	redirect, ceremony := begin(t, thief)
	if _, err := thief.Finish(t.Context(), ceremony, visitAs(t, "awa", with(t, redirect, "nonce", nonce))); err == nil || stolen == "" {
		t.Fatalf("the thief got no token with a nonce of ours: %v", err)
	}
	return stolen
}

// cut splits a token in its header, its claims and its signature.
func cut(t *testing.T, token string) (header, claims map[string]any, signature string) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%q is no token", token)
	}
	for i, into := range []*map[string]any{&header, &claims} {
		b, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, into); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims, parts[2]
}

func glue(t *testing.T, header, claims map[string]any, signature string) string {
	t.Helper()
	parts := make([]string, 2, 3)
	for i, from := range []map[string]any{header, claims} {
		b, err := json.Marshal(from)
		if err != nil {
			t.Fatal(err)
		}
		parts[i] = base64.RawURLEncoding.EncodeToString(b)
	}
	return strings.Join(append(parts, signature), ".")
}

func TestNoTokenIsTakenButTheProvidersForUsAndForThisCeremony(t *testing.T) {
	issuer, second := startProvider(t), startProvider(t)
	tests := []struct {
		name string
		// forge gives what replaces the token, given the honest one and the nonce it holds.
		forge func(t *testing.T, honest, nonce string) string
		taken bool
	}{
		{"the honest token is taken", func(_ *testing.T, honest, _ string) string { return honest }, true},
		{"a token for another client of the provider", func(t *testing.T, _, nonce string) string { return tokenOf(t, issuer, "other", nonce) }, false},
		{"a token of another provider with the same keys", func(t *testing.T, _, nonce string) string { return tokenOf(t, second, "filiere", nonce) }, false},
		{"a token of an earlier ceremony", func(t *testing.T, _, _ string) string { return tokenOf(t, issuer, "filiere", "an earlier nonce") }, false},
		{"a token without signature, alg none", func(t *testing.T, honest, _ string) string {
			_, claims, _ := cut(t, honest)
			return glue(t, map[string]any{"alg": "none"}, claims, "")
		}, false},
		{"a token whose alg only says none", func(t *testing.T, honest, _ string) string {
			header, claims, signature := cut(t, honest)
			header["alg"] = "None"
			return glue(t, header, claims, signature)
		}, false},
		{"a token whose claims were changed", func(t *testing.T, honest, _ string) string {
			header, claims, signature := cut(t, honest)
			claims["sub"] = "somebody-else"
			return glue(t, header, claims, signature)
		}, false},
		{"a token whose signature was dropped", func(t *testing.T, honest, _ string) string {
			header, claims, _ := cut(t, honest)
			return glue(t, header, claims, "")
		}, false},
		{"a token signed with our secret, alg HS256", func(t *testing.T, honest, _ string) string {
			_, claims, _ := cut(t, honest)
			return sign(t, jose.HS256, []byte("secret of filiere, made long enough"), "", claims)
		}, false},
		{"a token signed with a key of the attacker's that takes the provider's key ID", func(t *testing.T, honest, _ string) string {
			header, claims, _ := cut(t, honest)
			key, err := rsa.GenerateKey(rand.Reader, 2048)
			if err != nil {
				t.Fatal(err)
			}
			kid, _ := header["kid"].(string)
			return sign(t, jose.RS256, key, kid, claims)
		}, false},
		{"no token at all", func(*testing.T, string, string) string { return "" }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var nonce string
			p := New(client(issuer, "filiere"), database(t, nil), meddler{func(answer map[string]any) {
				answer["id_token"] = tt.forge(t, answer["id_token"].(string), nonce)
			}}, time.Now)
			redirect, ceremony := begin(t, p)
			nonce = parameters(t, redirect).Get("nonce")
			got, err := p.Finish(t.Context(), ceremony, visitAs(t, "awa", redirect))
			if tt.taken {
				if err != nil || got.Subject != "awa" {
					t.Fatalf("%+v, %v", got, err)
				}
				return
			}
			mustDoubt(t, got, err)
		})
	}
}

func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, kid string, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, nil)
	if err != nil {
		t.Fatal(err)
	}
	payload, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	token, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return token
}

func mustDoubt(t *testing.T, got people.Claims, err error) {
	t.Helper()
	if fault.CodeOf(err) != fault.Forbidden || got != (people.Claims{}) {
		t.Errorf("the sign-in went on: %+v, %v", got, err)
	}
}

func TestAnAnswerToAnotherCeremonyIsRefused(t *testing.T) {
	p := New(client(startProvider(t), "filiere"), database(t, nil), nil, time.Now)
	tests := []struct {
		name  string
		alter func(t *testing.T, ceremony string, query url.Values) string // gives the ceremony to finish
	}{
		{"with a wrong state", func(_ *testing.T, c string, q url.Values) string { q.Set("state", "x"+q.Get("state")[1:]); return c }},
		{"without a state", func(_ *testing.T, c string, q url.Values) string { q.Del("state"); return c }},
		{"with the answer of another person's ceremony", func(t *testing.T, c string, q url.Values) string {
			redirect, _ := begin(t, p)
			maps.Copy(q, visitAs(t, "mallory", redirect))
			return c
		}},
		{"in a browser that began another ceremony", func(t *testing.T, _ string, _ url.Values) string {
			_, other := begin(t, p)
			return other
		}},
		{"in a browser that began none", func(*testing.T, string, url.Values) string { return "" }},
		{"with another issuer", func(_ *testing.T, c string, q url.Values) string { q.Set("iss", "https://evil.example"); return c }},
		{"without the issuer the provider always names", func(_ *testing.T, c string, q url.Values) string { q.Del("iss"); return c }},
		{"with a code that was never given", func(_ *testing.T, c string, q url.Values) string { q.Set("code", "guessed"); return c }},
		{"without a code", func(_ *testing.T, c string, q url.Values) string { q.Del("code"); return c }},
		{"with another person's code and our own state", func(t *testing.T, c string, q url.Values) string {
			redirect, _ := begin(t, p)
			q.Set("code", visitAs(t, "mallory", redirect).Get("code")) // PKCE: not our verifier's
			return c
		}},
		{"with an error", func(_ *testing.T, c string, q url.Values) string { q.Set("error", "access_denied"); return c }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			redirect, ceremony := begin(t, p)
			query := visitAs(t, "awa", redirect)
			got, err := p.Finish(t.Context(), tt.alter(t, ceremony, query), query)
			mustDoubt(t, got, err)
		})
	}
}

func TestAnAnswerWorksOnce(t *testing.T) {
	db := database(t, nil)
	p := New(client(startProvider(t), "filiere"), db, nil, time.Now)
	redirect, ceremony := begin(t, p)
	query := visitAs(t, "awa", redirect)
	if _, err := p.Finish(t.Context(), ceremony, query); err != nil {
		t.Fatal(err)
	}
	got, err := p.Finish(t.Context(), ceremony, query)
	mustDoubt(t, got, err)

	// The code again, in a new ceremony made to fit: the provider remembers it.
	redirect, again := begin(t, p)
	query.Set("state", parameters(t, redirect).Get("state"))
	got, err = p.Finish(t.Context(), again, query)
	mustDoubt(t, got, err)
}

func TestAFailedAnswerUsesTheCeremonyUp(t *testing.T) {
	p := New(client(startProvider(t), "filiere"), database(t, nil), nil, time.Now)
	redirect, ceremony := begin(t, p)
	query := visitAs(t, "awa", redirect)
	got, err := p.Finish(t.Context(), ceremony, url.Values{"state": {"guess"}})
	mustDoubt(t, got, err)
	got, err = p.Finish(t.Context(), ceremony, query)
	mustDoubt(t, got, err)
}

func TestACeremonyEndsAfterTenMinutes(t *testing.T) {
	clock := time.Now()
	p := New(client(startProvider(t), "filiere"), database(t, func() time.Time { return clock }), nil, time.Now)
	redirect, ceremony := begin(t, p)
	query := visitAs(t, "awa", redirect)
	clock = clock.Add(ceremonyLife)
	got, err := p.Finish(t.Context(), ceremony, query)
	mustDoubt(t, got, err)
}

func TestATokenThatIsOverIsRefused(t *testing.T) {
	p := New(client(startProvider(t), "filiere"), database(t, nil), nil, func() time.Time { return time.Now().Add(48 * time.Hour) })
	redirect, ceremony := begin(t, p)
	got, err := p.Finish(t.Context(), ceremony, visitAs(t, "awa", redirect))
	mustDoubt(t, got, err)
}

func TestAnAddressTheProviderDidNotVerifyIsRefused(t *testing.T) {
	for _, environment := range []string{"CLAIMS=token", "CLAIMS=userinfo"} {
		p := New(client(startProvider(t, environment), "filiere"), database(t, nil), nil, time.Now)
		for _, login := range []string{"unverified", "nomail"} {
			t.Run(login+" "+environment, func(t *testing.T) {
				redirect, ceremony := begin(t, p)
				got, err := p.Finish(t.Context(), ceremony, visitAs(t, login, redirect))
				mustDoubt(t, got, err)
			})
		}
	}
}

func TestUserInformationOfSomebodyElseIsRefused(t *testing.T) {
	issuer := startProvider(t)
	// Another person's access token, put beside our own ID token; its hash is not checked when the token
	// names none, as this provider's does not in the code flow.
	var other any
	spy := New(client(issuer, "filiere"), database(t, nil), meddler{func(answer map[string]any) { other = answer["access_token"] }}, time.Now)
	redirect, ceremony := begin(t, spy)
	if _, err := spy.Finish(t.Context(), ceremony, visitAs(t, "mallory", redirect)); err != nil {
		t.Fatal(err)
	}
	p := New(client(issuer, "filiere"), database(t, nil), meddler{func(answer map[string]any) { answer["access_token"] = other }}, time.Now)
	redirect, ceremony = begin(t, p)
	got, err := p.Finish(t.Context(), ceremony, visitAs(t, "awa", redirect))
	mustDoubt(t, got, err)
}

func TestAProviderThatIsDownIsSaidToBe(t *testing.T) {
	p := New(client("http://127.0.0.1:1", "filiere"), database(t, nil), nil, time.Now)
	if _, _, err := p.Start(t.Context()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("%v", err)
	}
}

func TestAProviderWithAnotherNameThanItsAddressIsRefused(t *testing.T) {
	address := strings.Replace(startProvider(t), "127.0.0.1", "localhost", 1)
	p := New(client(address, "filiere"), database(t, nil), nil, time.Now)
	if _, _, err := p.Start(t.Context()); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("%v", err)
	}
}

func TestAVisitorWhoLeavesDoesNotSpoilTheQuestionOthersWaitFor(t *testing.T) {
	p := New(client(startProvider(t), "filiere"), database(t, nil), nil, time.Now)
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.discover(gone); err != nil {
		t.Errorf("%v", err)
	}
}
