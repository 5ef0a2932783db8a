package api

import (
	"context"
	"errors"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	adverts "filiere/internal/occupation/reading"
	"filiere/internal/occupation/words"
	"filiere/internal/people"
)

// AdvertReader reads adverts. The errors are those of adverts.Reader.
type AdvertReader interface {
	Read(ctx context.Context, a adverts.Advert, top int) (adverts.Reading, error)
}

// maxAdvert bounds the body that holds an advert: its text can take three times the room as JSON.
const maxAdvert = 3*words.MaxText + 16<<10

// usualTop is how many occupations of a nomenclature are given when nobody says how many.
const usualTop = 5

func readingDeeds() []deed {
	return []deed{{pattern: "POST /readings", action: people.ReadCatalogue, limit: maxAdvert, do: (*desk).read}}
}

// advertRead is how an advert was read. Places are bytes of text.
type advertRead struct {
	Title    string      `json:"title"`
	Detected bool        `json:"title_detected"`
	Text     string      `json:"text"`
	Codings  []codingOf  `json:"codings"`
	Searched bool        `json:"searched"`
	Skills   []namedAt   `json:"skills"`
	Aside    []placeOf   `json:"aside"`
	Lacks    []lackingOf `json:"lacks"`
}

type codingOf struct {
	Nomenclature occupation.Nomenclature `json:"nomenclature"`
	By           adverts.By              `json:"by"`
	Sure         float64                 `json:"sure"`
	Unsure       bool                    `json:"unsure"`
	Occupations  []foundOf               `json:"occupations"`
}

type foundOf struct {
	ID          occupation.ID `json:"id"`
	Label       string        `json:"label"`
	Probability float64       `json:"probability"`
	Why         whyOf         `json:"why"`
}

type whyOf struct {
	Name        string    `json:"name,omitempty"`
	Resemblance float64   `json:"resemblance"`
	Shared      []string  `json:"shared_words"`
	Siblings    float64   `json:"siblings"`
	Taught      *taughtOf `json:"learned,omitempty"`
}

type taughtOf struct {
	Title  float64    `json:"title_resemblance"`
	Exact  bool       `json:"title_known"`
	Advert float64    `json:"advert_resemblance"`
	Same   int        `json:"same_title_adverts"`
	OfSame float64    `json:"same_title_share"`
	Words  []spokenOf `json:"words"`
}

type spokenOf struct {
	Word    string  `json:"word"`
	Weight  float64 `json:"weight"`
	InTitle bool    `json:"in_title"`
}

type placeOf struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

type namedAt struct {
	placeOf
	Text   string         `json:"text"`
	Skills []skillNamedOf `json:"skills"`
}

type skillNamedOf struct {
	ID    string               `json:"id"`
	Label string               `json:"label"`
	Kind  occupation.SkillKind `json:"kind"`
}

type lackingOf struct {
	Model  adverts.Model `json:"model"`
	Reason string        `json:"reason"`
}

// read reads the advert that is sent. Nothing of it is stored.
func (d *desk) read(c call) (outcome, error) {
	if err := d.limited(c, people.LimitRead); err != nil {
		return outcome{}, err
	}
	var asked struct {
		Title string `json:"title"`
		Text  string `json:"text"`
		Top   *int   `json:"top"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	top := usualTop
	if asked.Top != nil {
		if top = *asked.Top; top < 1 || top > adverts.MaxTop {
			return outcome{}, fault.New(fault.Invalid, "read advert", "top is 1 to %d, not %d", adverts.MaxTop, top)
		}
	}
	r, err := d.adverts.Read(c.Context(), adverts.Advert{Title: asked.Title, Text: asked.Text}, top)
	if err != nil {
		return outcome{}, err
	}
	return outcome{body: readOf(r)}, nil
}

func readOf(r adverts.Reading) advertRead {
	out := advertRead{
		Title: r.Title, Detected: r.Detected, Text: r.Text, Searched: r.Searched, Codings: []codingOf{}, Skills: []namedAt{}, Aside: []placeOf{}, Lacks: []lackingOf{},
	}
	for _, c := range r.Codings {
		one := codingOf{Nomenclature: c.Nomenclature, By: c.By, Sure: c.Sure, Unsure: c.Unsure, Occupations: []foundOf{}}
		for _, o := range c.Occupations {
			one.Occupations = append(one.Occupations, foundOf{o.ID, o.Label, o.Probability, readWhy(o.Why)})
		}
		out.Codings = append(out.Codings, one)
	}
	for _, s := range r.Spans {
		one := namedAt{placeOf: placeOf{s.Start, s.End}, Text: r.Text[s.Start:s.End]}
		for _, k := range s.Skills {
			one.Skills = append(one.Skills, skillNamedOf{k.ID, k.Label, k.Kind})
		}
		out.Skills = append(out.Skills, one)
	}
	for _, a := range r.Aside {
		out.Aside = append(out.Aside, placeOf{a.Start, a.End})
	}
	for _, l := range r.Lacks {
		out.Lacks = append(out.Lacks, lackingOf{l.Model, reasonOf(l)})
	}
	return out
}

func readWhy(w adverts.Why) whyOf {
	out := whyOf{Name: w.Name, Resemblance: w.Resemblance, Shared: append([]string{}, w.Shared...), Siblings: w.Siblings}
	if t := w.Taught; t != nil {
		out.Taught = &taughtOf{t.Title, t.Exact, t.Advert, t.Same, t.OfSame, []spokenOf{}}
		for _, x := range t.Words {
			out.Taught.Words = append(out.Taught.Words, spokenOf(x))
		}
	}
	return out
}

// reasonOf says why a model is not used. Where its file lies is nobody's business.
func reasonOf(l adverts.Lack) string {
	if l.Err == nil {
		return "not trained"
	}
	if f, ok := errors.AsType[*fault.Fault](l.Err); ok && f.Code != fault.Internal {
		return f.Reason
	}
	return "cannot be read"
}
