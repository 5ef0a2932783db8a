package intake

// Catalogue lists the sources the program knows. Order matters only where one recogniser is more
// particular than another: the particular one comes first.
func Catalogue() []Source {
	return []Source{
		tensionTable, tensionSeries, tensionBassin, bmo,
	}
}
