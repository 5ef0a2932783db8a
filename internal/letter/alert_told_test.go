package letter

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/people"
)

func site(path string) string { return "https://filiere.test" + path }

func openings(n int) []market.Told {
	var out []market.Told
	for i := range n {
		out = append(out, market.Told{
			Alert: market.AlertID(fmt.Sprint("a", i)), What: market.AlertOpens, Severity: market.Urgence, Label: fmt.Sprint("Infirmiers · Bassin ", i),
			At: time.Date(2026, 5, 4, 12, 0, i, 0, time.UTC),
		})
	}
	return out
}

func TestAMessageTellsTwentyAlertsAndLeadsToTheRest(t *testing.T) {
	for lang, l := range bundle(t) {
		all := openings(494)
		m := Alerts(l, people.Account{Email: "ada@example.org", Name: "Ada"}, []AlertRoute{
			{Name: "mine", Told: all, Stop: site("/unsubscribe/one")}, {Told: all[:3], Stop: site("/unsubscribe/two")},
		}, site, site("/unsubscribe/one?all=yes"))
		if n := strings.Count(m.Body, "https://filiere.test/alerts/a"); n != 20 {
			t.Errorf("%s: %d alerts listed", lang, n)
		}
		for _, want := range []string{"474", "494", "https://filiere.test/alerts?since=2026-05-04&state=any\n", "\nhttps://filiere.test/unsubscribe/one\n", "/unsubscribe/two\n", "Ada", "mine"} {
			if !strings.Contains(m.Body+m.Subject, want) {
				t.Errorf("%s does not say %q: %s", lang, want, m.Body)
			}
		}
		if m.Unsubscribe != "https://filiere.test/unsubscribe/one?all=yes" || m.Lang != string(lang) || len(m.Body) > 6000 {
			t.Errorf("%s: %d bytes, ended by %q", lang, len(m.Body), m.Unsubscribe)
		}
	}
}

func TestAMessageOfOneAlertNamesItInItsSubjectAndNobodyWritesHeadersIntoIt(t *testing.T) {
	told := openings(1)
	told[0].Label += "\r\nBcc: all@example.org"
	m := Alerts(bundle(t)[locale.English], people.Account{Email: "ada@example.org\r\n", Name: "Ada\nX"}, []AlertRoute{{Name: "x\r\ny", Told: told, Stop: "s\r\n"}}, site, "u\r\n")
	if strings.ContainsAny(m.Subject+m.To+m.Unsubscribe, "\r\n") || !strings.Contains(m.Subject, "Infirmiers") || strings.Contains(m.Body, "\r") || strings.Contains(m.Body, "\nBcc") {
		t.Errorf("%+v", m)
	}
}
