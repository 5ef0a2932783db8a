package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/thread"
)

func ref(kind people.Kind, id string) people.Ref { return people.Ref{Kind: kind, ID: id} }

// woven puts an object on the thread at the house's time.
func woven(t *testing.T, h house, r people.Ref, owner people.AccountID, from ...people.Ref) {
	t.Helper()
	ok(t, h.a.Weave(t.Context(), thread.Node{Ref: r, Label: "the " + r.ID, At: h.time.Now(), Owner: owner}, people.ByCLI, "", from...))
}

// way weaves a whole way with two learners, a day between steps.
func way(t *testing.T, h house) {
	t.Helper()
	figures, alert, programme := ref(people.KindFigures, "f1"), ref(people.KindAlert, "a1"), ref(people.KindProgramme, "p1")
	version, path := ref(people.KindVersion, "v1"), ref(people.KindPath, "t1")
	woven(t, h, figures, "")
	for _, step := range [][2]people.Ref{{alert, figures}, {programme, alert}, {version, programme}, {path, version}} {
		h.time.pass(24 * time.Hour)
		woven(t, h, step[0], "", step[1])
	}
	for _, who := range []people.AccountID{"zoe", "ana"} {
		h.time.pass(24 * time.Hour)
		e, d := ref(people.KindEnrolment, "e-"+string(who)), ref(people.KindDecision, "d-"+string(who))
		woven(t, h, e, who, path)
		woven(t, h, d, who, e)
	}
	h.time.pass(24 * time.Hour)
	woven(t, h, ref(people.KindDiploma, "diploma"), "zoe", ref(people.KindDecision, "d-zoe"))
}

// refs lists the kinds and IDs of steps.
func refs(steps []thread.Step) (out []string) {
	for _, s := range steps {
		out = append(out, fmt.Sprintf("%s %s", s.Node.Ref.Kind, s.Node.Ref.ID))
	}
	return out
}

func TestTheThreadLeadsFromADiplomaToTheFigures(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		way(t, h)
		c, err := h.b.Thread(t.Context(), ref(people.KindDiploma, "diploma"), "zoe", false)
		ok(t, err)
		want := []string{"figures f1", "alert a1", "programme p1", "version v1", "path t1", "enrolment e-zoe", "decision d-zoe"}
		if d := cmp.Diff(want, refs(c.Back)); d != "" {
			t.Errorf("back (-want +got):\n%s", d)
		}
		if c.Back[0].Lead != 24*time.Hour || c.Back[0].Link.To != ref(people.KindAlert, "a1") {
			t.Errorf("first step %+v", c.Back[0])
		}
		stranger, err := h.b.Thread(t.Context(), ref(people.KindDiploma, "diploma"), "", false)
		ok(t, err)
		want[5], want[6] = "enrolment ", "decision "
		if d := cmp.Diff(want, refs(stranger.Back)); d != "" {
			t.Errorf("what a stranger sees (-want +got):\n%s", d)
		}
		_, err = h.b.Thread(t.Context(), ref(people.KindDiploma, "none"), "", false)
		faulty(t, fault.NotFound, err)
	})
}

func TestTheThreadLeadsForwardAndCountsWhatItDoesNotShow(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		way(t, h)
		c, err := h.a.Thread(t.Context(), ref(people.KindAlert, "a1"), "", false)
		ok(t, err)
		if d := cmp.Diff([]string{"programme p1", "version v1", "path t1"}, refs(c.Forward)); d != "" {
			t.Errorf("forward, to a stranger (-want +got):\n%s", d)
		}
		got := map[people.Kind]int{}
		for _, tally := range c.Tallies {
			got[tally.Kind] = tally.Count
		}
		want := map[people.Kind]int{
			people.KindProgramme: 1, people.KindVersion: 1, people.KindPath: 1, people.KindEnrolment: 2, people.KindDecision: 2, people.KindDiploma: 1,
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("tallies (-want +got):\n%s", d)
		}
		own, err := h.a.Thread(t.Context(), ref(people.KindAlert, "a1"), "zoe", false)
		ok(t, err)
		if d := cmp.Diff([]string{"programme p1", "version v1", "path t1", "enrolment e-zoe", "decision d-zoe", "diploma diploma"}, refs(own.Forward)); d != "" {
			t.Errorf("forward, to a learner (-want +got):\n%s", d)
		}
		found, err := h.a.FindOnThread(t.Context(), "v1")
		if found != ref(people.KindVersion, "v1") || err != nil {
			t.Errorf("found %+v, %v", found, err)
		}
	})
}

func TestWeavingAgainDoublesNothing(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		way(t, h)
		before := h.count(t, "thread_link")
		woven(t, h, ref(people.KindEnrolment, "e-zoe"), "zoe", ref(people.KindPath, "t1"))
		c, err := h.a.Thread(t.Context(), ref(people.KindPath, "t1"), "", false)
		ok(t, err)
		if n := h.count(t, "thread_link"); n != before || c.Tallies[0].Count != 2 {
			t.Errorf("%d links, were %d; tallies %+v", n, before, c.Tallies)
		}
	})
}

func TestWhatIsNotOnTheThreadHasNothingComeFromIt(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		n := thread.Node{Ref: ref(people.KindProgramme, "p"), At: h.time.Now()}
		if err := h.a.Weave(t.Context(), n, people.ByCLI, "", ref(people.KindAlert, "nowhere")); err == nil {
			t.Error("a programme came from no alert")
		}
		if err := h.a.Weave(t.Context(), n, people.ByCLI, "", ref(people.KindDiploma, "d")); err == nil {
			t.Error("a programme came from a diploma")
		}
		if h.count(t, "thread_node") != 0 {
			t.Error("a refused step left something")
		}
	})
}

func TestTheTalliesHoldWhenManyWeaveAtOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		way(t, h)
		const n = 24
		for _, err := range together(n, func(i int) error {
			node := thread.Node{Ref: ref(people.KindEnrolment, fmt.Sprint("e", i)), At: h.time.Now(), Owner: "x"}
			return h.of(i).Weave(t.Context(), node, people.ByCLI, "", ref(people.KindPath, "t1"))
		}) {
			ok(t, err)
		}
		c, err := h.a.Thread(t.Context(), ref(people.KindFigures, "f1"), "", false)
		ok(t, err)
		for _, tally := range c.Tallies {
			if tally.Kind == people.KindEnrolment && tally.Count != n+2 {
				t.Errorf("%d enrolments, want %d", tally.Count, n+2)
			}
		}
	})
}
