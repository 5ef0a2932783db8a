package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// Desk is what the signed-in pages ask of the accounts, beside what the sign-in does. The errors are
// those the store documents.
type Desk interface {
	Accounts(ctx context.Context, search string, limit, offset int) ([]people.Account, int, error)
	SetAccountState(ctx context.Context, by people.Actor, id people.AccountID, state people.State) error
	GiveGrant(ctx context.Context, by people.Actor, id people.AccountID, g people.Grant) error
	TakeGrant(ctx context.Context, by people.Actor, id people.AccountID, g people.Grant) error

	Sessions(ctx context.Context, id people.AccountID) ([]people.Session, error)
	CloseSession(ctx context.Context, by people.Actor, id people.AccountID, session string) error
	Tokens(ctx context.Context, id people.AccountID) ([]people.Token, error)
	CreateToken(ctx context.Context, by people.Actor, t people.Token) (secret string, err error)
	RevokeToken(ctx context.Context, by people.Actor, id people.AccountID, token string) error
	RemovePasskey(ctx context.Context, by people.Actor, id people.AccountID, passkey string) error
	OIDCIdentities(ctx context.Context, id people.AccountID) ([]people.OIDCIdentity, error)
	UnlinkOIDC(ctx context.Context, by people.Actor, id people.AccountID, issuer, subject string) error

	Notify(ctx context.Context, n people.Notification) error
	Notifications(ctx context.Context, id people.AccountID, limit int) ([]people.Notification, error)
	ReadNotifications(ctx context.Context, id people.AccountID) error

	AuditEvents(ctx context.Context, f people.AuditFilter) ([]people.Event, error)
	VerifyAudit(ctx context.Context) (events int64, err error)
	Mails(ctx context.Context, limit int) ([]people.Message, error)
	PersonalData(ctx context.Context, id people.AccountID) (people.PersonalData, error)
	EraseAccount(ctx context.Context, by people.Actor, id people.AccountID) ([]people.Kept, error)
}

// deskRoutes are the pages of signed-in people.
func (s *server) deskRoutes() []access.Route {
	if s.people == nil {
		return nil
	}
	return slices.Concat(s.meRoutes(), s.securityRoutes(), s.dataRoutes(), s.adminRoutes())
}

// kindOfRoute is what the routes of one page share in the table of permissions.
type kindOfRoute struct {
	action people.Action
	object func(*http.Request) people.Ref
	fresh  bool
}

// show is the route of a page.
func (k kindOfRoute) show(path string, h http.Handler) access.Route {
	return access.Route{Pattern: "GET " + path, Action: k.action, Object: k.object, Fresh: k.fresh, Handler: h}
}

// change is the route of a form, and one that leads whoever reloads its answer back to the page it
// stands on.
func (k kindOfRoute) change(path string, h http.Handler, back http.Handler) []access.Route {
	return []access.Route{
		{Pattern: "POST " + path, Action: k.action, Object: k.object, Fresh: k.fresh, Handler: h},
		{Pattern: "GET " + path, Action: k.action, Object: k.object, Handler: back},
	}
}

// backTo leads to a page; {id} in it, or another name, stands for the one in the request's address.
func (s *server) backTo(path string) http.Handler {
	parts := strings.Split(path, "/")
	return s.personal(func(_ context.Context, v *visit) (page, error) {
		to := slices.Clone(parts)
		for i, part := range to {
			if strings.HasPrefix(part, "{") {
				to[i] = url.PathEscape(v.PathValue(strings.Trim(part, "{}")))
			}
		}
		return page{moved: strings.Join(to, "/")}, nil
	})
}

// The kinds of routes about one's own account.
var (
	readOwn   = kindOfRoute{action: people.ReadOwn, object: access.Own}
	changeOwn = kindOfRoute{action: people.ChangeOwn, object: access.Own}
	// freshOwn is for credentials and what cannot be taken back.
	freshOwn = kindOfRoute{action: people.ChangeOwn, object: access.Own, fresh: true}
)

func (s *server) meRoutes() []access.Route {
	routes := []access.Route{
		readOwn.show("/me", s.personal(s.today)),
		readOwn.show("/me/settings", s.personal(s.settings, "done")),
		{Pattern: "POST /me/settings", Action: changeOwn.action, Object: changeOwn.object, Handler: s.form(s.changeSettings)},
	}
	return append(routes, changeOwn.change("/me/notifications", s.form(s.readNotifications), s.backTo("/me"))...)
}

// deskLink is an entry of the navigation among signed-in pages.
type deskLink struct {
	Key, URL string
	Current  bool
}

// deskEntries are the signed-in pages and what one must be allowed to see them offered.
var deskEntries = []struct {
	deskLink
	action people.Action
	object func(people.AccountID) people.Ref
}{
	{deskLink{Key: "desk.today", URL: "/me"}, people.ReadOwn, accountRef},
	{deskLink{Key: "desk.studio", URL: "/studio"}, people.ReadProgrammes, anyProgramme},
	{deskLink{Key: "desk.learning", URL: "/learning"}, people.ReadOwn, accountRef},
	{deskLink{Key: "desk.campus", URL: "/campus"}, people.Conduct, anyPath},
	{deskLink{Key: "mission.plan", URL: "/mission/plan"}, people.PlanMission, anyReport},
	{deskLink{Key: "desk.mentoring", URL: "/mentoring"}, people.ReadOwn, accountRef},
	{deskLink{Key: "desk.defences", URL: "/defences"}, people.ReadOwn, accountRef},
	{deskLink{Key: "desk.juries", URL: "/juries"}, people.ReadOwn, accountRef},
	{deskLink{Key: "desk.conduct", URL: assessmentPath}, people.Conduct, anyEnrolment},
	{deskLink{Key: "desk.alerts", URL: ownRoutesPath}, people.ReadOwn, accountRef},
	{deskLink{Key: "desk.webhooks", URL: webhooksPath}, people.KeepWebhooks, func(people.AccountID) people.Ref { return anyAlert }},
	{deskLink{Key: "desk.settings", URL: "/me/settings"}, people.ChangeOwn, accountRef},
	{deskLink{Key: "desk.subscription", URL: subscriptionPath}, people.Subscribe, accountRef},
	{deskLink{Key: "desk.security", URL: "/me/security"}, people.ChangeOwn, accountRef},
	{deskLink{Key: "desk.data", URL: "/me/data"}, people.ChangeOwn, accountRef},
	{deskLink{Key: "desk.accounts", URL: "/admin"}, people.ReadAccounts, anyAccount},
	{deskLink{Key: "desk.invoices", URL: "/admin/invoices"}, people.SettleInvoices, anySubscription},
	{deskLink{Key: "desk.audit", URL: "/admin/audit"}, people.ReadAudit, wholeSite},
	{deskLink{Key: "desk.outbox", URL: "/admin/outbox"}, people.ReadOutbox, wholeSite},
}

func accountRef(id people.AccountID) people.Ref {
	return people.Ref{Kind: people.KindAccount, ID: string(id)}
}
func anyEnrolment(people.AccountID) people.Ref { return people.Ref{Kind: people.KindEnrolment} }
func anyAccount(people.AccountID) people.Ref   { return people.Ref{Kind: people.KindAccount} }
func anyReport(people.AccountID) people.Ref    { return people.Ref{Kind: people.KindReport} }
func anySubscription(people.AccountID) people.Ref {
	return people.Ref{Kind: people.KindSubscription}
}
func wholeSite(people.AccountID) people.Ref { return people.Site }

// deskView is what every signed-in page shows around its own matter.
type deskView struct {
	Nav  []deskLink
	Done string // the key of what was just done, "" for nothing
}

// comesWithARole reports whether a page that lists what a role brings is for somebody: whether they have it, for
// whatever object.
func comesWithARole(who access.Caller, key string) bool {
	role, ok := map[string]people.Role{"desk.mentoring": people.Mentor, "desk.defences": people.Assessor, "desk.juries": people.Juror}[key]
	return !ok || slices.ContainsFunc(who.Account.Grants, func(g people.Grant) bool { return g.Role == role })
}

// desk is the frame of a signed-in page: the pages this person may see, and what they have just done.
func (s *server) desk(v *visit, current string) deskView {
	who := access.Who(v.Context())
	var d deskView
	for _, e := range deskEntries {
		may := who.May(e.action, e.object(who.Account.ID)) || e.action == people.ReadProgrammes && isExpert(who)
		if may && comesWithARole(who, e.Key) {
			e.Current = e.Key == current
			d.Nav = append(d.Nav, e.deskLink)
		}
	}
	if key := "done." + v.Query.Get("done"); v.Has(key) {
		d.Done = key
	}
	return d
}

// moment is a time as people and programs read it.
type moment struct{ ISO, Text string }

// momentOf writes a time; a zero one is empty.
func momentOf(l *locale.Locale, t time.Time) moment {
	if t.IsZero() {
		return moment{}
	}
	t = t.UTC()
	return moment{ISO: t.Format(time.RFC3339), Text: l.T("time.at", "date", l.Date(t), "time", t.Format("15:04"))}
}

// post sends the links that open accounts.
func (s *server) post() letter.Post {
	return letter.Post{Outbox: s.people, Locales: s.locales, Link: s.gate.Site().Link}
}

// tell puts something among a person's notifications.
func (s *server) tell(ctx context.Context, id people.AccountID, kind string, about people.Ref, detail map[string]string) error {
	text, err := json.Marshal(detail)
	if err != nil {
		return err
	}
	return s.people.Notify(ctx, people.Notification{Account: id, Kind: kind, Ref: about, Detail: string(text)})
}

// wrongField tells which field a fault is about; ok is false when it is not about what was typed.
func wrongField(err error) (field string, ok bool) {
	f, is := asFault(err)
	if !is || f.Code != fault.Invalid || f.Column == "" {
		return "", false
	}
	return f.Column, true
}

// todayView is "what needs me today".
type todayView struct {
	deskView
	Name  string
	Tasks []task
	News  []newsView
	Fresh bool // some of the news is not read yet
	Roles []roleView

	Diplomas []diplomaLine
}

// task is something a person should do.
type task struct {
	Key string
	URL string
	N   int
}

// latestNews is how many notifications the page shows.
const latestNews = 30

// today shows a person what waits for them.
func (s *server) today(ctx context.Context, v *visit) (page, error) {
	who := access.Who(ctx)
	view := todayView{deskView: s.desk(v, "desk.today"), Name: who.Account.Name, Roles: ownRoles(v.Locale, who)}
	var err error
	if view.Tasks, err = s.tasks(ctx, who); err != nil {
		return page{}, err
	}
	if view.Diplomas, err = s.ownDiplomas(ctx, v.Locale, who.Account.ID); err != nil {
		return page{}, err
	}
	news, err := s.people.Notifications(ctx, who.Account.ID, latestNews)
	if err != nil {
		return page{}, err
	}
	for _, n := range news {
		view.News = append(view.News, newsOf(who, v.Locale, n))
		view.Fresh = view.Fresh || n.ReadAt.IsZero()
	}
	return page{name: "me", title: v.T("desk.today"), data: view}, nil
}

// tasks lists what a person should do, by what they may.
func (s *server) tasks(ctx context.Context, who access.Caller) ([]task, error) {
	var out []task
	keys, err := s.people.Passkeys(ctx, who.Account.ID)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 && s.relying != nil {
		out = append(out, task{Key: "task.passkey", URL: "/me/security"})
	}
	if who.May(people.ReadOutbox, people.Site) {
		mails, err := s.people.Mails(ctx, latestMails)
		if err != nil {
			return nil, err
		}
		if n := countGivenUp(mails); n > 0 {
			out = append(out, task{Key: "task.mail", URL: "/admin/outbox", N: n})
		}
	}
	return out, nil
}

func countGivenUp(mails []people.Message) int {
	n := 0
	for _, m := range mails {
		if m.GivenUp() {
			n++
		}
	}
	return n
}

// roleView is a role as people read it.
type roleView struct {
	people.Grant
	Name  string
	Scope string // what it is for, "" for everything
	URL   string // of what it is for, where a page may be read
}

func rolesOf(l *locale.Locale, grants []people.Grant) []roleView {
	var out []roleView
	for _, g := range grants {
		r := roleView{Grant: g, Name: l.T("role." + string(g.Role))}
		if g.Scope != (people.Ref{}) {
			r.Scope = l.T("scope.of", "kind", kindName(l, g.Scope.Kind), "id", g.Scope.ID)
		}
		out = append(out, r)
	}
	return out
}

// ownRoles are the roles of whoever reads: what one is for is a link instead of an ID, and a role held for
// several objects of a kind is told once, with how many.
func ownRoles(l *locale.Locale, who access.Caller) []roleView {
	type roleFor struct {
		role people.Role
		kind people.Kind
	}
	var out []roleView
	at, held := map[roleFor]int{}, map[roleFor]int{}
	for _, r := range rolesOf(l, who.Account.Grants) {
		if r.URL = addressOf(who, r.Grant.Scope); r.URL == "" {
			out = append(out, r)
			continue
		}
		one := roleFor{r.Role, r.Grant.Scope.Kind}
		if held[one]++; held[one] > 1 {
			many := &out[at[one]]
			many.URL, many.Scope = "", l.T("scope.many", "kind", kindName(l, one.kind), "n", held[one])
			continue
		}
		at[one] = len(out)
		r.Scope = kindName(l, one.kind)
		out = append(out, r)
	}
	return out
}

// kindName is the name of a kind of objects; one the catalogue does not know stands by itself.
func kindName(l *locale.Locale, k people.Kind) string {
	if key := "kind." + string(k); l.Has(key) {
		return l.T(key)
	}
	return string(k)
}
