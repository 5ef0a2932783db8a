package main

import (
	"html"
	"io"
	"net/http"
	"regexp"
	"strings"
	"testing"
)

func TestEveryTableAPageOffersIsAnsweredByTheAPI(t *testing.T) {
	r := exportReader{t: t, base: sampleSite(t)}
	tables := r.follow(append([]string{"/occupations?list=rome3", "/occupations/rome3-J1506", "/search?q=" + strings.Repeat("%C3%A9", 200)}, sitePages...))
	for address, body := range tables {
		if path, _, _ := strings.Cut(address, "?"); strings.HasSuffix(path, ".csv") && strings.Count(body, "\n") < 2 {
			t.Errorf("%s is an empty table", address)
		}
	}
	if len(tables) < 40 {
		t.Errorf("only %d tables are offered", len(tables))
	}
}

func TestTheTablesOfAdministratorsAreAnsweredByTheAPI(t *testing.T) {
	d := schoolSite(t)
	r := exportReader{t: t, base: d.base, cookie: "session=" + d.secret}
	if tables := r.follow([]string{"/admin", "/admin?q=bachir", "/admin/audit", "/admin/audit?object=" + string(d.other.ID)}); len(tables) != 4 {
		t.Errorf("%d tables are offered, want 4", len(tables))
	}
}

// exportReader reads the pages of a site and the tables they link to.
type exportReader struct {
	t            *testing.T
	base, cookie string
}

// exportLink finds links to tables; the description of the API is none.
var exportLink = regexp.MustCompile(`href="(/api/v1/[^".]+(?:\.csv)?(?:\?[^"]*)?)"`)

// follow asks for every table the pages link to and gives the answers by address.
func (r exportReader) follow(pages []string) map[string]string {
	r.t.Helper()
	tables := map[string]string{}
	for _, page := range pages {
		_, body := r.get(page)
		for _, m := range exportLink.FindAllStringSubmatch(body, -1) {
			address := html.UnescapeString(m[1])
			if _, asked := tables[address]; asked {
				continue
			}
			var status int
			if status, tables[address] = r.get(address); status != http.StatusOK {
				r.t.Errorf("%s offers %s: status %d %s", page, address, status, tables[address])
			}
		}
	}
	return tables
}

func (r exportReader) get(address string) (status int, body string) {
	r.t.Helper()
	req, err := http.NewRequestWithContext(r.t.Context(), http.MethodGet, r.base+address, nil)
	if err != nil {
		r.t.Fatal(err)
	}
	req.Header.Set("Cookie", r.cookie)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		r.t.Fatal(err)
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	if err != nil {
		r.t.Fatal(err)
	}
	return resp.StatusCode, string(text)
}
