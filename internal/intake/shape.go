package intake

import (
	"strings"

	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// shaped reports whether a code has one of the shapes, in which L stands for a capital letter, l for a
// small one, R for a letter of the ROME (A to N), 9 for a digit, and any other character for itself.
func shaped(code string, shapes ...string) bool {
	for _, s := range shapes {
		if hasShape(code, s) {
			return true
		}
	}
	return false
}

func hasShape(code, shape string) bool {
	if len(code) != len(shape) {
		return false
	}
	for i := range len(code) {
		c := code[i]
		var ok bool
		switch shape[i] {
		case 'L':
			ok = c >= 'A' && c <= 'Z'
		case 'R':
			ok = c >= 'A' && c <= 'N'
		case 'l':
			ok = c >= 'a' && c <= 'z'
		case '9':
			ok = c >= '0' && c <= '9'
		default:
			ok = c == shape[i]
		}
		if !ok {
			return false
		}
	}
	return true
}

// occupationShapes are the forms of the codes of each nomenclature, at all its grains.
var occupationShapes = map[occupation.Nomenclature][]string{
	occupation.ROME3:   {"R9999", "R99", "R"},
	occupation.ROME4:   {"R9999", "R99", "R"},
	occupation.FAP2009: {"L9L99", "L9L", "L"},
	occupation.FAP2021: {"L9L99", "L9L99l", "LLL99", "LLL99l", "L9L", "LLL", "L"},
	occupation.ISCO08:  {"9999", "999", "99", "9"},
}

// sheetShape is the form of a ROME sheet (fiche): the finest entry of the ROME.
const sheetShape = "R9999"

// areaShapes are the forms of the codes of each zoning, leading zeros restored.
var areaShapes = map[territory.Zoning][]string{
	territory.Regions:      {"99"},
	territory.Departements: {"99", "2A", "2B", "999"},
	territory.Zones2020:    {"9999"},
	territory.Bassins2019:  {"9999"},
	territory.Bassins2024:  {"9999"},
	territory.Communes:     {"99999", "2A999", "2B999"},
}

// Occupation reads a required code of a nomenclature, at any grain.
func (r *Row) Occupation(n occupation.Nomenclature, column string) occupation.ID {
	id := occupation.Make(n, r.Required(column))
	if !shaped(id.Code(), occupationShapes[n]...) {
		r.Refuse(column, "not a code of this nomenclature")
	}
	return id
}

// Sheet reads the required code of a ROME sheet.
func (r *Row) Sheet(n occupation.Nomenclature, column string) occupation.ID {
	id := occupation.Make(n, r.Required(column))
	if !shaped(id.Code(), sheetShape) {
		r.Refuse(column, "not the code of a ROME sheet")
	}
	return id
}

// RequiredArea is Area for a row that means nothing without one.
func (r *Row) RequiredArea(z territory.Zoning, column string) territory.ID {
	r.Required(column)
	return r.Area(z, column)
}

// Plain is Text with the apostrophes that the ROME exports double made single again.
func (r *Row) Plain(column string) string { return plain(r.Text(column)) }

func plain(s string) string { return strings.ReplaceAll(s, "''", "'") }

// Nth is the trimmed value at a position, for columns that have no name.
func (r *Row) Nth(i int) string {
	if i >= len(r.record) {
		return ""
	}
	return strings.TrimSpace(r.record[i])
}
