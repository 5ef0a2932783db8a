// Package mission holds what the school owes: statutory objectives, indicators computed from live data, a
// roadmap of promises, the committee's recommendations, the yearly report, and what became of graduates.
//
// The school is run as a société à mission (Code de commerce, L210-10): its statutes name objectives, a
// committee follows them, and a report says every year whether they were kept. An indicator is a named
// query with a definition, a unit and a source; a report freezes its figures, each with a hash, so that
// what was said can be checked later. A promise of the roadmap is kept, late or dropped; a recommendation
// is followed, in progress or declined with a reason. Six months after a diploma the graduate says, by a
// link, whether and as what they work: the outcome.
package mission
