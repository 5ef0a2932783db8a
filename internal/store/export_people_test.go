package store

import "database/sql"

// DB is the database itself, for tests that look or tamper behind the store's back.
func (s *Store) DB() *sql.DB { return s.db }

// Holdings lists the columns that refer to a person by table, as the store believes them to be.
func Holdings() map[string][]string {
	out := map[string][]string{}
	for _, h := range holdings {
		out[h.table] = h.columns
	}
	return out
}

// Unexported lists the holdings that are not exported, with the reason.
func Unexported() map[string]string {
	out := map[string]string{}
	for _, h := range holdings {
		if h.export == nil {
			out[h.table] = h.exempt
		}
	}
	return out
}

// KeptReasons lists why rows of tables stay after erasure.
func KeptReasons() map[string]string {
	out := map[string]string{}
	for _, h := range holdings {
		if h.kept != "" {
			out[h.table] = h.why
		}
	}
	return out
}
