package store

import (
	"context"
	"fmt"

	"filiere/internal/occupation"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

// SkillLabels gives every skill, its other names and the titles of occupations: what a gazetteer of skills is
// made from. It is empty before any list of skills was imported.
func (s *Store) SkillLabels(ctx context.Context) (skill.Catalogue, error) {
	var c skill.Catalogue
	var err error
	c.Skills, err = query(ctx, s, "skills", func(row interface{ Scan(...any) error }) (occupation.Skill, error) {
		var k occupation.Skill
		return k, row.Scan(&k.ID, &k.Label, &k.Kind)
	}, `SELECT id, label, kind FROM skill ORDER BY id`)
	if err != nil {
		return c, err
	}
	c.Labels, err = query(ctx, s, "other names of skills", func(row interface{ Scan(...any) error }) (occupation.SkillLabel, error) {
		var l occupation.SkillLabel
		return l, row.Scan(&l.Skill, &l.Label)
	}, `SELECT skill_id, label FROM skill_label ORDER BY skill_id, label`)
	if err != nil {
		return c, err
	}
	c.Titles, err = query(ctx, s, "titles", func(row interface{ Scan(...any) error }) (string, error) {
		var t string
		return t, row.Scan(&t)
	}, `SELECT DISTINCT label FROM title ORDER BY label`)
	return c, err
}

// Gazetteer gives the finder of skills in texts of a language, made once for each version of the data and kept,
// about 25 MB. It finds nothing before any list of skills was imported.
func (s *Store) Gazetteer(ctx context.Context, lang words.Language) (*skill.Gazetteer, error) {
	version, err := s.currentVersion(ctx)
	if err != nil {
		return nil, err
	}
	return s.gazetteer.of(version+" "+lang.Code(), func() (*skill.Gazetteer, error) {
		c, err := s.SkillLabels(ctx)
		if err != nil {
			return nil, fmt.Errorf("make a gazetteer: %w", err)
		}
		return skill.New(c, lang), nil
	})
}
