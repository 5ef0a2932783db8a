package store_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/store"
	"filiere/internal/studio"
)

func TestAVersionIsReadFromTheDatabaseOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		ok(t, h.a.KeepVersion(ctx, aVersion(h, "v1", "p1", 1)))
		first, err := h.b.Version(ctx, "v1")
		ok(t, err)
		_, err = h.a.DB().ExecContext(ctx, `UPDATE version SET content = replace(content, 'It is done', 'It is not') WHERE id = 'v1'`)
		ok(t, err)
		again, err := h.b.Version(ctx, "v1")
		ok(t, err)
		if d := cmp.Diff(first, again); d != "" {
			t.Errorf("(-first +again):\n%s", d)
		}
		for range 2 { // whoever reads it first now finds out, and keeps nothing of it
			_, err = h.a.Version(ctx, "v1")
			faulty(t, fault.Internal, err)
		}
		_, err = h.b.ReadVersion(ctx, "v1")
		faulty(t, fault.Internal, err)
		for range 2 { // what is not there may come
			_, err = h.b.Version(ctx, "v2")
			faulty(t, fault.NotFound, err)
		}
		ok(t, h.a.KeepVersion(ctx, aVersion(h, "v2", "p2", 1)))
		_, err = h.b.Version(ctx, "v2")
		ok(t, err)
	})
}

func TestAVersionUnderAnothersNameIsNotRead(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		ok(t, h.a.KeepVersion(ctx, aVersion(h, "v1", "p1", 1)))
		ok(t, h.a.KeepVersion(ctx, aVersion(h, "v2", "p2", 1)))
		_, err := h.a.DB().ExecContext(ctx, `UPDATE version SET hash = (SELECT hash FROM version WHERE id = 'v1'),
			content = (SELECT content FROM version WHERE id = 'v1') WHERE id = 'v2'`)
		ok(t, err)
		_, err = h.b.Version(ctx, "v2")
		faulty(t, fault.Internal, err)
	})
}

func TestVersionsInMemoryAreBoundedAndSharedSafely(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		const many = store.MaxHeldVersions + 20
		for i := range many {
			h.version(t, studio.VersionID(fmt.Sprint("v", i)))
		}
		var readers sync.WaitGroup
		for r := range 4 {
			readers.Go(func() {
				for i := range many {
					id := studio.VersionID(fmt.Sprint("v", (i*(r+1))%many))
					if v, err := h.b.Version(t.Context(), id); err != nil || v.ID != id || v.CheckSeal() != nil {
						t.Errorf("asked for %s, got %s: %v", id, v.ID, err)
					}
				}
			})
		}
		readers.Wait()
		if n := h.b.HeldVersions(); n != store.MaxHeldVersions {
			t.Errorf("%d versions in memory, want %d", n, store.MaxHeldVersions)
		}
	})
}

// largeVersion is a version as large as programmes get: six blocs, ninety competencies, twenty projects.
func largeVersion(h house) studio.Version {
	v := aVersion(h, "v1", "p1", 1)
	v.Framework, v.Projects = studio.Framework{}, nil
	for b := range 6 {
		bloc := studio.Bloc{ID: fmt.Sprint("b", b), Code: fmt.Sprint("B", b), Title: "A bloc of competencies"}
		for a := range 3 {
			act := studio.Activity{ID: fmt.Sprint("a", b, a), Code: fmt.Sprint("A", b, a), Title: "An activity of the occupation"}
			for c := range 5 {
				one := studio.Competency{ID: fmt.Sprint("c", b, a, c), Code: fmt.Sprint("C", b, a, c), Statement: "Design and evaluate what the situation asks for"}
				for k := range 4 {
					one.Criteria = append(one.Criteria, studio.Criterion{ID: fmt.Sprint("k", b, a, c, k), Statement: "The result is complete, reasoned and checked"})
				}
				act.Competencies = append(act.Competencies, one)
			}
			bloc.Activities = append(bloc.Activities, act)
		}
		v.Framework.Blocs = append(v.Framework.Blocs, bloc)
	}
	for p := range 20 {
		v.Projects = append(v.Projects, studio.Project{ID: fmt.Sprint("p", p), Code: fmt.Sprint("P", p), Title: "A project", Hours: 30, Competencies: []string{"c000", "c111"}})
	}
	return v
}

// BenchmarkVersion compares reading a version from the database with finding it in memory.
func BenchmarkVersion(b *testing.B) {
	h := newHouse(b, "sqlite")
	ok(b, h.a.KeepVersion(b.Context(), largeVersion(h)))
	for name, read := range map[string]func() error{
		"database": func() error { _, err := h.b.ReadVersion(b.Context(), "v1"); return err },
		"memory":   func() error { _, err := h.b.Version(b.Context(), "v1"); return err },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				ok(b, read())
			}
		})
	}
}
