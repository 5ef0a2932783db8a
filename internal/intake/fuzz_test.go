package intake

import (
	"bytes"
	"context"
	"math"
	"testing"
	"testing/fstest"
	"unicode/utf8"

	"filiere/internal/occupation"
)

// sampleHeaders are the first lines of each kind of file, enough to be recognised: the fuzzer starts
// from them, as it would hardly find them.
var sampleHeaders = []string{
	"CODE_COMMUNE_INSEE,REG_CREDOC,REG,DEP,CCOMMUNE,NOMCOM,BE19,NOMBE19\n",
	"reg,dep,code_commune_insee,code_bassin_BMO,lib_bassin_BMO\n",
	"CODGEO,LIBGEO,ZE2020,LIBZE2020,ZE2020_PARTIE_REG,DEP,REG\n",
	"ZE2020,LIBZE2020,NB_COM\n",
	"Année;Niveau;Type;Ancien Code Officiel;Code Courant Officiel\n",
	"code_commune_insee,nom_de_la_commune,code_postal,libelle_d_acheminement,ligne_5,_geopoint\n",
	"code_rome,code_fiche_em,code_ogr,libelle_rome,statut\n",
	"code_ogr,code_type_referentiel,code_pere,code_noeud,libelle_item_arbo,statut\n",
	"code_ogr,libelle_appellation_long,code_rome,statut\n",
	"code_rome,position_libelle_txt,code_type_texte,libelle_texte,libelle_type_texte\n",
	"code_rome,code_rome_cible,code_appellation_source,code_appellation_cible,code_type_mobilite,libelle_type_mobilite\n",
	"code_ogr,libelle_competence,code_type_competence,libelle_type_competence,statut\n",
	"code_ogr,libelle_activite,libelle_type_activite,statut\n",
	"code_rome,code_ogr,code_ref_rubrique,position_bloc,code_type_referentiel\n",
	"code_rome,code_fiche_metier,code_ogr,libelle_rome,code_rome_parent\n",
	"code_ogr,libelle_appellation_long,code_rome,code_rome_parent\n",
	" , , , ,Code OGR\nA, , ,Agriculture, \n",
	"Catégorie,Sous-catégorie,Savoir,Code OGR\n",
	"0 - Code domaine compétence,4 - Macro-compétence,5 - Compétence,5 - Compétence (bis)\n",
	"0 - Code domaine compétence,4 - Macro-compétence,4 - Macro-compétence (bis)\n",
	"Code FAP détaillées;FAP détaillées;Code FAP agrégées;FAP agrégées;Code domaines professionnels;domaines professionnels\n",
	"Code_FAP341;Intitulé_FAP341;Code_FAP228;Intitulé_FAP228;Code_FAP86;Intitulé_FAP86;Code_FAP22;Intitulé_FAP22\n",
	"fap;libelle_appellation_long\n",
	"Fap;Rome;intitule_rome\n",
	"code_bmo_2024,libelle_bmo_2024,fap2009,libelle_fap2009,similarite,methode,romes_v3\n",
	"Code ROME,Libellé codes ROME,ISCO08 14SI4,Code ISCO08,Libellé codes ISCO08\n",
	"conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,description\n",
	"conceptType,conceptUri,code,preferredLabel,altLabels,description\n",
	"conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,description\n",
	"occupationUri,relationType,skillUri,skill_fr\n",
	"Mapping project name,X\nclassification 1 ID,classification 1 prefered label,classification 2 ID,classification 2 prefered label,mapping relation\n",
	"Annee,A0Z,A0Z40,ENS,ZZZZZ\n",
	"Fap,Salaire,Milliers,Pourcentage\n",
	"Fap,Specialite,Label_spedipl,Milliers,Pourcentage\n",
	"rome_id,rome_label,naf_id,naf_label,hirings\n",
	"Fap3,Annee,Effectifs,Categorie\n",
	"Fap3;Type_mmo;Annee;Taux;;;\n",
	"commune;dc_rome_id;nb_offre;date_extract\n",
	"Année,Trimestre,Mois,Nombre d'offres diffusées\n",
	"Année,Trimestre,Mois,CDI,CDD\n",
	"Grand domaine,Domaine,Offres au T3 2025,Part des offres durables\n",
	certifHeader,
	"CodeRNCP;intituleDiplome;date_fin_validite_enregistrement;ActiveInactive;NiveauEurope;TypeCertif\n",
	"CodeRNCP;EtatFiche;Rome;libelle\n",
	"CodeRNCP;numero_bloc;intitule\n",
	"CodeRNCP;Certificateur;siret_organisme\n",
	"CodeRNCP;code;Libelle\n",
	"code_rome;intitule_rome;code_rncp;intitule_rncp;niveau_rncp\n",
	"GROUPE_SPECIALITE;DOMAINE_SPECIALITE;LIBELLE_LONG;LIBELLE_EDITION\n",
	"DOMAINE_SPECIALITE;CATEGORIE_SPECIALITE;LIBELLE_LONG\n",
	"CATEGORIE_SPECIALITE;LIBELLE_LONG\n",
	"code_formacode,libelle,nb_certifications\n",
	"fap,Emploi moyen,Tension ,Catégorie Tension,Année,niveau_geo,reg,dep\n",
	"fap,Tension ,Année\n",
	"annee;ROME;cbassin;oee;defm_abc;ind_tension_d\n",
	"annee,Code métier BMO,REG,NOM_REG,Dept,NomDept,BE24,NOMBE24,met,xmet,smet\n",
	`{"type":"FeatureCollection","features":[{"type":"Feature","properties":{"code":"11","nom":"X"},"geometry":null}]}`,
}

// FuzzRead hands every reader any bytes: whatever they are, an import ends with a report and counts
// that add up, and every record names what it is about.
func FuzzRead(f *testing.F) {
	for _, header := range sampleHeaders {
		f.Add([]byte(header), []byte("A1101;1;2019;\"x\ny\";*;NA\n"))
		f.Add([]byte(header), []byte("01001,84,01,01001,Lieu,8401,LIEU,1\n"))
	}
	f.Fuzz(func(t *testing.T, header, rows []byte) {
		if len(header)+len(rows) > 1<<16 {
			t.Skip("long inputs find nothing more")
		}
		m := &memory{}
		err := importer(m).RunFS(context.Background(), fstest.MapFS{"x": {Data: append(bytes.Clone(header), rows...)}}, func(r Report) {
			if r.Outcome == Imported && r.Release.RowsRead != r.Release.RowsKept+r.Release.RowsRefused {
				t.Errorf("%s: %d rows read, %d kept, %d refused", r.Dataset, r.Release.RowsRead, r.Release.RowsKept, r.Release.RowsRefused)
			}
			if len(r.Refusals) > maxRefusalsKept {
				t.Errorf("%d refusals are kept", len(r.Refusals))
			}
		})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range m.records {
			if o, ok := r.(occupation.Occupation); ok && o.ID.Code() == "" {
				t.Errorf("an occupation without a code: %+v", o)
			}
		}
	})
}

// FuzzDecode: whatever the bytes, the text is UTF-8 and decoding it again changes nothing more.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("\xef\xbb\xbfd\xc3\xa9j\xc3\xa0"))
	f.Add([]byte("d\xe9j\xe0 \x80 \x9c"))
	f.Add([]byte("1250 \xc2\x80 \xc2\x9c\xc2"))
	f.Fuzz(func(t *testing.T, b []byte) {
		text := decode(b)
		if !utf8.Valid(text) {
			t.Fatalf("%q decodes to what is not UTF-8: %q", b, text)
		}
		if again := mendControls(toUTF8(text)); !bytes.Equal(again, mendControls(toUTF8(again))) {
			t.Errorf("decoding %q does not settle", b)
		}
		newHead(text)
	})
}

// FuzzNumber: what reads as a number is finite.
func FuzzNumber(f *testing.F) {
	for _, s := range []string{"1", "1,5", "1 234", "NaN", "1e999", "-", "0x1p-2", "1_000", "\u202f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if n, err := parseNumber(s); err == nil && (math.IsNaN(n) || math.IsInf(n, 0)) {
			t.Errorf("%q reads as %g", s, n)
		}
	})
}

// FuzzArchive: any bytes as a file on disk, plain, gzipped or zipped, are imported, skipped or refused.
func FuzzArchive(f *testing.F) {
	f.Add([]byte(zonesSample))
	f.Add(gzipped(f, zonesSample))
	f.Add(zipped(f, member{"../x", zonesSample}))
	f.Add([]byte("PK\x03\x04 broken"))
	f.Add([]byte{0x1f, 0x8b})
	f.Fuzz(func(t *testing.T, b []byte) {
		folder := write(t, map[string][]byte{"x": b})
		if _, err := run(t, folder, folder); err != nil && len(err.Error()) == 0 {
			t.Error("an error without a word")
		}
	})
}
