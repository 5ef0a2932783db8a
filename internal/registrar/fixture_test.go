package registrar_test

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

// noon is when everything in these tests happens.
var noon = time.Date(2026, 6, 1, 12, 0, 0, 0, time.UTC)

// book is a register in memory.
type book struct {
	due     map[campus.DecisionID]registrar.Due
	entries []registrar.Diploma
	keys    []registrar.Key
	revoked int
}

func (b *book) Diploma(_ context.Context, id registrar.DiplomaID) (registrar.Diploma, error) {
	for _, d := range b.entries {
		if d.ID == id {
			return d, nil
		}
	}
	return registrar.Diploma{}, fault.New(fault.NotFound, "", "none")
}

func (b *book) DiplomasDue(context.Context, int) (out []campus.DecisionID, _ error) {
	for id := range b.due {
		out = append(out, id)
	}
	return out, nil
}

func (b *book) IssueDiploma(_ context.Context, _ people.Actor, id campus.DecisionID, sign func(registrar.Diploma) ([]byte, error)) (registrar.Diploma, bool, error) {
	d, err := registrar.Make(b.due[id], noon)
	if err != nil {
		return d, false, err
	}
	n := len(b.entries)
	d.ID, d.Number, d.Status = registrar.DiplomaID("0197-"+string(id)), registrar.NumberOf(2026, n+1), registrar.Entry{List: 1, Index: 70_000 + n}
	if d.Credential, err = sign(d); err != nil {
		return d, false, err
	}
	b.entries = append(b.entries, d)
	delete(b.due, id)
	return d, true, nil
}

func (b *book) RevokeDiploma(_ context.Context, _ people.Actor, id registrar.DiplomaID, why registrar.Reason, note string) (err error) {
	for i, d := range b.entries {
		if d.ID == id {
			b.revoked++
			b.entries[i], err = registrar.RevokeFor(d, why, note, noon)
		}
	}
	return err
}

func (b *book) IssuerKeys(context.Context) ([]registrar.Key, error) { return b.keys, nil }

func (b *book) UseIssuerKey(_ context.Context, _ people.Actor, public, _ string) error {
	for i := range b.keys {
		b.keys[i].RetiredAt = noon
	}
	b.keys = append([]registrar.Key{{Public: public, CreatedAt: noon}}, b.keys...)
	return nil
}

func (b *book) StatusList(_ context.Context, id int) (registrar.List, error) {
	if id != 1 {
		return registrar.List{}, fault.New(fault.NotFound, "", "none")
	}
	return registrar.List{ID: 1, Revoked: b.revoked, ChangedAt: noon}, nil
}

func (b *book) RevokedEntries(context.Context, int) (out []int, _ error) {
	for _, d := range b.entries {
		if d.State == registrar.Revoked {
			out = append(out, d.Status.Index)
		}
	}
	return out, nil
}

// decided is a decision a diploma is due of.
func decided(id campus.DecisionID) registrar.Due {
	return registrar.Due{
		Name: "Zoé  Le \"Bihan\"", Jurors: 3,
		Decision: campus.Decision{
			ID: id, Jury: "j", Enrolment: campus.EnrolmentID("e-" + string(id)), Learner: "zoe", Version: "v1", SignedAt: noon.Add(-time.Hour),
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

// office is the office of a school with a new key, and its book with decisions that are due.
func office(t testing.TB, site string, due ...campus.DecisionID) (*registrar.Office, *book) {
	t.Helper()
	b := &book{due: map[campus.DecisionID]registrar.Due{}}
	for _, id := range due {
		b.due[id] = decided(id)
	}
	file := registrar.KeyFile{Path: filepath.Join(t.TempDir(), "keys", "issuer.key")}
	return registrar.NewOffice(b, registrar.School{Name: "The school", Site: site}, file, func() time.Time { return noon }, nil), b
}

// issued is the diploma of a decision.
func issued(t testing.TB, o *registrar.Office, id campus.DecisionID) registrar.Diploma {
	t.Helper()
	d, _, err := o.Issue(t.Context(), people.ByCLI, id)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
