package intake

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

const (
	uuidA = "00030d09-2b3a-4efd-87cc-c4ea39d27c34"
	uuidB = "0005c151-5b5a-4a66-8aac-60e734beb1ab"
)

func TestESCO(t *testing.T) {
	checkSamples(t, []sample{
		{
			name: "occupations: other names a line each, within quotes",
			content: "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,description\n" +
				"Occupation," + escoOccupationURI + uuidA + ",2166,directeur technique,\"régisseuse\n directeur technique\nrégisseuse\n\nrégisseur\",\n" +
				"Occupation,http://example.org/x,2166,autre,,\n",
			dataset: "esco",
			records: []any{
				occupation.Occupation{ID: "esco-" + uuidA, Label: "directeur technique"},
				occupation.Title{Occupation: "esco-" + uuidA, Code: escoOccupationURI + uuidA, Label: "directeur technique"},
				occupation.Title{Occupation: "esco-" + uuidA, Code: escoOccupationURI + uuidA, Label: "régisseuse"},
				occupation.Title{Occupation: "esco-" + uuidA, Code: escoOccupationURI + uuidA, Label: "régisseur"},
				occupation.Crosswalk{From: "esco-" + uuidA, To: "isco08-2166", Relation: "broadMatch", Quality: occupation.Official},
			},
			refusals: []market.Refusal{{Line: 7, Column: "conceptUri", Value: "http://example.org/x", Reason: "not an ESCO address"}},
		},
		{
			name:    "ISCO groups",
			content: "conceptType,conceptUri,code,preferredLabel,altLabels,description\nISCOGroup,http://data.europa.eu/esco/isco/C01,01,Officiers,,\nISCOGroup,http://data.europa.eu/esco/isco/C0,0,Professions militaires,,\n",
			dataset: "isco08", vintage: "08",
			records: []any{
				occupation.Occupation{ID: "isco08-01", Label: "Officiers"}, occupation.Occupation{ID: "isco08-0", Label: "Professions militaires"},
			},
		},
		{
			name: "skills",
			content: "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,description\n" +
				"K," + escoSkillURI + uuidA + ",knowledge,cross-sector,droit,,\nK," + escoSkillURI + uuidB + ",skill/competence,cross-sector,gérer,\"diriger\ngérer\ndiriger\nmener\",\nK," + escoSkillURI + uuidB + ",talent,cross-sector,gérer,,\n",
			dataset: "esco_skills",
			records: []any{
				occupation.Skill{ID: "esco-" + uuidA, Label: "droit", Kind: occupation.Knowledge},
				occupation.Skill{ID: "esco-" + uuidB, Label: "gérer", Kind: occupation.Competence},
				occupation.SkillLabel{Skill: "esco-" + uuidB, Label: "diriger"},
				occupation.SkillLabel{Skill: "esco-" + uuidB, Label: "mener"},
			},
			refusals: []market.Refusal{{Line: 7, Column: "skillType", Value: "talent", Reason: "neither skill/competence nor knowledge"}},
		},
		{
			name: "skills of occupations",
			content: "occupationUri,relationType,skillUri,skill_fr\n" +
				escoOccupationURI + uuidA + ",essential," + escoSkillURI + uuidB + ",x\n" + escoOccupationURI + uuidB + ",optional," + escoSkillURI + uuidA + ",y\n",
			dataset: "esco_links",
			records: []any{
				occupation.SkillLink{Occupation: "esco-" + uuidA, Skill: "esco-" + uuidB, Core: true},
				occupation.SkillLink{Occupation: "esco-" + uuidB, Skill: "esco-" + uuidA},
			},
		},
		{
			name: "the mapping to the ROME: a preamble, and titles rather than sheets",
			content: "Mapping project name,ESCO - ROME\nMapping project version,V1.4\nClassification 1 Name,ESCO\n\n" +
				"classification 1 ID,classification 1 prefered label,classification 2 ID,classification 2 prefered label,mapping relation\n" +
				escoOccupationURI + uuidA + ",gemmologue,15244,Gemmologue,skos:narrowMatch\n" + escoOccupationURI + uuidA + ",gemmologue,M1805,Sheet,skos:exactMatch\n",
			dataset: "esco_rome", vintage: "V1.4",
			records: []any{
				occupation.Crosswalk{From: "esco-" + uuidA, To: "ogr-15244", Relation: "narrowMatch", Quality: occupation.Official},
			},
			refusals: []market.Refusal{{Line: 7, Column: "classification 2 ID", Value: "M1805", Reason: "not an OGR number"}},
		},
	})
}
