package market

import (
	"strings"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

var noon = time.Date(2026, 5, 4, 12, 0, 0, 0, time.UTC)

// nurses are short in a basin of the Rhône.
func nurses() Told {
	return Told{
		Alert: "a1", What: AlertOpens, Severity: Alerte, At: noon, Occupations: []occupation.ID{"rome3-J1506", "fap2009-V1Z80"},
		Level: territory.Bassin, Area: "be2019-8402", Region: "reg-84", Departement: "dep-69",
	}
}

func TestARouteTakesWhatItAsksFor(t *testing.T) {
	for _, c := range []struct {
		name  string
		route Route
		want  bool
	}{
		{"anything", Route{Least: Veille}, true},
		{"just as serious", Route{Least: Alerte}, true},
		{"more serious", Route{Least: Urgence}, false},
		{"its level", Route{Least: Veille, Levels: []territory.Level{territory.Country, territory.Bassin}}, true},
		{"another level", Route{Least: Veille, Levels: []territory.Level{territory.Country}}, false},
		{"the area itself", Route{Least: Veille, Area: "be2019-8402"}, true},
		{"the département around it", Route{Least: Veille, Area: "dep-69"}, true},
		{"the région around it", Route{Least: Veille, Area: "reg-84"}, true},
		{"the whole country", Route{Least: Veille, Area: territory.France}, true},
		{"another région", Route{Least: Veille, Area: "reg-11"}, false},
		{"its ROME letter", Route{Least: Veille, Families: []occupation.ID{"rome3-J"}}, true},
		{"its ROME domain", Route{Least: Veille, Families: []occupation.ID{"rome3-M18", "rome3-J15"}}, true},
		{"the FAP family it corresponds to", Route{Least: Veille, Families: []occupation.ID{"fap2009-V1Z"}}, true},
		{"another family", Route{Least: Veille, Families: []occupation.ID{"rome3-J14"}}, false},
		{"paused", Route{Least: Veille, Paused: true}, false},
		{"made since", Route{Least: Veille, CreatedAt: noon.Add(time.Second)}, false},
		{"made at that moment", Route{Least: Veille, CreatedAt: noon}, true},
	} {
		if got := c.route.Takes(nurses()); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
	country := nurses()
	country.Area, country.Region, country.Departement = territory.France, "", ""
	if (Route{Least: Veille, Area: "dep-69"}).Covers(country) || !(Route{Least: Veille, Area: territory.France}).Covers(country) {
		t.Error("the country lies in a département")
	}
}

func TestAPreviewCountsAlertsOnceAndThoseBeforeTheRoute(t *testing.T) {
	raised, other := nurses(), nurses()
	raised.What, raised.Severity, other.Alert = AlertRises, Urgence, "a2"
	r := Route{Least: Alerte, CreatedAt: noon.Add(time.Hour)}
	if n := r.Preview([]Told{nurses(), raised, other}); n != 2 {
		t.Errorf("%d alerts", n)
	}
}

func TestARouteIsCheckedFieldByField(t *testing.T) {
	good := Route{
		Owner: "a", Means: ByMail, Name: "  Nurses \n here ", Least: Alerte, Levels: []territory.Level{territory.Bassin, territory.Region},
		Area: "reg-84", Families: []occupation.ID{"rome3-M18", "rome3-J", "rome3-J"}, URL: "ignored",
	}
	got, err := good.Check(false)
	if err != nil || got.Name != "Nurses here" || len(got.Families) != 2 || got.Families[0] != "rome3-J" || got.URL != "" || got.Levels[0] != territory.Region {
		t.Errorf("%+v, %v", got, err)
	}
	for field, bad := range map[string]func(*Route){
		"means":    func(r *Route) { r.Means = "pigeon" },
		"name":     func(r *Route) { r.Name = strings.Repeat("é", 81) },
		"least":    func(r *Route) { r.Least = "" },
		"levels":   func(r *Route) { r.Levels = []territory.Level{territory.Commune} },
		"area":     func(r *Route) { r.Area = "mars-1" },
		"families": func(r *Route) { r.Families = []occupation.ID{"rome3-M1805"} },
		"url":      func(r *Route) { r.Owner, r.Means, r.URL = "", ByWebhook, "http://example.org" },
	} {
		r := good
		bad(&r)
		if _, err := r.Check(false); fault.CodeOf(err) != fault.Invalid || err.(*fault.Fault).Column != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	for name, r := range map[string]Route{
		"a person's webhook": {Owner: "a", Means: ByWebhook, Least: Veille, URL: "https://example.org"},
		"nobody's e-mail":    {Means: ByMail, Least: Veille},
	} {
		if _, err := r.Check(false); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}
