package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

func (s *server) juryRoutes() []access.Route {
	sit := on(people.SitInJury, people.KindJury)
	back := s.backTo("/juries/{id}")
	sign := sit
	sign.fresh = true // a signature is given by somebody who has just signed in
	return slices.Concat(
		[]access.Route{
			readOwn.show("/juries", s.personal(s.juries)),
			sit.show("/juries/{id}", s.personal(s.jury, "done")),
			sit.show("/juries/{id}/files/{enrolment}/{submission}/{n}", s.sendFile(s.candidateOfJury)),
		},
		sit.change("/juries/{id}/open", s.form(s.openJury), back),
		sit.change("/juries/{id}/decide/{enrolment}", s.form(s.deliberate), back),
		sit.change("/juries/{id}/close", s.form(s.closeJury), back),
		sit.change("/juries/{id}/reopen", s.form(s.reopenJury), back),
		sign.change("/juries/{id}/sign", s.form(s.signMinutes), back),
	)
}

// candidateOfJury finds a candidate of a jury: nobody else's files can be read through it.
func (s *server) candidateOfJury(ctx context.Context, r *http.Request) (campus.EnrolmentID, error) {
	j, err := s.assessment.Jury(ctx, campus.JuryID(r.PathValue("id")))
	if err != nil {
		return "", err
	}
	e := campus.EnrolmentID(r.PathValue("enrolment"))
	if !slices.ContainsFunc(j.Candidates, func(c campus.Candidate) bool { return c.Enrolment == e }) {
		return "", fault.New(fault.NotFound, "find", "there is no such %s", fault.Noun("file"))
	}
	return e, nil
}

// juryLine is a session in a list.
type juryLine struct {
	URL, Title, Place, State string
	At                       moment
}

type juriesView struct {
	deskView
	Juries []juryLine
}

func (s *server) juries(ctx context.Context, v *visit) (page, error) {
	list, err := s.assessment.JuriesOf(ctx, access.Who(ctx).Account.ID, shownAtMost)
	if err != nil {
		return page{}, err
	}
	lines, err := s.juryLines(ctx, v, "/juries/", list)
	return page{name: "juries", title: v.T("desk.juries"), data: juriesView{s.desk(v, "desk.juries"), lines}}, err
}

func (s *server) juryLines(ctx context.Context, v *visit, under string, list []campus.Jury) ([]juryLine, error) {
	var out []juryLine
	titles := map[studio.VersionID]string{}
	for _, j := range list {
		if _, ok := titles[j.Version]; !ok {
			version, err := s.assessment.Version(ctx, j.Version)
			if err != nil {
				return nil, err
			}
			titles[j.Version] = version.Title
		}
		out = append(out, juryLine{under + url.PathEscape(string(j.ID)), titles[j.Version], j.Place, string(j.State), momentOf(v.Locale, j.Start)})
	}
	return out, nil
}

// juryView is a session as its members, or a designer, see it.
type juryView struct {
	deskView
	Refusal refusal
	campus.Jury
	Title      string
	At         moment
	Opened     moment
	Signed     moment
	Members    []memberView
	Candidates []candidateView
	President  bool // the reader leads
	MayDecide  bool
	MaySign    bool
	MyPresence bool
	AllDecided bool
	MayCancel  bool // the reader conducts
	Own        bool // the reader is a member
}

type memberView struct {
	campus.Member
	Signed moment
}

// candidateView is a candidate with their file and what is proposed or decided of each bloc.
type candidateView struct {
	campus.Candidate
	Projects []projectView
	Blocs    []deliberatedView
	Decided  bool
	Complete bool
	Form     string
}

type deliberatedView struct {
	studio.Bloc
	Proposed bool
	Acquired bool
	Reason   string
}

func (s *server) jury(ctx context.Context, v *visit) (page, error) {
	return s.juryWith(ctx, v, refusal{})
}

func (s *server) juryWith(ctx context.Context, v *visit, wrong refusal) (page, error) {
	view, err := s.juryOf(ctx, v, wrong)
	view.deskView = s.desk(v, "desk.juries")
	return page{name: "jury", title: v.T("assess.jury.title", "title", view.Title), data: view}, err
}

// juryOf gathers what a jury's pages show.
func (s *server) juryOf(ctx context.Context, v *visit, wrong refusal) (juryView, error) {
	j, err := s.assessment.Jury(ctx, campus.JuryID(v.PathValue("id")))
	if err != nil {
		return juryView{}, err
	}
	version, err := s.assessment.Version(ctx, j.Version)
	if err != nil {
		return juryView{}, err
	}
	me, own := j.Member(access.Who(ctx).Account.ID)
	view := juryView{
		Refusal: wrong, Jury: j, Title: version.Title, At: momentOf(v.Locale, j.Start), Opened: momentOf(v.Locale, j.OpenedAt), Signed: momentOf(v.Locale, j.SignedAt),
		President: me.President, Own: own, MyPresence: me.Present, AllDecided: true,
		MayDecide: own && me.Present && j.State == campus.JurySitting,
		MaySign:   own && me.Present && me.SignedAt.IsZero() && j.State == campus.JuryClosed,
		MayCancel: campus.JuryMachine().Can(j.State, campus.CancelJury),
	}
	for _, m := range j.Members {
		view.Members = append(view.Members, memberView{m, momentOf(v.Locale, m.SignedAt)})
	}
	if !own {
		return view, nil
	}
	for _, c := range j.Candidates {
		one, err := s.candidateOf(ctx, v, j, version, c, wrong)
		if err != nil {
			return view, err
		}
		view.AllDecided = view.AllDecided && one.Decided
		view.Candidates = append(view.Candidates, one)
	}
	return view, nil
}

// candidateOf gathers a candidate's file.
func (s *server) candidateOf(ctx context.Context, v *visit, j campus.Jury, version studio.Version, c campus.Candidate, wrong refusal) (candidateView, error) {
	one := candidateView{Candidate: c, Decided: len(c.Blocs) > 0, Complete: campus.Decision{Blocs: c.Blocs}.Complete(), Form: "decide-" + string(c.Enrolment)}
	e, err := s.assessment.Enrolment(ctx, c.Enrolment)
	if err != nil {
		return one, err
	}
	defences, err := s.assessment.DefencesOf(ctx, c.Enrolment)
	if err != nil {
		return one, err
	}
	before, err := s.assessment.DecisionsOf(ctx, c.Enrolment)
	if err != nil {
		return one, err
	}
	if one.Projects, err = s.projectViews(ctx, v, e, version); err != nil {
		return one, err
	}
	handed, err := s.assessment.Submissions(ctx, c.Enrolment)
	if err != nil {
		return one, err
	}
	under := "/juries/" + url.PathEscape(string(j.ID)) + "/files/" + url.PathEscape(string(c.Enrolment))
	for i := range one.Projects {
		one.Projects[i].Handed = nil
		for _, sub := range handed {
			if sub.Project == one.Projects[i].ID {
				h := handedOf(v, "", sub)
				for n := range h.Files {
					h.Files[n].URL = under + h.Files[n].URL[len("/files"):]
				}
				one.Projects[i].Handed = append(one.Projects[i].Handed, h)
			}
		}
	}
	proposed := campus.Propose(version, defences, before)
	for i, b := range version.Framework.Blocs {
		d := deliberatedView{Bloc: b, Proposed: proposed[i].Acquired, Acquired: proposed[i].Acquired}
		if one.Decided {
			d.Acquired, d.Reason = c.Blocs[i].Acquired, c.Blocs[i].Reason
		}
		if wrong.On(one.Form) {
			d.Acquired, d.Reason = wrong.Typed.Get("bloc-"+b.ID) == "yes", wrong.Typed.Get("reason-"+b.ID)
		}
		one.Blocs = append(one.Blocs, d)
	}
	return one, nil
}

func pathJury(v *visit) campus.JuryID { return campus.JuryID(v.PathValue("id")) }

func (s *server) juryAnswered(ctx context.Context, v *visit, form, done string, err error) (page, error) {
	to := "/juries/" + url.PathEscape(v.PathValue("id"))
	return answered(v, form, to, done, err, func(r refusal) (page, error) { return s.juryWith(ctx, v, r) })
}

func (s *server) openJury(ctx context.Context, v *visit) (page, error) {
	var present []people.AccountID
	for _, id := range v.PostForm["present"] {
		present = append(present, people.AccountID(id))
	}
	return s.juryAnswered(ctx, v, "open", "jury_opened", s.assessment.OpenJury(ctx, access.Who(ctx).Account.ID, pathJury(v), present))
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
	e := v.PathValue("enrolment")
	err = s.assessment.Deliberate(ctx, access.Who(ctx).Account.ID, j.ID, campus.EnrolmentID(e), blocs)
	return s.juryAnswered(ctx, v, "decide-"+e, "jury_decided", err)
}

func (s *server) closeJury(ctx context.Context, v *visit) (page, error) {
	return s.juryAnswered(ctx, v, "close", "jury_closed", s.assessment.CloseJury(ctx, access.Who(ctx).Account.ID, pathJury(v)))
}

func (s *server) reopenJury(ctx context.Context, v *visit) (page, error) {
	return s.juryAnswered(ctx, v, "reopen", "jury_reopened", s.assessment.ReopenJury(ctx, access.Who(ctx).Account.ID, pathJury(v)))
}

func (s *server) signMinutes(ctx context.Context, v *visit) (page, error) {
	err := confirmedTick(v)
	if err == nil {
		err = s.assessment.SignMinutes(ctx, access.Who(ctx).Account.ID, pathJury(v), v.PostForm.Get("hash"))
	}
	return s.juryAnswered(ctx, v, "sign", "jury_signed", err)
}
