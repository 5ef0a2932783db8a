package store_test

import (
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/registrar/vc"
	"filiere/internal/store"
)

// office is the registrar of a house, whose key lies in the test's folder.
func (h house) office(t testing.TB, s *store.Store) *registrar.Office {
	t.Helper()
	file := registrar.KeyFile{Path: filepath.Join(filepath.Dir(t.TempDir()), "issuer.key")}
	return registrar.NewOffice(s, registrar.School{Name: "The school", Site: "https://school.example"}, file, h.time.Now, nil)
}

// decided keeps a complete decision about a new learner.
func (h house) decided(t testing.TB, id campus.DecisionID, acquired bool) people.Account {
	t.Helper()
	a := h.account(t, string(id)+"@example.org")
	ok(t, h.a.KeepDecision(t.Context(), campus.Decision{
		ID: id, Jury: "j1", Enrolment: campus.EnrolmentID("e-" + string(id)), Learner: a.ID, Version: "v1", SignedAt: h.time.Now().UTC(), Minutes: "hash",
		Blocs: []campus.BlocDecision{{Bloc: "b", Acquired: acquired}},
	}))
	return a
}

func TestADecisionMakesOneDiplomaHoweverOftenAndByHowManyItIsIssued(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		h.version(t, "v1")
		zoe := h.decided(t, "d1", true)
		h.decided(t, "d2", false)
		h.decided(t, "d3", true)
		offices := []*registrar.Office{h.office(t, h.a), h.office(t, h.b)}
		var issued atomic.Int64
		for _, err := range together(8, func(i int) error {
			n, err := offices[i%2].IssueDue(t.Context(), people.BySystem)
			issued.Add(int64(n))
			return err
		}) {
			ok(t, err)
		}
		n, err := offices[0].IssueDue(t.Context(), people.BySystem)
		ok(t, err)
		if issued.Add(int64(n)) != 2 || h.count(t, "diploma") != 2 || h.count(t, "issuer_key") != 1 {
			t.Errorf("%d issued, %d kept, %d keys", issued.Load(), h.count(t, "diploma"), h.count(t, "issuer_key"))
		}
		mine, err := h.b.DiplomasOf(t.Context(), zoe.ID)
		ok(t, err)
		if len(mine) != 1 || mine[0].State != registrar.Issued || mine[0].Name != zoe.Name || mine[0].Decision != "d1" {
			t.Fatalf("%+v", mine)
		}
		d, err := h.b.Diploma(t.Context(), mine[0].ID)
		ok(t, err)
		if f := offices[1].Verify(t.Context(), d.Credential); f.Verdict != vc.Valid || f.Diploma != d.ID {
			t.Errorf("%+v", f)
		}
		events, err := h.a.AuditEvents(t.Context(), people.AuditFilter{Action: registrar.DidIssue})
		ok(t, err)
		told, err := h.a.Notifications(t.Context(), zoe.ID, 0)
		ok(t, err)
		chain, err := h.a.Thread(t.Context(), d.Ref(), zoe.ID, false)
		ok(t, err)
		if len(events) != 2 || len(told) != 1 || told[0].Kind != registrar.DidIssue || chain.Back[len(chain.Back)-1].Node.Ref.ID != "d1" {
			t.Errorf("events %+v, told %+v, thread %+v", events, told, chain)
		}
		byNumber, err := h.a.DiplomaNumbered(t.Context(), d.Number)
		ok(t, err)
		of, err := h.a.DiplomaOfDecision(t.Context(), "d1")
		ok(t, err)
		list, total, err := h.a.Diplomas(t.Context(), 1, 0)
		ok(t, err)
		if byNumber.ID != d.ID || of.ID != d.ID || total != 2 || len(list) != 1 {
			t.Errorf("%s, %s, %d", byNumber.ID, of.ID, total)
		}
	})
}

func TestARevokedDiplomaStandsInItsListAndStaysRevoked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		h.version(t, "v1")
		h.decided(t, "d1", true)
		h.decided(t, "d2", true)
		o := h.office(t, h.a)
		_, err := o.IssueDue(t.Context(), people.BySystem)
		ok(t, err)
		of, err := h.a.DiplomaOfDecision(t.Context(), "d1")
		ok(t, err)
		other, err := h.a.DiplomaOfDecision(t.Context(), "d2")
		ok(t, err)
		if of.Status == other.Status {
			t.Errorf("two diplomas have the entry %+v", of.Status)
		}
		before, err := o.StatusList(t.Context(), of.Status.List)
		ok(t, err)
		h.time.pass(time.Hour)
		faulty(t, fault.Invalid, h.a.RevokeDiploma(t.Context(), people.ByCLI, of.ID, "whim", "note"))
		faulty(t, fault.NotFound, h.a.RevokeDiploma(t.Context(), people.ByCLI, "none", registrar.Fraud, "note"))
		ok(t, h.a.RevokeDiploma(t.Context(), people.ByCLI, of.ID, registrar.Fraud, "note"))
		faulty(t, fault.Conflict, h.b.RevokeDiploma(t.Context(), people.ByCLI, of.ID, registrar.Fraud, "note"))
		after, err := h.office(t, h.b).StatusList(t.Context(), of.Status.List)
		ok(t, err)
		if string(before) == string(after) {
			t.Error("the list says the same after a revocation")
		}
		d, err := h.b.Diploma(t.Context(), of.ID)
		ok(t, err)
		if f := o.Verify(t.Context(), d.Credential); f.Verdict != vc.Invalid || f.Checks[4].Reason != vc.ReasonRevoked || !d.RevokedAt.Equal(h.time.Now()) {
			t.Errorf("%+v %+v", f, d)
		}
		n, err := o.IssueDue(t.Context(), people.BySystem)
		ok(t, err)
		if n != 0 {
			t.Error("a decision whose diploma was revoked made another")
		}
		_, err = h.a.StatusList(t.Context(), 2)
		faulty(t, fault.NotFound, err)
	})
}

func TestTheSchoolHasOneKeyInUse(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ok(t, h.a.UseIssuerKey(t.Context(), people.ByCLI, "k1", ""))
		faulty(t, fault.Conflict, h.b.UseIssuerKey(t.Context(), people.ByCLI, "k2", ""))
		h.time.pass(time.Hour)
		ok(t, h.b.UseIssuerKey(t.Context(), people.ByCLI, "k2", "k1"))
		keys, err := h.a.IssuerKeys(t.Context())
		ok(t, err)
		if len(keys) != 2 || keys[0].Public != "k2" || !keys[0].RetiredAt.IsZero() || keys[1].RetiredAt.IsZero() {
			t.Errorf("%+v", keys)
		}
	})
}
