package web_test

import (
	"net/http"
	"testing"

	"filiere/internal/market"
	"filiere/internal/territory"
)

func TestARouteIsAboutABasinByItsNameOrItsCode(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		put(t, sc.store, "places", []any{
			territory.Area{ID: "FR", Label: "France"},
			territory.Area{ID: "reg-84", Label: "Auvergne-Rhône-Alpes"},
			territory.Area{ID: "dep-69", Label: "Rhône", Region: "reg-84"},
			territory.Area{ID: "dep-75", Label: "Paris"},
			territory.Area{ID: "be2019-8404", Label: "Belley", Region: "reg-84"},
			territory.Area{ID: "be2019-1101", Label: "Paris"},
		})
		zoe := sc.account("zoe@example.org", "Zoé")
		z := sc.signedIn(zoe)
		for typed, want := range map[string]string{"mars-1": "No area has this name", "paris": "Several areas answer: Paris (Département 75) and Paris"} {
			w := z.post("/me/alerts", "least", "alerte", "area", typed)
			if d := parseHTML(t, typed, w.Body.String()); w.Code != http.StatusUnprocessableEntity || !d.says(want) {
				t.Errorf("%s: %d, %s", typed, w.Code, wrong(d))
			}
		}
		for _, c := range []struct {
			typed string
			want  territory.ID
		}{
			{"belley", "be2019-8404"}, {"8404", "be2019-8404"}, {"dep-69", "dep-69"}, {"RHONE", "dep-69"}, {"Belley (Employment basin 8404)", "be2019-8404"}, {"", ""},
		} {
			leads(t, z.post("/me/alerts", "means", "e-mail", "least", "alerte", "area", c.typed), "/me/alerts?done=routed")
			r := ownRoute(t, sc, zoe.ID)
			if r.Area != c.want {
				t.Errorf("%q is %q, want %q", c.typed, r.Area, c.want)
			}
			one := "/me/alerts/" + string(r.ID)
			shown := ""
			for _, input := range z.page(t, one).all("input") {
				if attr(input, "id") == "area" {
					shown = attr(input, "value")
				}
			}
			leads(t, z.post(one, "least", "urgence", "area", shown), "/me/alerts?done=routed")
			if r = ownRoute(t, sc, zoe.ID); r.Area != c.want || r.Least != market.Urgence {
				t.Errorf("%q: saved as it was shown it is about %q", c.typed, r.Area)
			}
			leads(t, z.post(one+"/remove", "confirm", "yes"), "/me/alerts?done=unrouted")
		}
	})
}
