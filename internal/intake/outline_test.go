package intake

import (
	"fmt"
	"strings"
	"testing"

	"filiere/internal/territory"
)

// square is a feature a tenth of a degree wide, on the mainland.
func square(code, name string, lon, lat float64) string {
	return fmt.Sprintf(`{"type":"Feature","properties":{"code":%q,"nom":%q},"geometry":{"type":"Polygon","coordinates":[[[%[3]g,%[4]g],[%[5]g,%[4]g],[%[5]g,%[6]g],[%[3]g,%[6]g],[%[3]g,%[4]g]]]}}`,
		code, name, lon, lat, lon+0.5, lat+0.5)
}

func collection(features ...string) string {
	return `{"type":"FeatureCollection","features":[` + strings.Join(features, ",") + `]}`
}

func TestOutlinesCarryTheirAreasNames(t *testing.T) {
	rep, m := readSample(t, collection(square("11", "Île-de-France", 2, 48.5), square("84", "AUVERGNE RHONE ALPES", 4, 45), square("53", "Loin", 200, 45)))
	if rep.Outcome != Imported || rep.Release.Scope != "reg" || rep.Release.RowsKept != 2 || rep.Release.RowsRefused != 1 {
		t.Fatalf("got %s of %q: %d kept, %d refused (%v)", rep.Outcome, rep.Release.Scope, rep.Release.RowsKept, rep.Release.RowsRefused, rep.Err)
	}
	labels := map[territory.ID]string{}
	drawn := map[territory.ID]bool{}
	for _, r := range m.records {
		switch r := r.(type) {
		case territory.Area:
			labels[r.ID] = r.Label
		case territory.Outline:
			drawn[r.Area] = r.Path != ""
		}
	}
	if labels["reg-11"] != "Île-de-France" || labels["reg-84"] != "Auvergne Rhone Alpes" || !drawn["reg-11"] || !drawn["reg-84"] || len(drawn) != 2 {
		t.Errorf("labels %v, drawn %v", labels, drawn)
	}
}

func TestOutlinesOfNoKnownZoningAreRefused(t *testing.T) {
	for name, content := range map[string]string{
		"unknown codes": collection(square("zz", "Nulle part", 2, 48)),
		"no code":       collection(`{"type":"Feature","properties":{},"geometry":null}`),
		"cut short":     collection(square("11", "Île-de-France", 2, 48))[:100],
		"no features":   `{"type":"FeatureCollection"}`,
	} {
		t.Run(name, func(t *testing.T) {
			rep, m := readSample(t, content)
			if rep.Outcome != Refused || rep.Err == nil || len(m.records) != 0 {
				t.Errorf("got %s (%v) with %d records, want refused with none", rep.Outcome, rep.Err, len(m.records))
			}
		})
	}
}
