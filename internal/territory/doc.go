// Package territory knows the places the labour market is measured in.
//
// Words. An area (territoire) is a place figures are published for. Its level says how large it is:
// country, région, département, zone d'emploi, bassin (employment basin, the zoning of France
// Travail's BMO survey) or commune. A zoning is one edition of a division of the country into areas:
// the basins of 2019 and of 2024 are two zonings, and the same four digits may name different places
// in them, so an area's ID always names its zoning.
//
// Sources: INSEE code officiel géographique (communes, départements, régions, passages between years),
// INSEE zones d'emploi 2020, France Travail BMO basins 2019 and 2024, IGN/INSEE outlines.
//
// The package knows nothing of occupations, figures, databases or pages.
package territory
