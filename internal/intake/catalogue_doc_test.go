package intake

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filiere/internal/market"
)

var updateDocs = flag.Bool("update", false, "write the catalogue into docs/sources.md")

// sourcesPage is the page for people; the catalogue stands in it between two marks.
var sourcesPage = filepath.Join("..", "..", "docs", "sources.md")

const (
	catalogueBegin = "<!-- catalogue: written by go test ./internal/intake -run TestSourcesPage -update -->\n"
	catalogueEnd   = "<!-- end of catalogue -->\n"
)

func TestSourcesPageListsTheCatalogue(t *testing.T) {
	page, err := os.ReadFile(sourcesPage)
	if err != nil {
		t.Fatal(err)
	}
	before, rest, ok1 := strings.Cut(string(page), catalogueBegin)
	old, after, ok2 := strings.Cut(rest, catalogueEnd)
	if !ok1 || !ok2 {
		t.Fatalf("%s lacks the marks of the catalogue", sourcesPage)
	}
	want := catalogueTable(Catalogue())
	switch {
	case *updateDocs:
		if err := os.WriteFile(sourcesPage, []byte(before+catalogueBegin+want+catalogueEnd+after), 0o644); err != nil {
			t.Fatal(err)
		}
	case old != want:
		t.Errorf("%s is not what Catalogue says; write it anew with -update", sourcesPage)
	}
}

// Reading rules are prose, written by hand: a new source needs its line there too.
func TestSourcesPageTellsHowEachSourceIsRead(t *testing.T) {
	page, err := os.ReadFile(sourcesPage)
	if err != nil {
		t.Fatal(err)
	}
	_, after, _ := strings.Cut(string(page), catalogueEnd)
	for _, s := range Catalogue() {
		if !strings.Contains(after, "| `"+s.Dataset+"` |") {
			t.Errorf("%s does not say how %s is recognised and what is kept of it", sourcesPage, s.Dataset)
		}
	}
}

var stageNames = map[Stage]string{
	StageTerritory: "Places", StageNomenclature: "Nomenclatures", StageCrosswalk: "Correspondences and titles", StageFigures: "Figures",
}

// catalogueTable lists the sources stage by stage, in the order they are read.
func catalogueTable(sources []Source) string {
	var b strings.Builder
	for stage := StageTerritory; stage <= StageFigures; stage++ {
		b.WriteString("\n### " + stageNames[stage] + "\n\n| dataset | what it is | producer | licence | published at |\n|---|---|---|---|---|\n")
		for _, s := range sources {
			if s.Stage == stage {
				b.WriteString("| " + strings.Join([]string{"`" + s.Dataset + "`", s.Title, orDash(s.Producer), orDash(s.Licence), home(s.Home)}, " | ") + " |\n")
			}
		}
	}
	return b.String() + "\n"
}

func orDash(s string) string {
	if s == "" {
		return "–"
	}
	return s
}

// home links to where a source is published; a page of ours is linked from docs/.
func home(address string) string {
	switch {
	case address == "":
		return "–"
	case strings.HasPrefix(address, "docs/"):
		file := strings.TrimPrefix(address, "docs/")
		return "[" + file + "](" + file + ")"
	}
	return "<" + address + ">"
}

func TestExchangePageNamesEveryMeasureAndItsExampleImports(t *testing.T) {
	raw, err := os.ReadFile(filepath.Join("..", "..", "docs", "exchange-format.md"))
	if err != nil {
		t.Fatal(err)
	}
	page := string(raw)
	for _, m := range market.Measures() {
		if !strings.Contains(page, "`"+m.String()+"`") {
			t.Errorf("the page does not name the measure %s", m)
		}
	}
	_, rest, _ := strings.Cut(page, "```csv\n")
	example, _, _ := strings.Cut(rest, "```")
	report, sink := readSample(t, example)
	if report.Outcome != Imported || report.Release.RowsKept != 3 {
		t.Fatalf("the example was %s, %d rows kept: %v", report.Outcome, report.Release.RowsKept, report.Err)
	}
	withheld := sink.records[1].(market.Observation).Values[market.DifficultProjects]
	missing := sink.records[2].(market.Observation).Values[market.DifficultProjects]
	if withheld != market.Secret() || missing != (market.Value{}) {
		t.Errorf("withheld reads as %v, missing as %v", withheld, missing)
	}
}
