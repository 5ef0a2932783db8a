package api

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"filiere/internal/access"
	"filiere/internal/market"
	"filiere/internal/people"
)

// People is what the routes of accounts ask of the store. The errors are those the store documents.
type People interface {
	Account(ctx context.Context, id people.AccountID) (people.Account, error)
	Accounts(ctx context.Context, search string, limit, offset int) ([]people.Account, int, error)
	CreateAccount(ctx context.Context, by people.Actor, a people.Account) (people.Account, error)
	ChangeProfile(ctx context.Context, by people.Actor, id people.AccountID, name, lang, theme string) error
	SetAccountState(ctx context.Context, by people.Actor, id people.AccountID, state people.State) error
	GiveGrant(ctx context.Context, by people.Actor, id people.AccountID, g people.Grant) error
	TakeGrant(ctx context.Context, by people.Actor, id people.AccountID, g people.Grant) error
	Notify(ctx context.Context, n people.Notification) error

	Sessions(ctx context.Context, id people.AccountID) ([]people.Session, error)
	CloseSession(ctx context.Context, by people.Actor, id people.AccountID, session string) error
	CloseSessions(ctx context.Context, by people.Actor, id people.AccountID, except string) error
	Tokens(ctx context.Context, id people.AccountID) ([]people.Token, error)
	CreateToken(ctx context.Context, by people.Actor, t people.Token) (secret string, err error)
	RevokeToken(ctx context.Context, by people.Actor, id people.AccountID, token string) error

	AuditEvents(ctx context.Context, f people.AuditFilter) ([]people.Event, error)
	VerifyAudit(ctx context.Context) (events int64, err error)
	AppendAudit(ctx context.Context, e people.Event) error
	PersonalData(ctx context.Context, id people.AccountID) (people.PersonalData, error)
	EraseAccount(ctx context.Context, by people.Actor, id people.AccountID) ([]people.Kept, error)

	TakeLimit(ctx context.Context, l people.Limit, key string) (wait time.Duration, err error)
}

// Letters sends people the links that open their account.
type Letters interface {
	Invite(ctx context.Context, by people.Actor, a people.Account) error
	Recover(ctx context.Context, by people.Actor, a people.Account) error
}

// Archive writes what is held on a person as one zip, in a language.
type Archive func(w io.Writer, d people.PersonalData, lang string) error

// PeopleConfig is what the routes of accounts need.
type PeopleConfig struct {
	Store   People
	Letters Letters
	Archive Archive
	Log     *slog.Logger
	Now     func() time.Time // nil is time.Now

	// The rooms.
	Alerts   Watchtower
	Routes   AlertRoutes                              // who is told of alerts
	Loopback bool                                     // webhooks may reach this machine
	Explain  func(lang string, a market.Alert) string // says why an alert was opened
	Thread   Loom

	Assessment Assessment
	Campus     Campus
	Library    Library
	Mission    Mission
	Shop       Shop
	Adverts    AdvertReader

	Registrar Registrar
	Network   func(*http.Request) string // whose requests are counted together: the gate's

	Studio       Studio
	ExpertLetter ExpertLetter
}

// NewPeople makes the routes of accounts, tokens and the audit trail, to be served behind the gate beside
// those of New.
func NewPeople(c PeopleConfig) access.Surface {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &desk{
		api: api{log: c.Log}, people: c.Store, letters: c.Letters, archive: c.Archive, now: c.Now, alerts: c.Alerts, explain: c.Explain, routes: c.Routes, loopback: c.Loopback, loom: c.Thread,
		assessment: c.Assessment, campus: c.Campus, library: c.Library, mission: c.Mission, shop: c.Shop, adverts: c.Adverts,
		registrar: c.Registrar, network: c.Network, uploads: access.NewUploads(uploadsAtOnce),
		studio: c.Studio, expertLetter: c.ExpertLetter,
	}
}

// desk answers what concerns people.
type desk struct {
	api
	people   People
	letters  Letters
	archive  Archive
	now      func() time.Time
	alerts   Watchtower
	routes   AlertRoutes
	loopback bool
	explain  func(lang string, a market.Alert) string
	loom     Loom

	assessment Assessment
	campus     Campus
	library    Library
	mission    Mission
	shop       Shop
	adverts    AdvertReader

	registrar Registrar
	network   func(*http.Request) string
	uploads   access.Uploads

	studio       Studio
	expertLetter ExpertLetter
}

// deed is one thing a program can ask for: an address, a method, and what it is in the table of
// permissions. The gate has asked the table before do is called.
type deed struct {
	pattern string // "METHOD /path" under prefix
	action  people.Action
	object  func(*http.Request) people.Ref // nil is the site as a whole
	fresh   bool                           // only for a person who has just signed in, never for a token
	recent  bool                           // for a person who has just signed in, or a token
	params  []string                       // of the query
	limit   int64                          // the most bytes its body may have; 0 is maxRequest
	unfound bool                           // search engines are asked to leave it out
	do      func(d *desk, c call) (outcome, error)
}

// call is what a deed gets to see.
type call struct {
	*http.Request
	caller access.Caller
	values url.Values
}

// id is the account the address names.
func (c call) id() people.AccountID { return people.AccountID(c.PathValue("id")) }

// own is the caller's account.
func (c call) own() people.AccountID { return c.caller.Account.ID }

// outcome is the answer to a deed.
type outcome struct {
	status   int // 0 is 200
	body     any // written as JSON; nil with 204
	location string
	file     func(w io.Writer) error   // written instead of the body, as a file
	name     string                    // of the file
	media    string                    // its type; "" is a zip archive
	whole    func(http.ResponseWriter) // writes the answer in its own way
}

// nothing is the answer that says no more than that it is done.
var nothing = outcome{status: http.StatusNoContent}

// deeds lists every route of accounts. openapi.yaml describes the same ones; a test compares.
func deeds() []deed {
	own, any, one := access.Own, access.AnyAccount, access.PathAccount("id")
	return slices.Concat(alertDeeds(), routeDeeds(), ruleDeeds(), missionDeeds(), versionDeeds(), programmeDeeds(), courseDeeds(), pathDeeds(), enrolmentDeeds(), assessmentDeeds(), mentoringDeeds(), juryDeeds(), diplomaDeeds(), readingDeeds(), shopDeeds(), []deed{
		{pattern: "GET /me", action: people.ReadOwn, object: own, do: (*desk).me},
		{pattern: "PATCH /me", action: people.ChangeOwn, object: own, do: (*desk).changeMe},
		{pattern: "DELETE /me", action: people.ChangeOwn, object: own, fresh: true, do: (*desk).eraseMe},
		{pattern: "GET /me/export", action: people.ChangeOwn, object: own, recent: true, do: (*desk).exportMe},
		{pattern: "GET /me/sessions", action: people.ReadOwn, object: own, do: (*desk).sessions},
		{pattern: "DELETE /me/sessions", action: people.ChangeOwn, object: own, do: (*desk).closeOthers},
		{pattern: "DELETE /me/sessions/{session}", action: people.ChangeOwn, object: own, do: (*desk).closeSession},
		{pattern: "GET /me/tokens", action: people.ReadOwn, object: own, do: (*desk).tokens},
		{pattern: "POST /me/tokens", action: people.ChangeOwn, object: own, fresh: true, do: (*desk).createToken},
		{pattern: "DELETE /me/tokens/{token}", action: people.ChangeOwn, object: own, do: (*desk).revokeToken},

		{pattern: "GET /accounts", action: people.ReadAccounts, object: any, params: []string{"search", "limit", "offset"}, do: (*desk).accounts},
		{pattern: "POST /accounts", action: people.ChangeAccounts, object: any, recent: true, do: (*desk).invite},
		{pattern: "GET /accounts/{id}", action: people.ReadAccounts, object: one, do: (*desk).account},
		{pattern: "PATCH /accounts/{id}", action: people.ChangeAccounts, object: one, recent: true, do: (*desk).changeAccount},
		{pattern: "DELETE /accounts/{id}", action: people.ChangeAccounts, object: one, recent: true, do: (*desk).eraseAccount},
		{pattern: "GET /accounts/{id}/export", action: people.ChangeAccounts, object: one, recent: true, do: (*desk).exportAccount},
		{pattern: "POST /accounts/{id}/recovery", action: people.ChangeAccounts, object: one, recent: true, do: (*desk).recoverAccount},
		{pattern: "PUT /accounts/{id}/grants/{role}", action: people.ChangeAccounts, object: one, recent: true, do: (*desk).giveGrant},
		{pattern: "DELETE /accounts/{id}/grants/{role}", action: people.ChangeAccounts, object: one, recent: true, do: (*desk).takeGrant},
		{pattern: "PUT /accounts/{id}/grants/{role}/{kind}/{scope}", action: people.ChangeAccounts, object: one, recent: true, do: (*desk).giveGrant},
		{pattern: "DELETE /accounts/{id}/grants/{role}/{kind}/{scope}", action: people.ChangeAccounts, object: one, recent: true, do: (*desk).takeGrant},

		{pattern: "GET /audit", action: people.ReadAudit, params: []string{"actor", "action", "kind", "object", "before", "limit"}, do: (*desk).audit},
		{pattern: "GET /audit/verify", action: people.ReadAudit, do: (*desk).verifyAudit},
	})
}

// Routes are the addresses of accounts as the gate takes them.
func (d *desk) Routes() []access.Route {
	var out []access.Route
	for _, w := range deeds() {
		out = append(out, access.Route{
			Pattern: under(w.pattern), Action: w.action, Object: w.object, Fresh: w.fresh, Recent: w.recent, Body: cmp.Or(w.limit, maxRequest), Handler: d.handle(w),
		})
	}
	return out
}

// handle does what every deed shares: parameters, headers, errors.
func (d *desk) handle(w deed) http.HandlerFunc {
	return func(rw http.ResponseWriter, r *http.Request) {
		rw.Header().Set("Cache-Control", "private, no-store")
		if w.unfound {
			rw.Header().Set("X-Robots-Tag", "noindex")
		}
		c, err := readCall(r, w)
		var o outcome
		if err == nil {
			o, err = w.do(d, c)
		}
		if err == nil {
			err = o.send(rw)
		}
		if err != nil {
			d.refuse(rw, r, err)
		}
	}
}

// send writes the answer. It returns an error only while nothing has been sent.
func (o outcome) send(w http.ResponseWriter) error {
	if o.whole != nil {
		o.whole(w)
		return nil
	}
	if o.file != nil {
		return o.sendFile(w)
	}
	if o.location != "" {
		w.Header().Set("Location", o.location)
	}
	if o.body == nil {
		w.WriteHeader(o.status)
		return nil
	}
	buf, err := json.Marshal(o.body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	if o.status != 0 {
		w.WriteHeader(o.status)
	}
	_, _ = w.Write(append(buf, '\n')) // the caller may have left
	return nil
}
