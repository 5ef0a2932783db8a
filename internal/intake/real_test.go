package intake

import (
	"context"
	"maps"
	"path/filepath"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
)

// realFile is what must become of a file of the real data: the dataset it is recognised as ("" when it
// is skipped), its data rows, the rows refused, and the records it gives.
type realFile struct {
	dataset string
	read    int
	refused int
	records string
}

// realFiles is every file of the folder. Rows are those of the data's README, less blank ones and those
// passed over as holding nothing to keep (see each source).
var realFiles = map[string]realFile{
	"README.md":                                                 {},
	"bmo/bmo_2024_description_variables.csv":                    {},
	"bmo/bmo_2024_fap_x_bassin.csv":                             {"bmo", 53443, 0, "Area=554 Observation=53443"},
	"employment/dares_effectifs_3niv.csv":                       {"employment_fap", 36, 0, "Observation=7362"},
	"employment/dares_salaires_3niv.csv":                        {"pay_fap", 1625, 0, "PayBand=1625"},
	"employment/dares_specialite_diplome_3niv.csv":              {"training_fap", 2436, 0, "Training=2436"},
	"employment/rome_naf_hirings_2021.csv":                      {"hirings_rome_naf", 5071, 0, "HiringSector=5071 Observation=517"},
	"esco/FR_20230607_mapping_esco_rome.csv":                    {"esco_rome", 11118, 0, "Crosswalk=11118"},
	"esco/ISCOGroups_fr.csv":                                    {"isco08", 619, 0, "Occupation=619"},
	"esco/broaderRelationsSkillPillar.csv":                      {},
	"esco/occupation_skill_relations_fr_derive.csv.gz":          {"esco_links", 111507, 0, "SkillLink=111507"},
	"esco/occupations_fr.csv":                                   {"esco", 2942, 0, "Crosswalk=2942 Occupation=2942 Title=14548"},
	"esco/skillGroups_fr.csv":                                   {},
	"esco/skills_fr.csv":                                        {"esco_skills", 13485, 0, "Skill=13485 SkillLabel=3198"},
	"fap/Intitules_FAP2009.csv":                                 {"fap2009", 225, 0, "Occupation=334"}, // 225 + 87 + 22
	"fap/Intitules_FAP2021.csv":                                 {"fap2021", 341, 0, "Occupation=515"}, // 341 + 228 + 86 + 22, 162 codes in two lists
	"fap/appellations_fap225.csv":                               {"fap2009_titles", 208, 0, "Title=15832"},
	"fap/fap225_rome.csv":                                       {"fap2009_rome3", 749, 0, "Crosswalk=749"},
	"fap/pont_bmo2024_fap2021_vers_fap2009_rome_DERIVE.csv":     {"fap2021_fap2009", 217, 0, "Crosswalk=1256"},
	"fap/rome_isco08.csv":                                       {"rome3_isco08", 532, 0, "Crosswalk=532 Occupation=830"},
	"geo/bassins_bmo_2019_simplifie.geojson":                    {"outlines", 403, 0, "Area=403 Outline=403"},
	"geo/bassins_bmo_2024_simplifie.geojson":                    {"outlines", 403, 0, "Area=403 Outline=403"},
	"geo/commune_bassin_bmo_2019.csv":                           {"commune_bassin_2019", 35357, 0, "Area=35880 Membership=35357"},
	"geo/commune_bassin_bmo_2024.csv":                           {"commune_bassin_2024", 37498, 0, "Area=38025 Membership=37498"},
	"geo/commune_zone_emploi_2020_geo2022.csv":                  {"commune_zone_emploi_2020", 34955, 0, "Area=35381 Membership=34955"},
	"geo/communes_coordonnees.csv":                              {"commune_coordinates", 39191, 0, "Area=35034 Postal=40418"},
	"geo/departements-avec-outre-mer.geojson":                   {"outlines", 101, 0, "Area=106 Outline=106"},
	"geo/geocodes_passage_annuel.csv":                           {"commune_passage", 1871, 0, "Passage=1871"},
	"geo/regions-version-simplifiee.geojson":                    {"outlines", 13, 0, "Area=13 Outline=13"},
	"geo/zones_emploi_2020_liste.csv":                           {"zone_emploi_2020", 306, 0, "Area=306"},
	"geo/zones_emploi_2020_simplifie.geojson":                   {"outlines", 306, 0, "Area=306 Outline=306"},
	"jobseekers/dares_defm_fap_1997_2019.csv":                   {"jobseekers_fap", 14112, 0, "Observation=7056"},
	"jobseekers/dares_mmo_taux_entree_sortie_fap.csv":           {"movements_fap", 2112, 0, "Observation=704"},
	"melo-fr/annotations.tsv":                                   {},
	"melo-fr/concept_mapping.tsv":                               {},
	"melo-fr/corpus_elements.tsv":                               {},
	"melo-fr/queries.tsv":                                       {},
	"nsf/formacode_depuis_certifinfo.csv":                       {"formacode", 1554, 0, "Speciality=1554"},
	"nsf/nFormationDiplome.csv":                                 {},
	"nsf/nNiveauFormationDiplome.csv":                           {},
	"nsf/n_categorie_specialite.csv":                            {"nsf_categories", 5, 0, "Speciality=5"},
	"nsf/n_domaine_specialite.csv":                              {"nsf_domains", 22, 0, "Speciality=22"},
	"nsf/n_groupe_specialite.csv":                               {"nsf_groups", 115, 0, "Speciality=115"},
	"offer-counts/offres_commune_x_rome_20211221.csv.gz":        {"offers_stock", 324997, 0, "Observation=286425"},
	"offer-counts/series_offres_diffusees_contrat.csv":          {"offers_by_contract", 132, 0, "SeriesPoint=660"},
	"offer-counts/series_offres_diffusees_metier.csv":           {"offers_by_domain", 118, 0, "SeriesPoint=236"},
	"offer-counts/series_offres_diffusees_total.csv":            {"offers_monthly", 132, 0, "SeriesPoint=132"},
	"postings/postings.jsonl.gz":                                {},
	"rncp/certif_info.csv":                                      {"certif_info", 10067, 0, "Certification=9582 CertificationLink=16822 Speciality=1554"},
	"rncp/correspondance-rome-rncp_2026_partiel.csv":            {"rome_rncp", 1253, 0, "Certification=362 CertificationLink=1253"},
	"rncp/v1.4_2021/rncp_blocs_competences.v1.4.csv":            {"rncp_blocks", 16455, 1, "CertificationBlock=16454"}, // RNCP34305BC04 names two blocks
	"rncp/v1.4_2021/rncp_certificateurs.v1.4.csv":               {"rncp_certifiers", 35547, 0, "Certifier=35240"},
	"rncp/v1.4_2021/rncp_info.v1.4.csv":                         {"rncp", 17470, 0, "Certification=17369"},
	"rncp/v1.4_2021/rncp_nsf.v1.4.csv":                          {"rncp_nsf", 50925, 0, "CertificationSpeciality=25411 Speciality=350"},
	"rncp/v1.4_2021/rncp_rome.v1.4.csv":                         {"rncp_rome", 45165, 7, "CertificationLink=45158"}, // H1 and H2 are no domains
	"rncp/v1.4_2021/rncp_voix_acces.v1.4.csv":                   {},
	"rome/v347/unix_coherence_item_v347_utf8.csv":               {},
	"rome/v347/unix_item_arborescence_v347_utf8.csv":            {"rome3_tree", 3, 0, "Occupation=3"},
	"rome/v347/unix_liens_rome_referentiels_v347_utf8.csv":      {"rome3_links", 25028, 0, "SkillLink=25028"},
	"rome/v347/unix_referentiel_activite_v347_utf8.csv":         {"rome3_activities", 2, 0, "Skill=2"},
	"rome/v347/unix_referentiel_appellation_v347_utf8.csv":      {"rome3_titles", 10990, 0, "Title=10990"},
	"rome/v347/unix_referentiel_code_rome_riasec_v347_utf8.csv": {},
	"rome/v347/unix_referentiel_code_rome_v347_utf8.csv":        {"rome3", 531, 0, "Occupation=531"}, // L1510 is not in it
	"rome/v347/unix_referentiel_competence_v347_utf8.csv":       {"rome3_skills", 4947, 0, "Skill=4947"},
	"rome/v347/unix_referentiel_env_travail_v347_utf8.csv":      {},
	"rome/v347/unix_rubrique_mobilite_v347_utf8.csv":            {"rome3_mobility", 4218, 0, "Mobility=4008"},
	"rome/v347/unix_texte_v347_utf8.csv":                        {"rome3_texts", 5037, 0, "Occupation=532"},
	"rome/v460/arborescence_competences.csv":                    {"rome4_competences", 17810, 0, "Skill=17810"},
	"rome/v460/arborescence_macro_competences.csv":              {"rome4_macro_competences", 507, 0, "Skill=507"},
	"rome/v460/arborescence_principale.csv":                     {"rome4_tree", 124, 0, "Occupation=124"},
	"rome/v460/arborescence_savoirs.csv":                        {"rome4_knowledge", 15354, 0, "Skill=15354"},
	"rome/v460/unix_referentiel_appellation_v460_utf8.csv":      {"rome4_titles", 13120, 0, "Title=13120"},
	"rome/v460/unix_referentiel_code_rome_v460_utf8.csv":        {"rome4", 1584, 0, "Crosswalk=1584 Occupation=1584"},
	"tensions/dares_tensions_2019_fap_nat_reg_dep.csv":          {"tension_fap", 31034, 0, "Observation=31034"},
	"tensions/dares_tensions_evol_2011_2019_nat.csv":            {"tension_series", 2367, 0, "Observation=2367"},
	"tensions/tension_rome_x_bassin_2020.csv":                   {"tension_bassin", 27053, 0, "Area=401 Observation=27053"},
	"tensions/tension_rome_x_bassin_2021.csv":                   {"tension_bassin", 21693, 0, "Observation=21693"},
}

func TestEveryRealFileIsReadAsWhatItIs(t *testing.T) {
	folder := dataFolder(t)
	m := &memory{}
	seen := map[string]bool{}
	at := 0
	err := importer(m).Run(context.Background(), []string{folder}, func(r Report) {
		rel, err := filepath.Rel(folder, r.File)
		if err != nil {
			t.Fatal(err)
		}
		rel = filepath.ToSlash(rel)
		seen[rel] = true
		got := realFile{r.Dataset, r.Release.RowsRead, r.Release.RowsRefused, counts(m.records[at:])}
		at = len(m.records)
		want, known := realFiles[rel]
		if !known {
			t.Errorf("%s: a file this test does not know, read as %+v", rel, got)
			return
		}
		if got != want || (r.Outcome == Skipped) != (want.dataset == "") || r.Err != nil {
			t.Errorf("%s: %s\n got %+v (%v)\nwant %+v", rel, r.Outcome, got, r.Err, want)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
	for rel := range realFiles {
		if !seen[rel] {
			t.Errorf("%s was not found", rel)
		}
	}
}

// counts says how many records of each type there are, as "Area=2 Passage=1".
func counts(records []any) string {
	n := map[string]int{}
	for _, r := range records {
		n[reflect.TypeOf(r).Name()]++
	}
	var out []string
	for _, name := range slices.Sorted(maps.Keys(n)) {
		out = append(out, name+"="+strconv.Itoa(n[name]))
	}
	return strings.Join(out, " ")
}

func TestRealFiguresAddUp(t *testing.T) {
	folder := dataFolder(t)
	m := &memory{}
	paths := []string{filepath.Join(folder, "offer-counts"), filepath.Join(folder, "employment"), filepath.Join(folder, "jobseekers")}
	if err := importer(m).Run(context.Background(), paths, func(Report) {}); err != nil {
		t.Fatal(err)
	}
	sum := map[market.Measure]float64{}
	all := map[int]float64{} // year → people employed in all occupations
	for _, r := range m.records {
		o, ok := r.(market.Observation)
		if !ok {
			continue
		}
		for measure, v := range o.Values {
			sum[market.Measure(measure)] += v.Float
		}
		if o.Occupation == occupation.All && o.Values[market.Employment].Known() {
			all[o.Year] = o.Values[market.Employment].Float
		}
	}
	if got := sum[market.OffersStock]; got != 925168 {
		t.Errorf("%g offers open on 2021-12-21, the producer counts 925,168", got)
	}
	if got := sum[market.Hirings]; got != 2889582 {
		t.Errorf("%g hirings, the table's column adds up to 2,889,582", got)
	}
	if got := all[2018]; got != 26438001.7 {
		t.Errorf("%g people employed in 2018, the table says 26,438,001.7", got)
	}
}
