package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/mission"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/territory"
)

// Outcomes is what the page a graduate opens by a link asks.
type Outcomes interface {
	OutcomeBySecret(ctx context.Context, secret string) (mission.Outcome, error)
	TellOutcome(ctx context.Context, secret string, r mission.Reply) (mission.Outcome, error)
	OutcomesOf(ctx context.Context, version string) (mission.Tally, error)
	Workplaces(ctx context.Context) (mission.Workplaces, error)
	Version(ctx context.Context, id studio.VersionID) (studio.Version, error)
}

func (s *server) outcomeRoutes() []access.Route {
	return []access.Route{
		{Pattern: "GET /outcome/{secret}", Action: people.TellOutcome, Handler: s.personal(s.showOutcome)},
		{Pattern: "POST /outcome/{secret}", Action: people.TellOutcome, Handler: s.form(s.tellOutcome)},
	}
}

// outcomeView asks a graduate what became of them.
type outcomeView struct {
	Action  string
	Title   string // of the diploma
	Shown   int    // from how many answers on numbers are published
	Works   string // "yes", "no" or ""
	Words   string // what they typed for an occupation
	Found   []market.Found
	Chosen  string
	Areas   []territory.Area
	Area    string
	Said    string // the key of what there is to say instead of the form
	Diploma string
	Wrong   map[string]string
}

func (s *server) showOutcome(ctx context.Context, v *visit) (page, error) {
	o, err := s.mission.OutcomeBySecret(ctx, v.PathValue("secret"))
	if err != nil {
		return s.deadLink(v, err)
	}
	view := outcomeView{Diploma: o.Diploma}
	switch {
	case o.State == mission.Answered:
		view.Said = "outcome.done"
	case o.State == mission.Silent || s.now().Sub(o.AskedAt) > mission.AnswerLife:
		view.Said = "outcome.late"
	}
	return s.outcomePage(ctx, v, o, view)
}

func (s *server) outcomePage(ctx context.Context, v *visit, o mission.Outcome, view outcomeView) (page, error) {
	version, err := s.mission.Version(ctx, studio.VersionID(o.Version))
	if err != nil {
		return page{}, err
	}
	view.Title, view.Action, view.Shown = version.Title, v.address(), mission.FewestShown
	if view.Wrong == nil {
		view.Wrong = map[string]string{}
	}
	if view.Areas, err = s.reader.Areas(ctx, territory.Departement, ""); err != nil {
		return page{}, err
	}
	p := page{name: "outcome", title: v.T("outcome.title"), data: view}
	if len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// mostOffered is how many occupations a graduate is offered.
const mostOffered = 8

// tellOutcome keeps the answer; when the occupation is still in words, it offers those that match first.
func (s *server) tellOutcome(ctx context.Context, v *visit) (page, error) {
	secret := v.PathValue("secret")
	o, err := s.mission.OutcomeBySecret(ctx, secret)
	if err != nil {
		return s.deadLink(v, err)
	}
	view := outcomeView{
		Works: v.PostForm.Get("works"), Words: strings.TrimSpace(v.PostForm.Get("words")), Chosen: v.PostForm.Get("occupation"),
		Area: v.PostForm.Get("area"), Diploma: o.Diploma, Wrong: map[string]string{},
	}
	if view.Works != "yes" && view.Works != "no" {
		view.Wrong["works"] = v.T("outcome.wrong.works")
	}
	if view.Works == "yes" {
		if err := s.offerOccupations(ctx, v, &view); err != nil {
			return page{}, err
		}
	}
	if len(view.Wrong) > 0 || view.Works == "yes" && view.Chosen == "" {
		return s.outcomePage(ctx, v, o, view)
	}
	_, err = s.mission.TellOutcome(ctx, secret, mission.Reply{
		Works: view.Works == "yes", Occupation: occupation.ID(view.Chosen), Area: territory.ID(view.Area),
	})
	switch field, _ := wrongField(err); {
	case err == nil:
		view.Said = "outcome.thanks"
	case fault.CodeOf(err) == fault.Conflict:
		view.Said = "outcome.done"
	case fault.CodeOf(err) == fault.Forbidden:
		view.Said = "outcome.late"
	case field == "area":
		view.Wrong["area"] = v.T("outcome.wrong.area")
	case field == "occupation":
		view.Wrong["words"] = v.T("outcome.wrong.occupation")
	default:
		return page{}, err
	}
	return s.outcomePage(ctx, v, o, view)
}

// offerOccupations finds the occupations that match what was typed, and asks for what is missing.
func (s *server) offerOccupations(ctx context.Context, v *visit, view *outcomeView) error {
	if view.Area == "" {
		view.Wrong["area"] = v.T("outcome.wrong.area")
	}
	found, err := s.reader.Search(ctx, view.Words, 5*mostOffered)
	if err != nil {
		return err
	}
	for _, f := range found {
		if f.Kind == "occupation" && len(view.Found) < mostOffered {
			view.Found = append(view.Found, f)
		}
	}
	if len(view.Found) == 0 && view.Chosen == "" {
		view.Wrong["words"] = v.T("outcome.wrong.occupation")
	}
	return nil
}

// afterText says what became of the graduates of a version, "" without the room: numbers only from enough
// answers on.
func (s *server) afterText(ctx context.Context, v *visit, version studio.VersionID) (string, error) {
	if s.mission == nil {
		return "", nil
	}
	t, err := s.mission.OutcomesOf(ctx, string(version))
	switch {
	case err != nil:
		return "", err
	case t.Asked == 0:
		return v.T("outcome.of.none"), nil
	case !t.Shown():
		return v.T("outcome.of.few", "n", mission.FewestShown), nil
	}
	return v.T("outcome.of.text", "answered", t.Answered, "working", t.Working), nil
}

// workplacesKept is how long the numbers of graduates at work in each area are shown before they are counted
// anew: pages of areas are kept, and are made again when theirs has changed.
const workplacesKept = time.Minute

// heldWorkplaces are the numbers as they were counted last.
type heldWorkplaces struct {
	mu     sync.Mutex
	at     time.Time
	places mission.Workplaces
}

// workplaces counts the graduates at work in each area, once a minute. A page is whole without them: what goes
// wrong is logged, and the old numbers stand.
func (s *server) workplaces(ctx context.Context) mission.Workplaces {
	if s.mission == nil {
		return nil
	}
	h, now := &s.worked, s.now()
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.at.IsZero() && !now.Before(h.at) && now.Sub(h.at) < workplacesKept {
		return h.places
	}
	places, err := s.mission.Workplaces(ctx)
	if errors.Is(err, context.Canceled) {
		return h.places // nobody is waiting any more
	}
	h.at = now
	if err != nil {
		s.log.ErrorContext(ctx, "count workplaces", "err", err)
		return h.places
	}
	h.places = places
	return places
}

// besideArea names what an area's page shows besides figures.
func (s *server) besideArea(v *visit) string {
	return strconv.Itoa(s.workplaces(v.Context()).AtLeast(territory.ID(v.PathValue("id"))))
}
