package intake

import (
	"slices"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/occupation"
)

// Of ESCO's tables two are left alone, having no record to go into: the groups of skills and the
// relations between skills (skillGroups, broaderRelations).
const (
	escoHome     = "https://esco.ec.europa.eu/fr/use-esco/download"
	escoProducer = "Commission européenne"
	escoLicence  = "CC BY 4.0"
)

// The addresses ESCO names things by; what follows is a UUID.
const (
	escoOccupationURI = "http://data.europa.eu/esco/occupation/"
	escoSkillURI      = "http://data.europa.eu/esco/skill/"
)

// uuidLength is how many characters a UUID has, hyphens included.
const uuidLength = 36

// escoUUID reads the UUID at the end of an ESCO address.
func escoUUID(r *Row, column, prefix string) string {
	id, ok := strings.CutPrefix(r.Required(column), prefix)
	if !ok || len(id) != uuidLength || strings.Trim(id, "0123456789abcdef-") != "" {
		r.Refuse(column, "not an ESCO address")
	}
	return id
}

func escoOccupation(r *Row, column string) occupation.ID {
	return occupation.Make(occupation.ESCO, escoUUID(r, column, escoOccupationURI))
}

func escoSkill(r *Row, column string) string { return "esco-" + escoUUID(r, column, escoSkillURI) }

// escoOccupations are the occupations of ESCO, each in an ISCO unit group. Other names come one a line
// in one cell.
var escoOccupations = Source{
	Dataset: "esco", Title: "ESCO : professions",
	Producer: escoProducer, Licence: escoLicence, Stage: StageNomenclature, Home: escoHome,
	Recognise: func(h Head) bool { return h.Has("conceptUri", "iscoGroup", "preferredLabel", "altLabels") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			o := occupation.Occupation{
				ID: escoOccupation(r, "conceptUri"), Label: r.Required("preferredLabel"), Definition: r.Text("description"),
			}
			r.Emit(o)
			uri := r.Text("conceptUri")
			labels := append([]string{o.Label}, lines(r.Text("altLabels"))...)
			for i, label := range labels {
				if !slices.Contains(labels[:i], label) {
					r.Emit(occupation.Title{Occupation: o.ID, Code: uri, Label: label})
				}
			}
			r.Emit(occupation.Crosswalk{From: o.ID, To: iscoGroup(r, "iscoGroup"), Relation: "broadMatch", Quality: occupation.Official})
		})
	},
}

// lines are the lines of a cell that say something.
func lines(s string) []string {
	var out []string
	for line := range strings.Lines(s) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}

// escoISCO are the ISCO-08 groups in ESCO's French translation.
var escoISCO = Source{
	Dataset: "isco08", Title: "ESCO : groupes de la CITP-08",
	Producer: escoProducer, Licence: escoLicence, Stage: StageNomenclature, Home: escoHome,
	Recognise: func(h Head) bool { return h.Has("conceptType", "conceptUri", "code", "preferredLabel") },
	Read: func(in *Reading) error {
		in.Vintage = "08"
		return in.Table(func(r *Row) {
			r.Emit(occupation.Occupation{
				ID: r.Occupation(occupation.ISCO08, "code"), Label: r.Required("preferredLabel"), Definition: r.Text("description"),
			})
		})
	},
}

// escoSkills are the skills and pieces of knowledge of ESCO, with their other names, one a line in one cell. One is published as both; it counts as a
// competence.
var escoSkills = Source{
	Dataset: "esco_skills", Title: "ESCO : aptitudes et connaissances",
	Producer: escoProducer, Licence: escoLicence, Stage: StageNomenclature, Home: escoHome,
	Recognise: func(h Head) bool { return h.Has("conceptUri", "skillType", "reuseLevel", "preferredLabel") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			s := occupation.Skill{ID: escoSkill(r, "conceptUri"), Label: r.Required("preferredLabel"), Kind: occupation.Competence}
			switch r.Required("skillType") {
			case "knowledge":
				s.Kind = occupation.Knowledge
			case "skill/competence", "skill/competence knowledge":
			default:
				r.Refuse("skillType", "neither skill/competence nor knowledge")
			}
			r.Emit(s)
			others := lines(r.Text("altLabels"))
			for i, label := range others {
				if label != s.Label && !slices.Contains(others[:i], label) {
					r.Emit(occupation.SkillLabel{Skill: s.ID, Label: label})
				}
			}
		})
	},
}

// escoLinks link ESCO's occupations to its skills.
var escoLinks = Source{
	Dataset: "esco_links", Title: "ESCO : compétences des professions",
	Producer: escoProducer, Licence: escoLicence, Stage: StageCrosswalk, Home: escoHome,
	Recognise: func(h Head) bool { return h.Has("occupationUri", "relationType", "skillUri") },
	Read: func(in *Reading) error {
		return in.Table(func(r *Row) {
			link := occupation.SkillLink{Occupation: escoOccupation(r, "occupationUri"), Skill: escoSkill(r, "skillUri")}
			switch r.Required("relationType") {
			case "essential":
				link.Core = true
			case "optional":
			default:
				r.Refuse("relationType", "neither essential nor optional")
			}
			r.Emit(link)
		})
	},
}

// escoROME is France Travail's mapping of ESCO to the ROME. Its ROME side is a title (appellation), not
// a sheet, and some titles have moved to another sheet since: the crosswalk leads to the title's own
// ID, "ogr-15244" (TitleID). Which sheet that is, the titles of the edition in use say.
var escoROME = Source{
	Dataset: "esco_rome", Title: "Correspondance officielle ESCO – appellations ROME",
	Producer: "France Travail", Licence: LicenceOuverte, Stage: StageCrosswalk, Home: "https://esco.ec.europa.eu/fr/use-esco/eures-countries-mapping-tables",
	Recognise: func(h Head) bool { return mappingHeader(h) >= 0 },
	Read: func(in *Reading) error {
		header := mappingHeader(in.Head)
		if header < 0 {
			return fault.New(fault.Invalid, "read ESCO mapping", "no row names the columns")
		}
		in.Vintage = preambleValue(in.Head, header, "Mapping project version")
		return in.TableFrom(header, func(r *Row) {
			relation, ok := strings.CutPrefix(r.Required("mapping relation"), "skos:")
			if !ok {
				r.Refuse("mapping relation", "not a SKOS relation")
			}
			r.Emit(occupation.Crosswalk{
				From: escoOccupation(r, "classification 1 ID"), To: TitleID(ogr(r, "classification 2 ID")),
				Relation: relation, Quality: occupation.Official,
			})
		})
	},
}

// TitleID names a title of the ROME by its OGR number, for crosswalks that lead to a title. It is no
// occupation: a title's Code says which occupation it is a name of.
func TitleID(ogr string) occupation.ID { return occupation.ID("ogr-" + ogr) }

// mappingHeader is the index of the record that names the columns, after the preamble; -1 without one.
func mappingHeader(h Head) int {
	if len(h.Records) == 0 || len(h.Records[0]) < 2 || h.Records[0][0] != "Mapping project name" {
		return -1
	}
	for i, record := range h.Records {
		if len(record) >= 5 && record[0] == "classification 1 ID" && record[2] == "classification 2 ID" {
			return i
		}
	}
	return -1
}

// preambleValue is what the preamble says under a name.
func preambleValue(h Head, header int, name string) string {
	for _, record := range h.Records[:header] {
		if len(record) > 1 && record[0] == name {
			return strings.TrimSpace(record[1])
		}
	}
	return ""
}
