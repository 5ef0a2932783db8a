package store

import (
	"context"
	"fmt"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// Bits of the BMO measures in observation.suppressed.
const (
	projectsBit  = 1 << market.Projects
	difficultBit = 1 << market.DifficultProjects
	seasonalBit  = 1 << market.SeasonalProjects
)

// takeDifficulties copies the current BMO figures at the areas they are published for.
var takeDifficulties = fmt.Sprintf(`INSERT INTO difficulty (area_id, occupation_id, year, projects, difficult_projects,
		seasonal_projects, projects_withheld, difficult_withheld, seasonal_withheld)
	SELECT o.area_id, o.occupation_id, o.year, sum(o.projects), sum(o.difficult_projects), sum(o.seasonal_projects),
		sum(CASE WHEN o.suppressed & %d > 0 THEN 1 ELSE 0 END), sum(CASE WHEN o.suppressed & %d > 0 THEN 1 ELSE 0 END),
		sum(CASE WHEN o.suppressed & %d > 0 THEN 1 ELSE 0 END)
	FROM observation o JOIN release r ON r.id = o.release_id
	WHERE r.dataset = '%s' AND r.superseded_by IS NULL
	GROUP BY o.area_id, o.occupation_id, o.year`, projectsBit, difficultBit, seasonalBit, market.DatasetBMO)

// sumDifficulties sums the areas of a zoning into the wider areas they name by an expression; a figure
// published for the wider area itself stays. Figures without a place count for the country alone.
func sumDifficulties(into, zoning string) string {
	places := `a.zoning = '` + zoning + `'`
	if into == "'FR'" {
		places += ` OR d.area_id = '` + string(territory.Unlocated) + `'`
	}
	return `INSERT INTO difficulty (area_id, occupation_id, year, projects, difficult_projects, seasonal_projects,
			projects_withheld, difficult_withheld, seasonal_withheld)
		SELECT ` + into + `, d.occupation_id, d.year, sum(d.projects), sum(d.difficult_projects), sum(d.seasonal_projects),
			sum(d.projects_withheld), sum(d.difficult_withheld), sum(d.seasonal_withheld)
		FROM difficulty d LEFT JOIN area a ON a.id = d.area_id
		WHERE (` + places + `) AND ` + into + ` <> ''
		GROUP BY 1, d.occupation_id, d.year
		ON CONFLICT (area_id, year, occupation_id) DO NOTHING`
}

// Difficulties lists what employers of an area told the BMO survey, occupation by occupation (o "" takes
// all), the most difficult projects first. Year 0 takes the latest the area has; limit 0 every row. A
// sum whose parts are partly withheld is the sum of the rest; one whose parts are all withheld is
// withheld.
func (s *Store) Difficulties(ctx context.Context, o occupation.ID, a territory.ID, year, limit int) ([]market.Difficulty, error) {
	return query(ctx, s, "difficulties", scanDifficulty, `SELECT d.occupation_id, coalesce(o.label, ''), d.area_id, coalesce(a.label, ''), d.year,
			d.projects, d.difficult_projects, d.seasonal_projects, d.projects_withheld, d.difficult_withheld, d.seasonal_withheld
		FROM difficulty d LEFT JOIN occupation o ON o.id = d.occupation_id LEFT JOIN area a ON a.id = d.area_id
		WHERE d.area_id = $1 AND d.year = CASE WHEN $2 = 0 THEN (SELECT max(year) FROM difficulty WHERE area_id = $1) ELSE $2 END
			AND ($3 = '' OR d.occupation_id = $3) AND ($3 <> '' OR d.occupation_id <> 'all')
		ORDER BY d.difficult_projects DESC NULLS LAST, d.projects DESC NULLS LAST, d.occupation_id LIMIT $4`,
		a, year, o, limitOf(limit))
}

func scanDifficulty(row interface{ Scan(...any) error }) (market.Difficulty, error) {
	var d market.Difficulty
	var numbers [3]null
	var withheld [3]int64
	err := row.Scan(&d.Occupation, &d.Label, &d.Area, &d.AreaLabel, &d.Year,
		&numbers[0], &numbers[1], &numbers[2], &withheld[0], &withheld[1], &withheld[2])
	for i, v := range []*market.Value{&d.Projects, &d.Difficult, &d.Seasonal} {
		*v = valueOf(numbers[i], withheld[i] > 0)
	}
	return d, err
}
