// Command bleve runs the French MELO benchmark through an off-the-shelf search engine, bleve, and through Filière's
// matcher of titles, in one run on one core, and prints how right and how fast each is.
//
// The engine is set up several ways, with its own French analyzer and what is usually added for short names, because
// a comparison with one bad set-up would say nothing. It is a module of its own so that the program does not depend
// on an engine it does not use.
//
//	FILIERE_DATA=path/to/data FILIERE_BENCH_DB=filiere.db make bench-bleve
//
// FILIERE_DATA is the folder of the producers' files, which holds melo-fr; FILIERE_BENCH_DB a database that ESCO and
// the ROME were imported into. Without them it says so and does nothing.
package main
