package web

import (
	"context"
	"encoding/json"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/fold"
	"filiere/internal/locale"
	"filiere/internal/people"
)

// How many events pages show.
const (
	eventsAPage  = 50
	latestEvents = 10
)

// auditParams are the filters of the trail.
var auditParams = []string{"actor", "action", "object", "before"}

// eventView is an event in the reader's language.
type eventView struct {
	Seq     int64
	At      moment
	Actor   partyView
	Deed    string
	Action  string
	Object  partyView
	Details []detailView
	Hash    string
}

// partyView is who acted, or what was acted on.
type partyView struct {
	Name string
	URL  string // of their events, "" where there are none to show
}

type detailView struct{ Name, Value string }

// deedName puts an action into words; one the catalogue does not know stands by itself.
func deedName(l *locale.Locale, action string) string {
	if key := deedKey + action; l.Has(key) {
		return l.T(key)
	}
	return action
}

// detailsOf takes the detail of an event apart.
func detailsOf(detail string) []detailView {
	var fields map[string]string
	if json.Unmarshal([]byte(detail), &fields) != nil {
		return nil // none, or none of ours: there is nothing to say
	}
	var out []detailView
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		out = append(out, detailView{name, fields[name]})
	}
	return out
}

// eventsOf writes events with the names of the accounts they are about.
func (s *server) eventsOf(ctx context.Context, l *locale.Locale, events []people.Event) ([]eventView, error) {
	names := map[string]string{}
	out := make([]eventView, 0, len(events))
	for _, e := range events {
		actor, err := s.partyOf(ctx, l, string(e.Actor), names)
		if err != nil {
			return nil, err
		}
		object := partyView{Name: kindName(l, e.Object.Kind)}
		if e.Object.Kind == people.KindAccount {
			if object, err = s.partyOf(ctx, l, e.Object.ID, names); err != nil {
				return nil, err
			}
		}
		out = append(out, eventView{
			Seq: e.Seq, At: momentOf(l, e.At), Actor: actor, Deed: deedName(l, e.Action), Action: e.Action,
			Object: object, Details: detailsOf(e.Detail), Hash: e.Hash,
		})
	}
	return out, nil
}

// partyOf names an account by its ID, or an actor that is none. names keeps what was looked up.
func (s *server) partyOf(ctx context.Context, l *locale.Locale, id string, names map[string]string) (partyView, error) {
	if key := "actor." + id; l.Has(key) {
		return partyView{Name: l.T(key)}, nil
	}
	if _, known := names[id]; !known {
		a, err := s.people.Account(ctx, people.AccountID(id))
		switch {
		case err != nil && fault.CodeOf(err) == fault.NotFound:
			names[id] = id
		case err != nil:
			return partyView{}, err
		case a.State == people.Erased:
			names[id] = l.T("account.erased")
		default:
			names[id] = a.Name
		}
	}
	return partyView{Name: names[id], URL: accountAddress(people.AccountID(id))}, nil
}

// fillEvents shows a person what happened to their own account lately.
func (s *server) fillEvents(ctx context.Context, l *locale.Locale, who access.Caller, view *securityView) error {
	events, err := s.people.AuditEvents(ctx, people.AuditFilter{Object: accountRef(who.Account.ID), Limit: latestEvents})
	if err != nil {
		return err
	}
	for _, e := range events {
		by := partyView{Name: l.T("actor.administrator")} // which one is not for the person to know here
		if e.Actor == who.Actor() {
			by.Name = l.T("actor.self")
		} else if key := "actor." + string(e.Actor); l.Has(key) {
			by.Name = l.T(key)
		}
		view.Events = append(view.Events, eventView{At: momentOf(l, e.At), Deed: deedName(l, e.Action), Actor: by})
	}
	return nil
}

// auditView is a part of the trail.
type auditView struct {
	deskView
	Actor, Action, Object string
	Actions               []actionChoice
	Events                []eventView
	Export                export
	Next                  string
	Filtered              bool
	Verdict               *verdictView // of the chain, when it was asked for
}

type actionChoice struct {
	Action, Name string
	Chosen       bool
}

// verdictView tells whether the chain is whole.
type verdictView struct {
	Whole bool
	N     int
	Break string
}

// audit lists the events of the trail, newest first.
func (s *server) audit(ctx context.Context, v *visit) (page, error) { return s.auditPage(ctx, v, nil) }

func (s *server) auditPage(ctx context.Context, v *visit, verdict *verdictView) (page, error) {
	view := auditView{
		deskView: s.desk(v, "desk.audit"), Actor: v.Query.Get("actor"), Action: v.Query.Get("action"), Object: v.Query.Get("object"),
		Verdict: verdict,
	}
	view.Filtered = view.Actor+view.Action+view.Object != ""
	view.Actions = actionChoices(v.Locale, view.Action)
	f := auditFilter(v)
	view.Export = export{JSON: exportFrom("audit", url.Values{
		"actor": {view.Actor}, "action": {view.Action}, "kind": {string(f.Object.Kind)}, "object": {f.Object.ID},
	}).JSON}
	events, err := s.people.AuditEvents(ctx, f)
	if err != nil {
		return page{}, err
	}
	if len(events) == eventsAPage && events[eventsAPage-1].Seq > 1 {
		view.Next = v.with("before", strconv.FormatInt(events[eventsAPage-1].Seq, 10))
	}
	if view.Events, err = s.eventsOf(ctx, v.Locale, events); err != nil {
		return page{}, err
	}
	return page{name: "audit", title: v.T("desk.audit"), data: view}, nil
}

// auditFilter reads the filters; a place that is none is the end of the trail.
func auditFilter(v *visit) people.AuditFilter {
	before, err := strconv.ParseInt(v.Query.Get("before"), 10, 64)
	if err != nil {
		before = 0
	}
	f := people.AuditFilter{Actor: people.Actor(v.Query.Get("actor")), Action: v.Query.Get("action"), Before: before, Limit: eventsAPage}
	if id := v.Query.Get("object"); id != "" {
		f.Object = people.Ref{Kind: people.KindAccount, ID: id}
	}
	return f
}

// deedKey is what the words for actions are called in the catalogue.
const deedKey = "deed."

// actionChoices are the actions the trail can be filtered by.
func actionChoices(l *locale.Locale, chosen string) []actionChoice {
	var out []actionChoice
	for _, key := range l.Keys() {
		if action, ok := strings.CutPrefix(key, deedKey); ok {
			out = append(out, actionChoice{action, l.T(key), action == chosen})
		}
	}
	slices.SortFunc(out, func(a, b actionChoice) int { return strings.Compare(fold.Plain(a.Name), fold.Plain(b.Name)) })
	return out
}

// verifyAudit walks the whole chain and shows what it found above the trail. A broken chain is a result
// and not a failure.
func (s *server) verifyAudit(ctx context.Context, v *visit) (page, error) {
	n, err := s.people.VerifyAudit(ctx)
	verdict := &verdictView{Whole: err == nil, N: int(n)}
	if f, ok := asFault(err); ok && f.Code == fault.Conflict {
		verdict.Break = fault.Reason(err, v.Phrase)
	} else if err != nil {
		return page{}, err
	}
	return s.auditPage(ctx, v, verdict)
}
