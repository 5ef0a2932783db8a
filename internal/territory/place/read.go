package place

import (
	"fmt"
	"slices"

	"filiere/internal/territory"
)

// maxText bounds what is read of a written place, in bytes: an address is shorter.
const maxText = 300

// longestName is how many words a name of a commune may have.
const longestName = 8

// reading is what the words of a place say.
type reading struct {
	postal      string
	departement territory.ID
	commune     territory.ID   // a code of five digits that is no postal code, or an arrondissement
	named       []territory.ID // communes of the name
	wider       territory.Area // a département or région that is named
}

// cities are the communes with arrondissements: what the codes of these begin with.
var cities = map[string]struct {
	commune territory.ID
	first   int // the code of arrondissement 0
	many    int
}{
	"paris": {"com-75056", 75100, 20}, "lyon": {"com-69123", 69380, 9}, "marseille": {"com-13055", 13200, 16},
}

// read takes a written place apart.
func (f *Finder) read(w Written) reading {
	text := w.Text
	if len(text) > maxText {
		text = text[:maxText]
	}
	ws := wordsOf(text)
	r := reading{postal: w.PostalCode}
	if w.Departement != "" {
		r.departement = f.known(territory.Make(territory.Departements, w.Departement))
	}
	ws = f.readNumbers(&r, ws)
	if r.departement == "" {
		r.departement = f.known(departementOf(r.postal))
	}
	if r.commune != "" {
		return r
	}
	if len(ws) > 0 {
		f.readName(&r, ws)
	}
	return r
}

// known is a département if there is such a one, "" if not.
func (f *Finder) known(departement territory.ID) territory.ID {
	if _, ok := f.region[departement]; ok {
		return departement
	}
	return ""
}

// readNumbers takes codes out of the words and gives back the rest.
func (f *Finder) readNumbers(r *reading, ws []string) []string {
	rest := make([]string, 0, len(ws))
	for i, w := range ws {
		switch {
		case isDigits(w, 5):
			f.readFive(r, w, len(ws) == 1)
		case f.isDepartement(w) && (i == 0 || i == len(ws)-1 && !isCity(ws[:i])):
			if d := territory.Make(territory.Departements, w); r.departement == "" {
				r.departement = d
			}
		default:
			rest = append(rest, w)
		}
	}
	return rest
}

// readFive reads five digits: a postal code, or, where no commune has such, the code of a commune.
func (f *Finder) readFive(r *reading, w string, alone bool) {
	id := territory.Make(territory.Communes, w)
	_, isPostal := f.postal[w]
	_, isCommune := f.communes[id]
	switch {
	case isPostal && !(alone && isCommune && r.postal != "" && r.postal != w):
		r.postal = w
	case isCommune:
		r.commune = id
	case r.postal == "":
		r.postal = w // a code of one firm or office: it still tells the département
	}
}

// isDepartement tells whether a word is the code of a département.
func (f *Finder) isDepartement(w string) bool {
	if len(w) < 2 || len(w) > 3 {
		return false
	}
	return f.known(territory.Make(territory.Departements, w)) != ""
}

// isCity tells whether a number after these words is an arrondissement.
func isCity(ws []string) bool {
	return len(ws) > 0 && cities[ws[len(ws)-1]].many > 0
}

// readName finds the name in words: all of them, or the longest run that is a name; of several the last, since
// addresses end with it.
func (f *Finder) readName(r *reading, ws []string) {
	if f.readDistrict(r, ws) {
		return
	}
	for n := min(len(ws), longestName); n > 0; n-- {
		for at := len(ws) - n; at >= 0; at-- {
			if f.readRun(r, ws[at:at+n], n == len(ws)) {
				return
			}
		}
	}
}

// readRun tells whether words are a name that fits what is known already.
func (f *Finder) readRun(r *reading, ws []string, whole bool) bool {
	key := keyOf(ws)
	if whole {
		if a, ok := f.wider[key]; ok && (r.departement == "" || r.departement == a.ID || r.departement != "" && a.Level() == territory.Region) {
			if len(f.named[key]) == 0 || r.postal == "" && !f.anyIn(f.named[key], r.departement) {
				r.wider = a
				return true
			}
		}
	}
	named := f.named[key]
	if len(named) == 0 || !whole && !f.fits(r, named) {
		return false
	}
	r.named = named
	return true
}

// fits tells whether a part of a text may be taken for a name: something else has to agree with it.
func (f *Finder) fits(r *reading, named []territory.ID) bool {
	if r.postal != "" {
		return len(intersection(named, f.postal[r.postal])) > 0 || len(f.postal[r.postal]) == 0 && f.anyIn(named, r.departement)
	}
	return f.anyIn(named, r.departement)
}

func (f *Finder) anyIn(named []territory.ID, departement territory.ID) bool {
	return departement != "" && slices.ContainsFunc(named, func(id territory.ID) bool { return f.communes[id].Departement == departement })
}

// readDistrict reads an arrondissement of Paris, Lyon or Marseille: "LYON 08", "Paris 9e arrondissement".
func (f *Finder) readDistrict(r *reading, ws []string) bool {
	for i, w := range ws {
		city, ok := cities[w]
		if !ok || r.departement != "" && r.departement != departementOf(city.commune.Code()) {
			continue
		}
		if i+1 < len(ws) {
			if n := district(ws[i+1]); n >= 1 && n <= city.many {
				r.commune = territory.Make(territory.Communes, fmt.Sprint(city.first+n))
				return true
			}
		}
	}
	return false
}
