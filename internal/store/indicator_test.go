package store_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/mission"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/studio"
)

const day = 24 * time.Hour

// cohort is an alert answered by a programme that counts, its published version, and learners of whom six
// graduate: four after 60 days and two after 80, where 70 were planned.
type cohort struct {
	house
	alerts   []market.Alert
	version  studio.Version
	learners []people.Account
}

// graduated makes a cohort in the year of the clock, which begins in March.
func graduated(t *testing.T, h house) cohort {
	t.Helper()
	ctx := t.Context()
	c := cohort{house: h, alerts: alarmed(t, h)}
	p, err := h.a.OpenProgramme(ctx, people.ByCLI, brief("AI for all"), c.alerts[0].ID)
	ok(t, err)
	ok(t, h.a.ResolveAlert(ctx, people.ByCLI, c.alerts[1].ID, "two schools opened"))
	h.time.pass(40 * day)
	c.version = aVersion(h, "v1", p.ID, 1)
	c.version.Alert, c.version.Projects[0].Hours = string(c.alerts[0].ID), 20
	ok(t, h.a.KeepVersion(ctx, c.version))
	ok(t, h.a.CountProgramme(ctx, people.ByCLI, string(p.ID), true))
	path := h.path(t, "v1")
	var enrolments []campus.Enrolment
	for i := range 7 { // the last does not graduate
		e, a := h.enrolled(t, path, fmt.Sprintf("l%d@example.org", i))
		enrolments, c.learners = append(enrolments, e), append(c.learners, a)
	}
	for i, e := range enrolments[:6] {
		switch i {
		case 0:
			h.time.pass(60 * day)
		case 4:
			h.time.pass(20 * day)
		}
		ok(t, h.a.KeepDecision(ctx, campus.Decision{
			ID: campus.DecisionID("d" + string(e.ID)), Jury: "j1", Enrolment: e.ID, Learner: e.Learner, Version: "v1",
			SignedAt: h.time.Now().UTC(), Minutes: "hash", Blocs: []campus.BlocDecision{{Bloc: "b", Acquired: true}},
		}))
		n, err := h.office(t, h.a).IssueDue(ctx, people.BySystem)
		ok(t, err)
		if n != 1 {
			t.Fatalf("%d diplomas issued", n)
		}
	}
	return c
}

// asked asks everybody who is due, and gives the secrets of their links.
func (c cohort) asked(t *testing.T) (secrets []string) {
	t.Helper()
	due, err := c.a.OutcomesToAsk(t.Context(), 0)
	ok(t, err)
	for i, o := range due {
		ok(t, c.of(i).AskOutcome(t.Context(), o, func(secret string) people.Message {
			secrets = append(secrets, secret)
			return people.Message{To: "x@example.org", Subject: "s", Body: secret}
		}))
	}
	return secrets
}

// figures are those of a year by their indicator.
func (c cohort) figures(t *testing.T, year int) map[mission.Indicator]mission.Figure {
	t.Helper()
	r, err := c.b.MissionReport(t.Context(), year)
	ok(t, err)
	out := map[mission.Indicator]mission.Figure{}
	for _, f := range r.Figures {
		out[f.Indicator] = f
	}
	return out
}

func TestIndicatorsAreWhatOneCountsByHand(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		c := graduated(t, h)
		year := h.time.Now().Year()
		for _, l := range c.learners[:5] {
			ok(t, h.a.TellPlace(ctx, l.ID, "dep-69"))
		}
		ok(t, h.a.TellPlace(ctx, c.learners[5].ID, "dep-42"))
		h.time.pass(190 * day) // into the year after; the last diploma is 190 days old
		secrets := c.asked(t)
		if len(secrets) != 6 {
			t.Fatalf("%d asked", len(secrets))
		}
		for i, secret := range secrets[:5] {
			r := mission.Reply{Works: i < 3}
			if r.Works {
				r.Occupation, r.Area = "fap2009-V1Z80", "dep-69"
			}
			_, err := h.b.TellOutcome(ctx, secret, r)
			ok(t, err)
		}

		var inhabitants int
		ok(t, h.a.DB().QueryRowContext(ctx, `SELECT sum(population) FROM area WHERE level = 'region'`).Scan(&inhabitants))
		got := c.figures(t, year)
		for i, want := range map[mission.Indicator]struct {
			value float64
			of    int
		}{
			mission.Learners:       {7, 7},
			mission.Graduates:      {6, 6},
			mission.OnTimeShare:    {100 * 4.0 / 6, 6}, // 20 hours are 2 weeks, and 8 to the jury: 70 days
			mission.TrainedInAI:    {100 * 6 / float64(inhabitants), 6},
			mission.AlertsAnswered: {50, 4}, // one has a programme, one is resolved
			mission.LeadTime:       {40, 1},
		} {
			f := got[i]
			if f.Value == nil || *f.Value < want.value*0.999999 || *f.Value > want.value*1.000001 || f.Of != want.of || f.Few {
				t.Errorf("%s: %+v, want %+v", i, f, want)
			}
		}
		if w := c.figures(t, year+1)[mission.Working]; w.Value == nil || *w.Value != 60 || w.Of != 5 {
			t.Errorf("at work, of those who answered the year after: %+v", w)
		}
		areas := got[mission.TrainedInAI].ByArea
		if len(areas) != 2 || areas[0].Area != "dep-69" || areas[0].People != 5 || areas[1].Area != "dep-42" || areas[1].People != 0 || !areas[1].Few {
			t.Errorf("by area %+v", areas)
		}
		places, err := h.b.Workplaces(ctx)
		ok(t, err)
		if places["dep-69"] != 3 || places["reg-84"] != 3 || places.AtLeast("reg-84") != 0 {
			t.Errorf("workplaces %v", places)
		}
		tally, err := h.b.OutcomesOf(ctx, "v1")
		ok(t, err)
		if tally != (mission.Tally{Asked: 6, Answered: 5, Working: 3}) {
			t.Errorf("%+v", tally)
		}
		before := c.figures(t, year-1)
		if *before[mission.Learners].Value != 0 || before[mission.OnTimeShare].Value != nil {
			t.Errorf("the year before %+v", before)
		}
	})
}

func TestWhatFewPeopleDidIsNeitherShownNorFrozen(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		c := graduated(t, h)
		year := h.time.Now().Year()
		for _, d := range c.diplomas(t)[:2] { // four are left, one of them late
			ok(t, h.a.RevokeDiploma(ctx, people.ByCLI, d, registrar.Fraud, "note"))
		}
		ok(t, h.a.TellPlace(ctx, c.learners[5].ID, "dep-69"))
		frozen, err := h.a.FreezeReport(ctx, people.ByCLI, year)
		ok(t, err)
		for _, f := range frozen.Figures {
			if f.Indicator == mission.OnTimeShare && (f.Value != nil || f.Of != 0 || !f.Few) {
				t.Errorf("%+v", f)
			}
			for _, a := range f.ByArea {
				if a.People != 0 || a.Share != 0 || !a.Few {
					t.Errorf("%+v", a)
				}
			}
		}
	})
}

func (c cohort) diplomas(t *testing.T) (out []registrar.DiplomaID) {
	t.Helper()
	list, _, err := c.a.Diplomas(t.Context(), 10, 0)
	ok(t, err)
	for _, d := range list {
		out = append(out, d.ID)
	}
	return out
}

func TestAGraduateIsAskedOnceHoweverOftenAndByHowMany(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		c := graduated(t, h)
		if due, err := h.a.OutcomesToAsk(ctx, 0); err != nil || len(due) != 0 {
			t.Errorf("asked before six months: %+v, %v", due, err)
		}
		h.time.pass(190 * day)
		due, err := h.a.OutcomesToAsk(ctx, 0)
		ok(t, err)
		mails := h.count(t, "outbox")
		// Two processes ask the same people at once; one that stopped between the list and the question, or
		// between two questions, has left nothing half done: whoever is listed is asked, once.
		for _, err := range together(4*len(due), func(i int) error {
			return h.of(i).AskOutcome(ctx, due[i%len(due)], func(secret string) people.Message {
				return people.Message{To: "x@example.org", Subject: "s", Body: secret}
			})
		}) {
			ok(t, err)
		}
		if n := h.count(t, "outcome"); n != 6 || h.count(t, "outcome_link") != 6 || h.count(t, "outbox") != mails+6 {
			t.Errorf("%d outcomes, %d links, %d messages", n, h.count(t, "outcome_link"), h.count(t, "outbox")-mails)
		}
		if again := c.asked(t); len(again) != 0 {
			t.Errorf("%d asked again", len(again))
		}
	})
}

func TestAnOutcomeIsToldOnceAndInTime(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		c := graduated(t, h)
		h.time.pass(190 * day)
		secrets := c.asked(t)
		works := mission.Reply{Works: true, Occupation: "fap2009-V1Z80", Area: "dep-69"}
		for _, wrong := range []mission.Reply{{Works: true}, {Works: true, Occupation: "none", Area: "dep-69"}, {Works: true, Occupation: works.Occupation, Area: "none"}} {
			_, err := h.a.TellOutcome(ctx, secrets[0], wrong)
			faulty(t, fault.Invalid, err)
		}
		if _, err := h.a.TellOutcome(ctx, strings.Repeat("A", 43), works); err == nil {
			t.Error("a link nobody was sent opens something")
		}
		told, err := h.b.TellOutcome(ctx, secrets[0], works)
		ok(t, err)
		_, err = h.a.TellOutcome(ctx, secrets[0], mission.Reply{})
		faulty(t, fault.Conflict, err)
		chain, err := h.a.Thread(ctx, ref(people.KindOutcome, string(told.ID)), told.Learner, false)
		ok(t, err)
		if last := chain.Back[len(chain.Back)-1].Node.Ref; last.Kind != people.KindDiploma || last.ID != told.Diploma {
			t.Errorf("an outcome comes from %v", last)
		}
		h.time.pass(mission.AnswerLife + day)
		_, err = h.a.TellOutcome(ctx, secrets[1], works)
		faulty(t, fault.Forbidden, err)
		n, err := h.a.LapseOutcomes(ctx)
		ok(t, err)
		if n != 5 {
			t.Errorf("%d fell silent", n)
		}
	})
}

func TestADraftIsHeldForAMinuteAndForgottenWhenTheMissionChanges(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, year := t.Context(), h.time.Now().Year()
		h.a.HoldDrafts()
		learners := func() float64 {
			r, err := h.a.MissionReport(ctx, year)
			ok(t, err)
			return *r.Figures[0].Value
		}
		if learners() != 0 {
			t.Fatal("learners of nothing")
		}
		h.enrolled(t, h.path(t, h.version(t, "v1")), "zoe@example.org")
		if learners() != 0 {
			t.Error("a held draft was computed anew")
		}
		h.time.pass(time.Minute)
		if learners() != 1 {
			t.Error("an old draft was shown to the only reader there is")
		}
		_, err := h.a.Recommend(ctx, people.ByCLI, "Publish more.")
		ok(t, err)
		if r, err := h.a.MissionReport(ctx, year); err != nil || len(r.Recommendations) != 1 {
			t.Errorf("a recommendation is not in the draft: %v", err)
		}
	})
}
