// Package coder says which sheets of ROME an advert is about, from its title and its text.
//
// It learns from the nomenclature (titles, definitions, skills of each sheet) and from adverts that employers
// coded. Three readings of an advert are made: a linear model over the words of its title, another over title and
// text together, and the titles nearest to its own, those of the nomenclature and those of adverts apart. They
// propose a few sheets; small rankers, trained on what the three say of adverts they were not trained on
// (cross-fitting), weigh them, with how like the text is to what the nomenclature says of each, and give each sheet
// a probability.
//
// Words of the package: a sheet is an entry of ROME 3; a group is the same advert published more than once;
// evidence is what the readings say for one sheet.
//
// Adverts that employers coded are mostly of a few trades. The ranker weighs a rare sheet's adverts more, by the
// count of all offers on the market where that is known, so that the trades nobody collected adverts of are not
// drowned.
//
// A model is a file of numbers: it holds hashes of word stems, never a word, a title or a text of an advert.
package coder
