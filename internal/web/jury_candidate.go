package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/studio"
)

// candidateOfJury finds a candidate of a jury: nobody else's files can be read through it.
func (s *server) candidateOfJury(ctx context.Context, r *http.Request) (campus.EnrolmentID, error) {
	j, err := s.assessment.Jury(ctx, campus.JuryID(r.PathValue("id")))
	if err != nil {
		return "", err
	}
	e := campus.EnrolmentID(r.PathValue("enrolment"))
	if placeOf(j, e) < 0 {
		return "", fault.New(fault.NotFound, "find", "there is no such %s", fault.Noun("file"))
	}
	return e, nil
}

// placeOf is where among the candidates of a jury one stands, negative for nobody of them.
func placeOf(j campus.Jury, e campus.EnrolmentID) int {
	return slices.IndexFunc(j.Candidates, func(c campus.Candidate) bool { return c.Enrolment == e })
}

// candidateLine is a candidate in the list of a jury's.
type candidateLine struct {
	Name, URL string
	Decided   bool
	Complete  bool // every bloc acquired
}

func candidateAddress(j campus.JuryID, e campus.EnrolmentID) string {
	return "/juries/" + url.PathEscape(string(j)) + "/candidates/" + url.PathEscape(string(e))
}

func candidateLineOf(j campus.JuryID, c campus.Candidate) candidateLine {
	return candidateLine{c.Name, candidateAddress(j, c.Enrolment), len(c.Blocs) > 0, campus.Decision{Blocs: c.Blocs}.Complete()}
}

// candidateView is a candidate with their file and what is proposed or decided of each bloc.
type candidateView struct {
	deskView
	Refusal refusal
	candidateLine
	Enrolment campus.EnrolmentID
	Jury      campus.JuryID
	State     campus.JuryState
	Title     string // of the version
	Place, Of int    // the candidate is number Place of so many
	Projects  []projectView
	Blocs     []deliberatedView
	MayDecide bool
	Form      string
	// The candidates before and after, and the one to decide of next; nil where there is none.
	Before, After, Due *candidateLine
}

type deliberatedView struct {
	studio.Bloc
	Proposed bool
	Acquired bool
	Reason   string
}

func (s *server) juryCandidate(ctx context.Context, v *visit) (page, error) {
	return s.juryCandidateWith(ctx, v, refusal{})
}

func (s *server) juryCandidateWith(ctx context.Context, v *visit, wrong refusal) (page, error) {
	j, err := s.assessment.Jury(ctx, pathJury(v))
	if err != nil {
		return page{}, err
	}
	place := placeOf(j, campus.EnrolmentID(v.PathValue("enrolment")))
	if place < 0 {
		return page{}, fault.New(fault.NotFound, "find", "there is no such candidate")
	}
	version, err := s.assessment.Version(ctx, j.Version)
	if err != nil {
		return page{}, err
	}
	c := j.Candidates[place]
	me, own := j.Member(access.Who(ctx).Account.ID)
	view := candidateView{
		deskView: s.desk(v, "desk.juries"), Refusal: wrong, candidateLine: candidateLineOf(j.ID, c), Enrolment: c.Enrolment, Jury: j.ID, State: j.State,
		Title: version.Title, Place: place + 1, Of: len(j.Candidates), Form: "decide",
		MayDecide: own && me.Present && j.State == campus.JurySitting,
	}
	view.lead(j, place)
	if view.Projects, err = s.candidateFile(ctx, v, j.ID, c.Enrolment, version); err != nil {
		return page{}, err
	}
	view.Blocs, err = s.deliberated(ctx, version, c, wrong)
	return page{name: "jury_candidate", title: v.T("assess.candidate.title", "name", c.Name), data: view}, err
}

// lead finds the candidates a member goes on to from the one at a place.
func (view *candidateView) lead(j campus.Jury, place int) {
	at := func(i int) *candidateLine {
		if i < 0 || i >= len(j.Candidates) {
			return nil
		}
		line := candidateLineOf(j.ID, j.Candidates[i])
		return &line
	}
	view.Before, view.After = at(place-1), at(place+1)
	for step := 1; step < len(j.Candidates) && view.MayDecide && view.Due == nil; step++ {
		if next := at((place + step) % len(j.Candidates)); !next.Decided {
			view.Due = next
		}
	}
}

// candidateFile gathers what a candidate did, with files to be read through the jury.
func (s *server) candidateFile(ctx context.Context, v *visit, j campus.JuryID, id campus.EnrolmentID, version studio.Version) ([]projectView, error) {
	e, err := s.assessment.Enrolment(ctx, id)
	if err != nil {
		return nil, err
	}
	projects, err := s.projectViews(ctx, v, e, version)
	if err != nil {
		return nil, err
	}
	own, here := "/learning/"+url.PathEscape(string(id)), "/juries/"+url.PathEscape(string(j))
	for _, p := range projects {
		for _, h := range p.Handed {
			for n := range h.Files {
				h.Files[n].URL = here + "/files/" + url.PathEscape(string(id)) + h.Files[n].URL[len(own+"/files"):]
			}
		}
	}
	return projects, nil
}

// deliberated lays out the blocs with what follows from the defences, what was decided, or what was typed and
// refused.
func (s *server) deliberated(ctx context.Context, version studio.Version, c campus.Candidate, wrong refusal) ([]deliberatedView, error) {
	defences, err := s.assessment.DefencesOf(ctx, c.Enrolment)
	if err != nil {
		return nil, err
	}
	before, err := s.assessment.DecisionsOf(ctx, c.Enrolment)
	if err != nil {
		return nil, err
	}
	var out []deliberatedView
	proposed := campus.Propose(version, defences, before)
	for i, b := range version.Framework.Blocs {
		d := deliberatedView{Bloc: b, Proposed: proposed[i].Acquired, Acquired: proposed[i].Acquired}
		if len(c.Blocs) > 0 {
			d.Acquired, d.Reason = c.Blocs[i].Acquired, c.Blocs[i].Reason
		}
		if wrong.On("decide") {
			d.Acquired, d.Reason = wrong.Typed.Get("bloc-"+b.ID) == "yes", wrong.Typed.Get("reason-"+b.ID)
		}
		out = append(out, d)
	}
	return out, nil
}

// deliberate keeps what the jury decides of a candidate.
func (s *server) deliberate(ctx context.Context, v *visit) (page, error) {
	j, err := s.assessment.Jury(ctx, pathJury(v))
	if err != nil {
		return page{}, err
	}
	version, err := s.assessment.Version(ctx, j.Version)
	if err != nil {
		return page{}, err
	}
	var blocs []campus.BlocDecision
	for _, b := range version.Framework.Blocs {
		if said := v.PostForm.Get("bloc-" + b.ID); said != "" {
			blocs = append(blocs, campus.BlocDecision{Bloc: b.ID, Acquired: said == "yes", Reason: v.PostForm.Get("reason-" + b.ID)})
		}
	}
	e := campus.EnrolmentID(v.PathValue("enrolment"))
	err = s.assessment.Deliberate(ctx, access.Who(ctx).Account.ID, j.ID, e, blocs)
	return answered(v, "decide", candidateAddress(j.ID, e), "jury_decided", err, func(r refusal) (page, error) { return s.juryCandidateWith(ctx, v, r) })
}
