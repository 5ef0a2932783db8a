package occupation

import (
	"strings"

	"filiere/internal/fault"
)

// Nomenclature is one edition of a list of occupations.
type Nomenclature string

// The nomenclatures in use.
const (
	ROME3   Nomenclature = "rome3"
	ROME4   Nomenclature = "rome4"
	FAP2009 Nomenclature = "fap2009"
	FAP2021 Nomenclature = "fap2021"
	ISCO08  Nomenclature = "isco08"
	ESCO    Nomenclature = "esco"
)

// Nomenclatures lists them in the order pages show them.
func Nomenclatures() []Nomenclature {
	return []Nomenclature{FAP2009, ROME3, ROME4, FAP2021, ISCO08, ESCO}
}

// ParseNomenclature reads a nomenclature's name. It returns an Invalid fault that lists the names.
func ParseNomenclature(s string) (Nomenclature, error) {
	for _, n := range Nomenclatures() {
		if string(n) == s {
			return n, nil
		}
	}
	f := fault.New(fault.Invalid, "read nomenclature", "no nomenclature is called %q", s)
	f.Hint = "the nomenclatures are fap2009, rome3, rome4, fap2021, isco08 and esco"
	return "", f
}

// ID names one entry of one nomenclature for ever: "rome3-M1805", "fap2009-M2Z90", "esco-<uuid>".
type ID string

// All stands for every occupation together; figures without an occupation carry it.
const All ID = "all"

// Make builds an ID from a nomenclature and the producer's code.
func Make(n Nomenclature, code string) ID {
	code = strings.TrimSpace(code)
	if n != ESCO && n != FAP2021 {
		code = strings.ToUpper(code)
	}
	return ID(string(n) + "-" + code)
}

// Nomenclature returns the list an ID belongs to.
func (id ID) Nomenclature() Nomenclature {
	n, _, _ := strings.Cut(string(id), "-")
	return Nomenclature(n)
}

// Code returns the producer's code, without the nomenclature.
func (id ID) Code() string {
	_, c, ok := strings.Cut(string(id), "-")
	if !ok {
		return string(id)
	}
	return c
}

// Grain is how fine an entry is within its nomenclature: 0 is the finest that figures are published
// for, 1 a family of those, 2 a domain of families.
type Grain int

// The grains.
const (
	Detailed Grain = 0 // ROME sheet, FAP 225, FAP 228/341, ISCO unit group, ESCO occupation
	Family   Grain = 1 // ROME domaine professionnel, FAP 87, FAP 86
	Domain   Grain = 2 // ROME grand domaine, FAP 22
)

// Grain derives the grain of an entry from the shape of its code.
func (id ID) Grain() Grain {
	n := len(id.Code())
	switch id.Nomenclature() {
	case ROME3, ROME4, FAP2009, FAP2021:
		switch {
		case n == 1:
			return Domain
		case n == 3:
			return Family
		}
	case ISCO08:
		if n < 4 {
			return Family
		}
	}
	return Detailed
}

// Parent returns the entry one grain up (A0Z40 → A0Z → A; M1805 → M18 → M), or "" at the top.
func (id ID) Parent() ID {
	n, c := id.Nomenclature(), id.Code()
	switch n {
	case ROME3, ROME4, FAP2009, FAP2021:
		switch {
		case n == FAP2021 && len(c) > 5:
			return Make(n, c[:5])
		case len(c) > 3:
			return Make(n, c[:3])
		case len(c) > 1:
			return Make(n, c[:1])
		}
	case ISCO08:
		if len(c) > 1 {
			return Make(n, c[:len(c)-1])
		}
	}
	return ""
}

// Occupation is one entry of a nomenclature. Labels and texts are in French, as published.
type Occupation struct {
	ID         ID
	Label      string
	Definition string // what people in the occupation do
	Access     string // how one gets in: diplomas, experience
	Conditions string // where and how the work is done
}

// Title is a name people use for an occupation.
type Title struct {
	Occupation ID
	Code       string // OGR code, ESCO URI or "" when the producer gives none
	Label      string
}

// Quality tells how far to trust a crosswalk row.
type Quality string

// The qualities of a crosswalk row.
const (
	Official    Quality = "official"    // published by the owner of one of the lists
	Derived     Quality = "derived"     // made by matching codes and labels
	Unconfirmed Quality = "unconfirmed" // proposed by label similarity, marked to be checked; not used in figures
)

// Crosswalk says that an entry of one nomenclature corresponds to an entry of another.
type Crosswalk struct {
	From, To ID
	Relation string // as published: exactMatch, narrowMatch…; "" when the producer says no more
	Quality  Quality
}

// Mobility is a move from one occupation to another that the nomenclature's owner calls possible.
type Mobility struct {
	From, To ID
	Close    bool // "proche": at once; otherwise "si évolution": with training
}

// SkillKind sorts what is linked to an occupation.
type SkillKind string

// The kinds of skill.
const (
	Competence SkillKind = "competence" // savoir-faire
	Knowledge  SkillKind = "knowledge"  // savoir
)

// Skill is a competence or a piece of knowledge.
type Skill struct {
	ID    string // "ogr-100007", "esco-<uuid>"
	Label string
	Kind  SkillKind
}

// SkillLabel is another name of a skill.
type SkillLabel struct {
	Skill string // ID
	Label string
}

// SkillLink says that an occupation calls for a skill.
type SkillLink struct {
	Occupation ID
	Skill      string
	Core       bool // basic or essential, rather than specific to some posts or optional
}

// Certification is a registered title or diploma (RNCP, RS or Certif Info record).
type Certification struct {
	ID        string // "RNCP34001", "RS1234" or "CI1879" when it has no registry number
	Title     string
	Kind      string // titre professionnel, licence professionnelle…
	Level     int    // European level 1–8; 0 when none is stated
	Certifier string
	Active    bool
	Expires   string // end of registration, 2006-01-02, "" when not stated
	NSF       string // training speciality code
}

// CertificationLink says that a certification leads to an occupation.
type CertificationLink struct {
	Certification string
	Occupation    ID
}

// Certifier is a body that awards a certification; a certification may have many. (Certification.Certifier
// is the text of a register that names them all in one cell.)
type Certifier struct {
	Certification string
	Name          string
}

// CertificationSpeciality says that a certification is of a training speciality; it may be of several.
type CertificationSpeciality struct {
	Certification string
	Speciality    string // Speciality.ID
}

// CertificationBlock is one bloc de compétences of a certification.
type CertificationBlock struct {
	Certification string
	Number        string
	Title         string
}

// Speciality is an NSF training speciality (or domain) or a Formacode, named.
type Speciality struct {
	ID    string // "nsf-326", "formacode-11016"
	Label string
}
