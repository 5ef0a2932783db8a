package store_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// shortages are cells of which four open an alert by the rule over published figures.
func shortages() []market.Cell {
	with := func(c market.Cell, cause int) market.Cell { c.Causes[1] = cause; return c }
	none := market.Value{}
	basin := with(cell("rome3-J1506", "be2019-8402", 2021, 5, none, none), 5)
	basin.Offers, basin.Jobseekers, basin.CausesComputed = market.Is(2500), market.Is(300), 2
	before := basin
	before.Year, before.Area = 2020, "be2019-1101"
	family := with(cell("fap2009-V1Z", "FR", 2019, 5, market.Is(2), market.Is(900_000)), 5)
	return []market.Cell{
		with(cell("fap2009-V1Z80", "FR", 2019, 5, market.Is(0.9), market.Is(500_000)), 4),    // opens
		with(cell("fap2009-V1Z80", "reg-84", 2019, 4, market.Is(0.3), market.Is(60_000)), 5), // opens
		with(cell("fap2009-V1Z80", "dep-69", 2019, 5, market.Is(0.6), market.Is(15_000)), 5), // opens
		basin, // opens
		with(cell("fap2009-S2Z61", "FR", 2019, 5, market.Is(0.7), market.Is(200_000)), 3),    // not for training to cure
		with(cell("fap2009-S2Z61", "dep-69", 2019, 5, market.Is(0.7), market.Is(4_999)), 5),  // too few
		with(cell("fap2009-V1Z80", "reg-11", 2018, 5, market.Is(0.7), market.Is(90_000)), 5), // not the latest
		before, family,
	}
}

// alarmed fills a house with shortages and opens their alerts.
func alarmed(t *testing.T, h house) []market.Alert {
	t.Helper()
	fill(t, h.a)
	ok(t, h.a.ReplaceCells(t.Context(), "v2", shortages()))
	scan, err := h.a.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{})
	ok(t, err)
	if scan.Opened != 4 {
		t.Fatalf("scan %+v", scan)
	}
	alerts, total, err := h.b.Alerts(t.Context(), market.AlertFilter{}, 0, 0)
	ok(t, err)
	if total != 4 || len(alerts) != 4 {
		t.Fatalf("%d alerts of %d", len(alerts), total)
	}
	return alerts
}

// one counts one alert at a level.
func one(l territory.Level, s market.Severity) market.ByLevel {
	return market.ByLevel{Level: l, Opened: 1, BySeverity: map[market.Severity]int{s: 1}}
}

func labels(alerts []market.Alert) (out []string) {
	for _, a := range alerts {
		out = append(out, a.Label())
	}
	return out
}

func TestAScanOpensAnAlertForEachShortageOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		fill(t, h.a)
		ok(t, h.a.ReplaceCells(t.Context(), "v2", shortages()))
		dry, err := h.a.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{DryRun: true})
		ok(t, err)
		want := market.Scan{Rule: "published-1", DryRun: true, Found: 4, Opened: 4, ByLevel: []market.ByLevel{
			one(territory.Country, market.Urgence), one(territory.Region, market.Alerte), one(territory.Departement, market.Urgence), one(territory.Bassin, market.Urgence),
		}}
		if d := cmp.Diff(want, dry); d != "" {
			t.Errorf("dry run (-want +got):\n%s", d)
		}
		if n := h.count(t, "alert") + h.count(t, "thread_node") + h.count(t, "audit_event"); n != 0 {
			t.Errorf("a dry run left %d rows", n)
		}
		scan, err := h.a.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{})
		ok(t, err)
		want.DryRun = false
		if d := cmp.Diff(want, scan); d != "" {
			t.Errorf("scan (-want +got):\n%s", d)
		}
		again, err := h.b.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{})
		ok(t, err)
		if again.Found != 4 || again.Kept != 4 || again.Opened != 0 || h.count(t, "alert") != 4 || h.count(t, "audit_event") != 1 {
			t.Errorf("again: %+v, %d alerts, %d events", again, h.count(t, "alert"), h.count(t, "audit_event"))
		}
	})
}

func TestScansAtOnceOpenNothingTwice(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		fill(t, h.a)
		ok(t, h.a.ReplaceCells(t.Context(), "v2", shortages()))
		for _, err := range together(6, func(i int) error {
			_, err := h.of(i).ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{})
			return err
		}) {
			ok(t, err)
		}
		if h.count(t, "alert") != 4 || h.count(t, "thread_link") != 4 || h.count(t, "audit_event") != 1 {
			t.Errorf("%d alerts, %d links, %d events", h.count(t, "alert"), h.count(t, "thread_link"), h.count(t, "audit_event"))
		}
	})
}

func TestAScanLooksWhereItIsAsked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		fill(t, h.a)
		ok(t, h.a.ReplaceCells(t.Context(), "v2", shortages()))
		for _, c := range []struct {
			scope market.ScanScope
			want  int
		}{
			{market.ScanScope{Level: territory.Bassin}, 1},
			{market.ScanScope{Level: territory.Commune}, 0},
			{market.ScanScope{Within: "reg-84"}, 3},
			{market.ScanScope{Within: "reg-84", Level: territory.Departement}, 1},
			{market.ScanScope{Within: "FR"}, 1},
			{market.ScanScope{Within: "nowhere"}, 0},
			{market.ScanScope{Most: 2}, 2},
		} {
			c.scope.DryRun = true
			scan, err := h.a.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), c.scope)
			ok(t, err)
			if scan.Opened != c.want {
				t.Errorf("%+v would open %d, want %d", c.scope, scan.Opened, c.want)
			}
		}
	})
}

func TestAnAlertKeepsItsEvidenceWhenTheFiguresChange(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		alerts := alarmed(t, h)
		ok(t, h.a.ReplaceCells(t.Context(), "v3", nil))
		got, err := h.b.Alert(t.Context(), alerts[0].ID)
		ok(t, err)
		e := got.Evidence
		if e.Class != 5 || *e.Employment != 500_000 || e.Tension == nil || *e.Tension != 0.9 || e.Source != "test" || e.Causes[1] != 4 || e.AreaLabel != "France" {
			t.Errorf("evidence %+v", e)
		}
		if got.Severity != market.Urgence || got.State != market.AlertOpened || !got.OpenedAt.Equal(h.time.Now()) {
			t.Errorf("alert %+v", got)
		}
		c, err := h.a.Thread(t.Context(), ref(people.KindAlert, string(got.ID)), "", false)
		ok(t, err)
		if d := cmp.Diff([]string{"figures fap2009-V1Z80:FR:2019"}, refs(c.Back)); d != "" || c.Back[0].Lead <= 0 {
			t.Errorf("the way back: %s, lead %v", d, c.Back[0].Lead)
		}
	})
}

func TestAlertsAreFilteredAndTheMostSeriousComeFirst(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		alerts := alarmed(t, h)
		const country, region = "Infirmiers · France", "Infirmiers · Auvergne-Rhône-Alpes"
		const dep, basin = "Infirmiers · Rhône", "Soins infirmiers généralistes · LYON CENTRE"
		if d := cmp.Diff([]string{country, dep, basin, region}, labels(alerts)); d != "" {
			t.Errorf("all (-want +got):\n%s", d)
		}
		ok(t, h.a.ResolveAlert(t.Context(), people.ByCLI, alerts[0].ID, "enough schools"))
		for _, c := range []struct {
			name string
			f    market.AlertFilter
			want []string
		}{
			{"level", market.AlertFilter{Level: territory.Bassin}, []string{basin}},
			{"area", market.AlertFilter{Area: "dep-69"}, []string{dep}},
			{"within a région", market.AlertFilter{Within: "reg-84"}, []string{dep, basin, region}},
			{"severity", market.AlertFilter{Severity: market.Alerte}, []string{region}},
			{"state", market.AlertFilter{State: market.AlertResolved}, []string{country}},
			{"unresolved", market.AlertFilter{Unresolved: true}, []string{dep, basin, region}},
			{"occupation", market.AlertFilter{Occupations: []occupation.ID{"rome3-J1506", "rome4-J1506"}}, []string{basin}},
			{"words without their accents", market.AlertFilter{Text: "INFIRMIERS rhone"}, []string{dep, region}},
			{"what stands for anything elsewhere", market.AlertFilter{Text: "%"}, nil},
			{"hostile text", market.AlertFilter{Area: "\x00'", Text: "\xff"}, nil},
		} {
			got, total, err := h.a.Alerts(t.Context(), c.f, 0, 0)
			ok(t, err)
			if d := cmp.Diff(c.want, labels(got)); d != "" || total != len(c.want) {
				t.Errorf("%s, %d in all (-want +got):\n%s", c.name, total, d)
			}
		}
		page, total, err := h.a.Alerts(t.Context(), market.AlertFilter{}, 1, 1)
		ok(t, err)
		if total != 4 || len(page) != 1 || page[0].ID != alerts[1].ID {
			t.Errorf("second page of one: %v of %d", labels(page), total)
		}
	})
}

func TestAnAlertIsAcknowledgedLinkedAndResolvedOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		a := alarmed(t, h)[0]
		h.time.pass(time.Hour)
		ok(t, h.a.AcknowledgeAlert(t.Context(), people.ByCLI, a.ID))
		faulty(t, fault.Conflict, h.b.AcknowledgeAlert(t.Context(), people.ByCLI, a.ID))
		p := ref(people.KindProgramme, "p1")
		ok(t, h.a.LinkAlert(t.Context(), people.ByCLI, a.ID, p))
		ok(t, h.b.LinkAlert(t.Context(), people.ByCLI, a.ID, p))
		faulty(t, fault.Conflict, h.a.LinkAlert(t.Context(), people.ByCLI, a.ID, ref(people.KindProgramme, "p2")))
		faulty(t, fault.Invalid, h.a.ResolveAlert(t.Context(), people.ByCLI, a.ID, " "))
		ok(t, h.a.ResolveAlert(t.Context(), people.ByCLI, a.ID, "enough\npeople were trained"))
		faulty(t, fault.Conflict, h.a.ResolveAlert(t.Context(), people.ByCLI, a.ID, "again"))
		got, err := h.a.Alert(t.Context(), a.ID)
		ok(t, err)
		if got.State != market.AlertResolved || got.Programme != "p1" || got.Resolution != "enough people were trained" ||
			!got.AcknowledgedAt.Equal(h.time.Now()) || !got.ResolvedAt.Equal(h.time.Now()) {
			t.Errorf("alert %+v", got)
		}
		faulty(t, fault.NotFound, h.a.AcknowledgeAlert(t.Context(), people.ByCLI, "nowhere"))
		faulty(t, fault.NotFound, h.a.LinkAlert(t.Context(), people.ByCLI, "nowhere", p))
		if err := h.a.LinkAlert(t.Context(), people.ByCLI, a.ID, ref(people.KindVersion, "v")); err == nil {
			t.Error("an alert was linked to what is no programme")
		}
		if n := h.count(t, "audit_event"); n != 3 {
			t.Errorf("%d events, want those of scan, acknowledge and resolve", n)
		}
	})
}

func TestAResolvedAlertIsOpenedAgainByFiguresOfALaterYearOnly(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		a := alarmed(t, h)[0]
		ok(t, h.a.ResolveAlert(t.Context(), people.ByCLI, a.ID, "enough schools"))
		scan, err := h.a.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{})
		ok(t, err)
		if scan.Opened != 0 || scan.Kept != 4 {
			t.Errorf("the same figures: %+v", scan)
		}
		later := shortages()
		for i := range later {
			later[i].Year++
		}
		ok(t, h.a.ReplaceCells(t.Context(), "v3", later))
		scan, err = h.a.ScanAlerts(t.Context(), people.ByCLI, market.PublishedRule(), market.ScanScope{})
		ok(t, err)
		if scan.Opened != 1 || scan.Kept != 3 || scan.ByLevel[0].Level != territory.Country {
			t.Errorf("figures of a later year: %+v", scan)
		}
	})
}
