package store_test

import (
	"strconv"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/mission"
	"filiere/internal/people"
)

func TestTheMissionIsPromisedKeptAndFrozen(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx, by := t.Context(), people.ByCLI
		year := h.time.Now().Year()
		o, err := h.a.AddObjective(ctx, by, mission.Objective{Title: "Train", Text: "Train one in a hundred."})
		ok(t, err)
		again, err := h.b.AddObjective(ctx, by, mission.Objective{Title: "Train", Text: "Train one in a hundred."})
		if err != nil || again.ID != o.ID || h.count(t, "objective") != 1 {
			t.Errorf("the same objective twice: %+v, %v", again, err)
		}
		ok(t, h.a.SetTarget(ctx, by, mission.Target{Indicator: mission.Learners, Objective: o.ID, Year: year, Value: 10}))
		faulty(t, fault.Invalid, h.a.SetTarget(ctx, by, mission.Target{Indicator: "luck", Objective: o.ID, Year: year}))
		faulty(t, fault.NotFound, h.a.SetTarget(ctx, by, mission.Target{Indicator: mission.Learners, Objective: "none", Year: year}))

		due := h.time.Now().UTC().Truncate(24*time.Hour).AddDate(0, 0, 2)
		p, err := h.a.Promise(ctx, by, mission.Promise{Objective: o.ID, Title: "Open a path", DueOn: due})
		ok(t, err)
		_, err = h.b.Promise(ctx, by, mission.Promise{Objective: o.ID, Title: "Open a path", DueOn: due})
		ok(t, err)
		if h.count(t, "promise") != 1 {
			t.Error("a promise was doubled")
		}
		ok(t, h.b.SettlePromise(ctx, by, p.ID, mission.Keep, ""))
		faulty(t, fault.Conflict, h.a.SettlePromise(ctx, by, p.ID, mission.Drop, "no"))

		rec, err := h.a.Recommend(ctx, by, "Publish more.")
		ok(t, err)
		faulty(t, fault.Invalid, h.a.AnswerRecommendation(ctx, by, rec.ID, mission.Decline, ""))
		ok(t, h.a.AnswerRecommendation(ctx, by, rec.ID, mission.Decline, "We publish all."))

		draft, err := h.a.MissionReport(ctx, year)
		ok(t, err)
		if draft.Frozen() || len(draft.Figures) != len(mission.Indicators()) || *draft.Figures[0].Target != 10 || draft.Roadmap[0].Standing != mission.InTime {
			t.Errorf("draft %+v", draft)
		}
		frozen, err := h.a.FreezeReport(ctx, by, year)
		ok(t, err)
		twice, err := h.b.FreezeReport(ctx, by, year)
		if err != nil || twice.Hash != frozen.Hash || !twice.Whole() {
			t.Errorf("frozen twice: %s and %s, %v", frozen.Hash, twice.Hash, err)
		}
		faulty(t, fault.Conflict, h.a.SetTarget(ctx, by, mission.Target{Indicator: mission.Learners, Objective: o.ID, Year: year, Value: 1}))
		if c, err := h.a.Thread(ctx, ref(people.KindReport, strconv.Itoa(year)), "", false); err != nil || c.Focus.Label == "" {
			t.Errorf("the report is not on the thread: %v", err)
		}
		_, err = h.a.MissionReport(ctx, year+1)
		faulty(t, fault.Invalid, err)
	})
}

func TestAReportChangedInTheDatabaseIsFoundOut(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		year := h.time.Now().Year()
		_, err := h.a.FreezeReport(t.Context(), people.ByCLI, year)
		ok(t, err)
		_, err = h.a.DB().ExecContext(t.Context(), `UPDATE mission_report SET content = replace(content, '"of":0', '"of":7')`)
		ok(t, err)
		_, err = h.a.MissionReport(t.Context(), year)
		faulty(t, fault.Internal, err)
	})
}

func TestManyFreezeOnceAndOneReportStands(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		year := h.time.Now().Year()
		hashes := make([]string, 8)
		for _, err := range together(len(hashes), func(i int) error {
			r, err := h.of(i).FreezeReport(t.Context(), people.ByCLI, year)
			hashes[i] = r.Hash
			return err
		}) {
			ok(t, err)
		}
		for _, got := range hashes {
			if got != hashes[0] {
				t.Fatalf("two reports of a year: %v", hashes)
			}
		}
		if h.count(t, "mission_report") != 1 {
			t.Error("more than one report")
		}
	})
}
