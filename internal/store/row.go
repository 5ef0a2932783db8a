package store

import (
	"fmt"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// referenceTables hold one edition only; superseded rows leave them. Figures are not among them, nor
// are areas and occupations: older figures still refer to those.
var referenceTables = []string{
	"membership", "passage", "postal_name", "outline", "title", "crosswalk", "mobility",
	"skill", "skill_label", "skill_link", "certification", "certification_link", "certification_block", "certifier",
	"certification_speciality", "speciality",
}

var (
	areaTable       = table{name: "area", columns: []string{"id", "level", "zoning", "code", "label", "region_id", "departement_id", "population", "populated_in", "lat", "lon", "release_id"}, key: 1, merge: true}
	membershipTable = table{name: "membership", columns: []string{"commune_id", "zoning", "area_id", "release_id"}, key: 2}
	passageTable    = table{name: "passage", columns: []string{"old_id", "new_id", "year", "release_id"}, key: 2}
	postalNameTable = table{name: "postal_name", columns: []string{"commune_id", "code", "name", "release_id"}, key: 3}
	outlineTable    = table{name: "outline", columns: []string{"area_id", "path", "x", "y", "min_x", "min_y", "max_x", "max_y", "release_id"}, key: 1}

	occupationTable         = table{name: "occupation", columns: []string{"id", "nomenclature", "code", "grain", "parent_id", "label", "definition", "access", "conditions", "release_id"}, key: 1, merge: true}
	titleTable              = table{name: "title", columns: []string{"occupation_id", "label", "code", "release_id"}, key: 2}
	crosswalkTable          = table{name: "crosswalk", columns: []string{"from_id", "to_id", "relation", "quality", "release_id"}, key: 2}
	mobilityTable           = table{name: "mobility", columns: []string{"from_id", "to_id", "is_close", "release_id"}, key: 2}
	skillTable              = table{name: "skill", columns: []string{"id", "label", "kind", "release_id"}, key: 1}
	skillLabelTable         = table{name: "skill_label", columns: []string{"skill_id", "label", "release_id"}, key: 2}
	skillLinkTable          = table{name: "skill_link", columns: []string{"occupation_id", "skill_id", "core", "release_id"}, key: 2}
	certificationTable      = table{name: "certification", columns: []string{"id", "title", "kind", "level", "certifier", "active", "expires", "nsf", "release_id"}, key: 1}
	certificationLinkTable  = table{name: "certification_link", columns: []string{"certification_id", "occupation_id", "release_id"}, key: 2}
	certificationBlockTable = table{name: "certification_block", columns: []string{"certification_id", "number", "title", "release_id"}, key: 2}
	certifierTable          = table{name: "certifier", columns: []string{"certification_id", "name", "release_id"}, key: 2}
	certificationNSFTable   = table{name: "certification_speciality", columns: []string{"certification_id", "speciality_id", "release_id"}, key: 2}
	specialityTable         = table{name: "speciality", columns: []string{"id", "label", "release_id"}, key: 1}

	observationTable  = table{name: "observation", columns: observationColumns(), key: 4}
	seriesPointTable  = table{name: "series_point", columns: []string{"release_id", "series", "key", "period", "value", "unit"}, key: 4}
	hiringSectorTable = table{name: "hiring_sector", columns: []string{"occupation_id", "naf", "year", "release_id", "label", "hirings"}, key: 4}
	payBandTable      = table{name: "pay_band", columns: []string{"occupation_id", "band", "release_id", "rank", "thousands", "percent"}, key: 3}
	trainingTable     = table{name: "training", columns: []string{"occupation_id", "nsf", "label", "release_id", "thousands", "percent"}, key: 4}
	refusalTable      = table{name: "refusal", columns: []string{"release_id", "line", "col", "value", "reason"}, key: 0}
)

// rowOf turns a domain record into a row of its table.
func rowOf(record any, release string) (table, []any, error) {
	switch r := record.(type) {
	case market.Observation:
		return observationTable, observationRow(r, release), nil
	case market.SeriesPoint:
		return seriesPointTable, []any{release, r.Series, r.Key, r.Period, r.Value, r.Unit}, nil
	case market.HiringSector:
		return hiringSectorTable, []any{r.Occupation, r.NAF, r.Year, release, r.Label, r.Hirings}, nil
	case market.PayBand:
		return payBandTable, []any{r.Occupation, r.Band, release, r.Rank, r.Thousands, r.Percent}, nil
	case market.Training:
		return trainingTable, []any{r.Occupation, r.NSF, r.Label, release, r.Thousands, r.Percent}, nil
	case market.Refusal:
		return refusalTable, []any{release, r.Line, r.Column, r.Value, r.Reason}, nil
	case territory.Area:
		return areaTable, []any{
			r.ID, r.Level(), r.ID.Zoning(), r.ID.Code(), r.Label, r.Region, r.Departement,
			r.Population, r.PopulatedIn, r.Lat, r.Lon, release,
		}, nil
	case territory.Membership:
		return membershipTable, []any{r.Commune, r.Area.Zoning(), r.Area, release}, nil
	case territory.Passage:
		return passageTable, []any{r.Old, r.New, r.Year, release}, nil
	case territory.Postal:
		return postalNameTable, []any{r.Commune, r.Code, r.Name, release}, nil
	case territory.Outline:
		return outlineTable, []any{r.Area, r.Path, r.X, r.Y, r.Box[0], r.Box[1], r.Box[2], r.Box[3], release}, nil
	}
	return occupationRow(record, release)
}

func occupationRow(record any, release string) (table, []any, error) {
	switch r := record.(type) {
	case occupation.Occupation:
		return occupationTable, []any{
			r.ID, r.ID.Nomenclature(), r.ID.Code(), r.ID.Grain(), r.ID.Parent(), r.Label,
			r.Definition, r.Access, r.Conditions, release,
		}, nil
	case occupation.Title:
		return titleTable, []any{r.Occupation, r.Label, r.Code, release}, nil
	case occupation.Crosswalk:
		return crosswalkTable, []any{r.From, r.To, r.Relation, r.Quality, release}, nil
	case occupation.Mobility:
		return mobilityTable, []any{r.From, r.To, r.Close, release}, nil
	case occupation.Skill:
		return skillTable, []any{r.ID, r.Label, r.Kind, release}, nil
	case occupation.SkillLabel:
		return skillLabelTable, []any{r.Skill, r.Label, release}, nil
	case occupation.SkillLink:
		return skillLinkTable, []any{r.Occupation, r.Skill, r.Core, release}, nil
	case occupation.Certification:
		return certificationTable, []any{r.ID, r.Title, r.Kind, r.Level, r.Certifier, r.Active, r.Expires, r.NSF, release}, nil
	case occupation.CertificationLink:
		return certificationLinkTable, []any{r.Certification, r.Occupation, release}, nil
	case occupation.CertificationBlock:
		return certificationBlockTable, []any{r.Certification, r.Number, r.Title, release}, nil
	case occupation.Certifier:
		return certifierTable, []any{r.Certification, r.Name, release}, nil
	case occupation.CertificationSpeciality:
		return certificationNSFTable, []any{r.Certification, r.Speciality, release}, nil
	case occupation.Speciality:
		return specialityTable, []any{r.ID, r.Label, release}, nil
	}
	return table{}, nil, fmt.Errorf("store a record: no table for %T", record)
}

func observationColumns() []string {
	cols := []string{"release_id", "occupation_id", "area_id", "year", "suppressed"}
	for _, m := range market.Measures() {
		cols = append(cols, m.String())
	}
	return cols
}

// observationRow lays the measures out as columns: NULL where there is no number, and a bit in
// suppressed where the producer withholds one.
func observationRow(o market.Observation, release string) []any {
	row := make([]any, 5, 5+market.MeasureCount)
	var suppressed int64
	for i, v := range o.Values {
		switch v.State {
		case market.Known:
			row = append(row, v.Float)
		case market.Suppressed:
			suppressed |= 1 << i
			row = append(row, nil)
		default:
			row = append(row, nil)
		}
	}
	row[0], row[1], row[2], row[3], row[4] = release, o.Occupation, o.Area, o.Year, suppressed
	return row
}
