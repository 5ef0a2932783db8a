package coder

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

// Advert is a job advert somebody coded.
type Advert struct {
	Title    string
	Text     string // plain text: words.Clean was applied
	Employer string
	Place    string
	Source   string // where it was collected
	Code     string // as published: of ROME 3 or 4, "" when nobody coded it
}

// Limits of a file of adverts.
const (
	MaxAdverts  = 2_000_000
	maxLine     = 8 << 20 // an advert of 1 MiB, each character of it written \u00e9
	maxTitle    = 2000    // bytes; longer titles are texts in the wrong field
	maxExpanded = 8 << 30 // bytes a compressed file may grow to
)

// advertLine is an advert as files carry it.
type advertLine struct {
	Titre       string `json:"titre"`
	Description string `json:"description"`
	RomeCode    string `json:"rome_code"`
	Entreprise  string `json:"entreprise"`
	Lieu        string `json:"lieu"`
	Source      string `json:"source"`
}

// ReadAdverts reads adverts, one JSON object a line (fields titre, description, rome_code and, when known,
// entreprise, lieu, source), compressed with gzip or not, and gives each to yield. name is what faults call the
// file. It stops at the first line that is no advert and says which.
func ReadAdverts(r io.Reader, name string, yield func(Advert) error) error {
	plain, err := decompress(r)
	if err != nil {
		return misread(name, 0, err, "the file is not compressed as it says")
	}
	lines := bufio.NewScanner(plain)
	lines.Buffer(make([]byte, 0, 64<<10), maxLine)
	n, count := 0, 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if n == 1 {
			line = bytes.TrimPrefix(line, []byte("\ufeff"))
		}
		if len(line) == 0 {
			continue
		}
		if count++; count > MaxAdverts {
			return misread(name, n, nil, "the file has more than %d adverts", MaxAdverts)
		}
		a, err := parseAdvert(line)
		if err != nil {
			return misread(name, n, err, "the line is no advert")
		}
		if err := yield(a); err != nil {
			return err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return misread(name, n+1, nil, "the line has more than %d bytes", maxLine)
	case err != nil:
		return misread(name, n+1, err, "the file cannot be read to its end")
	}
	return nil
}

func parseAdvert(line []byte) (Advert, error) {
	var l advertLine
	if err := json.Unmarshal(line, &l); err != nil {
		return Advert{}, err
	}
	title, err := words.Clean(l.Titre)
	if err != nil {
		return Advert{}, err
	}
	title = head(strings.TrimSpace(title), maxTitle)
	if title == "" {
		return Advert{}, fault.New(fault.Invalid, "read advert", "it has no title (field titre)")
	}
	text, err := words.Clean(l.Description)
	if err != nil {
		return Advert{}, err
	}
	return Advert{
		Title: title, Text: text, Employer: strings.TrimSpace(l.Entreprise), Place: strings.TrimSpace(l.Lieu),
		Source: l.Source, Code: strings.ToUpper(strings.TrimSpace(l.RomeCode)),
	}, nil
}

func decompress(r io.Reader) (io.Reader, error) {
	b := bufio.NewReaderSize(r, 64<<10)
	if magic, _ := b.Peek(2); len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	return io.LimitReader(z, maxExpanded), nil
}

func misread(name string, line int, cause error, reason string, args ...any) error {
	f := fault.New(fault.Invalid, "read adverts", reason, args...)
	f.File, f.Line, f.Err = name, line, cause
	return f
}

// groupHead is how much of a text tells adverts apart: the same advert published again differs in its end, where
// reference numbers and dates stand.
const groupHead = 200

// groups gives the two ways adverts belong together: the same advert published more than once (title, employer
// and beginning of the text; the place when there is no text), and the same title.
func (r *reader) groups(a Advert) (advert, title uint64) {
	title = keyOf(r.readTitle(a.Title))
	rest := a.Employer + "|" + head(a.Text, groupHead)
	if a.Text == "" {
		rest += "|" + a.Place
	}
	return hash(title, rest), title
}
