package market

import (
	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// PublishedRule opens alerts from published figures alone: a tension of class 4 or 5, whose causes name
// the link between training and job (lien formation-emploi, class 4 or 5), where enough people are
// concerned. An alert stays until the class is 2 or less; an urgency becomes a plain alert at class 3.
//
// What is enough: a class of 15 graduates a year must find its jobs. If 3 % of the people of an occupation
// are replaced or added in a year (our assumption), 5,000 employed mean 150 newcomers a year, ten such
// classes: a département can bear a programme. A région gets twice, the country four times that,
// because an alert there only says more than those below it when many are concerned. For basins no
// employment is published; offers of a year stand in, and since the same job is offered more than once,
// 2,000 are asked. On the tables of the Dares and France Travail (FAP of 2019, ROME by basin of 2021)
// that makes 61 alerts for the country, 166 for régions, 131 for départements and 136 for basins: what a
// few analysts can go through. Without a minimum it would be 9,393.
func PublishedRule() Rule {
	return Rule{
		Name: "published", Basis: OnPublished, Open: 4, Stay: 3, Margin: 1,
		Cause: LienFormationEmploi.String(), MinCause: 4,
		Watches: []Watch{
			{territory.Country, occupation.FAP2009, Employment.String(), 20_000},
			{territory.Region, occupation.FAP2009, Employment.String(), 10_000},
			{territory.Departement, occupation.FAP2009, Employment.String(), 5_000},
			{territory.Bassin, occupation.ROME3, Offers.String(), 2_000},
		},
		Severities: []Grade{{4, Alerte}, {5, Urgence}},
	}.Named(1)
}

// EstimatedRule opens alerts where nothing is published, when the model holds class 4 or 5 for likely and at
// least 50 offers were open on the day they were counted: nothing is published mostly where there is little,
// and without a least number it would open 18,985 alerts on the tables of 2021, with it 278. An offer that is
// filled in two months (our assumption) makes of 50 open ones 300 a year.
func EstimatedRule() Rule {
	return Rule{
		Name: "estimated", Basis: OnEstimates, Open: 0.80, Stay: 0.65, Margin: 0.05,
		Cause: LienFormationEmploi.String(), MinCause: 4,
		Watches:    []Watch{{territory.Bassin, occupation.ROME3, OffersStock.String(), 50}},
		Severities: []Grade{{0.80, Vigilance}},
	}.Named(1)
}

// ForecastRule opens alerts for occupations that are not tense in the country and are likely to be next year:
// one on the series up to 2019.
func ForecastRule() Rule {
	return Rule{
		Name: "forecast", Basis: OnForecast, Open: 0.70, Stay: 0.50, Margin: 0.05,
		Watches:    []Watch{{Level: territory.Country, Nomenclature: occupation.FAP2009}},
		Severities: []Grade{{0.70, Veille}},
	}.Named(1)
}

// Rules lists the rules a school begins with: the first is on, the others are off until an analyst has seen
// how many alerts they would open.
func Rules() []Rule { return []Rule{PublishedRule(), EstimatedRule(), ForecastRule()} }

// FindRule finds one of the rules a school begins with. It returns a NotFound fault when there is none.
func FindRule(id RuleID) (Rule, error) {
	for _, r := range Rules() {
		if r.ID == id {
			return r, nil
		}
	}
	return Rule{}, fault.New(fault.NotFound, "find rule", "no rule is called %q", string(id))
}
