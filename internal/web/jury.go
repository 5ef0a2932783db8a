package web

import (
	"context"
	"net/url"
	"slices"

	"filiere/internal/access"
	"filiere/internal/campus"
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
			sit.show("/juries/{id}/candidates/{enrolment}", s.personal(s.juryCandidate, "done")),
			sit.show("/juries/{id}/files/{enrolment}/{submission}/{n}", s.sendFile(s.candidateOfJury)),
		},
		sit.change("/juries/{id}/open", s.form(s.openJury), back),
		sit.change("/juries/{id}/decide/{enrolment}", s.form(s.deliberate), s.backTo("/juries/{id}/candidates/{enrolment}")),
		sit.change("/juries/{id}/close", s.form(s.closeJury), back),
		sit.change("/juries/{id}/reopen", s.form(s.reopenJury), back),
		sign.change("/juries/{id}/sign", s.form(s.signMinutes), back),
	)
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
	Candidates []candidateLine
	President  bool // the reader leads
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
		line := candidateLineOf(j.ID, c)
		view.AllDecided = view.AllDecided && line.Decided
		view.Candidates = append(view.Candidates, line)
	}
	return view, nil
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
