// Package advert reads files of job adverts: JSON lines, compressed or not, or one plain text.
//
// It is the one reader of such files: what is taught, measured, classified and searched for skills comes through
// it, so that the same limits hold and the same faults are said everywhere. Fields have French names or English
// ones; what is not known is ignored. It knows no nomenclature: a code is what somebody wrote.
package advert

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

// Advert is a job advert. Its title and text are plain (words.Clean); one of them at least has something in it.
type Advert struct {
	ID       string
	Source   string // where it was collected
	Title    string
	Text     string
	Employer string
	Place    string
	Code     string // of the occupation, as published, in capitals; "" when nobody coded it
	Line     int    // of the file, from 1
	Whole    bool   // the file is one text, this one, and no list
}

// MaxTitle is the longest title kept, in bytes: longer ones are texts in the wrong field.
const MaxTitle = 2000

// line is an advert as files carry it.
type line struct {
	ID          id     `json:"id"`
	Source      string `json:"source"`
	Titre       string `json:"titre"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Text        string `json:"text"`
	RomeCode    string `json:"rome_code"`
	Code        string `json:"code"`
	Entreprise  string `json:"entreprise"`
	Employer    string `json:"employer"`
	Lieu        string `json:"lieu"`
	Place       string `json:"place"`
}

// id is the name of an advert: a text or a number.
type id string

// UnmarshalJSON takes a text, a number or null.
func (i *id) UnmarshalJSON(b []byte) error {
	var text string
	if err := json.Unmarshal(b, &text); err == nil {
		*i = id(text)
		return nil
	}
	var number json.Number
	if err := json.Unmarshal(b, &number); err != nil {
		return fault.New(fault.Invalid, "", "%q is no text", "id")
	}
	*i = id(number)
	return nil
}

// Parse reads one advert of a line of JSON. It returns an Invalid fault when the line is none: no JSON, a field
// of another kind, neither title nor text, a text of more than words.MaxText.
func Parse(b []byte) (Advert, error) {
	var l line
	if err := json.Unmarshal(b, &l); err != nil {
		return Advert{}, unreadable(err)
	}
	title, err := words.Clean(first(l.Titre, l.Title))
	if err != nil {
		return Advert{}, err
	}
	text, err := words.Clean(first(l.Description, l.Text))
	if err != nil {
		return Advert{}, err
	}
	a := Advert{
		ID: string(l.ID), Source: l.Source, Title: Head(strings.TrimSpace(title), MaxTitle), Text: text,
		Employer: strings.TrimSpace(first(l.Entreprise, l.Employer)), Place: strings.TrimSpace(first(l.Lieu, l.Place)),
		Code: strings.ToUpper(strings.TrimSpace(first(l.RomeCode, l.Code))),
	}
	if a.Title == "" && strings.TrimSpace(a.Text) == "" {
		return Advert{}, fault.New(fault.Invalid, "", "no titre, description, title or text")
	}
	return a, nil
}

// unreadable says in a person's words why JSON was not read.
func unreadable(err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		return f
	}
	if kind, ok := errors.AsType[*json.UnmarshalTypeError](err); ok && kind.Field != "" {
		return fault.New(fault.Invalid, "", "%q is no text", kind.Field)
	}
	return fault.New(fault.Invalid, "", "not a line of JSON")
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// Head is the beginning of a text, cut between two characters.
func Head(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// isObject tells whether what is read begins as an object of JSON.
func isObject(b []byte) (yes, sure bool) {
	b = bytes.TrimLeft(bytes.TrimPrefix(b, bom), " \t\r\n")
	return len(b) > 0 && b[0] == '{', len(b) > 0
}
