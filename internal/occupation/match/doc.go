// Package match links what people write of their work to the occupations of a nomenclature: a title, "Chef de rang
// H/F - CDI", to a few entries in order, each with the probability that it is the right one.
//
// A Matcher is made from a Taxonomy: entries with their labels, and titles of another nomenclature with what ties
// them together. It needs no trained weights: Fixed is a rule of thumb over names and structure. A Ranker learnt
// by Train does better; it is a network of a few hundred weights over the same Evidence.
//
// What a title is worth as a hint: its words (TF-IDF over stems), its letters (TF-IDF over runs of three and four,
// which forgive spelling), its first word, whether it is an entry's name to the letter; and around it, what
// its siblings (the titles of the same sheet) resemble and are tied to. How it was measured: docs/matcher.md.
//
// The package knows the nomenclatures' structure only by the Taxonomy, and languages only by words.Language.
package match
