package store

import "context"

// What tests of migrations reach into.
var (
	Migrations = migrations
	Connect    = connect
)

// Migrate brings the schema to a version.
func (s *Store) Migrate(ctx context.Context, version int64) error { return s.migrate(ctx, version) }
