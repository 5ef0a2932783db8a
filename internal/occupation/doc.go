// Package occupation knows the nomenclatures of work: the lists in which institutions name
// occupations, how the lists translate into each other, and what people in an occupation can do.
//
// Words. A nomenclature is one edition of such a list: rome3 and rome4 (France Travail's Répertoire
// opérationnel des métiers et des emplois, 3.47 and 4.60), fap2009 and fap2021 (the Dares familles
// professionnelles), isco08 (ILO), esco (European Commission). An occupation is one entry of a
// nomenclature at one of its grains. A crosswalk (passage, table de correspondance) says which entry
// of one list covers which entry of another. A title (appellation) is a name people use for an
// occupation. A skill is a competence or a piece of knowledge linked to an occupation.
//
// The package knows nothing of places, figures, databases or pages.
package occupation
