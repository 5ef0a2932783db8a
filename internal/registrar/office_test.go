package registrar_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/registrar/vc"
)

const site = "https://school.example"

// outcomes writes a report in short: "form ok fine, issuer ok fine…".
func outcomes(f registrar.Finding) string {
	var out []string
	for _, c := range f.Checks {
		out = append(out, c.Name+" "+string(c.Outcome)+" "+c.Reason)
	}
	return string(f.Verdict) + ": " + strings.Join(out, ", ")
}

func TestADiplomaIsFoundGoodUntilItIsTamperedWithOrRevoked(t *testing.T) {
	o, _ := office(t, site, "d1")
	d := issued(t, o, "d1")
	is := func(text []byte, want string) {
		t.Helper()
		if got := outcomes(o.Verify(t.Context(), text)); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
	is(d.Credential, "valid: form ok fine, issuer ok fine, signature ok fine, dates ok fine, status ok fine, register ok registered")
	is(bytes.Replace(d.Credential, []byte("Zoé"), []byte("Zoë"), 1),
		"invalid: form ok fine, issuer ok fine, signature failed changed, dates unknown not_reached, status unknown not_reached, register failed other_than")
	is(bytes.Replace(d.Credential, []byte(`"validFrom"`), []byte(`"unheardOf": "x", "validFrom"`), 1),
		"invalid: form ok fine, issuer ok fine, signature failed malformed, dates unknown not_reached, status unknown not_reached, register failed other_than")
	is(bytes.ReplaceAll(d.Credential, []byte("did:web:school.example"), []byte("did:web:other.example")),
		"undecided: form ok fine, issuer unknown unreachable, signature unknown not_reached, dates unknown not_reached, status unknown not_reached")
	is([]byte(`{"type": "diploma"}`),
		"invalid: form failed malformed, issuer unknown not_reached, signature unknown not_reached, dates unknown not_reached, status unknown not_reached")
	if err := o.Revoke(t.Context(), people.ByCLI, d.ID, registrar.IssuedInError, "the wrong name"); err != nil {
		t.Fatal(err)
	}
	is(d.Credential, "invalid: form ok fine, issuer ok fine, signature ok fine, dates ok fine, status failed revoked, register ok registered")
}

func TestADiplomaSignedWithAnOldKeyStaysGood(t *testing.T) {
	o, _ := office(t, site, "d1", "d2")
	first := issued(t, o, "d1")
	if _, err := o.Rotate(t.Context(), people.ByCLI); err != nil {
		t.Fatal(err)
	}
	second := issued(t, o, "d2")
	for _, d := range []registrar.Diploma{first, second} {
		if f := o.Verify(t.Context(), d.Credential); f.Verdict != vc.Valid {
			t.Errorf("%s: %s", d.Number, outcomes(f))
		}
	}
}

func TestAKeyTheSchoolDoesNotStandByIsRefused(t *testing.T) {
	o, _ := office(t, site, "d1")
	issued(t, o, "d1")
	impostor, _ := office(t, site, "d1") // another who says they are the school
	forged := issued(t, impostor, "d1")
	if f := o.Verify(t.Context(), forged.Credential); f.Verdict != vc.Invalid || f.Checks[1].Reason != vc.ReasonKeyDisowned {
		t.Errorf("%s", outcomes(f))
	}
}

func TestADiplomaOfOursThatTheRegisterDoesNotKnowIsRefused(t *testing.T) {
	o, b := office(t, site, "d1")
	d := issued(t, o, "d1")
	b.Entries = nil
	if f := o.Verify(t.Context(), d.Credential); f.Verdict != vc.Invalid || f.Checks[5].Reason != registrar.ReasonUnentered {
		t.Errorf("%s", outcomes(f))
	}
}

func TestTheKeyIsForItsOwnerAndLostKeysAreNotReplacedInSilence(t *testing.T) {
	o, _ := office(t, site, "d1", "d2", "d3")
	issued(t, o, "d1")
	path := o.File().Path
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("%v %v", info.Mode(), err)
	}
	if err := os.Chmod(path, 0o640); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Issue(t.Context(), people.ByCLI, "d2"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("with a key others may read: %v", err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	if _, _, err := o.Issue(t.Context(), people.ByCLI, "d2"); fault.CodeOf(err) != fault.Conflict {
		t.Errorf("with the key lost: %v", err)
	}
	if _, err := o.Rotate(t.Context(), people.ByCLI); err != nil {
		t.Fatal(err)
	}
	issued(t, o, "d2")
	// A rotation that was cut short: the new key is in use, its file not in place.
	if err := os.Rename(path, path+".next"); err != nil {
		t.Fatal(err)
	}
	issued(t, o, "d3")
	if _, err := os.Stat(path); err != nil {
		t.Errorf("the rotation was not ended: %v", err)
	}
	if _, err := os.Stat(filepath.Join(filepath.Dir(path), "issuer.key.next")); err == nil {
		t.Error("the key is there twice")
	}
}

func TestOnlyACompleteSignedDecisionMakesADiploma(t *testing.T) {
	for name, change := range map[string]func(d *registrar.Due){
		"a bloc refused":        func(d *registrar.Due) { d.Decision.Blocs[1].Acquired = false },
		"a bloc left out":       func(d *registrar.Due) { d.Decision.Blocs = d.Decision.Blocs[:1] },
		"no bloc":               func(d *registrar.Due) { d.Decision.Blocs = nil },
		"minutes not signed":    func(d *registrar.Due) { d.Decision.SignedAt = time.Time{} },
		"no minutes":            func(d *registrar.Due) { d.Decision.Minutes = "" },
		"another version":       func(d *registrar.Due) { d.Decision.Version = "v2" },
		"a holder with no name": func(d *registrar.Due) { d.Name = " " },
		"none of these":         func(*registrar.Due) {},
	} {
		due := decided("d1")
		change(&due)
		_, err := registrar.Make(due, noon)
		if good := name == "none of these"; good != (err == nil) || !good && fault.CodeOf(err) != fault.Conflict {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestThereIsNoWayBackFromARevokedDiploma lets random things happen to a diploma.
func TestThereIsNoWayBackFromARevokedDiploma(t *testing.T) {
	m := registrar.Machine()
	if err := m.Check(); err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		d := registrar.Diploma{State: m.Initial}
		for _, e := range rapid.SliceOf(rapid.SampledFrom([]lifecycle.Event{registrar.Revoke, "issue", "restore", ""})).Draw(t, "events") {
			next, err := m.Next(d.State, e)
			if d.State == registrar.Revoked && (err == nil || next != registrar.Revoked) {
				t.Fatalf("%q leads from revoked to %q", e, next)
			}
			d.State = next
		}
		why := rapid.SampledFrom(append(registrar.Reasons(), "", "whim")).Draw(t, "why")
		note := rapid.SampledFrom([]string{"", " ", "a note", strings.Repeat("x", 1001)}).Draw(t, "note")
		after, err := registrar.RevokeFor(d, why, note, noon)
		good := d.State == registrar.Issued && why != "" && why != "whim" && note == "a note"
		if good != (err == nil) || good != (after.State == registrar.Revoked && d.State == registrar.Issued) {
			t.Fatalf("%+v revoked for %q, %q: %v", d.State, why, note, err)
		}
	})
}

func TestIssueDueGoesOnAfterADecisionNothingCanComeOf(t *testing.T) {
	o, b := office(t, site, "d1", "d2", "d3")
	bad := b.Due["d2"]
	bad.Name = ""
	b.Due["d2"] = bad
	n, err := o.IssueDue(t.Context(), people.BySystem)
	if n != 2 || fault.CodeOf(err) != fault.Conflict && !strings.Contains(err.Error(), "d2") {
		t.Errorf("%d issued, %v", n, err)
	}
	if _, left := b.Due[campus.DecisionID("d2")]; !left || len(b.Due) != 1 {
		t.Errorf("left: %v", b.Due)
	}
}

// FuzzVerify gives the office credentials nobody wrote.
func FuzzVerify(f *testing.F) {
	o, _ := office(f, site, "d1")
	d := issued(f, o, "d1")
	f.Add(d.Credential)
	f.Add([]byte(`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"did:web:school.example","credentialSubject":{},"proof":{}}`))
	f.Add([]byte(`[[[[`))
	f.Fuzz(func(t *testing.T, text []byte) {
		found := o.Verify(t.Context(), text)
		if found.Verdict == vc.Valid && found.Claims.Holder != "Zoé Le \"Bihan\"" {
			t.Errorf("valid, and not ours: %+v", found)
		}
	})
}

func TestNoDiplomaIsIssuedWhileNobodySaidWhereTheSiteIs(t *testing.T) {
	_, b := office(t, site, "d1")
	file := registrar.KeyFile{Path: filepath.Join(t.TempDir(), "issuer.key")}
	o := registrar.NewOffice(b, registrar.School{Name: "The school", Site: "http://localhost:8080", Guessed: true}, file, func() time.Time { return noon }, nil)
	if n, err := o.IssueDue(t.Context(), people.BySystem); n != 0 || !errors.Is(err, registrar.ErrNoAddress) {
		t.Errorf("%d issued, %v", n, err)
	}
	if _, _, err := o.Issue(t.Context(), people.BySystem, "d1"); !errors.Is(err, registrar.ErrNoAddress) {
		t.Errorf("one by itself: %v", err)
	}
	if len(b.Due) != 1 {
		t.Errorf("left: %v", b.Due)
	}
}
