package place

import (
	"math"
	"slices"
	"strings"

	"filiere/internal/territory"
)

// Written is a place as somebody wrote it. What is not known is empty.
type Written struct {
	Text        string // "69 - LYON 08", an address, the name of a département
	Commune     string // a code of INSEE; arrondissements and codes of earlier years too
	PostalCode  string
	Departement string // its code
	Lat, Lon    float64
}

// How tells by what a place was found.
type How string

// The ways a place is found, the surest first.
const (
	ByCode       How = "commune_code"
	ByName       How = "name"        // its name, in a département or postal code that is known
	ByPostalCode How = "postal_code" // the only commune of it, or all of them
	ByPoint      How = "point"
	ByNameAlone  How = "name_alone" // a name that only one commune of the country has
	ByWider      How = "wider"      // a département or région, and no commune
	NotFound     How = "not_found"
)

// Found is what a written place means.
type Found struct {
	Communes    []territory.ID // one where it is certain, several where any of them may be meant
	Departement territory.ID   // "" when several or none
	Region      territory.ID
	How         How
}

// Names are the names and codes places are found by.
type Names struct {
	Areas   []territory.Area // communes with their points, départements, régions
	Postal  []territory.Postal
	Members *territory.Resolver
}

// Finder finds places. It does not change, so many may use it at once.
type Finder struct {
	resolver *territory.Resolver
	communes map[territory.ID]territory.Area
	named    map[string][]territory.ID // communes by key of a name
	postal   map[string][]territory.ID // communes by postal code
	wider    map[string]territory.Area // départements and régions by key of their name
	region   map[territory.ID]territory.ID
	grid     map[[2]int][]territory.ID // communes by their point, in squares
}

// New makes a finder.
func New(n Names) *Finder {
	f := &Finder{
		resolver: n.Members, communes: map[territory.ID]territory.Area{}, named: map[string][]territory.ID{}, postal: map[string][]territory.ID{},
		wider: map[string]territory.Area{}, region: map[territory.ID]territory.ID{}, grid: map[[2]int][]territory.ID{},
	}
	for _, a := range n.Areas {
		f.add(a)
	}
	for _, p := range n.Postal {
		if _, ok := f.communes[p.Commune]; !ok {
			continue
		}
		f.name(p.Name, p.Commune)
		f.postal[p.Code] = with(f.postal[p.Code], p.Commune)
	}
	return f
}

// add takes in one area.
func (f *Finder) add(a territory.Area) {
	switch a.Level() {
	case territory.Commune:
		if a.Departement == "" {
			a.Departement = departementOf(a.ID.Code())
		}
		f.communes[a.ID] = a
		f.name(a.Label, a.ID)
		if a.Lat != 0 || a.Lon != 0 {
			at := square(a.Lat, a.Lon)
			f.grid[at] = append(f.grid[at], a.ID)
		}
	case territory.Departement:
		f.region[a.ID] = a.Region
		f.nameWider(a)
	case territory.Region:
		f.nameWider(a)
	}
}

// nameWider notes the name of a département or région, also as lists have it: "Savoie (Haute)".
func (f *Finder) nameWider(a territory.Area) {
	ws := wordsOf(a.Label)
	f.wider[keyOf(ws)] = a
	if len(ws) == 2 {
		f.wider[ws[1]+" "+ws[0]] = a
	}
}

// name notes that a commune is called so. An arrondissement gives its name to itself, not to its commune.
func (f *Finder) name(label string, id territory.ID) {
	if key := keyOf(wordsOf(label)); key != "" {
		f.named[key] = with(f.named[key], id)
	}
}

// with adds what is not in a list yet.
func with(list []territory.ID, id territory.ID) []territory.ID {
	if slices.Contains(list, id) {
		return list
	}
	return append(list, id)
}

// departementOf reads a département from the code of a commune, or a postal code.
func departementOf(code string) territory.ID {
	switch {
	case len(code) < 3:
		return ""
	case strings.HasPrefix(code, "97") || strings.HasPrefix(code, "98"):
		return territory.Make(territory.Departements, code[:3])
	}
	return territory.Make(territory.Departements, code[:2])
}

// Find tells which commune a written place means, or how far it goes.
func (f *Finder) Find(w Written) Found {
	if id, ok := f.byCode(w.Commune); ok {
		return f.found(ByCode, id)
	}
	r := f.read(w)
	if r.commune != "" {
		return f.found(ByCode, r.commune)
	}
	near, cover := f.nearest(w.Lat, w.Lon), f.covered(r)
	if named := f.inside(r, cover); len(named) > 0 {
		if len(named) > 1 && slices.Contains(named, near) {
			named = []territory.ID{near}
		}
		return f.found(ByName, named...)
	}
	switch {
	case near != "" && (len(cover) == 0 || slices.Contains(cover, near) || r.postal == ""):
		return f.found(ByPoint, near)
	case len(cover) > 0:
		return f.found(ByPostalCode, cover...)
	case r.wider.ID != "":
		return f.within(r.wider)
	}
	if len(r.named) == 1 && r.departement == "" {
		return f.found(ByNameAlone, r.named[0])
	}
	if r.departement != "" {
		return Found{Departement: r.departement, Region: f.region[r.departement], How: ByWider}
	}
	return Found{How: NotFound}
}

// byCode finds a commune by its code, through the passages to those of today.
func (f *Finder) byCode(code string) (territory.ID, bool) {
	if code == "" {
		return "", false
	}
	id := territory.Make(territory.Communes, code)
	if _, ok := f.communes[id]; ok {
		return id, true
	}
	return id, f.resolver != nil && f.inAnyZoning(id)
}

// inAnyZoning tells whether a commune, or what it became, lies in a zoning: it existed once.
func (f *Finder) inAnyZoning(id territory.ID) bool {
	for _, z := range []territory.Zoning{territory.Zones2020, territory.Bassins2024, territory.Bassins2019} {
		if _, ok := f.resolver.Area(id, z); ok {
			return true
		}
	}
	return false
}

// covered lists the communes of the postal code that is written.
func (f *Finder) covered(r reading) []territory.ID { return f.postal[r.postal] }

// inside lists the communes of the name that lie where the rest of what is written says.
func (f *Finder) inside(r reading, cover []territory.ID) []territory.ID {
	if len(cover) > 0 {
		if both := intersection(r.named, cover); len(both) > 0 {
			return both
		}
	}
	if r.departement == "" {
		return nil
	}
	var out []territory.ID
	for _, id := range r.named {
		if f.communes[id].Departement == r.departement {
			out = append(out, id)
		}
	}
	return out
}

func intersection(a, b []territory.ID) []territory.ID {
	var out []territory.ID
	for _, id := range a {
		if slices.Contains(b, id) {
			out = append(out, id)
		}
	}
	return out
}

// found says what communes have in common. A city and its arrondissements are the city.
func (f *Finder) found(how How, communes ...territory.ID) Found {
	if whole := territory.FoldArrondissement(communes[0]); len(communes) > 1 && all(communes, func(id territory.ID) bool { return territory.FoldArrondissement(id) == whole }) {
		communes = []territory.ID{whole}
	}
	out := Found{Communes: communes, How: how}
	for i, id := range communes {
		d := f.communes[id].Departement
		if d == "" {
			d = departementOf(id.Code())
		}
		switch {
		case i == 0:
			out.Departement, out.Region = d, f.region[d]
		case d != out.Departement:
			out.Departement = ""
			if f.region[d] != out.Region {
				out.Region = ""
			}
		}
	}
	return out
}

func all(ids []territory.ID, is func(territory.ID) bool) bool {
	return !slices.ContainsFunc(ids, func(id territory.ID) bool { return !is(id) })
}

// within is a département or région itself.
func (f *Finder) within(a territory.Area) Found {
	if a.Level() == territory.Region {
		return Found{Region: a.ID, How: ByWider}
	}
	return Found{Departement: a.ID, Region: a.Region, How: ByWider}
}

// Area is the area of a zoning that a found place lies in: the one all its communes share. ok is false when they lie
// in several, or when no commune is known.
func (f *Finder) Area(p Found, z territory.Zoning) (territory.ID, bool) {
	switch {
	case z == territory.Departements:
		return p.Departement, p.Departement != ""
	case z == territory.Regions:
		return p.Region, p.Region != ""
	case len(p.Communes) == 0 || f.resolver == nil:
		return "", false
	case z == territory.Communes:
		return p.Communes[0], len(p.Communes) == 1
	}
	var shared territory.ID
	for _, id := range p.Communes {
		a, ok := f.resolver.Area(id, z)
		if !ok || shared != "" && a != shared {
			return "", false
		}
		shared = a
	}
	return shared, true
}

// The squares of the grid and the distance from a commune's centre at which a point is nowhere, in degrees of
// latitude (0.1° is 11 km).
const (
	squareSide = 0.1
	farthest   = 0.2
)

func square(lat, lon float64) [2]int {
	return [2]int{int(math.Floor(lat / squareSide)), int(math.Floor(lon / squareSide))}
}

// nearest is the commune whose centre is nearest to a point, "" when none is near.
func (f *Finder) nearest(lat, lon float64) territory.ID {
	if lat == 0 && lon == 0 || math.IsNaN(lat) || math.IsNaN(lon) || math.Abs(lat) > 90 || math.Abs(lon) > 180 {
		return ""
	}
	best, out := farthest*farthest, territory.ID("")
	shrink := math.Cos(lat * math.Pi / 180)
	at := square(lat, lon)
	reach := int(math.Ceil(farthest / squareSide))
	for i := -reach; i <= reach; i++ {
		for j := -2 * reach; j <= 2*reach; j++ {
			for _, id := range f.grid[[2]int{at[0] + i, at[1] + j}] {
				c := f.communes[id]
				dy, dx := c.Lat-lat, (c.Lon-lon)*shrink
				if d := dy*dy + dx*dx; d < best {
					best, out = d, id
				}
			}
		}
	}
	return out
}
