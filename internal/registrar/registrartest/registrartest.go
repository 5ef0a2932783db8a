// Package registrartest gives tests a registrar’s office with a register in memory.
package registrartest

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/studio"
)

// Noon is when everything in these tests happens.
var Noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// Book is a register in memory.
type Book struct {
	Due     map[campus.DecisionID]registrar.Due
	Entries []registrar.Diploma
	keys    []registrar.Key
	revoked int
}

func (b *Book) Diploma(_ context.Context, id registrar.DiplomaID) (registrar.Diploma, error) {
	for _, d := range b.Entries {
		if d.ID == id {
			return d, nil
		}
	}
	return registrar.Diploma{}, fault.New(fault.NotFound, "", "none")
}

func (b *Book) DiplomasOf(context.Context, people.AccountID) ([]registrar.Diploma, error) {
	return b.Entries, nil
}

func (b *Book) DiplomasDue(context.Context, int) (out []campus.DecisionID, _ error) {
	for id := range b.Due {
		out = append(out, id)
	}
	return out, nil
}

func (b *Book) IssueDiploma(_ context.Context, _ people.Actor, id campus.DecisionID, sign func(registrar.Diploma) ([]byte, error)) (registrar.Diploma, bool, error) {
	d, err := registrar.Make(b.Due[id], Noon)
	if err != nil {
		return d, false, err
	}
	n := len(b.Entries)
	d.ID, d.Number, d.Status = registrar.DiplomaID("0197-"+string(id)), registrar.NumberOf(2026, n+1), registrar.Entry{List: 1, Index: 70_000 + n}
	if d.Credential, err = sign(d); err != nil {
		return d, false, err
	}
	b.Entries = append(b.Entries, d)
	delete(b.Due, id)
	return d, true, nil
}

func (b *Book) RevokeDiploma(_ context.Context, _ people.Actor, id registrar.DiplomaID, why registrar.Reason, note string) (err error) {
	for i, d := range b.Entries {
		if d.ID == id {
			b.revoked++
			b.Entries[i], err = registrar.RevokeFor(d, why, note, Noon)
		}
	}
	return err
}

func (b *Book) IssuerKeys(context.Context) ([]registrar.Key, error) { return b.keys, nil }

func (b *Book) UseIssuerKey(_ context.Context, _ people.Actor, public, _ string) error {
	for i := range b.keys {
		b.keys[i].RetiredAt = Noon
	}
	b.keys = append([]registrar.Key{{Public: public, CreatedAt: Noon}}, b.keys...)
	return nil
}

func (b *Book) StatusList(_ context.Context, id int) (registrar.List, error) {
	if id != 1 {
		return registrar.List{}, fault.New(fault.NotFound, "", "none")
	}
	return registrar.List{ID: 1, Revoked: b.revoked, ChangedAt: Noon}, nil
}

func (b *Book) RevokedEntries(context.Context, int) (out []int, _ error) {
	for _, d := range b.Entries {
		if d.State == registrar.Revoked {
			out = append(out, d.Status.Index)
		}
	}
	return out, nil
}

// Decided is a decision a diploma is due of.
func Decided(id campus.DecisionID) registrar.Due {
	return registrar.Due{
		Name: "Zoé  Le \"Bihan\"", Jurors: 3,
		Decision: campus.Decision{
			ID: id, Jury: "j", Enrolment: campus.EnrolmentID("e-" + string(id)), Learner: "zoe", Version: "v1", SignedAt: Noon.Add(-time.Hour),
			Minutes: "5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8",
			Blocs:   []campus.BlocDecision{{Bloc: "b1", Acquired: true}, {Bloc: "b2", Acquired: true}},
		},
		Version: studio.Version{
			ID: "v1", Programme: "p1", Number: 2, Title: "Data à l’école", Summary: "What it is for", Level: 6,
			Framework: studio.Framework{Blocs: []studio.Bloc{
				{ID: "b1", Code: "B1", Title: "Prepare", Activities: []studio.Activity{{Competencies: []studio.Competency{{ID: "c1", Code: "C1.1", Statement: "Clean data"}, {ID: "c2", Code: "C1.2", Statement: "Describe data"}}}}},
				{ID: "b2", Code: "B2", Title: "Show", Activities: []studio.Activity{{Competencies: []studio.Competency{{ID: "c3", Code: "C2.1", Statement: "Draw a figure"}}}}},
			}},
			Projects: make([]studio.Project, 9),
		},
	}
}

// Office is the office of a school with a new key, and its book with decisions that are due.
func Office(t testing.TB, site string, due ...campus.DecisionID) (*registrar.Office, *Book) {
	t.Helper()
	b := &Book{Due: map[campus.DecisionID]registrar.Due{}}
	for _, id := range due {
		b.Due[id] = Decided(id)
	}
	file := registrar.KeyFile{Path: filepath.Join(t.TempDir(), "keys", "issuer.key")}
	return registrar.NewOffice(b, registrar.School{Name: "The school", Site: site}, file, func() time.Time { return Noon }, nil), b
}

// Issued is the diploma of a decision.
func Issued(t testing.TB, o *registrar.Office, id campus.DecisionID) registrar.Diploma {
	t.Helper()
	d, _, err := o.Issue(t.Context(), people.ByCLI, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
