package posting

import (
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
	"filiere/internal/territory/place"
)

// Posting is one advert, clean: what may be kept of it.
type Posting struct {
	Source    string        // who collected or sent it
	Number    string        // its number there; the two together name it for ever
	Title     string        // plain text
	Text      string        // plain text, without what tells of persons
	Employer  string        // "" when it is not said
	Place     place.Written // as written
	Published time.Time     // when it was first online, in UTC; zero when it is not said
	Contract  Contract
	Pay       Pay
	Code      string // of the ROME, when the source coded it
	Positions int    // to fill, at least 1
	Masked    Masked
}

// Raw is an advert as a source sends it, taken apart and nothing more.
type Raw struct {
	Source, Number      string
	Title, Text         string // may hold HTML
	Employer            string
	Place               place.Written
	Published           string // a day or a moment, as written
	Contract, Pay, Code string
	PayBand             PayBand // where the source gives numbers instead of words
	Positions           int
}

// Limits of an advert.
const (
	maxName  = 300  // bytes of an employer, a number, a source
	maxTitle = 2000 // bytes; longer ones are texts in the wrong field
	maxMany  = 999  // positions one advert may fill
	// ahead is how far in the future an advert may be dated: clocks and time zones differ.
	ahead = 48 * time.Hour
)

// Read makes a posting of what a source sent; now is the present. It returns an Invalid fault, with the field as its
// column, for an advert that cannot be kept: no title, no number, text beyond words.MaxText, a day that is none or lies
// in the future.
func Read(raw Raw, now time.Time) (Posting, error) {
	p := Posting{
		Source: line(raw.Source), Number: line(raw.Number), Employer: employer(raw.Employer), Place: raw.Place,
		Contract: ReadContract(raw.Contract), Pay: ReadPay(raw.Pay), Code: strings.ToUpper(line(raw.Code)), Positions: min(max(raw.Positions, 1), maxMany),
	}
	if raw.PayBand.Unit != "" {
		p.Pay = raw.PayBand.Pay()
	}
	switch {
	case p.Source == "":
		return p, wrong("source", "it does not say who collected it")
	case p.Number == "":
		return p, wrong("id", "it has no number")
	}
	var err error
	if p.Title, err = clean("title", raw.Title, maxTitle); err != nil {
		return p, err
	}
	if p.Title == "" {
		return p, wrong("title", "it has no title")
	}
	if p.Text, err = clean("text", raw.Text, words.MaxText); err != nil {
		return p, err
	}
	p.Text, p.Masked = Mask(p.Text)
	title, masked := Mask(p.Title)
	p.Title, p.Masked = title, p.Masked.plus(masked)
	if p.Published, err = readMoment(raw.Published); err != nil {
		return p, err
	}
	if p.Published.After(now.Add(ahead)) {
		return p, wrong("published", "it is dated in the future")
	}
	return p, nil
}

// clean makes plain text of a field.
func clean(field, s string, limit int) (string, error) {
	s, err := words.Clean(s)
	if err != nil {
		f := wrong(field, "")
		f.Err = err
		return "", f
	}
	if s = strings.TrimSpace(s); len(s) > limit {
		s = strings.ToValidUTF8(s[:limit], "")
	}
	return s, nil
}

// line makes a short field of one line.
func line(s string) string {
	s = strings.Join(strings.Fields(strings.ToValidUTF8(s, "")), " ")
	if len(s) > maxName {
		s = strings.ToValidUTF8(s[:maxName], "")
	}
	return s
}

// employer reads a name; what stands for none is none.
func employer(s string) string {
	s = line(s)
	switch strings.ToLower(s) {
	case "n/a", "na", "none", "null", "nan", "-", "confidentiel", "anonyme", "non renseigné", "entreprise confidentielle":
		return ""
	}
	return s
}

// wrong is the fault of a field.
func wrong(field, format string, args ...any) *fault.Fault {
	f := fault.New(fault.Invalid, "read advert", format, args...)
	f.Column = field
	return f
}

// moments are the forms in which sources write a day or a moment.
var moments = []string{
	time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05", "2006-01-02T15:04", time.DateOnly, "02/01/2006", "02/01/2006 15:04",
	time.RFC1123Z, time.RFC1123, "Mon, 2 Jan 2006 15:04:05 -0700", "Mon, 2 Jan 2006 15:04:05 MST",
}

// readMoment reads a day or a moment; what has no zone is taken for UTC.
func readMoment(s string) (time.Time, error) {
	s = strings.TrimSpace(s)
	if s == "" {
		return time.Time{}, nil
	}
	for _, form := range moments {
		if t, err := time.Parse(form, s); err == nil && t.Year() >= 1990 {
			return t.UTC(), nil
		}
	}
	return time.Time{}, wrong("published", "it has a day that cannot be read, such as 2026-11-24")
}
