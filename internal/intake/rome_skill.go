package intake

import "filiere/internal/occupation"

// rome3Skills are the pieces of knowledge of ROME 3. (Its activities, the savoir-faire, are a table of
// their own.)
var rome3Skills = Source{
	Dataset: "rome3_skills", Title: "ROME 3 : savoirs théoriques et procéduraux",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool { return h.Has("code_ogr", "libelle_competence", "libelle_type_competence") },
	Read: func(in *Reading) error {
		return readROMESkills(in, "libelle_competence", occupation.Knowledge)
	},
}

// rome3Activities are the activities of ROME 3: what people in an occupation know how to do.
var rome3Activities = Source{
	Dataset: "rome3_activities", Title: "ROME 3 : activités de base et spécifiques",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool { return h.Has("code_ogr", "libelle_activite", "libelle_type_activite") },
	Read: func(in *Reading) error {
		return readROMESkills(in, "libelle_activite", occupation.Competence)
	},
}

func readROMESkills(in *Reading, column string, kind occupation.SkillKind) error {
	in.Vintage = romeVintage3
	return in.Table(func(r *Row) {
		s := occupation.Skill{ID: skillID(ogr(r, "code_ogr")), Label: plain(r.Required(column)), Kind: kind}
		if inactive(r) {
			return
		}
		r.Emit(s)
	})
}

// A link is of one of seven rubriques of the sheet. Four are of skills: the activities and the
// knowledge that every post calls for (base), and those of some posts only (spécifiques), which the
// sheet groups in blocks. The others are the titles, the places and
// conditions of work, and the definition, which other tables hold.
var skillRubrics = map[string]bool{
	"6":  true,  // activités de base
	"7":  true,  // savoirs de base
	"9":  false, // activités spécifiques
	"10": false, // savoirs spécifiques
}

var otherRubrics = map[string]bool{"2": true, "4": true, "5": true}

// rome3Links links sheets to skills.
var rome3Links = Source{
	Dataset: "rome3_links", Title: "ROME 3 : compétences des fiches",
	Producer: romeProducer, Licence: LicenceOuverte, Stage: StageNomenclature, Home: romeHome,
	Recognise: func(h Head) bool { return h.Has("code_rome", "code_ogr", "code_ref_rubrique", "code_type_referentiel") },
	Read: func(in *Reading) error {
		in.Vintage = romeVintage3
		return in.Table(func(r *Row) {
			link := occupation.SkillLink{Occupation: r.Sheet(occupation.ROME3, "code_rome"), Skill: skillID(ogr(r, "code_ogr"))}
			rubric := r.Required("code_ref_rubrique")
			core, skill := skillRubrics[rubric]
			if !skill {
				if !otherRubrics[rubric] {
					r.Refuse("code_ref_rubrique", "not a known rubrique of the sheet")
				}
				r.Skip()
				return
			}
			link.Core = core
			r.Emit(link)
		})
	},
}
