package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/occupation"
	"filiere/internal/occupation/reading"
	"filiere/internal/people"
)

// AdvertReader reads adverts. The errors are those of reading.Reader.
type AdvertReader interface {
	Read(ctx context.Context, a reading.Advert, top int) (reading.Reading, error)
}

// maxPasted is the longest text the page reads, in bytes. The longest real adverts have a few thousand.
const maxPasted = 64 << 10

// maxAdvertForm bounds the form: what is pasted, written in the form's own way, which can triple it, and as much again
// so that somewhat too long a text is still given back.
const maxAdvertForm = 6*maxPasted + 16<<10

// occupationsShown is how many occupations of a nomenclature the page shows, those beside the likeliest only from
// leastShown on.
const (
	occupationsShown = 5
	leastShown       = 0.01
)

func (s *server) readingRoutes() []access.Route {
	if s.adverts == nil {
		return nil
	}
	return []access.Route{
		{Pattern: "GET /read", Action: people.ReadCatalogue, Handler: s.fresh(s.readPage, "example")},
		{Pattern: "POST /read", Action: people.ReadCatalogue, Body: maxAdvertForm, Handler: unlisted(s.personal(s.readAdvert))},
	}
}

// readView is the page that reads an advert.
type readView struct {
	Title, Text string // as typed
	Wrong       map[string]string
	Read        *readingView
}

// readingView is how an advert was read, in words.
type readingView struct {
	Title    string
	Detected bool
	Pieces   []pieceView
	Searched bool
	Mentions []mentionView
	Aside    bool
	Codings  []codingView
	Lacks    []string
}

// pieceView is a piece of the text. Skill is the number of the mention it is, 0 for none.
type pieceView struct {
	Text  string
	Skill int
	Aside bool
	Means string // what it names, in one line
}

// mentionView is something the text names, once or more often.
type mentionView struct {
	Number int
	Text   string
	Times  int
	Skills []skillView
}

type skillView struct{ Code, Label, List, Kind string }

// codingView is the occupations of one nomenclature.
type codingView struct {
	reading.Coding
	By    string
	Found []foundView
}

// foundView is an occupation, and why in words.
type foundView struct {
	reading.Occupation
	Address, Code string
	Share         int // of a hundred
	Chance        string
	Reasons       []string
}

// readPage shows the form, filled in with an advert of ours where one is asked for.
func (s *server) readPage(_ context.Context, v *visit) (page, error) {
	if v.Query.Get("example") != "" {
		return s.readForm(v, reading.Advert{Title: exampleTitle, Text: exampleText}, nil, nil), nil
	}
	return s.readForm(v, reading.Advert{}, nil, nil), nil
}

func (s *server) readForm(v *visit, typed reading.Advert, read *readingView, wrong map[string]string) page {
	if wrong == nil {
		wrong = map[string]string{}
	}
	p := page{name: "read", room: "nav.read", title: v.T("reading.title"), data: readView{typed.Title, typed.Text, wrong, read}}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p
}

// readAdvert reads what was pasted. Nothing of it is stored.
func (s *server) readAdvert(ctx context.Context, v *visit) (page, error) {
	again := func(a reading.Advert, field, said string) (page, error) {
		return s.readForm(v, a, nil, map[string]string{field: said}), nil
	}
	tooLong := v.T("reading.long", "n", maxPasted>>10)
	if err := s.limitedByNetwork(ctx, v, people.LimitRead); err != nil {
		wait, ok := errors.AsType[errWait](err)
		if !ok {
			return page{}, err
		}
		p, err := again(reading.Advert{}, "", v.T("reading.wait", "minutes", minutesOf(time.Duration(wait))))
		p.status, p.wait = http.StatusTooManyRequests, time.Duration(wait)
		return p, err
	}
	if err := v.ParseForm(); err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return again(reading.Advert{}, "text", tooLong)
		}
		return page{}, fault.New(fault.Invalid, "read form", "the form cannot be read")
	}
	a := reading.Advert{Title: v.PostForm.Get("title"), Text: v.PostForm.Get("text")}
	if len(a.Title)+len(a.Text) > maxPasted {
		return again(a, "text", tooLong)
	}
	r, err := s.adverts.Read(ctx, a, occupationsShown)
	if fault.CodeOf(err) == fault.Invalid {
		return again(a, "text", inWords(v.Locale, err))
	}
	if err != nil {
		return page{}, err
	}
	return s.readForm(v, a, readingOf(v.Locale, r), nil), nil
}

// readingOf puts a reading into words.
func readingOf(l *locale.Locale, r reading.Reading) *readingView {
	view := &readingView{Title: r.Title, Detected: r.Detected, Searched: r.Searched, Aside: len(r.Aside) > 0}
	numbers := view.mention(l, r)
	view.cut(r, numbers)
	for _, c := range r.Codings {
		one := codingView{Coding: c, By: string(c.By)}
		for i, o := range c.Occupations {
			if i > 0 && o.Probability < leastShown {
				break
			}
			one.Found = append(one.Found, foundView{
				Occupation: o, Address: "/occupations/" + string(o.ID), Code: codeShown(string(o.ID)),
				Share: int(o.Probability*100 + 0.5), Chance: l.Percent(o.Probability, 0), Reasons: reasons(l, o),
			})
		}
		view.Codings = append(view.Codings, one)
	}
	for _, lack := range r.Lacks {
		view.Lacks = append(view.Lacks, lackInWords(l, lack))
	}
	return view
}

// lackInWords says which model is missing and how it is trained. Where its file lies is nobody's business.
func lackInWords(l *locale.Locale, lack reading.Lack) string {
	if lack.Err == nil {
		return l.T("reading.lack." + string(lack.Model))
	}
	said := ""
	if f, ok := asFault(lack.Err); ok {
		bare := *f
		bare.File = ""
		said = inWords(l, &bare)
	}
	return l.T("reading.spoiled."+string(lack.Model), "said", said)
}

// mention lists what the text names, and gives the number of each span in that list.
func (view *readingView) mention(l *locale.Locale, r reading.Reading) []int {
	numbers := make([]int, len(r.Spans))
	for i, s := range r.Spans {
		text := r.Text[s.Start:s.End]
		at := slices.IndexFunc(view.Mentions, func(m mentionView) bool { return strings.EqualFold(m.Text, text) })
		if at < 0 {
			at = len(view.Mentions)
			m := mentionView{Number: at + 1, Text: text}
			for _, k := range s.Skills {
				m.Skills = append(m.Skills, skillView{codeShown(k.ID), k.Label, listOfSkill(l, k.ID), l.T("reading.kind." + string(k.Kind))})
			}
			view.Mentions = append(view.Mentions, m)
		}
		view.Mentions[at].Times++
		numbers[i] = at + 1
	}
	return numbers
}

// listOfSkill is the short name of the list a skill is of: the ROME's have numbers of its own or of titles, ESCO's are
// named so.
func listOfSkill(l *locale.Locale, id string) string {
	if occupation.ID(id).Nomenclature() == occupation.ESCO {
		return l.T("nomenclature.esco.short")
	}
	return "ROME"
}

// codeShown is the code of an occupation or a skill as people read it: "" for those of ESCO, 36 characters that tell
// people nothing, and for skills of ROME 4, whose codes are their labels again.
func codeShown(id string) string {
	_, code, _ := strings.Cut(id, "-")
	if occupation.ID(id).Nomenclature() == occupation.ESCO || strings.Contains(code, "_") {
		return ""
	}
	return code
}

// cut cuts the text at the spans and at what was set aside. The two never overlap; should they, the first holds.
func (view *readingView) cut(r reading.Reading, numbers []int) {
	type mark struct {
		from, to, skill int
	}
	var marks []mark
	for i, s := range r.Spans {
		marks = append(marks, mark{s.Start, s.End, numbers[i]})
	}
	for _, a := range r.Aside {
		marks = append(marks, mark{a.Start, a.End, 0})
	}
	slices.SortFunc(marks, func(a, b mark) int { return a.from - b.from })
	at := 0
	for _, m := range marks {
		if m.from < at {
			continue
		}
		if m.from > at {
			view.Pieces = append(view.Pieces, pieceView{Text: r.Text[at:m.from]})
		}
		p := pieceView{Text: r.Text[m.from:m.to], Skill: m.skill, Aside: m.skill == 0}
		if m.skill > 0 {
			p.Means = meaning(view.Mentions[m.skill-1])
		}
		view.Pieces = append(view.Pieces, p)
		at = m.to
	}
	if at < len(r.Text) {
		view.Pieces = append(view.Pieces, pieceView{Text: r.Text[at:]})
	}
}

// meaning is what is mentioned in one line.
func meaning(m mentionView) string {
	var out []string
	for _, k := range m.Skills {
		out = append(out, fmt.Sprintf("%s (%s)", k.Label, strings.TrimSpace(k.List+" "+k.Code)))
	}
	return strings.Join(out, " · ")
}

// Limits of what is worth saying of why.
const (
	leastLikeness = 0.2
	leastSiblings = 0.15
)

// reasons says why an occupation was found.
func reasons(l *locale.Locale, o reading.Occupation) []string {
	var out []string
	say := func(key string, pairs ...any) { out = append(out, l.T("reading.why."+key, pairs...)) }
	w := o.Why
	if t := w.Taught; t != nil {
		switch {
		case t.Exact:
			say("exact")
		case t.Title >= leastLikeness:
			say("title", "p", l.Percent(t.Title, 0))
		}
		switch {
		case t.Same > 0 && t.OfSame > 0:
			say("same", "n", t.Same, "p", l.Percent(t.OfSame, 0))
		case t.Advert >= leastLikeness:
			say("advert", "p", l.Percent(t.Advert, 0))
		}
		if len(t.Words) > 0 {
			list := make([]string, len(t.Words))
			for i, x := range t.Words {
				list[i] = l.T("reading.quoted", "text", x.Word)
			}
			say("words", "words", l.List(list))
		}
	}
	if w.Name != "" && w.Resemblance >= leastLikeness {
		say("name", "name", w.Name, "p", l.Percent(w.Resemblance, 0))
		if len(w.Shared) > 0 {
			list := make([]string, len(w.Shared))
			for i, x := range w.Shared {
				list[i] = l.T("reading.quoted", "text", x)
			}
			say("shared", "n", len(list), "words", l.List(list))
		}
	}
	switch {
	case w.Siblings >= leastSiblings && w.Name == "":
		say("siblings.only")
	case w.Siblings >= leastSiblings:
		say("siblings")
	}
	if len(out) == 0 {
		say("little")
	}
	return out
}

// exampleTitle and exampleText are an advert made up for the page. It is French as the lists are.
const (
	exampleTitle = "Boulanger / Boulangère de nuit (H/F) - CDI"
	exampleText  = `La Miche du Canal recrute pour son fournil à Lille.

Vos missions
- Préparer et pétrir la pâte, façonner les pains et surveiller la cuisson
- Assurer la gestion des stocks de matières premières
- Respecter les règles d’hygiène et de sécurité alimentaire
- Former un apprenti aux techniques de fabrication du pain

Profil recherché
Vous avez un CAP boulanger et vous aimez le travail en équipe. Le permis B est un plus.

Qui sommes-nous ?
Une entreprise familiale de douze personnes, attachée au commerce de proximité. Nous offrons des tickets restaurant et une mutuelle.`
)
