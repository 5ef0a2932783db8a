package store_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

func idsOf(areas []territory.Area) []territory.ID {
	var out []territory.ID
	for _, a := range areas {
		out = append(out, a.ID)
	}
	return out
}

func TestAreasAreListedByLevelAndPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		fill(t, s)
		ctx, areas := t.Context(), must[[]territory.Area](t)
		for name, c := range map[string]struct {
			got  []territory.Area
			want []territory.ID
		}{
			"départements":       {areas(s.Areas(ctx, "departement", "")), []territory.ID{"dep-42", "dep-69", "dep-75"}},
			"basins of 2024":     {areas(s.Areas(ctx, "bassin", "be2024")), []territory.ID{"be2024-8450", "be2024-8451"}},
			"basins in a région": {areas(s.AreasWithin(ctx, "reg-84", "bassin", "be2019")), []territory.ID{"be2019-8401", "be2019-8402"}},
			"nothing":            {areas(s.AreasWithin(ctx, "reg-99", "bassin", "")), nil},
		} {
			if d := cmp.Diff(c.want, idsOf(c.got)); d != "" {
				t.Errorf("%s differ (-want +got):\n%s", name, d)
			}
		}
		loire := must[territory.Area](t)(s.Area(ctx, "dep-42"))
		if d := cmp.Diff(places()[3], any(loire)); d != "" {
			t.Errorf("area differs (-want +got):\n%s", d)
		}
		outlines := must[[]territory.Outline](t)(s.Outlines(ctx, "dep"))
		if len(outlines) != 2 || outlines[1].Area != "dep-69" || outlines[1].Box != [4]float64{0, 0, 1, 1} {
			t.Errorf("outlines: %+v", outlines)
		}
	})
}

func TestSurveyFiguresAreSummedToWiderAreas(t *testing.T) {
	type line struct {
		Occupation, Area              string
		Projects, Difficult, Seasonal market.Value
	}
	known, secret, none := market.Is, market.Secret(), market.Value{}
	for _, c := range []struct {
		name       string
		occupation string
		area       string
		want       []line
	}{
		{"a basin, as published", "", "be2024-8451", []line{
			{"fap2021-V1Z80", "be2024-8451", known(100), secret, secret},
			{"fap2021-S2Z60", "be2024-8451", secret, secret, none},
		}},
		{"a département of one basin keeps what is withheld", "fap2021-V1Z80", "dep-69", []line{
			{"fap2021-V1Z80", "dep-69", known(100), secret, secret},
		}},
		{"a région adds the known parts", "fap2021-V1Z80", "reg-84", []line{
			{"fap2021-V1Z80", "reg-84", known(150), known(40), secret},
		}},
		{"the country counts what has no place", "fap2021-S2Z60", "FR", []line{
			{"fap2021-S2Z60", "FR", known(7), known(3), none},
		}},
		{"an area without a survey", "", "reg-11", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, s *store.Store) {
				fill(t, s)
				var got []line
				for _, d := range must[[]market.Difficulty](t)(s.Difficulties(t.Context(), occupation.ID(c.occupation), territory.ID(c.area), 0, 10)) {
					got = append(got, line{string(d.Occupation), string(d.Area), d.Projects, d.Difficult, d.Seasonal})
				}
				if d := cmp.Diff(c.want, got); d != "" {
					t.Errorf("difficulties differ (-want +got):\n%s", d)
				}
			})
		})
	}
}
