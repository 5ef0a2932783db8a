package web_test

import (
	"net/url"
	"strconv"
	"strings"
	"testing"

	"filiere/internal/people"
)

// runs is the browser of somebody new with a role.
func (sc *school) runs(email string, role people.Role) *browser {
	return sc.signedIn(sc.account(email, "Name of "+email, people.Grant{Role: role}))
}

func TestTheMissionIsRunOnItsPageAndReadByEverybody(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		year := strconv.Itoa(sc.now.Year())
		analyst, committee := sc.runs("ana@example.org", people.Analyst), sc.runs("com@example.org", people.Committee)
		leads(t, analyst.post("/mission/plan/objectives", "title", "Train", "text", "Train one in a hundred."), "/mission/plan?done=kept")

		w := analyst.post("/mission/plan/objectives", "title", " ", "text", "x")
		if d := parseHTML(t, "plan", w.Body.String()); w.Code != 422 || wrong(d) == "" {
			t.Errorf("an objective without a title: %d, says %q", w.Code, wrong(d))
		}
		for _, fields := range [][]string{
			{"indicator", "learners", "year", year, "value", "many"},
			{"indicator", "luck", "year", year, "value", "1"},
			{"indicator", "working", "year", year, "value", "101"},
			{"indicator", "learners", "year", "20x6", "value", "1"},
		} {
			if w := analyst.post("/mission/plan/targets", fields...); w.Code != 422 {
				t.Errorf("%v: %d", fields, w.Code)
			}
		}
		if w := analyst.post("/mission/plan/promises", "title", "Late", "due_on", "2001-01-01"); w.Code != 422 {
			t.Errorf("a promise for a day gone by: %d", w.Code)
		}

		if w := analyst.post("/mission/plan/recommendations", "text", "Publish more."); w.Code != 403 {
			t.Errorf("an analyst recommends: %d", w.Code)
		}
		leads(t, committee.post("/mission/plan/recommendations", "text", "Publish more."), "/mission/plan?done=kept")

		if w := analyst.post("/mission/plan/reports", "year", year); w.Code != 422 {
			t.Errorf("frozen without the box: %d", w.Code)
		}
		leads(t, analyst.post("/mission/plan/reports", "year", year, "confirm", "yes"), "/mission/reports/"+year)

		visitor := sc.browser()
		w = visitor.get("/mission/reports/" + year)
		d := parseHTML(t, "report", w.Body.String())
		if !d.says("Train one in a hundred.") || !d.says("Publish more.") || !d.says("frozen") || len(d.tableFaults()) > 0 || len(d.faults()) > 0 {
			t.Errorf("the report: %d, %v, %v", w.Code, d.tableFaults(), d.faults())
		}
		for file, begins := range map[string]string{"report.pdf": "%PDF-", "report.md": "# Mission report", "report.html": "<!doctype html>"} {
			if w := visitor.get("/mission/reports/" + year + "/" + file); w.Code != 200 || !strings.HasPrefix(w.Body.String(), begins) {
				t.Errorf("%s: %d", file, w.Code)
			}
		}
		for _, none := range []string{"/mission/reports/1999", "/mission/reports/2999", "/mission/reports/x", "/mission/reports/0" + year, "/mission/reports/" + year + "/report.doc", "/outcome/none"} {
			if w := visitor.get(none); w.Code != 404 && w.Code != 410 && w.Code != 403 {
				t.Errorf("%s: %d", none, w.Code)
			}
		}
		if w := visitor.get("/mission/plan"); w.Code == 200 {
			t.Error("a visitor runs the mission")
		}
	})
}

// FuzzMissionAddresses: no year and no secret of a link breaks a page or finds what is not there.
func FuzzMissionAddresses(f *testing.F) {
	all := schools(f)
	for _, seed := range []string{"2026", "02026", "+2026", "2026\x00", "-1", "99999999999999999999", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", "\xff", "é", "%2e%2e"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, part string) {
		for _, sc := range all {
			if year, err := strconv.Atoi(part); err == nil && year >= 2000 && year <= sc.now.Year() && len(part) == 4 {
				return
			}
			for _, before := range []string{"/mission/reports/", "/outcome/"} {
				w := sc.browser().get(before + url.PathEscape(part))
				answered(t, before+part, w)
				if w.Code == 200 {
					t.Errorf("%s%q is found", before, part)
				}
			}
		}
	})
}
