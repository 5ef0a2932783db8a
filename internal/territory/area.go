package territory

import (
	"strings"

	"filiere/internal/fault"
)

// Level is the size of an area.
type Level string

// The levels, widest first.
const (
	Country     Level = "country"
	Region      Level = "region"
	Departement Level = "departement"
	ZoneEmploi  Level = "zone_emploi"
	Bassin      Level = "bassin"
	Commune     Level = "commune"
)

// Levels lists the levels, widest first.
func Levels() []Level {
	return []Level{Country, Region, Departement, ZoneEmploi, Bassin, Commune}
}

// ParseLevel reads a level's name. It returns an Invalid fault that lists the names.
func ParseLevel(s string) (Level, error) {
	for _, l := range Levels() {
		if string(l) == s {
			return l, nil
		}
	}
	f := fault.New(fault.Invalid, "read level", "no level is called %q", s)
	f.Hint = "the levels are country, region, departement, zone_emploi, bassin and commune"
	return "", f
}

// ID names one area of one zoning for ever: "FR", "reg-84", "dep-2A", "ze2020-8405", "be2019-8401",
// "be2024-8457", "com-69123".
type ID string

// France is the whole country, départements d'outre-mer included.
const France ID = "FR"

// Unlocated stands for figures whose producer does not know where they belong. They count for the
// country and for no smaller area.
const Unlocated ID = "unlocated"

// Zoning is one edition of a division of the country; it is the first part of an ID.
type Zoning string

// The zonings in use.
const (
	Regions      Zoning = "reg"    // régions of 2016
	Departements Zoning = "dep"    // départements
	Zones2020    Zoning = "ze2020" // zones d'emploi 2020 (INSEE)
	Bassins2019  Zoning = "be2019" // bassins BMO, 2019 edition (France Travail)
	Bassins2024  Zoning = "be2024" // bassins BMO, 2024 edition (France Travail)
	Communes     Zoning = "com"    // communes (INSEE)
)

var levelOfZoning = map[Zoning]Level{
	Regions: Region, Departements: Departement, Zones2020: ZoneEmploi,
	Bassins2019: Bassin, Bassins2024: Bassin, Communes: Commune,
}

// DefaultZoning is the edition of a level that figures of tension are published for, "" for the
// country and where there is none.
func DefaultZoning(l Level) Zoning {
	switch l {
	case Region:
		return Regions
	case Departement:
		return Departements
	case ZoneEmploi:
		return Zones2020
	case Bassin:
		return Bassins2019
	case Commune:
		return Communes
	}
	return ""
}

// codeWidth is the number of characters of a code in each zoning. Producers drop leading zeros when
// a file went through a spreadsheet ("105" for "0105", "1" for "01"); Make puts them back.
var codeWidth = map[Zoning]int{
	Regions: 2, Departements: 2, Zones2020: 4, Bassins2019: 4, Bassins2024: 4, Communes: 5,
}

// Make builds the ID of an area, restoring leading zeros. A blank code gives Unlocated.
func Make(z Zoning, code string) ID {
	code = strings.ToUpper(strings.TrimSpace(code))
	if code == "" || code == "NULL" {
		return Unlocated
	}
	if n := codeWidth[z] - len(code); n > 0 {
		code = strings.Repeat("0", n) + code
	}
	return ID(string(z) + "-" + code)
}

// Zoning returns the zoning an ID belongs to, or "" for France and Unlocated.
func (id ID) Zoning() Zoning {
	z, _, ok := strings.Cut(string(id), "-")
	if !ok {
		return ""
	}
	return Zoning(z)
}

// Code returns the producer's code, without the zoning: "8401"; "FR" for the country.
func (id ID) Code() string {
	_, c, ok := strings.Cut(string(id), "-")
	if !ok {
		return string(id)
	}
	return c
}

// Level returns the level of an ID, "" for Unlocated and for IDs of no known zoning.
func (id ID) Level() Level {
	if id == France {
		return Country
	}
	return levelOfZoning[id.Zoning()]
}

// Area is a place figures are published for.
type Area struct {
	ID          ID
	Label       string
	Region      ID      // the région it lies in, "" for the country
	Departement ID      // the département it mostly lies in, "" above that level
	Population  int     // inhabitants; 0 when not known
	PopulatedIn int     // the year the population was counted for
	Lat, Lon    float64 // WGS 84 degrees of a central point; 0,0 when not known
}

// Level is the area's level.
func (a Area) Level() Level { return a.ID.Level() }

// Membership places a commune in one area of one zoning.
type Membership struct {
	Commune ID
	Area    ID
}

// Passage says that a code of an earlier year became another one (communes merged, renamed or moved).
type Passage struct {
	Old, New ID
	Year     int // edition of the passage table
}

// Postal is a way addresses name a commune: a postal code and a name written with it. A commune has several, for
// its delivery offices, its former communes and its places; several communes may share one code.
type Postal struct {
	Commune ID
	Code    string // five digits
	Name    string // in capitals without accents, as La Poste writes it
}
