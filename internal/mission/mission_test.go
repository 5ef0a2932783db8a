package mission_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/mission"
)

func day(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

func TestTheLivesOfTheMissionMakeSense(t *testing.T) {
	for _, m := range []interface{ Check() error }{mission.PromiseMachine(), mission.RecommendationMachine(), mission.OutcomeMachine()} {
		if err := m.Check(); err != nil {
			t.Error(err)
		}
	}
}

func TestAPromiseIsKeptLateOrDropped(t *testing.T) {
	p := mission.Promise{Title: "Open a path", DueOn: day("2026-06-30"), State: mission.Promised}
	kept := func(at string) mission.Promise { q := p; q.State, q.SettledAt = mission.Kept, day(at); return q }
	dropped := p
	dropped.State = mission.Dropped
	for name, c := range map[string]struct {
		p    mission.Promise
		now  string
		want mission.Standing
	}{
		"before its date":        {p, "2026-06-01", mission.Ahead},
		"on its last day":        {p, "2026-06-30", mission.Ahead},
		"the day after":          {p, "2026-07-01", mission.Late},
		"kept before":            {kept("2026-05-01"), "2026-12-31", mission.InTime},
		"kept on its last day":   {kept("2026-06-30"), "2026-12-31", mission.InTime},
		"kept after":             {kept("2026-07-01"), "2026-12-31", mission.KeptLate},
		"dropped, long past due": {dropped, "2027-01-01", mission.GivenUp},
	} {
		if got := c.p.Standing(day(c.now)); got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestNoPromiseIsForAPastDayAndNoneIsDroppedWithoutAReason(t *testing.T) {
	p := mission.Promise{Title: "Open a path", DueOn: day("2026-06-30"), State: mission.Promised}
	if err := p.Check(day("2026-06-30")); err != nil {
		t.Errorf("for today: %v", err)
	}
	if err := p.Check(day("2026-07-01")); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("for yesterday: %v", err)
	}
	if _, err := p.Settle(mission.Drop, " ", day("2026-05-01")); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("without a reason: %v", err)
	}
	p, err := p.Settle(mission.Keep, "", day("2026-05-01"))
	if err != nil || p.State != mission.Kept {
		t.Errorf("%+v, %v", p, err)
	}
	if _, err := p.Settle(mission.Drop, "too dear", day("2026-05-02")); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("kept, then dropped: %v", err)
	}
}

// TestWhateverHappensALifeStaysInItsTable drives each machine at random: settled things stay settled.
func TestWhateverHappensALifeStaysInItsTable(t *testing.T) {
	events := []lifecycle.Event{mission.Keep, mission.Drop, mission.TakeUp, mission.Follow, mission.Decline, "burn"}
	rapid.Check(t, func(t *rapid.T) {
		p := mission.Promise{State: mission.Promised}
		r := mission.Recommendation{State: mission.Made}
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			e := rapid.SampledFrom(events).Draw(t, "event")
			wasP, wasR := p, r
			var err error
			if p, err = p.Settle(e, "reason", day("2026-01-01")); err == nil && wasP.State != mission.Promised {
				t.Fatalf("a promise %s was moved by %s", wasP.State, e)
			}
			if r, err = r.Settle(e, "reason", day("2026-01-01")); err == nil && (wasR.State == mission.Followed || wasR.State == mission.Declined) {
				t.Fatalf("a recommendation %s was moved by %s", wasR.State, e)
			}
		}
	})
}

func TestAnOutcomeIsToldOnceInTimeAndWhole(t *testing.T) {
	o := mission.Outcome{State: mission.Asked, AskedAt: day("2026-06-01")}
	works := mission.Reply{Works: true, Occupation: "fap2009-M1Z81", Area: "dep-69"}
	if _, err := o.Tell(mission.Reply{Works: true}, day("2026-06-02")); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("works as nothing: %v", err)
	}
	if _, err := o.Tell(works, day("2026-09-15")); fault.CodeOf(err) != fault.Forbidden {
		t.Errorf("after months: %v", err)
	}
	told, err := o.Tell(works, day("2026-06-02"))
	if err != nil || !told.Works || told.Occupation != works.Occupation || told.State != mission.Answered {
		t.Errorf("%+v, %v", told, err)
	}
	if _, err := told.Tell(works, day("2026-06-03")); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("told twice: %v", err)
	}
	no, err := o.Tell(mission.Reply{Occupation: "x", Area: "y"}, day("2026-06-02"))
	if err != nil || no.Occupation != "" || no.Area != "" {
		t.Errorf("who does not work was given a job: %+v, %v", no, err)
	}
}

func TestAFrozenReportShowsThatItWasChanged(t *testing.T) {
	v := 12.5
	draft := mission.Report{
		Year: 2026, Figures: []mission.Figure{{Indicator: mission.OnTimeShare, Value: &v, Unit: mission.Percent, At: day("2026-12-01")}},
		ComputedAt: day("2026-12-01"),
	}
	if draft.Whole() || draft.Frozen() {
		t.Error("a draft is whole")
	}
	frozen := draft.Freeze("someone", day("2026-12-02"))
	text, err := json.Marshal(frozen)
	if err != nil {
		t.Fatal(err)
	}
	var back mission.Report
	if err := json.Unmarshal(text, &back); err != nil || !back.Whole() || back.Figures[0].Hash == "" {
		t.Fatalf("kept and read again it is not whole: %+v, %v", back, err)
	}
	better := 99.0
	back.Figures[0].Value = &better
	if back.Whole() {
		t.Error("a figure was changed and nobody noticed")
	}
}

func TestFiguresAreHeldToTheirTargets(t *testing.T) {
	f := func(i mission.Indicator, v, target float64) mission.Figure {
		return mission.Figure{Indicator: i, Value: &v, Target: &target}
	}
	for name, c := range map[string]struct {
		f    mission.Figure
		want bool
	}{
		"more graduates than asked": {f(mission.Graduates, 12, 10), true},
		"fewer graduates":           {f(mission.Graduates, 9, 10), false},
		"a shorter lead time":       {f(mission.LeadTime, 80, 90), true},
		"a longer lead time":        {f(mission.LeadTime, 91, 90), false},
	} {
		if got, ok := c.f.Reached(); got != c.want || !ok {
			t.Errorf("%s: %v, %v", name, got, ok)
		}
	}
	if _, ok := (mission.Figure{Indicator: mission.Graduates}).Reached(); ok {
		t.Error("nothing reached a target that is not there")
	}
}

func TestTheMedianOfLeadTimes(t *testing.T) {
	d := func(days ...int) (out []time.Duration) {
		for _, n := range days {
			out = append(out, time.Duration(n)*24*time.Hour)
		}
		return out
	}
	if mission.MedianDays(nil) != nil {
		t.Error("a median of nothing")
	}
	if got := *mission.MedianDays(d(30, 10, 20)); got != 20 {
		t.Errorf("odd: %v", got)
	}
	if got := *mission.MedianDays(d(40, 10, 20, 30)); got != 25 {
		t.Errorf("even: %v", got)
	}
}

func TestAPathIsPlannedByItsHours(t *testing.T) {
	if got, want := mission.PlannedLength(190), 27*7*24*time.Hour; got != want { // 19 weeks of work and 8 to the jury
		t.Errorf("%v, want %v", got, want)
	}
	if got, want := mission.PlannedLength(191), 28*7*24*time.Hour; got != want {
		t.Errorf("%v, want %v", got, want)
	}
}
