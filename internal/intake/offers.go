package intake

import (
	"strconv"
	"strings"
	"time"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

const offersHome = "https://statistiques.francetravail.org/offres"

// offersStock are the offers open on one day, by commune and ROME sheet. Arrondissements stay as
// published; a blank commune, or the word null, is a place the producer does not know. Of 286,815
// pairs of commune and sheet in the edition of 2021-12-21, 38,182 come in two rows, never of the same
// number: parts of one stock, by something the table does not say. They are added up, as the
// producer's total of 925,168 offers does. (Two equal parts would have been merged by its extraction,
// so the stock may be a little understated.)
var offersStock = Source{
	Dataset: "offers_stock", Title: "Offres en ligne par commune et métier (ROME)",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageFigures, Home: "https://www.data.gouv.fr/organizations/france-travail",
	Recognise: func(h Head) bool { return h.Has("commune", "dc_rome_id", "nb_offre", "date_extract") },
	Read: func(in *Reading) error {
		stocks := newSums(market.OffersStock)
		err := in.Table(func(r *Row) {
			id, area, n := r.Sheet(occupation.ROME3, "dc_rome_id"), r.Area(territory.Communes, "commune"), r.Count("nb_offre")
			if !n.Known() {
				r.Refuse("nb_offre", "a number is required here")
			}
			day, err := time.Parse(time.DateOnly, r.Text("date_extract"))
			if err != nil {
				r.Refuse("date_extract", "not a date (2021-12-31)")
			}
			if in.Vintage != "" && r.Text("date_extract") != in.Vintage {
				r.Refuse("date_extract", "not the day of the other rows")
			}
			if r.bad {
				return
			}
			in.Vintage = r.Text("date_extract")
			in.Scope = in.Vintage
			stocks.add(cellKey{id, area, day.Year()}, n.Float)
		})
		if err != nil {
			return err
		}
		return stocks.emit(in)
	},
}

// offersMonthly is the national series of offers, a row a month.
var offersMonthly = Source{
	Dataset: "offers_monthly", Title: "Offres diffusées par mois",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageFigures, Home: offersHome,
	Recognise: func(h Head) bool { return h.Has("Année", "Trimestre", "Mois", "Nombre d'offres diffusées") },
	Read: func(in *Reading) error {
		return readMonths(in, "offers_monthly", []seriesColumn{{"Nombre d'offres diffusées", keyTotal}})
	},
}

// offersByContract is the same by type of contract, a column each.
var offersByContract = Source{
	Dataset: "offers_by_contract", Title: "Offres diffusées par mois et type de contrat",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageFigures, Home: offersHome,
	Recognise: func(h Head) bool { return h.Has("Année", "Trimestre", "Mois", "CDI") },
	Read: func(in *Reading) error {
		var columns []seriesColumn
		for _, name := range in.Head.Records[0] {
			switch columnKey(name) {
			case "", "annee", "trimestre", "mois":
			default:
				columns = append(columns, seriesColumn{name, strings.TrimSpace(name)})
			}
		}
		return readMonths(in, "offers_by_contract", columns)
	},
}

// keyTotal is the key of the whole in a series that has parts.
const keyTotal = "total"

// seriesColumn is a column of a table of months and the key its values have in the series.
type seriesColumn struct{ name, key string }

// unitOffers is the unit of counts of offers, unitShare that of parts of 1.
const (
	unitOffers = "offers"
	unitShare  = "share"
)

func readMonths(in *Reading, series string, columns []seriesColumn) error {
	span := years{}
	err := in.Table(func(r *Row) {
		year, month := r.Year("Année"), r.Count("Mois")
		if !month.Known() || month.Float < 1 || month.Float > 12 {
			r.Refuse("Mois", "not a month")
		}
		period := strconv.Itoa(year) + "-" + twoDigits(int(month.Float))
		for _, c := range columns {
			if v := r.Count(c.name); v.Known() {
				r.Emit(market.SeriesPoint{Series: series, Key: c.key, Period: period, Value: v.Float, Unit: unitOffers})
			}
		}
		span.add(year)
	})
	in.Vintage = span.String()
	return err
}

func twoDigits(n int) string {
	if n < 10 {
		return "0" + strconv.Itoa(n)
	}
	return strconv.Itoa(n)
}

// offersByDomain are the offers of one quarter by ROME domain. The table is laid out for reading: a row
// for each large domain, then its parts, of which only the first is marked "dont" and the others have
// the first column blank; a total at the end; a note at the side. Keys are "large domain" and
// "large domain / domain". Shares of the total and changes over a year are left out: they follow from
// the counts of two quarters.
var offersByDomain = Source{
	Dataset: "offers_by_domain", Title: "Offres diffusées par domaine",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageFigures, Home: offersHome,
	Recognise: func(h Head) bool { return h.Has("Grand domaine", "Domaine", "Part des offres durables") },
	Read: func(in *Reading) error {
		count, period := quarterColumn(in.Head)
		in.Vintage, in.Scope = period, period
		large := ""
		return in.Table(func(r *Row) {
			key := r.Text("Domaine")
			switch first := r.Text("Grand domaine"); {
			case first == "TOTAL":
				key = keyTotal
			case first == "dont" || first == "":
				if large == "" || key == "" {
					r.Refuse("Domaine", "a part of no domain")
				}
				key = large + " / " + key
			default:
				large, key = first, first
			}
			if period == "" {
				r.Refuse("", "the header names no quarter")
			}
			n := r.Count(count)
			if !n.Known() {
				r.Refuse(count, "a number is required here")
			}
			r.Emit(market.SeriesPoint{Series: "offers_by_domain", Key: key, Period: period, Value: n.Float, Unit: unitOffers})
			if v := r.Count("Part des offres durables"); v.Known() {
				r.Emit(market.SeriesPoint{Series: "durable_offers_by_domain", Key: key, Period: period, Value: v.Float, Unit: unitShare})
			}
		})
	},
}

// quarterColumn finds the column of the counts, "Offres au T3 2025", and its quarter, "2025-T3".
func quarterColumn(h Head) (column, period string) {
	if len(h.Records) == 0 {
		return "", ""
	}
	for _, name := range h.Records[0] {
		quarter, ok := strings.CutPrefix(strings.TrimSpace(name), "Offres au ")
		if ok && shaped(quarter, "T9 9999") {
			return name, quarter[3:] + "-" + quarter[:2]
		}
	}
	return "", ""
}
