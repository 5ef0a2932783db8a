package store

import (
	"context"
	"time"

	"filiere/internal/occupation"
)

// Certifications lists the registered titles and diplomas that lead to an occupation, active ones
// first, then by level from the lowest, then by title; and how many there are in all. limit 0 lists
// every one. A title is active when its producer says so and its registration has not run out since: an
// older edition of the register cannot know. Where the title names no certifier, the first of those
// listed apart is given.
func (s *Store) Certifications(ctx context.Context, id occupation.ID, activeOnly bool, limit int) ([]occupation.Certification, int, error) {
	total := 0
	found, err := query(ctx, s, "certifications of "+string(id), func(row interface{ Scan(...any) error }) (occupation.Certification, error) {
		var c occupation.Certification
		return c, row.Scan(&c.ID, &c.Title, &c.Kind, &c.Level, &c.Certifier, &c.Active, &c.Expires, &c.NSF, &total)
	}, `SELECT id, title, kind, level,
			coalesce(nullif(certifier, ''), (SELECT min(k.name) FROM certifier k WHERE k.certification_id = id), ''),
			active, expires, nsf, total
		FROM (SELECT titles.*, count(*) OVER () AS total FROM (
				SELECT c.id, c.title, c.kind, c.level, c.certifier, c.expires, c.nsf,
					c.active AND (c.expires = '' OR c.expires >= $4) AS active
				FROM certification_link l JOIN certification c ON c.id = l.certification_id
				WHERE l.occupation_id = $1) AS titles
			WHERE active OR NOT $2
			ORDER BY active DESC, level, title, id LIMIT $3) AS shown
		ORDER BY active DESC, level, title, id`, id, activeOnly, limitOf(limit), s.now().UTC().Format(time.DateOnly))
	return found, total, err
}
