package store_test

import (
	"testing"

	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// version keeps a small published version.
func (h house) version(t testing.TB, id studio.VersionID) studio.VersionID {
	t.Helper()
	ok(t, h.a.KeepVersion(t.Context(), aVersion(h, id, studio.ProgrammeID("programme of "+string(id)), 1)))
	return id
}

// path makes an open path through a version.
func (h house) path(t testing.TB, version studio.VersionID, courses ...campus.CourseID) campus.Path {
	t.Helper()
	p, err := h.a.CreatePath(t.Context(), people.ByCLI, version, "Path through "+string(version), courses)
	ok(t, err)
	return p
}

// enrolled makes a learner with an address, and enrols them.
func (h house) enrolled(t testing.TB, p campus.Path, email string) (campus.Enrolment, people.Account) {
	t.Helper()
	a := h.account(t, email)
	e, err := h.a.Enrol(t.Context(), people.By(a.ID), p.ID, a.ID)
	ok(t, err)
	a, err = h.a.Account(t.Context(), a.ID)
	ok(t, err)
	return e, a
}
