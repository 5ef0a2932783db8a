package web

import (
	"html/template"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// asTemplate is what the rows are, as a template says it: slow, and escaped by the library.
const asTemplate = `
{{define "class"}}{{if .}}<span class="class class-{{.}}"><span class="class-n">{{.}}</span> <span class="class-w">{{t (printf "class.%d" .)}}</span></span>{{else}}<span class="class class-0"><span class="class-w">{{t "class.0"}}</span></span>{{end}}{{end}}
{{define "trust"}}{{with originOf .Cell}}<span class="origin origin-{{.}}">{{t (printf "origin.%s" .)}}</span>{{end}}{{with .Firmness}}<span class="firmness firmness-{{.}}">{{t (printf "firmness.%s.short" .)}}</span>{{end}}{{end}}
{{define "figures"}}{{$r := .Row}}{{$t := .Table}}{{if $t.Has "tension"}}<td class="n">{{if $r.Tension.Known}}{{signed 2 $r.Tension.Float}}{{else}}{{value $r.Tension}}{{end}}</td>{{end}}{{if $t.Has "offers"}}<td class="n">{{count $r.Offers}}</td>{{end}}{{if $t.Has "jobseekers"}}<td class="n">{{count $r.Jobseekers}}</td>{{end}}{{if $t.Has "employment"}}<td class="n">{{count $r.Employment}}</td>{{end}}{{end}}
{{define "areas"}}{{$t := .}}{{range .Rows}}<tr><th scope="row"><a href="/areas/{{.Area}}">{{.AreaLabel}}</a></th><td>{{template "class" .Class}}</td>{{template "figures" (dict "Row" . "Table" $t)}}<td class="trust">{{template "trust" .}}</td></tr>
{{end}}{{end}}
{{define "occupations"}}{{$v := .}}{{range .Cells.Rows}}<tr><th scope="row"><a href="/occupations/{{.Occupation}}">{{fr .Label}}</a></th><td>{{template "class" .Class}}</td>{{template "figures" (dict "Row" . "Table" $v.Cells)}}{{if $v.Country}}<td>{{with $v.Versus .}}<span class="versus versus-{{.}}">{{t (printf "versus.%s" .)}}</span>{{else}}–{{end}}</td>{{end}}<td class="trust">{{template "trust" .}}</td></tr>
{{end}}{{end}}
{{define "options"}}{{range .}}<optgroup label="{{.Label}}">{{range .Options}}<option value="{{.Value}}"{{if .Selected}} selected{{end}}>{{.Label}}</option>{{end}}</optgroup>
{{end}}{{end}}
{{define "items"}}{{range .}}<li>{{.Label}}</li>{{end}}{{end}}`

// rowsOfEveryKind are cells of each class, origin and state of figures, under names that attack the page.
func rowsOfEveryKind() []market.Row {
	const attack = `<script>alert(1)</script>"'><img src=x onerror=alert(1)>&amp;` + markSign + whoMark + markSign
	var rows []market.Row
	values := []market.Value{{}, market.Is(0), market.Is(-0.5), market.Is(12345.6), {State: market.Suppressed}}
	for class := range 6 {
		for i, v := range values {
			for _, c := range []market.Cell{
				{Origin: market.Published}, {Origin: market.Computed}, {Origin: market.Computed, Release: "r"}, {},
			} {
				c.Occupation, c.Area, c.Class = "fap2009-V1Z80", "dep-69", class
				c.Tension, c.Offers, c.Jobseekers, c.Employment = v, values[(i+1)%5], values[(i+2)%5], values[(i+3)%5]
				rows = append(rows, market.Row{Cell: c, Label: "Infirmiers, sages-femmes", AreaLabel: "Côte-d’Or & L'Isle"})
				c.Occupation, c.Area = attack, attack
				rows = append(rows, market.Row{Cell: c, Label: attack, AreaLabel: attack})
			}
		}
	}
	return rows
}

// sameElements compares two stretches of HTML as a browser reads them. Addresses are compared apart: a template
// also writes as %XX what no address of ours holds.
func sameElements(t *testing.T, got template.HTML, want string) {
	t.Helper()
	read := func(s string) []*html.Node {
		root, err := html.Parse(strings.NewReader("<table><tbody>" + s + "</tbody></table>"))
		if err != nil {
			t.Fatal(err)
		}
		var nodes []*html.Node
		for n := range root.Descendants() {
			nodes = append(nodes, n)
		}
		return nodes
	}
	a, b := read(string(got)), read(want)
	if len(a) != len(b) {
		t.Fatalf("%d nodes, want %d:\n%s\n%s", len(a), len(b), got, want)
	}
	for i := range a {
		if a[i].Type != b[i].Type || a[i].Data != b[i].Data || len(a[i].Attr) != len(b[i].Attr) {
			t.Fatalf("node %d is %q %v, want %q %v", i, a[i].Data, a[i].Attr, b[i].Data, b[i].Attr)
		}
		for j, attr := range a[i].Attr {
			other := b[i].Attr[j]
			hostile := attr.Key == "href" && strings.Contains(attr.Val, "script")
			if attr.Key != other.Key || (attr.Val != other.Val && !hostile) {
				t.Errorf("attribute %v, want %v", attr, other)
			}
		}
	}
}

func TestRowsAreWhatATemplateWouldWrite(t *testing.T) {
	locales, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	rows := rowsOfEveryKind()
	for _, l := range locales {
		functions := functions(l, &static{})
		functions["originOf"] = originOf
		page := template.Must(template.New("").Funcs(functions).Parse(asTemplate))
		words := newCellWords(l)
		slow := func(name string, data any) string {
			var b strings.Builder
			if err := page.ExecuteTemplate(&b, name, data); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		for name, has := range map[string]map[string]bool{
			"every column": {"tension": true, "offers": true, "jobseekers": true, "employment": true},
			"no figures":   {}, "employment alone": {"employment": true},
		} {
			t.Run(string(l.Lang)+" "+name, func(t *testing.T) {
				cells := table{Rows: rows, has: has}
				sameElements(t, words.areaRows(cells), slow("areas", cells))
				for _, country := range []map[occupation.ID]int{nil, {"fap2009-V1Z80": 3}} {
					for _, of := range []territory.ID{territory.France, "dep-69"} {
						a := areaView{Of: territory.Area{ID: of}, Cells: cells, Country: country}
						sameElements(t, words.occupationRows(a), slow("occupations", a))
					}
				}
			})
		}
		groups := []optionGroup{{"A & B", []option{{"fap2009-A", "Un", false}, {"fap2009-B", `"Deux" <b>`, true}}}, {`"><script>`, nil}}
		if got, want := string(optionList(groups)), slow("options", groups); got != want {
			t.Errorf("options are %s, want %s", got, want)
		}
		titles := []occupation.Title{{Label: "Un & deux"}, {Label: `<b onclick="x">`}}
		skills := []market.RankedSkill{{Skill: occupation.Skill{Label: `Trois <script>`}}}
		if got, want := string(titleItems(titles)+skillItems(skills)), slow("items", titles)+slow("items", skills); got != want {
			t.Errorf("items are %s, want %s", got, want)
		}
	}
}
