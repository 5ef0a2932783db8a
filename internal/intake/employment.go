package intake

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

const portraitsHome = "https://dares.travail-emploi.gouv.fr/donnees/les-portraits-statistiques-de-metiers"

// perThousand turns the thousands of the Dares tables into persons.
const perThousand = 1000

// fapOrTotal reads a FAP code of a Dares portrait. The total of all families is called ENS or Ensemble.
// Z, ZZZ and ZZZZZ are no total but the people whose occupation is not known (105 thousand of 26.4
// million in 2018): they are no family, and ok is false. T2Z, the home helps and childminders
// before they were told apart as T2A and T2B, is a code of no list and stays as published.
func fapOrTotal(r *Row, column string) (id occupation.ID, ok bool) {
	switch code := r.Required(column); code {
	case "ENS", "Ensemble":
		return occupation.All, true
	case "Z", "ZZZ", "ZZZZZ":
		return "", false
	}
	return r.Occupation(occupation.FAP2009, column), true
}

// employment is the Dares series of people employed: a row per year, a column per FAP at three grains.
var employment = Source{
	Dataset: "employment_fap", Title: "Emploi par famille professionnelle, moyennes annuelles",
	Producer: "Dares, INSEE enquête Emploi", Licence: LicenceOuverte, Stage: StageFigures, Home: portraitsHome,
	Recognise: func(h Head) bool { return h.Has("Annee", "A0Z", "A0Z40", "ENS", "ZZZZZ") },
	Read: func(in *Reading) error {
		columns, err := employmentColumns(in.Head)
		if err != nil {
			return err
		}
		span := years{}
		err = in.Table(func(r *Row) {
			year := r.Year("Annee")
			span.add(year)
			for _, c := range columns {
				v := r.Count(c.name)
				if !v.Known() {
					continue
				}
				o := market.Observation{Occupation: c.occupation, Area: territory.France, Year: year}
				o.Values[market.Employment] = market.Is(v.Float * perThousand)
				r.Emit(o)
			}
		})
		in.Scope, in.Vintage = "national", span.String()
		return err
	},
}

type employmentColumn struct {
	name       string
	occupation occupation.ID
}

// employmentColumns reads the header of the wide table.
func employmentColumns(h Head) ([]employmentColumn, error) {
	if len(h.Records) == 0 {
		return nil, fault.New(fault.Invalid, "read employment", "there is no header")
	}
	var columns []employmentColumn
	for _, name := range h.Records[0] {
		name = strings.TrimSpace(name)
		switch {
		case name == "ENS":
			columns = append(columns, employmentColumn{name, occupation.All})
		case strings.Trim(name, "Z") == "" || columnKey(name) == "annee":
		case shaped(name, occupationShapes[occupation.FAP2009]...):
			columns = append(columns, employmentColumn{name, occupation.Make(occupation.FAP2009, name)})
		default:
			f := fault.New(fault.Invalid, "read employment", "a column is no code of fap2009")
			f.Line, f.Column = 1, name
			return nil, f
		}
	}
	return columns, nil
}

// years is the span of years a table covers.
type years struct{ first, last int }

func (y *years) add(year int) {
	if year == 0 {
		return
	}
	if y.first == 0 || year < y.first {
		y.first = year
	}
	y.last = max(y.last, year)
}

// String is the span as a vintage: "1983–2018".
func (y years) String() string {
	if y.first == y.last {
		return strconv.Itoa(y.first)
	}
	return strconv.Itoa(y.first) + "–" + strconv.Itoa(y.last)
}

// payBands are the employees of each FAP by band of net monthly pay. The table states no year. Cells
// that say NA are too few to be published.
var payBands = Source{
	Dataset: "pay_fap", Title: "Salaires nets mensuels par famille professionnelle",
	Producer: "Dares, INSEE enquête Emploi", Licence: LicenceOuverte, Stage: StageFigures, Home: portraitsHome,
	Recognise: func(h Head) bool { return h.Has("Fap", "Salaire", "Milliers", "Pourcentage") },
	Read: func(in *Reading) error {
		var bands []market.PayBand
		floors := map[string]int{}
		err := in.Table(func(r *Row) {
			id, ok := fapOrTotal(r, "Fap")
			thousands, percent := r.Count("Milliers"), r.Count("Pourcentage")
			band := strings.Join(strings.Fields(r.Required("Salaire")), " ")
			floor, known := bandFloor(band)
			if !known {
				r.Refuse("Salaire", "not a band of pay")
			}
			if !ok || !thousands.Known() || !percent.Known() {
				r.Skip()
				return
			}
			if r.bad {
				return
			}
			floors[band] = floor
			bands = append(bands, market.PayBand{Occupation: id, Band: band, Thousands: thousands.Float, Percent: percent.Float})
		})
		if err != nil {
			return err
		}
		return emitBands(in, bands, floors)
	},
}

// bandFloor is the lower bound of a band of pay: "Moins de 1250 €", "De 1250 € à moins de 1500 €",
// "3000 € ou plus".
func bandFloor(band string) (int, bool) {
	if strings.HasPrefix(band, "Moins de ") {
		return 0, true
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(band, "De "), " ")
	floor, err := strconv.Atoi(first)
	return floor, err == nil && floor > 0
}

// emitBands ranks the bands from the lowest and hands them on.
func emitBands(in *Reading, bands []market.PayBand, floors map[string]int) error {
	names := sortedKeys(floors)
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(floors[a], floors[b]) })
	for _, b := range bands {
		b.Rank = slices.Index(names, b.Band)
		if err := in.Emit(b); err != nil {
			return err
		}
	}
	return nil
}

// trainings are the training specialities of the young workers of each FAP. The table states no year.
// Rows whose share is NA are of families without anyone to count.
var trainings = Source{
	Dataset: "training_fap", Title: "Spécialités de formation par famille professionnelle",
	Producer: "Dares, INSEE enquête Emploi", Licence: LicenceOuverte, Stage: StageFigures, Home: portraitsHome,
	Recognise: func(h Head) bool { return h.Has("Fap", "Specialite", "Label_spedipl", "Milliers", "Pourcentage") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			id, ok := fapOrTotal(r, "Fap")
			thousands, percent := r.Count("Milliers"), r.Count("Pourcentage")
			t := market.Training{
				Occupation: id, NSF: r.Required("Specialite"), Label: r.Required("Label_spedipl"),
				Thousands: thousands.Float, Percent: percent.Float,
			}
			switch {
			case t.NSF == "0":
				t.NSF = "" // "Non déclaré"
			case !shaped(t.NSF, "999"):
				r.Refuse("Specialite", "not an NSF speciality")
			}
			if !ok || !thousands.Known() || !percent.Known() {
				r.Skip()
				return
			}
			r.Emit(t)
		})
	},
}

// hiringsYear is the year of the one edition of the hirings by activity; the table does not state it.
const hiringsYear = 2021

// hiringSectors are the hirings by ROME sheet and activity. Their sum over the activities is the
// hirings of the sheet, as far as the table goes.
var hiringSectors = Source{
	Dataset: "hirings_rome_naf", Title: "Embauches par métier (ROME) et activité (NAF), 2021",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageFigures,
	Home:      "https://www.data.gouv.fr/datasets/la-bonne-boite",
	Recognise: func(h Head) bool { return h.Has("rome_id", "naf_id", "naf_label", "hirings") },
	Read: func(in *Reading) error {
		in.setYear(hiringsYear)
		hirings := newSums(market.Hirings)
		err := in.Table(func(r *Row) {
			h := market.HiringSector{
				Occupation: r.Sheet(occupation.ROME3, "rome_id"), NAF: r.Required("naf_id"), Label: r.Text("naf_label"), Year: hiringsYear,
			}
			if !shaped(h.NAF, "9999L") {
				r.Refuse("naf_id", "not a NAF code")
			}
			n := r.Count("hirings")
			if !n.Known() {
				r.Refuse("hirings", "a number is required here")
			}
			if r.bad {
				return
			}
			h.Hirings = n.Float
			r.Emit(h)
			hirings.add(cellKey{h.Occupation, territory.France, hiringsYear}, n.Float)
		})
		if err != nil {
			return err
		}
		return hirings.emit(in)
	},
}
