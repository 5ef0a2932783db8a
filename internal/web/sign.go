package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// People is what the sign-in asks of the accounts. The errors are those the store documents.
type People interface {
	Desk // and what the signed-in pages do

	Account(ctx context.Context, id people.AccountID) (people.Account, error)
	PersonName(ctx context.Context, id people.AccountID) (string, error)
	AccountByEmail(ctx context.Context, email string) (people.Account, error)
	CreateAccount(ctx context.Context, by people.Actor, a people.Account) (people.Account, error)
	ChangeProfile(ctx context.Context, by people.Actor, id people.AccountID, name, lang, theme string) error
	HasAdministrator(ctx context.Context) (bool, error)
	CloseSessions(ctx context.Context, by people.Actor, id people.AccountID, except string) error

	CreateLink(ctx context.Context, by people.Actor, purpose people.Purpose, id people.AccountID) (secret string, err error)
	PeekLink(ctx context.Context, secret string, purpose people.Purpose) (people.Link, error)
	UseLink(ctx context.Context, secret string, purpose people.Purpose) (people.Link, error)

	PasswordHash(ctx context.Context, id people.AccountID) (string, error)
	SetPassword(ctx context.Context, by people.Actor, id people.AccountID, hash string) error
	RehashPassword(ctx context.Context, id people.AccountID, old, hash string) error

	AccountByOIDC(ctx context.Context, issuer, subject string) (people.Account, error)
	LinkOIDC(ctx context.Context, by people.Actor, id people.AccountID, issuer, subject string) error

	AddPasskey(ctx context.Context, by people.Actor, p people.Passkey) error
	Passkeys(ctx context.Context, id people.AccountID) ([]people.Passkey, error)
	UpdatePasskey(ctx context.Context, p people.Passkey) error
	AccountByPasskey(ctx context.Context, passkeyID string) (people.Account, people.Passkey, error)
	PutCeremony(ctx context.Context, id, kind string, data []byte, life time.Duration) error
	TakeCeremony(ctx context.Context, id, kind string) ([]byte, error)

	TakeLimit(ctx context.Context, l people.Limit, key string) (wait time.Duration, err error)
	EnqueueMail(ctx context.Context, m people.Message) error
	AppendAudit(ctx context.Context, e people.Event) error
}

// Provider is who vouches for people with an account elsewhere, by OpenID Connect.
type Provider interface {
	Name() string
	// Start gives the address to send the browser to, and the secret it must bring back in a cookie.
	Start(ctx context.Context) (redirect, ceremony string, err error)
	// Finish reads the answer the browser brings back.
	Finish(ctx context.Context, ceremony string, answer url.Values) (people.Claims, error)
}

// How a session was opened, where the domain has no word of its own for it.
const (
	meansPasskey   = "passkey"
	meansLink      = "link"
	meansPassword  = "password"
	meansProvider  = "oidc"
	meansInvite    = "invitation"
	meansRecovery  = "recovery"
	meansBootstrap = "bootstrap"
)

// signRoutes are the ways in. They are for everybody: whoever uses them is nobody yet.
func (s *server) signRoutes() []access.Route {
	if s.people == nil {
		return nil
	}
	open := func(pattern string, h http.Handler) access.Route {
		return access.Route{Pattern: pattern, Action: people.SignIn, Handler: h}
	}
	routes := []access.Route{
		open("GET /sign-in", s.personal(s.signIn, "next", "again")),
		open("POST /sign-out", s.form(s.signOut)),

		open("GET /sign-in/link", s.personal(s.toSignIn, "next")),
		open("POST /sign-in/link", s.form(s.askLink)),
		open("GET /sign-in/link/sent", s.personal(s.linkSent)),
		open("GET /sign-in/link/{secret}", s.personal(s.showLink, "next")),
		open("POST /sign-in/link/{secret}", s.form(s.useLink, "next")),

		open("GET /recover", s.personal(s.recover)),
		open("POST /recover", s.form(s.askRecovery)),
		open("GET /recover/{secret}", s.personal(s.showRecovery)),
		open("POST /recover/{secret}", s.form(s.useRecovery)),

		open("GET /invite/{secret}", s.personal(s.showInvite, "next")),
		open("POST /invite/{secret}", s.form(s.useInvite, "next")),
		open("GET /start/{secret}", s.personal(s.showStart)),
		open("POST /start/{secret}", s.form(s.useStart)),
	}
	routes = append(routes, s.welcomeRoutes()...)
	routes = append(routes, s.passkeyRoutes()...)
	if s.passwords != nil {
		routes = append(routes, open("GET /sign-in/password", s.personal(s.toSignIn, "next")), open("POST /sign-in/password", s.form(s.usePassword)))
	}
	if s.provider != nil {
		routes = append(routes,
			open("GET /sign-in/oidc", s.personal(s.leave, "next", "invitation")),
			open("GET /sign-in/oidc/callback", s.personal(s.comeBack)))
	}
	return routes
}

// signView is what the pages of the sign-in show.
type signView struct {
	Email, Name, Lang string
	Next              string            // where to go when signed in
	Again             bool              // somebody signed in must prove it
	Action            string            // where the form is sent
	Kind              string            // of the page, where one template serves several
	Wrong             map[string]string // what is wrong, by field; "" is the whole
	Passkeys          bool
	Passwords         bool
	Provider          string // its name, "" when there is none
	Invitation        string // the secret of the link that led here
}

// signPage is a page of the sign-in.
func (s *server) signPage(v *visit, name, title string, view signView) page {
	v.signing = true
	view.Passkeys, view.Passwords = s.relying != nil, s.passwords != nil
	if s.provider != nil {
		view.Provider = s.provider.Name()
	}
	if view.Wrong == nil {
		view.Wrong = map[string]string{}
	}
	p := page{name: name, title: title, data: view}
	if view.Passkeys {
		p.script = "passkey.js"
	}
	if len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p
}

// signIn offers every way in.
func (s *server) signIn(ctx context.Context, v *visit) (page, error) {
	again := v.Query.Get("again") != "" && access.Who(ctx).SignedIn()
	next := nextOf(v.Query.Get("next"))
	if access.Who(ctx).SignedIn() && !again {
		return page{moved: next}, nil
	}
	return s.signInPage(v, signView{Next: next, Again: again}), nil
}

func (s *server) signInPage(v *visit, view signView) page {
	title := v.T("sign.title")
	if view.Again {
		title = v.T("sign.again.title")
	}
	return s.signPage(v, "sign_in", title, view)
}

// toSignIn leads whoever reloads the answer to a form back to the form.
func (s *server) toSignIn(_ context.Context, v *visit) (page, error) {
	return page{moved: signInFor(nextOf(v.Query.Get("next")))}, nil
}

// landing is where a sign-in leads that wants nothing else: what needs the person today.
const landing = "/me"

// nextOf is where a sign-in leads, never to another site.
func nextOf(s string) string {
	if s == "" {
		return landing
	}
	return access.Local(s)
}

func signInFor(next string) string {
	if next == landing {
		return access.SignInPath
	}
	return access.SignInPath + "?next=" + queryEscape(next)
}

func queryEscape(s string) string { return url.QueryEscape(s) }

// enter opens a session and leads on, with the language and the theme the person keeps.
func (s *server) enter(v *visit, a people.Account, means, next string) (page, error) {
	session, err := s.gate.SignIn(v.Request, a.ID, means)
	if err != nil {
		return page{}, err
	}
	return page{moved: next, cookies: append(choicesOf(v.Request, a), session)}, nil
}

// choicesOf are the cookies of what an account prefers.
func choicesOf(r *http.Request, a people.Account) []*http.Cookie {
	return []*http.Cookie{choiceCookie(r, langCookie, a.Lang), choiceCookie(r, themeCookie, string(parseTheme(a.Theme)))}
}

// signOut ends the session and goes home: the page before may be one for signed-in people.
func (s *server) signOut(_ context.Context, v *visit) (page, error) {
	gone, err := s.gate.SignOut(v.Request)
	if err != nil {
		return page{}, err
	}
	return page{moved: "/", cookies: []*http.Cookie{gone}}, nil
}

// limited counts a try by what is tried and by network. It returns errWait when either is beyond its
// limit.
func (s *server) limited(ctx context.Context, v *visit, l people.Limit, key string) error {
	wait, err := s.people.TakeLimit(ctx, l.ByNetwork(), s.gate.Network(v.Request))
	if err == nil && wait == 0 && key != "" {
		wait, err = s.people.TakeLimit(ctx, l, key)
	}
	if err == nil && wait > 0 {
		s.turnedAway(ctx, v, l.Name, "too many tries")
		err = errWait(wait)
	}
	return err
}

// turnedAway notes a sign-in refused: by which means, why and from where; never who was asked for.
func (s *server) turnedAway(ctx context.Context, v *visit, means, why string) {
	s.log.InfoContext(ctx, "sign-in refused", "means", means, "why", why, "network", s.gate.Network(v.Request))
}

// tooSoon shows a form again with how long to wait; another error passes.
func tooSoon(v *visit, p page, err error) (page, error) {
	wait, ok := errors.AsType[errWait](err)
	if !ok {
		return page{}, err
	}
	if view, ok := p.data.(signView); ok {
		view.Wrong[""] = v.T("sign.wait", "minutes", minutesOf(time.Duration(wait)))
	}
	p.status, p.wait = http.StatusTooManyRequests, time.Duration(wait)
	return p, nil
}

// asked is an address typed into a form of the sign-in. A fault is told in the reader's language.
func asked(v *visit, wrong map[string]string) string {
	email, err := people.FoldEmail(v.PostForm.Get("email"))
	if err != nil {
		wrong["email"] = v.T("sign.bad.email")
		return v.PostForm.Get("email")
	}
	return email
}

// deadLink tells that a link does not open; another error passes.
func (s *server) deadLink(v *visit, err error) (page, error) {
	if !errors.Is(err, people.ErrLink) {
		return page{}, err
	}
	s.turnedAway(v.Context(), v, meansLink, "the link does not open")
	p := s.signPage(v, "sign_dead", v.T("sign.dead.title"), signView{})
	p.status, p.script = http.StatusForbidden, ""
	return p, nil
}

// byLink finds whose link an address holds, without using it.
func (s *server) byLink(ctx context.Context, v *visit, purpose people.Purpose) (people.Account, error) {
	l, err := s.people.PeekLink(ctx, v.PathValue("secret"), purpose)
	if err != nil {
		return people.Account{}, err
	}
	return s.linked(ctx, l)
}

// linked is the account a link is for.
func (s *server) linked(ctx context.Context, l people.Link) (people.Account, error) {
	a, err := s.people.Account(ctx, l.Account)
	if err == nil && a.State != people.Active || err != nil && fault.CodeOf(err) == fault.NotFound {
		return people.Account{}, people.ErrLink
	}
	return a, err
}
