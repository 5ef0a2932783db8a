package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/territory"
)

// aVersion is a small version of a programme.
func aVersion(h house, id studio.VersionID, programme studio.ProgrammeID, number int) studio.Version {
	t := 0.7
	return studio.Version{
		ID: id, Programme: programme, Number: number, Title: "Data à l’école", Summary: "In *short*", Level: 6, Reason: "asked for",
		Areas: []territory.ID{"region:11"}, Evidence: []market.Evidence{{Occupation: "rome:M1805", Class: 5, Tension: &t, Origin: market.Published}},
		Framework: studio.Framework{Blocs: []studio.Bloc{{ID: "b", Code: "B1", Title: "Bloc", Activities: []studio.Activity{{
			ID: "a", Code: "A1.1", Title: "Activity", Competencies: []studio.Competency{{
				ID: "c", Code: "C1.1", Statement: "Do <it>", Criteria: []studio.Criterion{{ID: "k", Statement: "It is done"}},
			}},
		}}}}},
		Projects:    []studio.Project{{ID: "p", Code: "P1", Title: "Project", Hours: 10, Competencies: []string{"c"}}},
		PublishedAt: h.time.Now(), PublishedBy: people.ByCLI,
	}
}

func TestAVersionIsReadAsItWasPublished(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		v := aVersion(h, "v1", "p1", 1)
		ok(t, h.a.KeepVersion(ctx, v))
		v.Hash = v.Seal()
		got, err := h.b.Version(ctx, "v1")
		ok(t, err)
		v.PublishedAt = v.PublishedAt.UTC().Truncate(time.Microsecond)
		if d := cmp.Diff(v, got); d != "" {
			t.Errorf("(-published +read):\n%s", d)
		}
		_, err = h.b.Version(ctx, "v2")
		faulty(t, fault.NotFound, err)
		faulty(t, fault.Conflict, h.b.KeepVersion(ctx, aVersion(h, "other", "p1", 1)))
		forged := v
		forged.ID, forged.Number, forged.Title = "v3", 3, "Forged"
		faulty(t, fault.Internal, h.b.KeepVersion(ctx, forged))
	})
}

func TestAVersionThatWasTamperedWithIsNotRead(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		ok(t, h.a.KeepVersion(ctx, aVersion(h, "v1", "p1", 1)))
		_, err := h.a.DB().ExecContext(ctx, `UPDATE version SET content = replace(content, 'It is done', 'It is not') WHERE id = 'v1'`)
		ok(t, err)
		_, err = h.b.Version(ctx, "v1")
		faulty(t, fault.Internal, err)
	})
}

func TestVersionsAreListedNewestFirst(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		for i, id := range []studio.VersionID{"v1", "v2", "v3"} {
			ok(t, h.a.KeepVersion(ctx, aVersion(h, id, "p1", i+1)))
			h.time.pass(time.Hour)
		}
		ok(t, h.a.KeepVersion(ctx, aVersion(h, "w1", "p2", 1)))
		list, total, err := h.b.Versions(ctx, 2, 1)
		ok(t, err)
		if total != 4 || len(list) != 2 || list[0].ID != "v3" || list[1].ID != "v2" || list[0].Framework.Blocs != nil {
			t.Errorf("%d in all, page %+v", total, list)
		}
		of, err := h.b.VersionsOf(ctx, "p1")
		if err != nil || len(of) != 3 || of[0].Number != 3 {
			t.Errorf("%+v, %v", of, err)
		}
	})
}
