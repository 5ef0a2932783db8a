package intake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"filiere/internal/occupation"
)

// certifInfo is the réseau Carif-Oref's register of titles, diplomas and habilitations. A title is known
// by its RNCP or RS number, or by Certif Info's own. Several rows may share a number: the variants
// (options, mentions) of a title, and its repeats with another link.
var certifInfo = Source{
	Dataset: "certif_info", Title: "Certif Info : certifications et habilitations",
	Producer: "Réseau des Carif-Oref", Licence: LicenceOuverte, Stage: StageCrosswalk, Home: certifInfoHome,
	Recognise: func(h Head) bool {
		return h.Has("Code_Diplome", "Libelle_Diplome", "Code_RNCP", "Code_Rome_1", "Etat_Libelle")
	},
	Read: func(in *Reading) error {
		register := certifRegister{variants: map[string][]certifVariant{}}
		err := in.Table(func(r *Row) {
			v := certifRow(r)
			emitCertifLinks(r, v.ID)
			if code := r.Text("Code_FormaCode"); code != "" {
				r.EmitOnce(formacodeOf(r, "Code_FormaCode", "Libelle_FormaCode"))
			}
			if !r.bad {
				register.add(v)
			}
		})
		if err != nil {
			return err
		}
		in.Vintage = register.edition.Format(time.DateOnly)
		return register.emit(in)
	},
}

// certifVariant is one row of Certif Info.
type certifVariant struct {
	occupation.Certification
	number      int // Certif Info's own
	lastSession int // year of the last session, 0 when none is planned
	updated     time.Time
	certifies   bool
}

// notCertifying is the state of the courses that prepare for a title and award none.
const notCertifying = "formations préparatoires et non certifiantes"

// certifStates are the states a row may be in, and whether something of that state is a certification.
var certifStates = map[string]bool{"Publié": true, "habilitations": true, notCertifying: false}

func certifRow(r *Row) certifVariant {
	number, err := strconv.Atoi(r.Required("Code_Diplome"))
	if err != nil {
		r.Refuse("Code_Diplome", "not a number")
	}
	updated, err := time.Parse("02/01/2006", r.Required("Date_MaJ"))
	if err != nil {
		r.Refuse("Date_MaJ", "not a date (day/month/year)")
	}
	certifies, known := certifStates[r.Text("Etat_Libelle")]
	if !known {
		r.Refuse("Etat_Libelle", "not a known state")
	}
	v := certifVariant{number: number, updated: updated, certifies: certifies}
	if r.Text("Annee_Derniere_Session") != "" {
		v.lastSession = r.Year("Annee_Derniere_Session")
	}
	v.Certification = occupation.Certification{
		ID: certifID(r), Title: oneLine(r.Required("Libelle_Diplome")), Kind: r.Text("Libelle_Type_Diplome"),
		Level: europeanLevel(r, "Code_Niveau_Europeen", ""), Certifier: cmp.Or(r.Text("certificateur"), r.Text("valideur")),
		NSF: r.Text("Code_Nsf"),
	}
	if v.NSF != "" && !shaped(v.NSF, "999") {
		r.Refuse("Code_Nsf", "not an NSF speciality")
	}
	return v
}

// certifID is the number a title is known by.
func certifID(r *Row) string {
	for _, register := range []struct{ column, prefix string }{{"Code_RNCP", "RNCP"}, {"Code_RS", "RS"}, {"Code_Diplome", "CI"}} {
		number := r.Text(register.column)
		if number == "" {
			continue
		}
		if strings.Trim(number, "0123456789") != "" {
			r.Refuse(register.column, "not a number")
		}
		return register.prefix + number
	}
	return ""
}

// emitCertifLinks hands on the links of the five ROME columns.
func emitCertifLinks(r *Row, certification string) {
	for _, column := range []string{"Code_Rome_1", "Code_Rome_2", "Code_Rome_3", "Code_Rome_4", "Code_Rome_5"} {
		if r.Text(column) == "" {
			continue
		}
		r.EmitOnce(occupation.CertificationLink{Certification: certification, Occupation: requiredRomeEntry(r, column)})
	}
}

// certifRegister gathers the variants of each title and the day the register was last touched.
type certifRegister struct {
	variants map[string][]certifVariant
	order    []string
	edition  time.Time
}

func (c *certifRegister) add(v certifVariant) {
	if c.variants[v.ID] == nil {
		c.order = append(c.order, v.ID)
	}
	c.variants[v.ID] = append(c.variants[v.ID], v)
	if v.updated.After(c.edition) {
		c.edition = v.updated
	}
}

func (c *certifRegister) emit(in *Reading) error {
	for _, id := range c.order {
		if err := in.Emit(c.certification(c.variants[id])); err != nil {
			return err
		}
	}
	return nil
}

// certification is the one record made of a title's variants: that of the variant most in force, under
// the title they share if there are several.
func (c *certifRegister) certification(variants []certifVariant) occupation.Certification {
	best := slices.MaxFunc(variants, func(a, b certifVariant) int {
		return cmp.Or(
			compareBool(c.active(a), c.active(b)), cmp.Compare(a.sessionsUntil(), b.sessionsUntil()),
			a.updated.Compare(b.updated), cmp.Compare(a.number, b.number),
		)
	})
	out := best.Certification
	out.Active = c.active(best)
	out.Title = sharedTitle(variants, out.Title)
	return out
}

// active: it certifies, and a session is still to come or was held in the year of the edition.
func (c *certifRegister) active(v certifVariant) bool {
	return v.certifies && v.sessionsUntil() >= c.edition.Year()
}

// sessionsUntil is the year of the last session; a title without one goes on.
func (v certifVariant) sessionsUntil() int {
	if v.lastSession == 0 {
		return latestYear
	}
	return v.lastSession
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}

// minSharedWords is how many words titles must begin with in common to be variants of one title.
const minSharedWords = 3

// dangling are the words that lead to a variant's own name and say nothing without it.
var dangling = map[string]bool{"option": true, "mention": true, "spécialité": true, "parcours": true, "dominante": true, ":": true, "-": true, "de": true, "des": true, "et": true, "en": true, "la": true, "le": true, "du": true}

// sharedTitle is the words all the variants' titles begin with ("DEJEPS spécialité perfectionnement
// sportif" for all its mentions), or one title where they have too little in common.
func sharedTitle(variants []certifVariant, one string) string {
	shared := strings.Fields(one)
	for _, v := range variants {
		words := strings.Fields(v.Title)
		n := 0
		for n < len(shared) && n < len(words) && shared[n] == words[n] {
			n++
		}
		shared = shared[:n]
	}
	if len(shared) == len(strings.Fields(one)) {
		return one
	}
	for len(shared) > 0 && dangling[shared[len(shared)-1]] {
		shared = shared[:len(shared)-1]
	}
	if len(shared) < minSharedWords {
		return one
	}
	return strings.TrimRight(strings.Join(shared, " "), " ,:")
}
