package store_test

import (
	"slices"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
)

func holds(a people.Account, r people.Role, scope people.Ref) bool {
	return slices.Contains(a.Grants, people.Grant{Role: r, Scope: scope})
}

func TestALearnerHasOneMentorAtATimeWhoMayAccompanyThem(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		faulty(t, fault.Forbidden, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.zoe.ID))
		faulty(t, fault.NotFound, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, "nobody"))
		waiting, err := h.a.Unmentored(ctx, "", 10)
		if ok(t, err); len(waiting) != 1 || waiting[0].Name == "" {
			t.Errorf("without a mentor: %+v", waiting)
		}
		ok(t, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.mentor.ID))
		events := h.count(t, "audit_event")
		ok(t, h.b.NameMentor(ctx, people.ByCLI, s.e.ID, s.mentor.ID))
		if h.count(t, "audit_event") != events {
			t.Error("naming the same mentor again did something")
		}
		start := h.time.Now().Add(time.Hour)
		_, err = h.a.BookSession(ctx, people.By(s.zoe.ID), s.e.ID, start, 0)
		ok(t, err)
		ok(t, h.b.NameMentor(ctx, people.ByCLI, s.e.ID, s.eve.ID))
		old, err := h.a.Account(ctx, s.mentor.ID)
		ok(t, err)
		now, err := h.a.Account(ctx, s.eve.ID)
		ok(t, err)
		if holds(old, people.Mentor, s.e.Ref()) || !holds(now, people.Mentor, s.e.Ref()) {
			t.Errorf("roles after the change: %v, %v", old.Grants, now.Grants)
		}
		history, err := h.a.Mentorings(ctx, s.e.ID)
		if ok(t, err); len(history) != 2 || history[0].Until.IsZero() || !history[1].Until.IsZero() {
			t.Errorf("history %+v", history)
		}
		mine, err := h.a.Mentees(ctx, s.eve.ID, "", 10)
		if ok(t, err); len(mine) != 1 {
			t.Errorf("mentees %+v", mine)
		}
		sessions, err := h.a.MentorSessions(ctx, s.e.ID, 0)
		if ok(t, err); sessions[0].State != campus.SessionCancelled {
			t.Errorf("the old mentor's session is %s", sessions[0].State)
		}
		if waiting, err = h.a.Unmentored(ctx, "", 10); err != nil || len(waiting) != 0 {
			t.Errorf("without a mentor: %+v, %v", waiting, err)
		}
	})
}

func TestASessionIsBookedOnceHeldAndNoted(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		start := h.time.Now().Add(48 * time.Hour)
		_, err := h.a.BookSession(ctx, people.By(s.zoe.ID), s.e.ID, start, 0)
		faulty(t, fault.Conflict, err) // no mentor
		ok(t, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.mentor.ID))
		won := 0
		for _, err := range together(6, func(i int) error {
			_, err := h.of(i).BookSession(ctx, people.By(s.zoe.ID), s.e.ID, start.Add(time.Duration(i)*time.Minute), 0)
			return err
		}) {
			if err == nil {
				won++
				continue
			}
			faulty(t, fault.Conflict, err)
		}
		if won != 1 {
			t.Fatalf("%d sessions at once", won)
		}
		list, err := h.a.BookedSessions(ctx, s.mentor.ID, 0)
		if ok(t, err); len(list) != 1 || list[0].Length != campus.SessionLength {
			t.Fatalf("%+v", list)
		}
		faulty(t, fault.Conflict, h.a.HoldSession(ctx, people.By(s.mentor.ID), s.e.ID, list[0].ID, "too early"))
		faulty(t, fault.NotFound, h.a.HoldSession(ctx, people.By(s.mentor.ID), "other", list[0].ID, "x"))
		h.time.pass(48 * time.Hour)
		ok(t, h.b.HoldSession(ctx, people.By(s.mentor.ID), s.e.ID, list[0].ID, "They showed their plan."))
		faulty(t, fault.Conflict, h.a.CancelSession(ctx, people.By(s.zoe.ID), s.e.ID, list[0].ID, ""))
		told, err := h.a.Notifications(ctx, s.mentor.ID, 0)
		if ok(t, err); told[0].Kind != campus.DidBookSession {
			t.Errorf("the mentor was told %+v", told)
		}
	})
}

func TestAProjectIsHandedInOnceAndItsFilesAreItsOwn(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		designer := h.account(t, "designer@example.org", people.Grant{Role: people.Designer})
		_, err := h.a.Submit(ctx, people.By(s.zoe.ID), s.submission(1, "out of order"))
		faulty(t, fault.Conflict, err)
		sub := s.submit(t, 0, "content")
		if again := s.submit(t, 0, "content"); again.ID != sub.ID {
			t.Error("the same was handed in twice")
		}
		second := s.submit(t, 0, "better content")
		if second.Number != 2 || second.ID == sub.ID {
			t.Errorf("second %+v", second)
		}
		f, err := h.b.SubmittedFile(ctx, s.e.ID, second.ID, 1)
		if ok(t, err); string(f.Content) != "better content" || f.Name != "report.pdf" {
			t.Errorf("%+v", f)
		}
		_, err = h.b.SubmittedFile(ctx, "another", second.ID, 1)
		faulty(t, fault.NotFound, err)
		list, err := h.a.Submissions(ctx, s.e.ID)
		if ok(t, err); len(list) != 2 || len(list[1].Files) != 1 || list[1].Files[0].Content != nil {
			t.Errorf("%+v", list)
		}
		waiting, err := h.a.WaitingForDefence(ctx, 0)
		if ok(t, err); len(waiting) != 1 || waiting[0].Label != "P1 · Project p1" {
			t.Errorf("%+v", waiting)
		}
		told, err := h.a.Notifications(ctx, designer.ID, 0)
		if ok(t, err); len(told) != 2 || told[0].Kind != campus.DidSubmit {
			t.Errorf("designers were told %+v", told)
		}
		_, err = h.a.EraseAccount(ctx, people.ByCLI, s.zoe.ID)
		if ok(t, err); h.count(t, "file") != 0 || h.count(t, "submission_file") != 0 {
			t.Error("files of an erased learner are left")
		}
	})
}

func TestTheMentorIsNeverTheAssessorNorTheOtherWayRound(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		ok(t, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.mentor.ID))
		ok(t, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.eve.ID))
		s.submit(t, 0, "content")
		start := h.time.Now().Add(time.Hour)
		for _, who := range []people.AccountID{s.mentor.ID, s.eve.ID, s.zoe.ID} {
			_, err := h.a.PlanDefence(ctx, people.ByCLI, s.e.ID, "p1", who, start)
			faulty(t, fault.Forbidden, err)
		}
		d := s.planned(t, 0)
		faulty(t, fault.Forbidden, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.assessor.ID))
		_, err := h.a.PlanDefence(ctx, people.ByCLI, s.e.ID, "p1", s.max.ID, h.time.Now().Add(time.Hour))
		faulty(t, fault.Conflict, err) // planned already
		a, err := h.a.Account(ctx, s.assessor.ID)
		if ok(t, err); !holds(a, people.Assessor, d.Ref()) {
			t.Error("the assessor has no role")
		}
		ok(t, h.a.CallOffDefence(ctx, people.ByCLI, d.ID))
		ok(t, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.assessor.ID))
		if a, err = h.a.Account(ctx, s.assessor.ID); err != nil || holds(a, people.Assessor, d.Ref()) {
			t.Error("the role of a defence called off is left")
		}
	})
}

func TestADefenceIsDecidedOnceByItsAssessor(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		s.submit(t, 0, "content")
		d := s.planned(t, 0)
		p := s.v.Projects[0]
		faulty(t, fault.Conflict, h.a.DecideDefence(ctx, s.assessor.ID, d.ID, filled(p, campus.Acquired), campus.Validated)) // not held
		faulty(t, fault.Forbidden, h.a.HoldDefence(ctx, s.max.ID, d.ID))
		ok(t, h.a.HoldDefence(ctx, s.assessor.ID, d.ID))
		faulty(t, fault.Invalid, h.a.DecideDefence(ctx, s.assessor.ID, d.ID, filled(p, campus.Partly), campus.Validated))
		faulty(t, fault.Forbidden, h.a.DecideDefence(ctx, s.max.ID, d.ID, filled(p, campus.Acquired), campus.Validated))
		won := 0
		for _, err := range together(6, func(i int) error {
			if i%2 == 0 {
				return h.of(i/2).DecideDefence(ctx, s.assessor.ID, d.ID, filled(p, campus.Acquired), campus.Validated)
			}
			return h.of(i/2).DecideDefence(ctx, s.assessor.ID, d.ID, filled(p, campus.NotShown), campus.ToRework)
		}) {
			if err == nil {
				won++
				continue
			}
			faulty(t, fault.Conflict, err)
		}
		if won != 1 {
			t.Errorf("%d outcomes", won)
		}
		chain, err := h.a.Thread(ctx, d.Ref(), s.zoe.ID, false)
		if ok(t, err); len(chain.Back) == 0 || chain.Back[len(chain.Back)-1].Node.Ref != s.e.Ref() {
			t.Errorf("the way back: %+v", chain.Back)
		}
	})
}

func TestAConditionalOutcomeIsFixedInTimeOrReworked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		p := s.v.Projects[0]
		d := s.defended(t, 0, campus.Partly, campus.Conditional)
		faulty(t, fault.Conflict, h.a.LapseFix(ctx, people.By(s.assessor.ID), d.ID))
		h.time.pass(47 * time.Hour)
		fix := s.submit(t, 0, "fixed")
		if d, _ = h.a.Defence(ctx, d.ID); fix.Kind != campus.Fix || d.State != campus.DefenceFixed || d.FixedBy != fix.ID {
			t.Fatalf("%+v %+v", fix, d)
		}
		faulty(t, fault.Invalid, h.a.DecideDefence(ctx, s.assessor.ID, d.ID, filled(p, campus.Partly), campus.ToRework+"x"))
		ok(t, h.a.DecideDefence(ctx, s.assessor.ID, d.ID, filled(p, campus.Partly), campus.ToRework))
		d = s.defended(t, 0, campus.Partly, campus.Conditional)
		if d.Number != 2 {
			t.Errorf("the second defence has number %d", d.Number)
		}
		h.time.pass(49 * time.Hour)
		_, err := h.a.Submit(ctx, people.By(s.zoe.ID), s.submission(0, "too late"))
		faulty(t, fault.Conflict, err)
		ok(t, h.a.LapseFix(ctx, people.By(s.assessor.ID), d.ID))
		works, err := h.b.Works(ctx, s.e.ID)
		if ok(t, err); works[0].State != campus.WorkRework {
			t.Errorf("%+v", works)
		}
	})
}

func TestAJuryNeedsReadyCandidatesAndIndependentMembers(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		ok(t, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.mentor.ID))
		_, err := h.a.Convene(ctx, people.ByCLI, s.asked())
		faulty(t, fault.Conflict, err)
		s.ready(t)
		for _, who := range []people.AccountID{s.mentor.ID, s.assessor.ID, s.zoe.ID} {
			j := s.asked()
			j.Members[1].Account = who
			_, err := h.a.Convene(ctx, people.ByCLI, j)
			faulty(t, fault.Forbidden, err)
		}
		if h.count(t, "jury") != 0 {
			t.Error("a refused jury left something")
		}
		j, err := h.a.Convene(ctx, people.ByCLI, s.asked())
		ok(t, err)
		_, err = h.b.Convene(ctx, people.ByCLI, s.asked())
		faulty(t, fault.Conflict, err)
		faulty(t, fault.Forbidden, h.a.NameMentor(ctx, people.ByCLI, s.e.ID, s.max.ID))
		h.time.pass(24 * time.Hour)
		faulty(t, fault.Conflict, h.a.OpenJury(ctx, s.pat.ID, j.ID, []people.AccountID{s.pat.ID})) // no quorum
		faulty(t, fault.Forbidden, h.a.OpenJury(ctx, s.max.ID, j.ID, []people.AccountID{s.pat.ID, s.max.ID}))
		ok(t, h.a.CancelJury(ctx, people.ByCLI, j.ID))
		again, err := h.a.ReadyForJury(ctx, 0)
		if ok(t, err); len(again) != 1 {
			t.Errorf("after the cancellation %d are ready", len(again))
		}
	})
}

func TestDecisionsStandOnceEverybodyPresentHasSigned(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		s.ready(t)
		j := s.closed(t, true)
		faulty(t, fault.Forbidden, h.a.SignMinutes(ctx, s.eve.ID, j.ID, j.MinutesHash)) // absent
		faulty(t, fault.Conflict, h.a.SignMinutes(ctx, s.pat.ID, j.ID, "another text"))
		ok(t, h.a.SignMinutes(ctx, s.pat.ID, j.ID, j.MinutesHash))
		if h.count(t, "decision") != 0 {
			t.Fatal("decided with one signature")
		}
		for _, err := range together(4, func(i int) error { return h.of(i).SignMinutes(ctx, s.max.ID, j.ID, j.MinutesHash) }) {
			ok(t, err)
		}
		ok(t, h.a.SignMinutes(ctx, s.pat.ID, j.ID, j.MinutesHash))
		list, err := h.a.DecisionsOf(ctx, s.e.ID)
		ok(t, err)
		if len(list) != 1 || !list[0].Complete() || list[0].Minutes != j.MinutesHash {
			t.Fatalf("%+v", list)
		}
		e, err := h.b.Enrolment(ctx, s.e.ID)
		if ok(t, err); e.State != campus.Graduated {
			t.Errorf("the enrolment is %s", e.State)
		}
		chain, err := h.a.Thread(ctx, list[0].Ref(), s.zoe.ID, false)
		ok(t, err)
		kinds := map[people.Kind]int{}
		for _, step := range chain.Back {
			kinds[step.Node.Ref.Kind]++
		}
		if kinds[people.KindDefence] != 2 || kinds[people.KindEnrolment] != 1 || kinds[people.KindVersion] != 1 {
			t.Errorf("the way back: %v", kinds)
		}
		told, err := h.a.Notifications(ctx, s.zoe.ID, 1)
		if ok(t, err); told[0].Kind != campus.ToldDecided {
			t.Errorf("the learner was told %+v", told)
		}
	})
}

func TestALearnerWhoLacksABlocComesBeforeAnotherJury(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		s, ctx := newSchool(t, h), t.Context()
		s.ready(t)
		j := s.closed(t, false)
		ok(t, h.a.SignMinutes(ctx, s.pat.ID, j.ID, j.MinutesHash))
		ok(t, h.a.ReopenJury(ctx, s.pat.ID, j.ID))
		faulty(t, fault.Conflict, h.a.SignMinutes(ctx, s.max.ID, j.ID, j.MinutesHash)) // no minutes
		ok(t, h.a.CloseJury(ctx, s.pat.ID, j.ID))
		j, err := h.a.Jury(ctx, j.ID)
		ok(t, err)
		ok(t, h.a.SignMinutes(ctx, s.max.ID, j.ID, j.MinutesHash))
		if h.count(t, "decision") != 0 {
			t.Fatal("the signature before the minutes were reopened counted")
		}
		ok(t, h.a.SignMinutes(ctx, s.pat.ID, j.ID, j.MinutesHash))
		d, err := h.a.DecisionsOf(ctx, s.e.ID)
		if ok(t, err); len(d) != 1 || d[0].Complete() {
			t.Fatalf("%+v", d)
		}
		second := s.closed(t, true)
		ok(t, h.a.SignMinutes(ctx, s.pat.ID, second.ID, second.MinutesHash))
		ok(t, h.a.SignMinutes(ctx, s.max.ID, second.ID, second.MinutesHash))
		if d, err = h.a.DecisionsOf(ctx, s.e.ID); err != nil || len(d) != 2 || !d[1].Complete() {
			t.Errorf("%+v, %v", d, err)
		}
		_, err = h.a.Convene(ctx, people.ByCLI, s.asked())
		faulty(t, fault.Conflict, err) // graduated
	})
}
