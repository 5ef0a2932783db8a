package web

import (
	"context"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Reader is what the pages ask of the data. Lists are empty, not errors, when there is nothing; a single
// thing that does not exist is a fault.NotFound.
type Reader interface {
	radarReader
	estimateReader
	occupationReader
	areaReader
	// Search finds occupations and places by the beginnings of their words, forgiving accents and gender.
	Search(ctx context.Context, text string, limit int) ([]market.Found, error)
	Releases(ctx context.Context, all bool) ([]market.Release, error)
	// CellVersion changes whenever any page may show something else; "" before any computation.
	CellVersion(ctx context.Context) (string, error)
}

// estimateReader reads what is likely where nothing is published.
type estimateReader interface {
	// Estimates gives the local estimates, nil when there are none. They must not be changed.
	Estimates(ctx context.Context) (*market.Estimates, error)
	Forecast(ctx context.Context, o occupation.ID) (f market.Forecast, ok bool, err error)
	// ForecastsOf gives the forecast that stands for each family and sheet. It must not be changed.
	ForecastsOf(ctx context.Context) (map[occupation.ID]market.Forecast, error)
	// Remedies answer how far training can cure shortages. They must not be changed.
	Remedies(ctx context.Context) (*market.Remedies, error)
	// Backtest gives how both did on what was held out, nil when there is nothing to judge.
	Backtest(ctx context.Context) (*market.Backtest, error)
}

type radarReader interface {
	Radar(ctx context.Context, q market.Query) ([]market.Row, error)
	Editions(ctx context.Context) ([]market.Edition, error)
	Tallies(ctx context.Context, l territory.Level, z territory.Zoning, n occupation.Nomenclature, g occupation.Grain, year int) ([]market.Tally, error)
	CellsOf(ctx context.Context, o occupation.ID, l territory.Level, z territory.Zoning, year int) ([]market.Row, error)
	AreaTallies(ctx context.Context, a territory.ID) ([]market.AreaTally, error)
	Agreements(ctx context.Context) ([]market.Agreement, error)
	History(ctx context.Context, o occupation.ID, a territory.ID) ([]market.Row, error)
	Difficulties(ctx context.Context, o occupation.ID, a territory.ID, year, limit int) ([]market.Difficulty, error)
}

type occupationReader interface {
	Occupation(ctx context.Context, id occupation.ID) (occupation.Occupation, error)
	Occupations(ctx context.Context, n occupation.Nomenclature, g occupation.Grain) ([]occupation.Occupation, error)
	Children(ctx context.Context, id occupation.ID) ([]occupation.Occupation, error)
	Correspondences(ctx context.Context, id occupation.ID) ([]market.Correspondence, error)
	Titles(ctx context.Context, id occupation.ID) ([]occupation.Title, error)
	Skills(ctx context.Context, id occupation.ID) ([]market.RankedSkill, error)
	Near(ctx context.Context, id occupation.ID) ([]market.NearOccupation, error)
	Certifications(ctx context.Context, id occupation.ID, activeOnly bool, limit int) ([]occupation.Certification, int, error)
	Sectors(ctx context.Context, id occupation.ID, limit int) ([]market.HiringSector, error)
	Pay(ctx context.Context, id occupation.ID) ([]market.PayBand, error)
	Trainings(ctx context.Context, id occupation.ID, limit int) ([]market.Training, error)
}

type areaReader interface {
	Area(ctx context.Context, id territory.ID) (territory.Area, error)
	Areas(ctx context.Context, l territory.Level, z territory.Zoning) ([]territory.Area, error)
	AreasWithin(ctx context.Context, region territory.ID, l territory.Level, z territory.Zoning) ([]territory.Area, error)
	Outlines(ctx context.Context, z territory.Zoning) ([]territory.Outline, error)
}
