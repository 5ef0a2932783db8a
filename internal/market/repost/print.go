package repost

import (
	"hash/fnv"
	"slices"
	"strings"
	"sync"
	"time"

	"filiere/internal/market/posting"
	"filiere/internal/occupation/words"
	"filiere/internal/territory"
)

// Window is how far apart two adverts of one job may be published.
const Window = 60 * 24 * time.Hour

// Print is what of an advert is compared with others.
type Print struct {
	ID       string
	Day      time.Time // it counts for
	title    []uint32  // hashes of its words, sorted, each once
	employer []uint32  // the same of its name; nil when it is not said
	text     []uint32  // the same of every three words in a row
	contract posting.Contract
	commune  territory.ID
	// departement is "" for adverts that say no place; those are compared among themselves.
	departement territory.ID
}

// Of takes the print of an advert.
func Of(a posting.Coded) Print {
	day, _ := time.Parse(time.DateOnly, a.Day()) // written in this form
	return Print{
		ID: a.ID(), Day: day,
		title: titleWords(a.Title, a.Place.Text+" "+a.Employer), employer: employerWords(a.Employer), text: shingles(a.Text),
		contract: a.Contract, commune: a.Commune, departement: a.Departement,
	}
}

// shingle is how many words in a row are held against those of another text.
const shingle = 3

// shingles are the hashes of every three words in a row, sorted, each once.
func shingles(text string) []uint32 {
	var last [shingle]uint64
	var out []uint32
	n := 0
	for w := range words.Scan(text) {
		last[n%shingle] = hash64(w.Fold)
		if n++; n >= shingle {
			h := uint64(0)
			for i := range shingle {
				h = mix(h ^ last[(n+i)%shingle])
			}
			out = append(out, uint32(h>>32))
		}
	}
	return sorted(out)
}

// titleWords are the words that tell a title from another: their stems, without those that say nothing of the job and
// those of the place and the employer.
func titleWords(title, others string) []uint32 {
	lang := french()
	said := map[string]bool{} // elsewhere
	for w := range words.Scan(others) {
		said[w.Fold] = true
	}
	var out, all []uint32
	for w := range words.Scan(title) {
		h := uint32(hash64(lang.Stem(w.Fold)) >> 32)
		if all = append(all, h); !idle(w.Fold) && !lang.Stop(w.Fold) && !said[w.Fold] {
			out = append(out, h)
		}
	}
	if len(out) == 0 { // "CDI H/F": better than nothing
		out = all
	}
	return sorted(out)
}

var french = sync.OnceValue(func() words.Language {
	lang, err := words.In("fr")
	if err != nil {
		panic(err) // the language is built in
	}
	return lang
})

// idle tells whether a word of a title says nothing of the job: who may apply, for how long, where it is numbered. Words
// of apprenticeships and internships are no such words: those are other jobs.
func idle(word string) bool {
	if strings.Trim(word, "0123456789") == "" {
		return true // a département, a reference
	}
	_, found := slices.BinarySearch(idleWords, word)
	return found
}

// idleWords is sorted.
var idleWords = []string{
	"annonce", "b", "cdd", "cdi", "contrat", "d", "e", "f", "fh", "fx", "h", "hf", "homme", "immediat", "immediate", "immediatement", "interim",
	"m", "mf", "mission", "mois", "ne", "offre", "plein", "poste", "profil", "recherche", "recherchons", "recrute", "recrutement", "recrutons", "ref",
	"reference", "rice", "ros", "se", "temps", "trice", "urgent", "w", "x",
}

// employerWords are the words of a name without those of its legal form.
func employerWords(name string) []uint32 {
	var out []uint32
	for w := range words.Scan(name) {
		switch w.Fold {
		case "sa", "sas", "sasu", "sarl", "eurl", "sci", "scop", "snc", "ste", "societe", "groupe", "group", "france", "et", "de", "du", "la", "le", "les", "des", "the", "cie":
		default:
			out = append(out, uint32(hash64(w.Fold)>>32))
		}
	}
	return sorted(out)
}

// sorted puts hashes in order, each once.
func sorted(hashes []uint32) []uint32 {
	slices.Sort(hashes)
	return slices.Compact(hashes)
}

func hash64(s string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(s))
	return h.Sum64()
}

// mix spreads what differs in few bits over all (the finaliser of SplitMix64: Steele, Lea and Flood 2014).
func mix(x uint64) uint64 {
	x += 0x9e3779b97f4a7c15
	x = (x ^ x>>30) * 0xbf58476d1ce4e5b9
	x = (x ^ x>>27) * 0x94d049bb133111eb
	return x ^ x>>31
}
