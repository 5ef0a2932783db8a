package store

import (
	"context"

	"filiere/internal/occupation"
)

// Certifications lists the registered titles and diplomas that lead to an occupation, active ones
// first, then by level from the lowest, then by title; and how many there are in all. limit 0 lists
// every one.
func (s *Store) Certifications(ctx context.Context, id occupation.ID, activeOnly bool, limit int) ([]occupation.Certification, int, error) {
	total := 0
	found, err := query(ctx, s, "certifications of "+string(id), func(row interface{ Scan(...any) error }) (occupation.Certification, error) {
		var c occupation.Certification
		return c, row.Scan(&c.ID, &c.Title, &c.Kind, &c.Level, &c.Certifier, &c.Active, &c.Expires, &c.NSF, &total)
	}, `SELECT c.id, c.title, c.kind, c.level, c.certifier, c.active, c.expires, c.nsf, count(*) OVER ()
		FROM certification_link l JOIN certification c ON c.id = l.certification_id
		WHERE l.occupation_id = $1 AND (c.active OR NOT $2)
		ORDER BY c.active DESC, c.level, c.title, c.id LIMIT $3`, id, activeOnly, limitOf(limit))
	return found, total, err
}
