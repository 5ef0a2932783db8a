package market_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/market"
)

func TestRowFieldsFollowTheColumns(t *testing.T) {
	r := market.Row{Label: "Infirmiers", AreaLabel: "LYON CENTRE"}
	r.Occupation, r.Area, r.Year = "rome3-J1506", "be2019-8404", 2021
	r.Tension, r.Class, r.Origin = market.Is(-0.25), 4, market.Published
	r.Causes = [market.CauseCount]int{5, 0, 1, 2, 3, 4}
	r.Offers, r.Jobseekers, r.Employment = market.Is(16.61538462), market.Secret(), market.Value{}
	r.Sources = "tension_bassin 2021"

	got := map[string]string{}
	for i, f := range r.Fields() {
		got[market.Columns[i]] = f
	}
	want := map[string]string{
		"nomenclature": "rome3", "occupation": "J1506", "label": "Infirmiers", "level": "bassin", "area": "8404",
		"area_label": "LYON CENTRE", "year": "2021", "tension": "-0.25", "class": "4", "intensite_embauches": "5",
		"lien_formation_emploi": "", "manque_main_oeuvre": "1", "non_durabilite_emploi": "2", "conditions_travail": "3",
		"inadequation_geographique": "4", "offers": "16.61538462", "jobseekers": "", "employment": "",
		"origin": "published", "source": "tension_bassin 2021",
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Errorf("fields differ (-want +got):\n%s", d)
	}
}

func TestTextIsNeverAFormula(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "Serveurs": "Serveurs", "=1+1": "'=1+1", "+33": "'+33", "-1": "'-1", "@SUM(A1)": "'@SUM(A1)", "\t=1": "'\t=1",
	} {
		if got := market.Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}
