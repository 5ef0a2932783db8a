package studio

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// ProgrammeID names a programme for ever (UUIDv7), and VersionID one of its published versions.
type (
	ProgrammeID string
	VersionID   string
)

// Version is a programme as published. Its content is frozen: Hash says so.
type Version struct {
	ID        VersionID   `json:"id"`
	Programme ProgrammeID `json:"programme"`
	Number    int         `json:"number"` // 1, 2, 3…
	Title     string      `json:"title"`
	Summary   string      `json:"summary"` // Markdown
	Level     int         `json:"level"`   // of the European Qualifications Framework, 3–8
	Alert     string      `json:"alert"`   // the alert it answers; "" when it was opened without one
	Reason    string      `json:"reason"`  // why it was opened, where there is no alert

	// What it answers: where, and the figures as they stood when it was opened.
	Areas    []territory.ID    `json:"areas"`
	Evidence []market.Evidence `json:"evidence"`

	Framework   Framework    `json:"framework"`
	Projects    []Project    `json:"projects"` // in the order of the path
	PublishedAt time.Time    `json:"published_at"`
	PublishedBy people.Actor `json:"published_by"`
	Hash        string       `json:"hash"` // SHA-256 of all of the above
}

// Ref names the version among all objects.
func (v Version) Ref() people.Ref { return people.Ref{Kind: people.KindVersion, ID: string(v.ID)} }

// Ref names a programme among all objects.
func (id ProgrammeID) Ref() people.Ref {
	return people.Ref{Kind: people.KindProgramme, ID: string(id)}
}

// CheckSeal tells whether a version is still what was published. It returns an Internal fault when its
// content and its hash do not belong together: no door of the program changes a version.
func (v Version) CheckSeal() error {
	if v.Hash == v.Seal() {
		return nil
	}
	return fault.New(fault.Internal, "read version", "version %s is not what was published: its content does not have its hash", string(v.ID))
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
