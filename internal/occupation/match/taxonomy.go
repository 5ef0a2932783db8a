package match

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
)

// Entry is one thing a text can be linked to.
type Entry struct {
	ID     string
	Labels []string // its names, the preferred one first
	Group  string   // code of the ISCO-08 group it belongs to; "" when not known
	Whole  bool     // it is itself a group of others: only meant when nothing finer is
}

// Title is a name of work in another nomenclature, and how it is tied to others.
type Title struct {
	Name     string
	Sheet    string // the sheet (ROME v3) it is listed on, "" none
	Fine     string // the finer occupation (ROME v4) it is listed under, "" none
	Entry    string // ID of the entry a crosswalk ties it to, "" none
	Relation string // what the crosswalk calls that: exactMatch, closeMatch…
}

// Taxonomy is all that is known of the names of work and of their structure.
type Taxonomy struct {
	Entries []Entry
	Titles  []Title
}

// answers are the relations of a crosswalk that the MELO benchmark is made from: its queries are the titles of
// such rows, its right answers their entries.
var answers = []string{"exactMatch", "narrowMatch"}

// Unanswered is the taxonomy without the crosswalk's rows that MELO asks for. Nothing is learnt from these rows, and
// none is looked up while the benchmark is run.
func (t Taxonomy) Unanswered() Taxonomy {
	return t.tied(func(x Title) bool { return !slices.Contains(answers, x.Relation) })
}

// Untied is the taxonomy without any row of the crosswalk: names and structure alone.
func (t Taxonomy) Untied() Taxonomy { return t.tied(func(Title) bool { return false }) }

func (t Taxonomy) tied(keep func(Title) bool) Taxonomy {
	out := Taxonomy{Entries: t.Entries, Titles: slices.Clone(t.Titles)}
	for i, x := range out.Titles {
		if x.Entry != "" && !keep(x) {
			out.Titles[i].Entry, out.Titles[i].Relation = "", ""
		}
	}
	return out
}

// Hash names the taxonomy: two with the same content have the same hash.
func (t Taxonomy) Hash() string {
	h := sha256.New()
	_ = json.NewEncoder(h).Encode(t) // neither the encoding nor a hash can fail
	return hex.EncodeToString(h.Sum(nil))
}
