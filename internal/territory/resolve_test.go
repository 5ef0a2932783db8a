package territory

import (
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// corner is a small country: three communes of 2019, one of which was merged into another since, and
// Paris.
func corner() *Resolver {
	return NewResolver([]Membership{
		{"com-01001", "be2019-8401"},
		{"com-01002", "be2019-8401"},
		{"com-01003", "be2019-8402"},
		{"com-75056", "be2019-1107"},
		{"com-01001", "be2024-8401"},
		{"com-01003", "be2024-8402"},
		{"com-75056", "be2024-1107"},
	}, []Passage{{"com-01002", "com-01003", 2025}, {"com-01003", "com-01003", 2025}})
}

func TestACommuneIsPlacedThroughPassagesAndFolding(t *testing.T) {
	r := corner()
	for _, c := range []struct {
		name    string
		commune ID
		zoning  Zoning
		want    ID
	}{
		{"as it is", "com-01001", Bassins2019, "be2019-8401"},
		{"merged away since", "com-01002", Bassins2024, "be2024-8402"},
		{"an arrondissement of Paris", "com-75113", Bassins2019, "be2019-1107"},
		{"unknown", "com-99999", Bassins2019, ""},
		{"a zoning nobody imported", "com-01001", Zones2020, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, ok := r.Area(c.commune, c.zoning)
			if got != c.want || ok != (c.want != "") {
				t.Errorf("got %q, %v; want %q", got, ok, c.want)
			}
		})
	}
}

func TestACommuneBornAfterTheZoningIsPlacedByWhatItWasMadeFrom(t *testing.T) {
	r := NewResolver([]Membership{{"com-01002", "be2019-8401"}}, []Passage{{"com-01002", "com-01900", 2025}})
	if got, ok := r.Area("com-01900", Bassins2019); !ok || got != "be2019-8401" {
		t.Errorf("got %q, %v", got, ok)
	}
}

func TestACycleOfPassagesEnds(t *testing.T) {
	r := NewResolver(nil, []Passage{{"com-1", "com-2", 2025}, {"com-2", "com-1", 2025}})
	if _, ok := r.Area("com-1", Bassins2019); ok {
		t.Error("a cycle led somewhere")
	}
}

func TestOverlapsWeighCommunesAndSumToOne(t *testing.T) {
	got := corner().Overlaps(Bassins2019, Bassins2024, map[ID]float64{"com-01001": 2})
	want := []Overlap{
		{"be2019-1107", "be2024-1107", 1},
		{"be2019-8401", "be2024-8401", 0.75},
		{"be2019-8401", "be2024-8402", 0.25},
		{"be2019-8402", "be2024-8402", 1},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("overlaps (-want +got):\n%s", diff)
	}
	sum := map[ID]float64{}
	for _, o := range got {
		sum[o.From] += o.Share
	}
	for id, s := range sum {
		if math.Abs(s-1) > 1e-12 {
			t.Errorf("the shares of %s sum to %v", id, s)
		}
	}
}

func TestMakeRestoresWhatASpreadsheetTookAway(t *testing.T) {
	for _, c := range []struct {
		zoning Zoning
		code   string
		want   ID
	}{
		{Regions, "1", "reg-01"},
		{Departements, "2a", "dep-2A"},
		{Bassins2019, "105", "be2019-0105"},
		{Communes, "1001", "com-01001"},
		{Communes, " ", Unlocated},
		{Communes, "null", Unlocated},
		{Departements, "976", "dep-976"},
	} {
		if got := Make(c.zoning, c.code); got != c.want {
			t.Errorf("Make(%s, %q) = %s, want %s", c.zoning, c.code, got, c.want)
		}
	}
}
