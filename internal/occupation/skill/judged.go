package skill

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"io"
	"math/rand/v2"
	"slices"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

// Verdict is what a reader says of a span, having read it in its advert.
type Verdict string

// The verdicts.
const (
	Right    Verdict = "right"    // the advert names this skill there, as something the post asks for or deals with
	Wrong    Verdict = "wrong"    // the words mean something else, or speak of the employer, a person, a place
	Doubtful Verdict = "doubtful" // two readers might disagree
)

// Judged is a span that was read. It holds no text: adverts may not be published again.
type Judged struct {
	Source  string  `json:"source"`
	Advert  string  `json:"advert"`
	Hash    string  `json:"hash"` // Hash of the cleaned text
	Start   int     `json:"start"`
	End     int     `json:"end"`
	Skill   string  `json:"skill"` // the first of the span's
	Words   int     `json:"words"` // Stratum's
	Verdict Verdict `json:"verdict"`
}

// Text is an advert to draw spans from or to judge them by; its text is clean.
type Text struct {
	Source, ID, Text string
}

// Hash tells whether a text is the one a span was judged in.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:8])
}

// mostWords is from how many words on spans are drawn and weighed together.
const mostWords = 4

// Stratum is what spans are drawn by: where the advert is from, and how many words were found, 4 for more.
type Stratum struct {
	Source string
	Words  int
}

func stratumOf(t Text, s Span) Stratum {
	return Stratum{t.Source, min(mostWords, len(words.Append(nil, t.Text[s.Start:s.End])))}
}

// HeldOut tells whether an advert is of the half that spans to be judged are drawn from. Rules are made on the
// other half.
func HeldOut(id string) bool {
	h := fnv.New32()
	_, _ = h.Write([]byte(id)) // it never fails
	return h.Sum32()%2 == 1
}

// Draw draws n spans of adverts held out, from each stratum in turn, one at most from an advert as long as there
// are others. The same seed draws the same spans.
func (g *Gazetteer) Draw(texts []Text, n int, seed uint64) []Judged {
	strata := map[Stratum][]Judged{}
	for _, t := range texts {
		if !HeldOut(t.ID) {
			continue
		}
		for _, s := range g.Find(t.Text) {
			at := stratumOf(t, s)
			strata[at] = append(strata[at], Judged{
				Source: t.Source, Advert: t.ID, Hash: Hash(t.Text), Start: s.Start, End: s.End, Skill: s.Skills[0].ID, Words: at.Words,
			})
		}
	}
	r := rand.New(rand.NewPCG(seed, uint64(n))) //nolint:gosec // a draw to be repeated
	order := sortedStrata(strata)
	for _, at := range order {
		slices.SortFunc(strata[at], byPlace)
		r.Shuffle(len(strata[at]), func(i, j int) { strata[at][i], strata[at][j] = strata[at][j], strata[at][i] })
	}
	out := deal(strata, order, n)
	slices.SortFunc(out, byPlace)
	return out
}

// deal takes spans from the strata in turn, until there are n.
func deal(strata map[Stratum][]Judged, order []Stratum, n int) []Judged {
	var out []Judged
	taken := map[string]bool{}
	for round, left := 0, true; left && len(out) < n; round++ {
		left = false
		for _, at := range order {
			if len(strata[at]) == 0 || len(out) == n {
				continue
			}
			left = true
			j := strata[at][0]
			strata[at] = strata[at][1:]
			if !taken[j.Advert] {
				taken[j.Advert] = true
				out = append(out, j)
			}
		}
	}
	return out
}

func sortedStrata[V any](strata map[Stratum]V) []Stratum {
	var out []Stratum
	for at := range strata {
		out = append(out, at)
	}
	slices.SortFunc(out, func(a, b Stratum) int {
		return cmp.Or(cmp.Compare(a.Words, b.Words), cmp.Compare(a.Source, b.Source))
	})
	return out
}

func byPlace(a, b Judged) int {
	return cmp.Or(cmp.Compare(a.Source, b.Source), cmp.Compare(a.Advert, b.Advert), cmp.Compare(a.Start, b.Start))
}

// Precision is how a gazetteer does on judged spans.
type Precision struct {
	Right, Wrong, Doubtful int // spans found as they were judged
	Changed                int // something else is found there now: nobody has read it
	Gone                   int // nothing is found there any more
	GoneWrong              int // of these, spans that were wrong
	Missing                int // the advert is not among the texts, or its text is another one
	// Weighed is the share of right spans if each stratum counted for as many spans as all the texts have of it.
	Weighed float64
}

// Share is how many of the judged spans that are still found are right; doubtful ones count as not right.
func (p Precision) Share() float64 {
	return float64(p.Right) / float64(max(1, p.Right+p.Wrong+p.Doubtful))
}

// Judge holds what is found in texts against what was judged.
func (g *Gazetteer) Judge(set []Judged, texts []Text) Precision {
	var p Precision
	byID := map[[2]string][]Judged{}
	for _, j := range set {
		byID[[2]string{j.Source, j.Advert}] = append(byID[[2]string{j.Source, j.Advert}], j)
	}
	population, rights, judged := map[Stratum]int{}, map[Stratum]int{}, map[Stratum]int{}
	seen := 0
	for _, t := range texts {
		spans := g.Find(t.Text)
		for _, s := range spans {
			population[stratumOf(t, s)]++
		}
		list := byID[[2]string{t.Source, t.ID}]
		if len(list) == 0 || list[0].Hash != Hash(t.Text) {
			continue
		}
		delete(byID, [2]string{t.Source, t.ID})
		for _, j := range list {
			seen++
			if !p.count(j, spans) {
				continue
			}
			at := Stratum{j.Source, j.Words}
			judged[at]++
			if j.Verdict == Right {
				rights[at]++
			}
		}
	}
	p.Missing = len(set) - seen
	p.Weighed = weigh(population, rights, judged)
	return p
}

// count counts one judged span, and tells whether it is still found.
func (p *Precision) count(j Judged, spans []Span) bool {
	for _, s := range spans {
		if s.Start == j.Start && s.End == j.End && s.Skills[0].ID == j.Skill {
			switch j.Verdict {
			case Right:
				p.Right++
			case Wrong:
				p.Wrong++
			case Doubtful:
				p.Doubtful++
			}
			return true
		}
	}
	for _, s := range spans {
		if s.Start < j.End && j.Start < s.End {
			p.Changed++
			return false
		}
	}
	p.Gone++
	if j.Verdict == Wrong {
		p.GoneWrong++
	}
	return false
}

// weigh is the mean share of right spans, each stratum by its share of all spans.
func weigh(population, rights, judged map[Stratum]int) float64 {
	sum, of := 0.0, 0
	for _, at := range sortedStrata(judged) {
		sum += float64(population[at]) * float64(rights[at]) / float64(judged[at])
		of += population[at]
	}
	return sum / float64(max(1, of))
}

// ReadJudged reads a set, a line of JSON for each span. It is a fault for a line to be anything else.
func ReadJudged(r io.Reader) ([]Judged, error) {
	var out []Judged
	lines := bufio.NewScanner(r)
	for n := 1; lines.Scan(); n++ {
		if len(bytes.TrimSpace(lines.Bytes())) == 0 {
			continue
		}
		var j Judged
		if err := json.Unmarshal(lines.Bytes(), &j); err != nil {
			return nil, badSet(n, fault.New(fault.Invalid, "", "not a line of JSON"))
		}
		switch j.Verdict {
		case Right, Wrong, Doubtful:
		default:
			return nil, badSet(n, fault.New(fault.Invalid, "", "%q is no verdict: right, wrong or doubtful", string(j.Verdict)))
		}
		if j.Start < 0 || j.End <= j.Start {
			return nil, badSet(n, fault.New(fault.Invalid, "", "start and end are no span"))
		}
		out = append(out, j)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read judged spans: %w", err)
	}
	return out, nil
}

func badSet(line int, err error) error {
	f := fault.New(fault.Invalid, "read judged spans", "")
	f.Line, f.Err = line, err
	return f
}
