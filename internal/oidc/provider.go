package oidc

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
	"golang.org/x/sync/singleflight"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Ceremonies keeps what must be remembered between Start and Finish. TakeCeremony gives a ceremony back
// once, and a NotFound fault afterwards and when its life is over.
type Ceremonies interface {
	PutCeremony(ctx context.Context, id, kind string, data []byte, life time.Duration) error
	TakeCeremony(ctx context.Context, id, kind string) ([]byte, error)
}

const (
	ceremonyKind = "oidc"
	ceremonyLife = 10 * time.Minute // to find a password and a second factor at the provider
	askTimeout   = 10 * time.Second // for one answer of the provider
)

// Provider is the provider people sign in with. Its description is fetched when it is first needed, so
// that we start while it is down, and kept as long as the program runs; its keys are fetched anew
// whenever a token names one not known yet. It is safe for concurrent use.
type Provider struct {
	config     Config
	ceremonies Ceremonies
	client     *http.Client
	now        func() time.Time

	discovery singleflight.Group // many visitors, one question
	mu        sync.Mutex
	found     *endpoint
}

// endpoint is what discovery found.
type endpoint struct {
	provider *oidc.Provider
	oauth    oauth2.Config
	signsIss bool // answers name their issuer (RFC 9207)
}

// ceremony is what must be remembered between Start and Finish.
type ceremony struct {
	State    string `json:"state"`
	Nonce    string `json:"nonce"`
	Verifier string `json:"verifier"`
}

// New makes a provider. transport carries requests to it, nil for the usual one; now is the clock tokens
// are checked by.
func New(c Config, ceremonies Ceremonies, transport http.RoundTripper, now func() time.Time) *Provider {
	client := &http.Client{Transport: transport, Timeout: askTimeout}
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse } // a secret goes nowhere else
	return &Provider{config: c, ceremonies: ceremonies, now: now, client: client}
}

// Name is what people call the provider.
func (p *Provider) Name() string { return p.config.Name }

// Start begins a sign-in. It returns the address to send the browser to, and the ID of the ceremony, a
// secret that the browser must bring back (in a cookie: HttpOnly, SameSite=Lax).
//
// Errors: Unavailable when the provider cannot be found.
func (p *Provider) Start(ctx context.Context) (redirect, ceremonyID string, err error) {
	e, err := p.discover(ctx)
	if err != nil {
		return "", "", err
	}
	var secrets [3]string
	for i := range secrets {
		if secrets[i], _, err = people.NewSecret(people.Random); err != nil {
			return "", "", fmt.Errorf("begin sign-in with a provider: %w", err)
		}
	}
	id, c := secrets[0], ceremony{State: secrets[1], Nonce: secrets[2], Verifier: oauth2.GenerateVerifier()}
	data, err := json.Marshal(c)
	if err != nil {
		return "", "", fmt.Errorf("begin sign-in with a provider: %w", err)
	}
	if err := p.ceremonies.PutCeremony(ctx, id, ceremonyKind, data, ceremonyLife); err != nil {
		return "", "", err
	}
	return e.oauth.AuthCodeURL(c.State, oidc.Nonce(c.Nonce), oauth2.S256ChallengeOption(c.Verifier)), id, nil
}

// discover finds the provider's addresses.
func (p *Provider) discover(ctx context.Context) (*endpoint, error) {
	p.mu.Lock()
	e := p.found
	p.mu.Unlock()
	if e != nil {
		return e, nil
	}
	asking := context.WithoutCancel(ctx) // others wait for the same answer; askTimeout ends it
	found, err, _ := p.discovery.Do("", func() (any, error) { return p.ask(asking) })
	if err != nil {
		f := fault.New(fault.Unavailable, "find the provider", "the provider of identities does not answer as it should")
		f.Err, f.Hint = err, "try later, or sign in another way"
		return nil, f
	}
	e = found.(*endpoint)
	p.mu.Lock()
	p.found = e
	p.mu.Unlock()
	return e, nil
}

func (p *Provider) ask(ctx context.Context) (*endpoint, error) {
	provider, err := oidc.NewProvider(oidc.ClientContext(ctx, p.client), p.config.Issuer)
	if err != nil {
		return nil, err
	}
	var says struct {
		JWKS        string   `json:"jwks_uri"`
		AuthMethods []string `json:"token_endpoint_auth_methods_supported"`
		SignsIss    bool     `json:"authorization_response_iss_parameter_supported"`
	}
	if err := provider.Claims(&says); err != nil {
		return nil, fmt.Errorf("read the description of the provider: %w", err)
	}
	at := provider.Endpoint()
	for _, address := range []string{at.AuthURL, at.TokenURL, says.JWKS} {
		if !private(address) {
			return nil, errors.New("the provider's description names an address that is not https")
		}
	}
	at.AuthStyle = oauth2.AuthStyleInHeader // what Discovery takes for granted when nothing is said
	if len(says.AuthMethods) > 0 && !slices.Contains(says.AuthMethods, "client_secret_basic") {
		at.AuthStyle = oauth2.AuthStyleInParams
	}
	return &endpoint{provider: provider, signsIss: says.SignsIss, oauth: oauth2.Config{
		ClientID: p.config.ClientID, ClientSecret: p.config.ClientSecret, Endpoint: at,
		RedirectURL: p.config.PublicURL + CallbackPath, Scopes: []string{oidc.ScopeOpenID, oidc.ScopeEmail, oidc.ScopeProfile},
	}}, nil
}
