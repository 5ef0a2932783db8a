package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/campus"
	"filiere/internal/fault"
)

func TestADecisionStandsOnceAndIsReadBackAsItWasSigned(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe := h.account(t, "zoe@example.org")
		d := campus.Decision{
			ID: "d1", Jury: "j1", Enrolment: "e1", Learner: zoe.ID, Version: "v1", SignedAt: h.time.Now().UTC(), Minutes: "hash",
			Blocs: []campus.BlocDecision{{Bloc: "b1", Acquired: true}, {Bloc: "b2", Reason: "not shown"}},
		}
		ok(t, h.a.KeepDecision(t.Context(), d))
		got, err := h.b.Decision(t.Context(), "d1")
		ok(t, err)
		if diff := cmp.Diff(d, got); diff != "" || got.Complete() {
			t.Errorf("(-want +got):\n%s", diff)
		}
		d.ID = "d2"
		faulty(t, fault.Conflict, h.b.KeepDecision(t.Context(), d))
		_, err = h.a.Decision(t.Context(), "d2")
		faulty(t, fault.NotFound, err)
		list, err := h.a.DecisionsOf(t.Context(), "e1")
		if ok(t, err); len(list) != 1 {
			t.Errorf("%d decisions", len(list))
		}
	})
}
