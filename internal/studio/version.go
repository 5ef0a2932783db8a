package studio

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"filiere/internal/people"
)

// ProgrammeID names a programme for ever (UUIDv7), and VersionID one of its published versions.
type (
	ProgrammeID string
	VersionID   string
)

// Version is a programme as published. Its content is frozen: Hash says so.
type Version struct {
	ID          VersionID    `json:"id"`
	Programme   ProgrammeID  `json:"programme"`
	Number      int          `json:"number"` // 1, 2, 3…
	Title       string       `json:"title"`
	Summary     string       `json:"summary"` // Markdown
	Level       int          `json:"level"`   // of the European Qualifications Framework, 3–8
	Alert       string       `json:"alert"`   // the alert it answers; "" when it was opened without one
	Framework   Framework    `json:"framework"`
	Projects    []Project    `json:"projects"` // in the order of the path
	PublishedAt time.Time    `json:"published_at"`
	PublishedBy people.Actor `json:"published_by"`
	Hash        string       `json:"hash"` // SHA-256 of all of the above
}

// Seal computes the hash of a version: SHA-256 over its JSON without the hash.
func (v Version) Seal() string {
	v.Hash = ""
	v.PublishedAt = v.PublishedAt.UTC().Truncate(time.Microsecond)
	b, err := json.Marshal(v)
	if err != nil { // cannot happen: the type holds strings, numbers and times
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}
