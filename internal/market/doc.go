// Package market measures how tense the labour market is: for an occupation, in an area, in a year.
//
// Words. An observation is what one published file says of one occupation in one area and period: it is kept as it
// was published, with its source. A cell is the product's own answer for an occupation × area × year:
// the published tension where there is one, a computed one where there is not, and always which of
// the two it is. Tension is the indicator of the Dares (2020 method); its class runs from 1 (very low)
// to 5 (very high). A cause is one of the six complementary indicators of the same method, in classes
// 1 to 5, where 5 pushes tension up.
//
// Source of the method: Dares, "Les tensions sur le marché du travail", methodological note of 2020;
// class cut-offs measured on the Dares 2019 tables (see Cutoffs).
//
// Estimates where nothing is published and nothing can be computed, forecasts and alerts belong here
// too, in files of their own; today there are none.
//
// The package holds types and pure functions. It imports no SQL and no HTTP.
package market
