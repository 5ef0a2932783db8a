// Package skill finds in an advert the skills its text names, and where it names them.
//
// A Gazetteer holds every label of the lists of skills: the savoirs and savoir-faire of the ROME, both editions,
// and ESCO's skills with their alternative labels. It walks once through the words of a text. Words are compared
// by their stems; little words between them may differ ("gestion de stocks", "gestion des stocks"), and a verb
// may stand for its noun ("gérer les stocks"). The longest label wins where two overlap. A span says which
// skills it means: the same words are often a skill of ROME and one of ESCO.
//
// What speaks of the employer, its benefits, equal opportunity or data protection is set aside, by headings and
// by sentences. Labels of one word are taken only in their singular or plural, and those that are common words
// besides ("Go", "Chef", "R") only as they are written, near words of their trade. All this is data: the files
// rules.*.txt, one for each language.
//
// A skill that is not in the text is never given: nothing is inferred from the occupation or from other skills.
package skill
