package studio

import (
	"strconv"
	"time"
)

// LineColumns are the columns of a list of programmes as CSV.
func LineColumns() []string {
	return []string{"id", "state", "title", "level", "alert", "members", "versions", "published", "opened_at"}
}

// Fields gives the values of LineColumns.
func (l Line) Fields() []string {
	return []string{
		string(l.ID), string(l.State), l.Title, strconv.Itoa(l.Level), l.Alert, strconv.Itoa(l.Members), strconv.Itoa(l.Versions),
		string(l.Published), l.OpenedAt.UTC().Format(time.RFC3339),
	}
}

// VersionColumns are the columns of a list of versions as CSV.
func VersionColumns() []string {
	return []string{"id", "programme", "number", "title", "level", "alert", "published_at", "hash"}
}

// Fields gives the values of VersionColumns.
func (v Version) Fields() []string {
	return []string{
		string(v.ID), string(v.Programme), strconv.Itoa(v.Number), v.Title, strconv.Itoa(v.Level), v.Alert,
		v.PublishedAt.UTC().Format(time.RFC3339), v.Hash,
	}
}
