package skill_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

var draw = flag.String("draw", "", "draw 200 spans to be judged and write them to this file")

// The seed of the set, and how many spans it has.
const (
	setSeed = 2026
	setSize = 200
)

var setFile = filepath.Join("testdata", "judged.fr.jsonl")

// leastPrecision is below what the stored set comes to, which docs/matcher.md states.
const leastPrecision = 0.82

func texts(t testing.TB) []skill.Text {
	t.Helper()
	var out []skill.Text
	for _, a := range everyAdvert(t) {
		text, err := words.Clean(a.Description)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, skill.Text{Source: a.Source, ID: a.ID, Text: text})
	}
	return out
}

func TestPrecisionOnSpansThatWereRead(t *testing.T) {
	g, adverts := skill.New(everyLabel(t), french(t)), texts(t)
	if *draw != "" {
		writeDrawn(t, g.Draw(adverts, setSize, setSeed))
		return
	}
	f, err := os.Open(setFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set, err := skill.ReadJudged(f)
	if err != nil {
		t.Fatal(err)
	}
	p := g.Judge(set, adverts)
	t.Logf("%d right, %d wrong, %d doubtful: %.3f; by the share of each stratum %.3f; %d changed, %d gone (%d of them wrong), %d adverts missing",
		p.Right, p.Wrong, p.Doubtful, p.Share(), p.Weighed, p.Changed, p.Gone, p.GoneWrong, p.Missing)
	if p.Share() < leastPrecision {
		t.Errorf("precision %.3f is below %.2f", p.Share(), leastPrecision)
	}
	if p.Missing > 0 {
		t.Errorf("%d adverts of the set are not here, or have another text", p.Missing)
	}
}

func writeDrawn(t *testing.T, set []skill.Judged) {
	t.Helper()
	f, err := os.Create(*draw)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines := json.NewEncoder(f)
	for _, j := range set {
		if err := lines.Encode(j); err != nil {
			t.Fatal(err)
		}
	}
}

func TestTheSetHoldsNoTextAndEverySpanHasAVerdict(t *testing.T) {
	f, err := os.Open(setFile)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	set, err := skill.ReadJudged(f)
	if err != nil {
		t.Fatal(err)
	}
	if len(set) != setSize {
		t.Errorf("the set has %d spans, not %d", len(set), setSize)
	}
	for _, j := range set {
		if !skill.HeldOut(j.Advert) {
			t.Errorf("advert %s is of the half rules are made on", j.Advert)
		}
		if len(j.Hash) != 16 || len(j.Skill) > 120 || strings.ContainsAny(j.Skill, " \n") {
			t.Errorf("%+v is no place in a text", j)
		}
	}
}

func TestSpansAreHeldAgainstWhatWasJudged(t *testing.T) {
	g := skill.New(few(), french(t))
	adverts := []skill.Text{
		{Source: "a", ID: "1", Text: "gestion des stocks, SQL"},
		{Source: "b", ID: "2", Text: "anglais"},
		{Source: "b", ID: "3", Text: "anglais et C++"},
	}
	of := func(i, start, end int, id string, n int, v skill.Verdict) skill.Judged {
		t := adverts[i]
		return skill.Judged{Source: t.Source, Advert: t.ID, Hash: skill.Hash(t.Text), Start: start, End: end, Skill: id, Words: n, Verdict: v}
	}
	changed := of(2, 0, 7, "ogr-18", 1, skill.Wrong)
	changed.Hash = "another"
	p := g.Judge([]skill.Judged{
		of(0, 0, 18, "ogr-00", 3, skill.Right),
		of(0, 0, 7, "ogr-15", 1, skill.Wrong),
		of(0, 18, 19, "ogr-15", 1, skill.Wrong),
		of(1, 0, 7, "ogr-18", 1, skill.Doubtful),
		changed,
		{Source: "c", Advert: "9", Verdict: skill.Right, End: 1},
	}, adverts)
	want := skill.Precision{Right: 1, Doubtful: 1, Changed: 1, Gone: 1, GoneWrong: 1, Missing: 2}
	want.Weighed = p.Weighed
	if p != want || p.Share() != 0.5 {
		t.Errorf("got %+v, want %+v", p, want)
	}
	// Of three words there is one span among the texts, of one word in b there are three.
	if p.Weighed != 0.25 {
		t.Errorf("weighed precision is %v, want 0.25", p.Weighed)
	}
}

func TestTheSameSeedDrawsTheSameSpans(t *testing.T) {
	g := skill.New(few(), french(t))
	var adverts []skill.Text
	for _, id := range strings.Fields("a b c d e f g h i j k l m n") {
		adverts = append(adverts, skill.Text{Source: "s", ID: id, Text: "gestion des stocks, SQL, anglais"})
	}
	one, other := g.Draw(adverts, 5, 1), g.Draw(adverts, 5, 1)
	if len(one) != 5 {
		t.Fatalf("drew %d", len(one))
	}
	for i := range one {
		if one[i] != other[i] || !skill.HeldOut(one[i].Advert) {
			t.Errorf("got %+v and %+v", one[i], other[i])
		}
	}
}

func TestASetThatCannotBeReadSaysWhere(t *testing.T) {
	for _, line := range []string{"{", `{"verdict":"maybe"}`, `{"verdict":"right","start":3,"end":2}`} {
		_, err := skill.ReadJudged(strings.NewReader("\n" + line))
		if fault.CodeOf(err) != fault.Invalid || !strings.Contains(err.Error(), "judged spans") {
			t.Errorf("%s: got %v", line, err)
		}
	}
}

func FuzzReadJudged(f *testing.F) {
	f.Add(`{"source":"a","advert":"1","hash":"x","start":0,"end":3,"skill":"ogr-1","words":1,"verdict":"right"}`)
	f.Fuzz(func(t *testing.T, text string) {
		set, err := skill.ReadJudged(strings.NewReader(text))
		if err == nil {
			for _, j := range set {
				if j.Start < 0 || j.End <= j.Start {
					t.Errorf("%+v is no span", j)
				}
			}
		}
	})
}
