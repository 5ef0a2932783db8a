// Package reading reads an advert with everything the program has to read one: which occupations it may be about, in
// each nomenclature, which skills its text names and where, and why.
//
// A Reader puts together the coder adverts taught, a matcher of titles for each nomenclature and the gazetteer of
// skills. Pages, the API and the command line read adverts with it, so that all of them answer the same. It does not
// store what it reads.
package reading
