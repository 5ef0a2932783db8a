// Package words cuts text that people wrote, titles and adverts, into the words that tell occupations and
// skills apart.
//
// Clean is the entrance for text nobody vouches for: it takes HTML, control characters and broken UTF-8 out,
// and refuses what is too long. Scan gives the words of a text with their place in it and their folded form:
// lower case, no accents, ligatures opened. A Language brings a folded word down to its stem and knows the
// little words that say nothing; what differs between languages is in the tables of language.go and in the
// lists of stop words, nothing else.
//
// Package fold does a smaller job, names that people type into a search box; it knows no language and keeps no
// offsets.
package words
