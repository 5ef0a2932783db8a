package skill

import (
	"strings"

	"filiere/internal/occupation/words"
)

// longestHeading is how many words a heading has at most. It may go on after the phrase that makes it one: "Profil
// recherché pour ce poste".
const longestHeading = 8

// longestRest is how many words may go on after the phrase where no colon says that it is a heading.
const longestRest = 2

// setAside marks the words that do not speak of the post: those under a heading such as "Qui sommes-nous", up to
// the next heading of the post, and those of sentences that speak of benefits, equal opportunity and the like.
func (r *reader) setAside() {
	clear(r.aside)
	under := false
	for from := 0; from < len(r.words); {
		to := r.sentence(from)
		list := r.words[from:to]
		switch heading := r.heading(list); heading {
		case ofThePost:
			under = false
		case ofTheEmployer:
			under = true
		case noHeading:
		}
		rules := r.g.rules
		if under || rules.benefit.in(list) || (rules.employer.in(list) && !rules.rescue.in(list)) {
			for i := range list {
				r.aside[from+i] = true
			}
		}
		from = to
	}
}

// sentence is where the sentence that begins at a word ends. A line ends a sentence, and so does a colon after few
// enough words for a heading.
func (r *reader) sentence(from int) (to int) {
	for to = from + 1; to < len(r.words); to++ {
		between := r.text[r.words[to-1].End:r.words[to].Start]
		if between == " " {
			continue
		}
		if strings.ContainsAny(between, "\n!?•►✓✔→") || strings.Contains(between, ". ") {
			break
		}
		if to-from <= longestHeading && strings.Contains(between, ":") {
			break
		}
	}
	return to
}

type headingKind int

const (
	noHeading headingKind = iota
	ofThePost
	ofTheEmployer
)

// heading tells whether a sentence is a heading, and of what. One that both lists know is of the longer phrase.
func (r *reader) heading(list []words.Word) headingKind {
	post, other := r.g.rules.own.begins(list), r.g.rules.other.begins(list)
	if max(post, other) == 0 {
		return noHeading
	}
	after := r.text[list[len(list)-1].End:]
	after = strings.TrimLeft(after[:min(len(after), len(" …)! \n"))], " *)…!?")
	colon := strings.HasPrefix(after, ":")
	alone := (after == "" || after[0] == '\n') && len(list) <= max(post, other)+longestRest
	if len(list) > longestHeading || (!colon && !alone) {
		return noHeading
	}
	if other > post {
		return ofTheEmployer
	}
	return ofThePost
}

// Place is a piece of a text, in bytes.
type Place struct{ Start, End int }

// Aside gives the pieces of a text that speak of the employer and are not searched for skills, in order. The text
// must be one that words.Clean returned.
func (g *Gazetteer) Aside(text string) []Place {
	r := readers.Get().(*reader)
	defer readers.Put(r)
	r.read(g, text)
	var out []Place
	for i, w := range r.words {
		switch {
		case !r.aside[i]:
		case i > 0 && r.aside[i-1]:
			out[len(out)-1].End = w.End
		default:
			out = append(out, Place{w.Start, w.End})
		}
	}
	r.text, r.g = "", nil
	clear(r.words)
	return out
}
