package reading

import (
	"strings"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/coder"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

// Sure is the probability from which the likeliest occupation is an answer, where no model says better.
const Sure = 0.3

// Parts are what a reader is put together from. Any may be missing: what it would say is then not said.
type Parts struct {
	Coder     *coder.Model                               // of adverts, to sheets of ROME 3
	Matchers  map[occupation.Nomenclature]*match.Matcher // of titles
	Gazetteer *skill.Gazetteer                           // of skills
	Labels    map[occupation.ID]string                   // of the sheets the coder knows
	Lacks     []Lack                                     // models that would read better
}

// Model is something that is taught and may be missing.
type Model string

// The models.
const (
	Adverts Model = "adverts" // codes adverts
	Titles  Model = "titles"  // ranks the entries titles may mean
)

// Lack is a model a reader works without.
type Lack struct {
	Model Model
	Err   error // why it cannot be used; nil when none was trained
}

// Reader reads adverts. It does not change once made and may be used by many at once.
type Reader struct{ p Parts }

// New makes a reader.
func New(p Parts) *Reader { return &Reader{p} }

// Lacks are the models the reader works without.
func (r *Reader) Lacks() []Lack { return r.p.Lacks }

// Order is the order in which nomenclatures are shown.
func Order() []occupation.Nomenclature {
	return []occupation.Nomenclature{occupation.ROME4, occupation.ROME3, occupation.ESCO}
}

// By is what an advert was read by.
type By string

// The ways.
const (
	ByAdverts By = "adverts" // a model that learned from coded adverts: title and text
	ByTitles  By = "titles"  // names and their structure: the title alone
)

// Candidate is an occupation an advert may be about.
type Candidate struct {
	ID          occupation.ID
	Label       string
	Probability float64
}

// Code gives the occupations of ROME 3 an advert may be about, the likeliest first, at most top; sure tells whether
// the first is likely enough to be an answer. Title and text must be plain (words.Clean).
func (r *Reader) Code(title, text string, top int) (list []Candidate, sure bool) {
	list, least := r.Link(occupation.ROME3, title, text, top)
	return list, len(list) > 0 && list[0].Probability >= least
}

// Link gives the occupations of a nomenclature an advert may be about, likewise, and the probability from which the
// first is an answer. It gives none of a nomenclature that was not imported.
func (r *Reader) Link(n occupation.Nomenclature, title, text string, top int) (list []Candidate, sure float64) {
	if n == occupation.ROME3 && r.p.Coder != nil {
		for _, c := range r.p.Coder.Code(title, text, top) {
			id := occupation.Make(occupation.ROME3, c.Sheet)
			list = append(list, Candidate{id, r.p.Labels[id], c.Probability})
		}
		return list, r.p.Coder.Threshold()
	}
	if m := r.p.Matchers[n]; m != nil {
		for _, x := range m.Match(title, top) {
			list = append(list, candidateOf(x))
		}
	}
	return list, Sure
}

func candidateOf(x match.Match) Candidate {
	return Candidate{occupation.ID(x.Entry.ID), x.Entry.Labels[0], float64(x.Probability)}
}

// FindsSkills tells whether there is any list of skills to find.
func (r *Reader) FindsSkills() bool { return r.p.Gazetteer != nil }

// Skills gives the skills a text names, in order; none overlaps another. The text must be plain (words.Clean).
func (r *Reader) Skills(text string) []skill.Span {
	if r.p.Gazetteer == nil {
		return nil
	}
	return r.p.Gazetteer.Find(text)
}

// Advert is an advert as somebody wrote or pasted it.
type Advert struct{ Title, Text string }

// Reading is how an advert was read. Places are bytes of Text.
type Reading struct {
	Title    string // plain, in one line
	Detected bool   // it is the first line of the text
	Text     string // plain
	Codings  []Coding
	Searched bool          // there is a list of skills, and the text was searched for them
	Spans    []skill.Span  // that name skills
	Aside    []skill.Place // that speak of the employer and were not searched
	Lacks    []Lack
}

// Coding is the occupations of one nomenclature an advert may be about.
type Coding struct {
	Nomenclature occupation.Nomenclature
	By           By
	Sure         float64 // the probability from which the first one is an answer
	Unsure       bool    // none is likely enough
	Occupations  []Occupation
}

// Occupation is an occupation an advert may be about, and why.
type Occupation struct {
	Candidate
	Why Why
}

// Why is what speaks for an occupation. Resemblances are 0–1.
type Why struct {
	Name        string   // of the names of the occupation, the one that resembles the title most; "" when none does
	Resemblance float64  // of that name
	Shared      []string // words of the title that the name has too
	Siblings    float64  // how much the titles of the same sheet speak for it
	Taught      *coder.Why
}

// spokenWords is how many words are given that speak most for an occupation.
const spokenWords = 5

// MaxTop is how many occupations of a nomenclature are given at most.
const MaxTop = 20

// Read reads an advert: at most top occupations of each nomenclature. It returns an Invalid fault for an advert
// without any text, and for one that is longer than words.MaxText.
func (r *Reader) Read(a Advert, top int) (Reading, error) {
	out, err := plain(a)
	if err != nil {
		return Reading{}, err
	}
	top = min(max(top, 1), MaxTop)
	for _, n := range Order() {
		if c := r.coding(n, out.Title, out.Text, top); c.By != "" {
			out.Codings = append(out.Codings, c)
		}
	}
	out.Spans, out.Lacks = r.Skills(out.Text), r.p.Lacks
	if r.p.Gazetteer != nil {
		out.Searched = true
		out.Aside = r.p.Gazetteer.Aside(out.Text)
	}
	return out, nil
}

// plain is an advert made plain, with a title.
func plain(a Advert) (Reading, error) {
	title, err := words.Clean(a.Title)
	if err != nil {
		return Reading{}, err
	}
	text, err := words.Clean(a.Text)
	if err != nil {
		return Reading{}, err
	}
	out := Reading{Title: strings.Join(strings.Fields(title), " "), Text: strings.Trim(text, " \n")}
	if out.Title == "" {
		out.Title, out.Detected = firstLine(out.Text), true
	}
	if out.Title == "" {
		f := fault.New(fault.Invalid, "read advert", "there is nothing to read")
		f.Advise("give a title or a text")
		return Reading{}, f
	}
	out.Title = advert.Head(out.Title, advert.MaxTitle)
	return out, nil
}

// firstLine is the first line of a text that is not empty.
func firstLine(text string) string {
	for line := range strings.SplitSeq(text, "\n") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			return line
		}
	}
	return ""
}

// coding reads an advert in one nomenclature; By is empty when nothing reads it.
func (r *Reader) coding(n occupation.Nomenclature, title, text string, top int) Coding {
	c := Coding{Nomenclature: n, Sure: Sure}
	m := r.p.Matchers[n]
	switch {
	case n == occupation.ROME3 && r.p.Coder != nil:
		c.By, c.Sure = ByAdverts, r.p.Coder.Threshold()
		c.Occupations = r.taught(m, title, text, top)
	case m != nil:
		c.By = ByTitles
		for _, x := range m.Match(title, top) {
			c.Occupations = append(c.Occupations, Occupation{candidateOf(x), named(m, title, x)})
		}
	default:
		return c
	}
	c.Unsure = len(c.Occupations) == 0 || c.Occupations[0].Probability < c.Sure
	return c
}

// taught reads an advert by the coder. The names beside are those the matcher of the same sheets finds.
func (r *Reader) taught(m *match.Matcher, title, text string, top int) []Occupation {
	list, _ := r.Link(occupation.ROME3, title, text, top)
	sheets := make([]string, len(list))
	for i, c := range list {
		sheets[i] = c.ID.Code()
	}
	why := r.p.Coder.Explain(title, text, sheets, spokenWords)
	names := map[occupation.ID]Why{}
	if m != nil {
		for _, x := range m.Match(title, byNames) {
			names[occupation.ID(x.Entry.ID)] = named(m, title, x)
		}
	}
	out := make([]Occupation, len(list))
	for i, c := range list {
		w := names[c.ID]
		w.Taught = &why[i]
		out[i] = Occupation{c, w}
	}
	return out
}

// byNames is among how many sheets the names of one are looked for.
const byNames = 50

func named(m *match.Matcher, title string, x match.Match) Why {
	w := m.Explain(title, x)
	return Why{Name: w.Name, Resemblance: w.Resemblance, Shared: w.Shared, Siblings: w.Siblings}
}
