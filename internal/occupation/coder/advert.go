package coder

import "filiere/internal/occupation/advert"

// Advert is a job advert somebody coded.
type Advert struct {
	Title    string
	Text     string // plain text, as package advert reads it
	Employer string
	Place    string
	Source   string // where it was collected
	Code     string // as published: of ROME 3 or 4, "" when nobody coded it
}

// Learnable is an advert of a file as a coder learns from it. ok is false when nobody coded it.
func Learnable(a advert.Advert) (learnable Advert, ok bool) {
	return Advert{Title: a.Title, Text: a.Text, Employer: a.Employer, Place: a.Place, Source: a.Source, Code: a.Code}, a.Code != ""
}

// groupHead is how much of a text tells adverts apart: the same advert published again differs in its end, where
// reference numbers and dates stand.
const groupHead = 200

// groups gives the two ways adverts belong together: the same advert published more than once (title, employer
// and beginning of the text; the place when there is no text), and the same title.
func (r *reader) groups(a Advert) (same, title uint64) {
	title = keyOf(r.readTitle(a.Title))
	rest := a.Employer + "|" + head(a.Text, groupHead)
	if a.Text == "" {
		rest += "|" + a.Place
	}
	return hash(title, rest), title
}
