package intake

// Catalogue lists the sources the program knows. The order matters twice: of two recognisers the more
// particular one comes first; and within a stage files are read in this order, so where two sources
// describe the same thing the one to be believed comes last.
func Catalogue() []Source {
	return []Source{
		coordinates, bassins2019, bassins2024, zonesEmploi, zonesEmploiList, passages,
		exchange,
		tensionTable, tensionSeries, tensionBassin, bmo,
	}
}
