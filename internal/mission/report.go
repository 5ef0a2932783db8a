package mission

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Report is the mission report of a year. A draft is computed when it is asked for; a frozen one stays as
// it was, with a hash of each figure and of the whole.
type Report struct {
	Year            int               `json:"year"`
	Objectives      []ObjectiveReport `json:"objectives"`
	Figures         []Figure          `json:"figures"`
	Roadmap         []PromiseReport   `json:"roadmap"`
	Recommendations []Recommendation  `json:"recommendations"`
	ComputedAt      time.Time         `json:"computed_at"`
	FrozenAt        time.Time         `json:"frozen_at,omitzero"` // zero: a draft
	FrozenBy        people.Actor      `json:"frozen_by,omitempty"`
	Hash            string            `json:"hash,omitempty"` // of all of the above
}

// ObjectiveReport is an objective and the indicators that have a target under it.
type ObjectiveReport struct {
	ID         ObjectiveID `json:"id"`
	Title      string      `json:"title"`
	Text       string      `json:"text"`
	Indicators []Indicator `json:"indicators"`
}

// PromiseReport is a promise and how it stood at the end of the year or when the report was made, whichever
// came first.
type PromiseReport struct {
	Promise
	Standing Standing `json:"standing"`
}

// Frozen reports whether the report can change no more.
func (r Report) Frozen() bool { return !r.FrozenAt.IsZero() }

// Freeze seals each figure and the whole. It is for a draft; the result never changes.
func (r Report) Freeze(by people.Actor, now time.Time) Report {
	r.FrozenAt, r.FrozenBy = now, by
	figures := make([]Figure, len(r.Figures))
	for i, f := range r.Figures {
		f = f.Public() // whatever else is forgotten, what is kept for ever is fit to be read by all
		f.Hash = ""
		f.Hash = seal(f)
		figures[i] = f
	}
	r.Figures, r.Hash = figures, ""
	r.Hash = seal(r)
	return r
}

// Whole reports whether a frozen report and its figures are as they were sealed.
func (r Report) Whole() bool {
	return r.Frozen() && r.Hash == r.Freeze(r.FrozenBy, r.FrozenAt).Hash
}

// seal is SHA-256 over a value's JSON. Go writes the fields of a type in their order and times with their
// zone, which is UTC here, so that the same value always has the same seal.
func seal(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // cannot happen: the types hold strings, numbers and times
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// CheckYear refuses a year that can have no report: one to come, or before there were any. It returns an
// Invalid fault.
func CheckYear(year int, now time.Time) error {
	if year < firstYear || year > now.Year() {
		f := fault.New(fault.Invalid, "make report", "there is no report of %d", year)
		f.Column = "year"
		return f
	}
	return nil
}

const firstYear = 2000

// ParseYear reads the year of a report as addresses name it. It returns a NotFound fault for anything that is
// not the year of a report.
func ParseYear(text string, now time.Time) (int, error) {
	year, err := strconv.Atoi(text)
	if err != nil || strconv.Itoa(year) != text || CheckYear(year, now) != nil {
		return 0, fault.New(fault.NotFound, "find report", "no report is called %q", strings.ToValidUTF8(text[:min(len(text), maxYear)], "?"))
	}
	return year, nil
}

const maxYear = 40 // bytes of what is no year that are told back

// EndOf is the last moment of a year, or now while the year lasts: what a report tells is how things stood
// then.
func EndOf(year int, now time.Time) time.Time {
	end := time.Date(year+1, time.January, 1, 0, 0, 0, 0, time.UTC).Add(-time.Microsecond)
	if now.Before(end) {
		return now
	}
	return end
}
