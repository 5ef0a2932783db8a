package store_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

func TestOccupationIsReadWithWhatSurroundsIt(t *testing.T) {
	const nurse = occupation.ID("rome3-J1506")
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		ctx := t.Context()
		o := must[occupation.Occupation](t)(s.Occupation(ctx, nurse))
		if d := cmp.Diff(work()[0], any(o)); d != "" {
			t.Errorf("occupation differs (-want +got):\n%s", d)
		}
		got := map[string][]string{}
		for _, c := range must[[]market.Correspondence](t)(s.Correspondences(ctx, nurse)) {
			got["correspondences"] = append(got["correspondences"], fmt.Sprint(c.Occupation.ID, " ", c.Quality))
		}
		for _, k := range must[[]market.RankedSkill](t)(s.Skills(ctx, nurse)) {
			got["skills"] = append(got["skills"], fmt.Sprint(k.ID, " ", k.Core))
		}
		for _, n := range must[[]market.NearOccupation](t)(s.Near(ctx, nurse)) {
			got["near"] = append(got["near"], fmt.Sprint(n.ID, " ", n.Close, " ", n.Class))
		}
		for _, k := range must[[]occupation.Title](t)(s.Titles(ctx, nurse)) {
			got["titles"] = append(got["titles"], k.Label)
		}
		for _, k := range must[[]market.HiringSector](t)(s.Sectors(ctx, nurse, 1)) {
			got["sectors"] = append(got["sectors"], fmt.Sprint(k.Label, " ", k.Hirings))
		}
		for _, k := range must[[]market.PayBand](t)(s.Pay(ctx, "fap2009-V1Z80")) {
			got["pay"] = append(got["pay"], k.Band)
		}
		for _, k := range must[[]market.Training](t)(s.Trainings(ctx, "fap2009-V1Z80", 0)) {
			got["trainings"] = append(got["trainings"], k.Label)
		}
		for _, k := range must[[]occupation.Occupation](t)(s.Children(ctx, "rome3-J15")) {
			got["children"] = append(got["children"], k.Label)
		}
		want := map[string][]string{
			"correspondences": {"fap2009-V1Z80 official", "rome4-J1506 official", "fap2021-V1Z80 unconfirmed"},
			"skills":          {"ogr-2 true", "ogr-1 true", "ogr-3 false"},
			"near":            {"rome3-J1501 true 0", "rome3-J1507 false 5"},
			"titles":          {"Infirmier / Infirmière", "Infirmier / Infirmière de bloc"},
			"sectors":         {"Hôpitaux 900"},
			"pay":             {"moins de 2 000 €", "2 000 € et plus"},
			"trainings":       {"Santé", "Travail social"},
			"children":        {"Soins d'hygiène, de confort du patient", "Soins infirmiers généralistes", "Soins infirmiers spécialisés en puériculture"},
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("surroundings differ (-want +got):\n%s", d)
		}
	})
}

func TestOccupationsAreListedByCode(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		got := must[[]occupation.Occupation](t)(s.Occupations(t.Context(), "fap2009", occupation.Detailed))
		want := []occupation.Occupation{{ID: "fap2009-S2Z61", Label: "Serveurs de cafés restaurants"}, {ID: "fap2009-V1Z80", Label: "Infirmiers"}}
		if d := cmp.Diff(want, got); d != "" {
			t.Errorf("occupations differ (-want +got):\n%s", d)
		}
	})
}

func TestCertificationsKeepTheActiveOnesFirstAndCountThemAll(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		for _, c := range []struct {
			active bool
			limit  int
			want   []string
			total  int
		}{
			{false, 0, []string{"RNCP2", "RNCP8940", "RNCP1"}, 3},
			{true, 0, []string{"RNCP2", "RNCP8940"}, 2},
			{false, 1, []string{"RNCP2"}, 3},
		} {
			found, total, err := s.Certifications(t.Context(), "rome3-J1506", c.active, c.limit)
			if err != nil {
				t.Fatal(err)
			}
			var ids []string
			for _, f := range found {
				ids = append(ids, f.ID)
			}
			if d := cmp.Diff(c.want, ids); d != "" || total != c.total {
				t.Errorf("active %v, limit %d: %d in all, differ (-want +got):\n%s", c.active, c.limit, total, d)
			}
		}
	})
}

func TestSingleThingsThatDoNotExistAreNotFound(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		_, noOccupation := s.Occupation(t.Context(), "rome3-X0000")
		_, noArea := s.Area(t.Context(), "dep-00")
		_, noRelease := s.Release(t.Context(), "none")
		for name, err := range map[string]error{"occupation": noOccupation, "area": noArea, "release": noRelease} {
			if fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%s: %v", name, err)
			}
		}
	})
}
