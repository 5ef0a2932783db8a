package store

import (
	"context"
	"strings"

	"filiere/internal/occupation"
	"filiere/internal/occupation/coder"
)

// CoderInput gives what a coder of adverts learns from beside adverts: the sheets of ROME 3 with the titles of both
// editions, their definitions and skills and the offers they had, and the sheet each occupation of ROME 4 belongs
// to. It is empty before the ROME was imported.
func (s *Store) CoderInput(ctx context.Context) (coder.Input, error) {
	in := coder.Input{Parents: map[string]string{}}
	sheets, err := query(ctx, s, "sheets", scanOccupation,
		`SELECT `+occupationColumns+` FROM occupation o WHERE o.nomenclature = $1 AND o.grain = 0 ORDER BY o.code`, occupation.ROME3)
	if err != nil {
		return in, err
	}
	place := map[occupation.ID]int{}
	for i, o := range sheets {
		place[o.ID] = i
		sheet := coder.Sheet{Code: o.ID.Code(), Label: o.Label}
		if o.Definition != "" {
			sheet.Texts = []string{o.Definition}
		}
		in.Sheets = append(in.Sheets, sheet)
	}
	steps := []func(context.Context, *coder.Input, map[occupation.ID]int) error{s.coderParents, s.coderTitles, s.coderSkills, s.coderOffers}
	for _, step := range steps {
		if err := step(ctx, &in, place); err != nil {
			return in, err
		}
	}
	return in, nil
}

// LaterTitles gives the titles of ROME 4 with the sheet each belongs to.
func (s *Store) LaterTitles(ctx context.Context) ([]coder.Advert, error) {
	return query(ctx, s, "titles of ROME 4", func(row interface{ Scan(...any) error }) (coder.Advert, error) {
		var a coder.Advert
		var id occupation.ID
		err := row.Scan(&id, &a.Title)
		a.Code = id.Code()
		return a, err
	}, `SELECT x.to_id, t.label FROM title t JOIN crosswalk x ON x.from_id = t.occupation_id
		WHERE t.occupation_id LIKE 'rome4-%' AND x.to_id LIKE 'rome3-%' ORDER BY x.to_id, t.label`)
}

// sheetText is a text of a sheet.
type sheetText struct {
	sheet occupation.ID
	text  string
}

func scanSheetText(row interface{ Scan(...any) error }) (t sheetText, err error) {
	return t, row.Scan(&t.sheet, &t.text)
}

func (s *Store) coderParents(ctx context.Context, in *coder.Input, place map[occupation.ID]int) error {
	rows, err := query(ctx, s, "parents of ROME 4", scanSheetText,
		`SELECT to_id, from_id FROM crosswalk WHERE from_id LIKE 'rome4-%' AND to_id LIKE 'rome3-%' ORDER BY from_id, to_id`)
	for _, r := range rows {
		if _, ok := place[r.sheet]; ok {
			in.Parents[occupation.ID(r.text).Code()] = r.sheet.Code()
		}
	}
	return err
}

// coderTitles gives a title that both editions have twice: what both say counts more.
func (s *Store) coderTitles(ctx context.Context, in *coder.Input, place map[occupation.ID]int) error {
	rows, err := query(ctx, s, "titles of sheets", scanSheetText, `SELECT occupation_id, label FROM title WHERE occupation_id LIKE 'rome3-%'
		UNION ALL SELECT x.to_id, t.label FROM title t JOIN crosswalk x ON x.from_id = t.occupation_id
			WHERE t.occupation_id LIKE 'rome4-%' AND x.to_id LIKE 'rome3-%'
		UNION ALL SELECT x.to_id, o.label FROM occupation o JOIN crosswalk x ON x.from_id = o.id
			WHERE o.nomenclature = 'rome4' AND o.grain = 0 AND x.to_id LIKE 'rome3-%'
		ORDER BY 1, 2`)
	for _, r := range rows {
		if i, ok := place[r.sheet]; ok {
			in.Sheets[i].Titles = append(in.Sheets[i].Titles, r.text)
		}
	}
	return err
}

// coderSkills makes one text of all the skills of a sheet.
func (s *Store) coderSkills(ctx context.Context, in *coder.Input, place map[occupation.ID]int) error {
	rows, err := query(ctx, s, "skills of sheets", scanSheetText, `SELECT l.occupation_id, k.label FROM skill_link l
		JOIN skill k ON k.id = l.skill_id WHERE l.occupation_id LIKE 'rome3-%' ORDER BY l.occupation_id, k.label`)
	if err != nil {
		return err
	}
	skills := make([][]string, len(in.Sheets))
	for _, r := range rows {
		if i, ok := place[r.sheet]; ok {
			skills[i] = append(skills[i], r.text)
		}
	}
	for i, list := range skills {
		if len(list) > 0 {
			in.Sheets[i].Texts = append(in.Sheets[i].Texts, strings.Join(list, ". "))
		}
	}
	return nil
}

func (s *Store) coderOffers(ctx context.Context, in *coder.Input, place map[occupation.ID]int) error {
	type stock struct {
		sheet  occupation.ID
		offers float64
	}
	rows, err := query(ctx, s, "open offers", func(row interface{ Scan(...any) error }) (o stock, err error) {
		return o, row.Scan(&o.sheet, &o.offers)
	}, `SELECT o.occupation_id, sum(o.offers_stock) FROM observation o JOIN release r ON r.id = o.release_id
		WHERE r.dataset = 'offers_stock' AND r.superseded_by IS NULL AND o.offers_stock IS NOT NULL
		GROUP BY o.occupation_id ORDER BY o.occupation_id`)
	for _, r := range rows {
		if i, ok := place[r.sheet]; ok {
			in.Sheets[i].Offers = r.offers
		}
	}
	return err
}
