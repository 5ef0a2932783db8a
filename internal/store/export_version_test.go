package store

import (
	"context"
	"database/sql"

	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/thread"
)

// KeepVersion keeps a version as if a programme, opened without an alert, had led to it, and weaves the
// way to it from figures. It seals the version when it has no hash.
func (s *Store) KeepVersion(ctx context.Context, v studio.Version) error {
	if v.PublishedAt.IsZero() {
		v.PublishedAt = s.stamp()
	}
	if v.Hash == "" {
		v.Hash = v.Seal()
	}
	return s.inTx(ctx, func(tx *sql.Tx) error {
		if err := insertVersion(ctx, tx, v); err != nil {
			return err
		}
		figures := people.Ref{Kind: people.KindFigures, ID: "figures of " + string(v.Programme)}
		for _, step := range []struct {
			ref  people.Ref
			from []people.Ref
		}{
			{figures, nil},
			{v.Programme.Ref(), []people.Ref{figures}},
			{v.Ref(), []people.Ref{v.Programme.Ref()}},
		} {
			n := thread.Node{Ref: step.ref, Label: v.Title, At: v.PublishedAt}
			if err := weave(ctx, tx, n, people.ByCLI, "", step.from...); err != nil {
				return err
			}
		}
		return nil
	})
}

// MaxHeldVersions is how many versions a store keeps in memory.
const MaxHeldVersions = maxHeldVersions

// HeldVersions counts the versions in memory.
func (s *Store) HeldVersions() int { return s.versions.order.Len() }

// ReadVersion reads a version as if it were not in memory.
func (s *Store) ReadVersion(ctx context.Context, id studio.VersionID) (studio.Version, error) {
	return s.readVersion(ctx, id)
}
