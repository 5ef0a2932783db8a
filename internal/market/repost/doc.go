// Package repost tells whether an advert is of a job that another advert offers already.
//
// The same job is advertised again and again: by its employer, by agencies, by sites that copy one another, with another
// number, another heading, a text cut short or with a paragraph more. Counted each time it would make a shortage of one
// empty chair.
//
// Two steps. Keys find the few adverts worth a look among millions: bands of a MinHash signature of the text, which
// similar texts share with a probability that rises with how similar they are (locality-sensitive hashing: Broder 1997;
// Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, chapter 3), and the title with the commune or the employer,
// for texts that were cut. Then the two adverts themselves are compared: Same.
package repost
