package web

import (
	"context"
	"net/url"
	"time"

	"filiere/internal/access"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/thread"
)

// Loom is what the page of the thread asks of the store. The errors are those the store documents.
type Loom interface {
	FindOnThread(ctx context.Context, id string) (people.Ref, error)
	Thread(ctx context.Context, ref people.Ref, reader people.AccountID, all bool) (thread.Chain, error)
}

func (s *server) threadRoutes() []access.Route {
	if s.loom == nil {
		return nil
	}
	return []access.Route{{Pattern: "GET /thread/{id}", Action: people.ReadCatalogue, Handler: s.fresh(s.thread)}}
}

// threadView is the thread as seen from one object.
type threadView struct {
	Focus   nodeView
	Back    []stepView
	Forward []stepView
	Tallies []tallyView
	Hidden  bool // something is another person's
	JSON    string
}

// nodeView is an object on the thread.
type nodeView struct {
	Kind   people.Kind
	Name   string // of the kind
	Label  string
	URL    string // its page
	Thread string // its own thread; "" for the focus and for what is hidden
	At     dateView
	Hidden bool
}

// dateView is a day as people and programs read it.
type dateView struct{ ISO, Text string }

func dateOf(l *locale.Locale, t time.Time) dateView {
	return dateView{ISO: t.UTC().Format(time.DateOnly), Text: l.Date(t.UTC())}
}

// stepView is a node and how far it is from its neighbour.
type stepView struct {
	nodeView
	Lead string
}

// tallyView counts the objects of a kind that came from the focus.
type tallyView struct {
	Name        string
	N           int
	First, Last dateView
}

// seesAll reports whether all of the thread is somebody's business: analysts and designers.
func seesAll(who access.Caller) bool {
	return who.May(people.HandleAlerts, anyAlert) || who.May(people.ChangeProgrammes, people.Ref{Kind: people.KindProgramme})
}

func (s *server) thread(ctx context.Context, v *visit) (page, error) {
	ref, err := s.loom.FindOnThread(ctx, v.PathValue("id"))
	if err != nil {
		return page{}, err
	}
	who := access.Who(ctx)
	chain, err := s.loom.Thread(ctx, ref, who.Account.ID, seesAll(who))
	if err != nil {
		return page{}, err
	}
	view := threadView{Focus: nodeOf(v.Locale, who, chain.Focus), JSON: exportFrom("thread/"+url.PathEscape(ref.ID), nil).JSON}
	view.Focus.Thread = ""
	for _, st := range chain.Back {
		lead := v.T("thread.until", "days", thread.Days(st.Lead), "what", v.T("kind."+string(st.Link.To.Kind)+".word"))
		view.Back = append(view.Back, stepView{nodeOf(v.Locale, who, st.Node), lead})
	}
	for _, st := range chain.Forward {
		lead := v.T("thread.since", "days", thread.Days(st.Lead), "what", v.T("kind."+string(st.Link.From.Kind)+".word"))
		view.Forward = append(view.Forward, stepView{nodeOf(v.Locale, who, st.Node), lead})
	}
	for _, steps := range [][]stepView{view.Back, view.Forward} {
		for _, st := range steps {
			view.Hidden = view.Hidden || st.Hidden
		}
	}
	for _, t := range chain.Tallies {
		view.Tallies = append(view.Tallies, tallyView{kindName(v.Locale, t.Kind), t.Count, dateOf(v.Locale, t.First), dateOf(v.Locale, t.Last)})
	}
	return page{name: "thread", title: v.T("thread.title", "what", view.Focus.Label), data: view}, nil
}

func nodeOf(l *locale.Locale, who access.Caller, n thread.Node) nodeView {
	out := nodeView{Kind: n.Ref.Kind, Name: kindName(l, n.Ref.Kind), Label: n.Label, At: dateOf(l, n.At), Hidden: n.Ref.ID == ""}
	if !out.Hidden {
		out.URL, out.Thread = addressOf(who, n.Ref), threadAddress(n.Ref.ID)
	}
	return out
}
