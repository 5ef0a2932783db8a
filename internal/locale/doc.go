// Package locale speaks to people in their language.
//
// Words. A catalogue is one embedded file per language (fr.json, en.json): key → message. A message is
// plain text with named parameters in braces ("{n} métiers"); a plural message names the parameter that
// decides and gives a form per CLDR category ("one", "other"). Numbers, percentages and dates given as
// parameters are written as the language writes them.
//
// French typography is applied when the catalogue is read (see typeset): authors of messages write
// ordinary spaces and straight apostrophes, readers get no-break spaces and curly ones.
//
// The package knows nothing of pages, occupations or figures. Labels that come from the official
// nomenclatures are French whatever the reader's language; marking them is the caller's business.
package locale
