package web

import (
	"context"
	"net/http"
	"slices"
	"strings"

	"filiere/internal/access"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// securityPath is where a person looks after how they sign in.
const securityPath = "/me/security"

func (s *server) securityRoutes() []access.Route {
	const at = securityPath
	back := s.backTo(at)
	routes := []access.Route{freshOwn.show(at, s.personal(s.security, "done"))}
	for path, h := range map[string]handler{
		"/passkeys/rename": s.renamePasskey, "/passkeys/remove": s.removePasskey,
		"/password": s.changePassword, "/password/remove": s.removePassword,
		"/providers/remove": s.removeProvider,
		"/sessions/close":   s.closeSession, "/sessions/others": s.closeOthers,
		"/tokens": s.createToken, "/tokens/revoke": s.revokeToken,
	} {
		routes = append(routes, freshOwn.change(at+path, s.form(h), back)...)
	}
	if s.provider != nil {
		routes = append(routes, freshOwn.show(at+"/providers/join", s.personal(s.join)))
	}
	return routes
}

// securityView is how a person signs in, from where, and what acts for them.
type securityView struct {
	deskView
	Next        string // where a new passkey leads
	Email       string
	Passkeys    []passkeyView
	CanPasskey  bool // the site's address can have them
	CanPassword bool
	HasPassword bool
	Providers   []people.OIDCIdentity
	Provider    string // the name of the one an account can be joined to, "" when there is none
	MayLose     bool   // a means of sign-in may be taken away
	Sessions    []sessionView
	Others      bool // there are other sessions than this
	Tokens      []tokenView
	Secret      string // of the token just made: shown this once
	Token       tokenForm
	Events      []eventView
	Wrong       map[string]string
}

type passkeyView struct {
	ID, Name   string
	Made, Used moment
}

// sessionView is a signed-in browser as its owner recognises it.
type sessionView struct {
	ID, Browser, Means, Address string
	Opened, Seen                moment
	Current                     bool
}

// security shows a person everything that opens their account.
func (s *server) security(ctx context.Context, v *visit) (page, error) {
	return s.securityPage(ctx, v, securityView{})
}

// securityPage completes a page of which a form has filled in part.
func (s *server) securityPage(ctx context.Context, v *visit, view securityView) (page, error) {
	who := access.Who(ctx)
	view.deskView, view.Next, view.Email = s.desk(v, "desk.security"), "/me/security?done=passkey", who.Account.Email
	view.CanPasskey, view.CanPassword = s.relying != nil, s.passwords != nil
	if view.Wrong == nil {
		view.Wrong = map[string]string{}
	}
	for _, fill := range []func(context.Context, *locale.Locale, access.Caller, *securityView) error{
		s.fillMeans, s.fillSessions, s.fillTokens, s.fillEvents,
	} {
		if err := fill(ctx, v.Locale, who, &view); err != nil {
			return page{}, err
		}
	}
	p := page{name: "security", title: v.T("desk.security"), data: view}
	if view.CanPasskey {
		p.script = "passkey.js"
	}
	if len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

func (s *server) fillMeans(ctx context.Context, l *locale.Locale, who access.Caller, view *securityView) error {
	keys, err := s.people.Passkeys(ctx, who.Account.ID)
	if err != nil {
		return err
	}
	for _, k := range keys {
		view.Passkeys = append(view.Passkeys, passkeyView{ID: k.ID, Name: k.Name, Made: momentOf(l, k.CreatedAt), Used: momentOf(l, k.UsedAt)})
	}
	hash, err := s.people.PasswordHash(ctx, who.Account.ID)
	if err != nil {
		return err
	}
	view.HasPassword = hash != ""
	if s.provider != nil {
		view.Provider = s.provider.Name()
	}
	view.Providers, err = s.people.OIDCIdentities(ctx, who.Account.ID)
	view.MayLose = people.Means{Passkeys: len(keys), Password: view.HasPassword, Providers: len(view.Providers)}.MayLose()
	return err
}

// means counts how a person can sign in.
func (s *server) means(ctx context.Context, id people.AccountID) (people.Means, error) {
	keys, err := s.people.Passkeys(ctx, id)
	if err != nil {
		return people.Means{}, err
	}
	hash, err := s.people.PasswordHash(ctx, id)
	if err != nil {
		return people.Means{}, err
	}
	elsewhere, err := s.people.OIDCIdentities(ctx, id)
	return people.Means{Passkeys: len(keys), Password: hash != "", Providers: len(elsewhere)}, err
}

func (s *server) fillSessions(ctx context.Context, l *locale.Locale, who access.Caller, view *securityView) error {
	all, err := s.people.Sessions(ctx, who.Account.ID)
	for _, o := range all {
		view.Sessions = append(view.Sessions, sessionView{
			ID: o.ID, Browser: browserName(l, o.UserAgent), Means: meansName(l, o.Means), Address: o.Address,
			Opened: momentOf(l, o.OpenedAt), Seen: momentOf(l, o.SeenAt), Current: o.ID == who.Session.ID,
		})
	}
	view.Others = len(all) > 1
	return err
}

func meansName(l *locale.Locale, means string) string {
	if key := "means." + means; l.Has(key) {
		return l.T(key)
	}
	return means
}

// What a browser says it is, and what people call it; the first that fits counts, since most claim to
// be several.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"OPR/", "Opera"}, {"Firefox/", "Firefox"}, {"Chrom", "Chrome"}, {"Safari/", "Safari"}, {"curl/", "curl"}}
	systems  = [][2]string{{"Android", "Android"}, {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"Linux", "Linux"}}
)

// browserName says what a browser claims to be in two words; what is not recognised is shown as it is.
func browserName(l *locale.Locale, userAgent string) string {
	browser, system := firstIn(browsers, userAgent), firstIn(systems, userAgent)
	switch {
	case browser != "" && system != "":
		return l.T("session.browser", "browser", browser, "system", system)
	case browser != "":
		return browser
	case userAgent == "":
		return l.T("session.unknown")
	}
	return userAgent
}

func firstIn(names [][2]string, userAgent string) string {
	i := slices.IndexFunc(names, func(n [2]string) bool { return strings.Contains(userAgent, n[0]) })
	if i < 0 {
		return ""
	}
	return names[i][1]
}

// closeSession signs one of the person's own browsers out. The store looks among those only.
func (s *server) closeSession(ctx context.Context, v *visit) (page, error) {
	who := access.Who(ctx)
	session := v.PostForm.Get("session")
	if session == who.Session.ID {
		return s.signOut(ctx, v)
	}
	return page{moved: "/me/security?done=session"}, s.people.CloseSession(ctx, who.Actor(), who.Account.ID, session)
}

// closeOthers signs every browser of the person out but this one.
func (s *server) closeOthers(ctx context.Context, _ *visit) (page, error) {
	who := access.Who(ctx)
	return page{moved: "/me/security?done=sessions"}, s.people.CloseSessions(ctx, who.Actor(), who.Account.ID, who.Session.ID)
}
