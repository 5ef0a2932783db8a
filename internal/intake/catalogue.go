package intake

// Catalogue lists the sources the program knows. The order matters twice: of two recognisers the more
// particular one comes first; and within a stage files are read in this order, so where two sources
// describe the same thing the one to be believed comes last.
func Catalogue() []Source {
	return []Source{
		exchange,

		coordinates, outlines, bassins2019, bassins2024, zonesEmploi, zonesEmploiList, passages,

		romeISCO, escoISCO,
		rome3Tree, rome3Sheets, rome3Titles, rome3Texts, rome3Mobility, rome3Skills, rome3Activities, rome3Links,
		rome4Tree, rome4Sheets, rome4Titles, rome4Competences, rome4MacroCompetences, rome4Knowledge,
		fap2009, fap2021, fapTitles, escoOccupations, escoSkills,

		nsfCategories, nsfDomains, nsfGroups, formacodes,

		fapROME, bmoBridge, escoLinks, escoROME,
		rome3RNCP, rncpTitles, rncpROME, rncpBlocks, rncpCertifiers, rncpSpecialities, certifInfo,

		tensionTable, tensionSeries, tensionBassin, bmo,
		employment, payBands, trainings, hiringSectors, jobseekers, movements,
		offersStock, offersMonthly, offersByContract, offersByDomain,
	}
}
