package web_test

import (
	"fmt"
	"strings"
	"testing"

	"golang.org/x/net/html"
)

func TestListsCanBeHadAsCSVAndJSON(t *testing.T) {
	s := newSite(t, sampleStore(t))
	for _, address := range []string{"/areas", "/occupations", "/search?q=infirmier", "/method", "/sources"} {
		d := s.page(t, address, "en")
		if csv, json := exportsIn(d.one("main")); csv == 0 || json == 0 {
			t.Errorf("%s: %d as CSV, %d as JSON", address, csv, json)
		}
	}
}

// tableFaults finds the tables that are not offered as CSV and JSON in the section they stand in.
func (d document) tableFaults() []string {
	var out []string
	shown := map[*html.Node]int{}
	for _, table := range within(d.one("main"), "table") {
		shown[sectionOf(table)]++
	}
	for section, n := range shown {
		if csv, json := exportsIn(section); csv < n || json < n {
			out = append(out, fmt.Sprintf("%d tables in section %q, but %d as CSV and %d as JSON", n, attr(section, "aria-labelledby"), csv, json))
		}
	}
	return out
}

// sectionOf is the section a node stands in, the page's main part when it stands in none.
func sectionOf(n *html.Node) *html.Node {
	for n.Data != "section" && n.Data != "main" {
		n = n.Parent
	}
	return n
}

// exportsIn counts the tables a section offers to programs, by format.
func exportsIn(section *html.Node) (csv, json int) {
	seen := map[string]bool{}
	for _, a := range within(section, "a") {
		href := attr(a, "href")
		path, _, _ := strings.Cut(href, "?")
		switch {
		case seen[href] || !strings.HasPrefix(path, "/api/v1/"):
		case strings.HasSuffix(path, ".csv"):
			csv++
		default:
			json++
		}
		seen[href] = true
	}
	return csv, json
}
