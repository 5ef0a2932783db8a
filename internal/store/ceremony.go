package store

import (
	"context"
	"fmt"
	"time"

	"filiere/internal/people"
)

// PutCeremony keeps what a ceremony (WebAuthn, OpenID Connect) must remember until its next request. id is
// a secret its browser carries: only its hash is stored. data is JSON.
func (s *Store) PutCeremony(ctx context.Context, id, kind string, data []byte, life time.Duration) error {
	_, err := s.writer().ExecContext(ctx, `INSERT INTO ceremony (id, kind, data, expires_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, data = excluded.data, expires_at = excluded.expires_at`,
		people.HashSecret(id), kind, string(data), at(s.stamp().Add(life)))
	if err != nil {
		return fmt.Errorf("keep a ceremony: %w", err)
	}
	return nil
}

// TakeCeremony gives back what PutCeremony kept, once. It returns a NotFound fault when it was taken, is
// of another kind or is over.
func (s *Store) TakeCeremony(ctx context.Context, id, kind string) ([]byte, error) {
	var data string
	err := s.reader().QueryRowContext(ctx, `DELETE FROM ceremony WHERE id = $1 AND kind = $2 AND expires_at > $3 RETURNING data`,
		people.HashSecret(id), kind, at(s.stamp())).Scan(&data)
	if err != nil {
		return nil, found(err, "ceremony")
	}
	return []byte(data), nil
}
