package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

func TestALearnerBeginsAPathOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		designer := h.account(t, "designer@example.org")
		p, err := h.a.CreatePath(t.Context(), people.By(designer.ID), h.version(t, "v1"), " A path ", nil)
		ok(t, err)
		ana := h.account(t, "ana@example.org")
		for _, err := range together(8, func(i int) error {
			_, err := h.of(i).Enrol(t.Context(), people.By(ana.ID), p.ID, ana.ID)
			return err
		}) {
			ok(t, err)
		}
		list, err := h.b.EnrolmentsOf(t.Context(), ana.ID)
		ok(t, err)
		p, err = h.b.Path(t.Context(), p.ID)
		ok(t, err)
		if len(list) != 1 || p.Enrolled != 1 || p.Title != "A path" || list[0].Version != "v1" {
			t.Fatalf("enrolments %+v, path %+v", list, p)
		}
		e, err := h.b.Enrolment(t.Context(), list[0].ID)
		ok(t, err)
		if e != list[0] || e.State != campus.Enrolled {
			t.Errorf("got %+v", e)
		}
		ana, err = h.b.Account(t.Context(), ana.ID)
		ok(t, err)
		if !slices.Contains(ana.Grants, people.Grant{Role: people.Learner, Scope: e.Ref()}) {
			t.Errorf("roles %+v", ana.Grants)
		}
		told, err := h.b.Notifications(t.Context(), designer.ID, 0)
		ok(t, err)
		if len(told) != 1 || told[0].Kind != campus.ToldEnrolled {
			t.Errorf("the maker was told %+v", told)
		}
		c, err := h.b.Thread(t.Context(), ref(people.KindVersion, "v1"), ana.ID, false)
		ok(t, err)
		if len(c.Forward) != 2 || c.Forward[1].Node.Owner != ana.ID {
			t.Errorf("thread %+v", c.Forward)
		}
	})
}

func TestALearnerStopsAndComesBack(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		p := h.path(t, h.version(t, "v1"))
		e, ana := h.enrolled(t, p, "ana@example.org")
		h.time.pass(time.Hour)
		ok(t, h.a.Withdraw(t.Context(), people.By(ana.ID), e.ID))
		faulty(t, fault.Conflict, h.a.Withdraw(t.Context(), people.By(ana.ID), e.ID))
		faulty(t, fault.NotFound, h.a.Withdraw(t.Context(), people.ByCLI, "none"))
		stopped, err := h.b.Enrolment(t.Context(), e.ID)
		ok(t, err)
		if stopped.State != campus.Withdrawn || !stopped.ChangedAt.After(e.ChangedAt) {
			t.Errorf("got %+v", stopped)
		}
		back, err := h.b.Enrol(t.Context(), people.By(ana.ID), p.ID, ana.ID)
		ok(t, err)
		if back.ID != e.ID || back.State != campus.Enrolled || h.count(t, "enrolment") != 1 {
			t.Errorf("came back as %+v", back)
		}
		p.Open = false
		ok(t, h.a.ChangePath(t.Context(), people.ByCLI, p))
		bo := h.account(t, "bo@example.org")
		_, err = h.b.Enrol(t.Context(), people.By(bo.ID), p.ID, bo.ID)
		faulty(t, fault.Conflict, err)
		_, err = h.b.Enrol(t.Context(), people.By(bo.ID), "none", bo.ID)
		faulty(t, fault.NotFound, err)
		_, err = h.b.Enrol(t.Context(), people.ByCLI, p.ID, "nobody")
		faulty(t, fault.NotFound, err)
	})
}

func TestAPathIsWhatItCanBe(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		v := h.version(t, "v1")
		p := h.path(t, v)
		for name, c := range map[string]struct {
			want    fault.Code
			version string
			title   string
			courses []campus.CourseID
		}{
			"no title":        {fault.Invalid, "v1", " ", nil},
			"no version":      {fault.Invalid, "", "x", nil},
			"unknown version": {fault.NotFound, "v2", "x", nil},
			"unknown course":  {fault.NotFound, "v1", "x", []campus.CourseID{"none"}},
			"a course twice":  {fault.Invalid, "v1", "x", []campus.CourseID{"a", "a"}},
			"the same title":  {fault.Conflict, "v1", p.Title, nil},
		} {
			t.Run(name, func(t *testing.T) {
				_, err := h.a.CreatePath(t.Context(), people.ByCLI, "", "", nil)
				faulty(t, fault.Invalid, err)
				_, err = h.a.CreatePath(t.Context(), people.ByCLI, studio.VersionID(c.version), c.title, c.courses)
				faulty(t, c.want, err)
			})
		}
		q, err := h.a.CreatePath(t.Context(), people.ByCLI, v, "Another", nil)
		ok(t, err)
		q.Title = p.Title
		faulty(t, fault.Conflict, h.a.ChangePath(t.Context(), people.ByCLI, q))
		q.ID = "none"
		faulty(t, fault.NotFound, h.a.ChangePath(t.Context(), people.ByCLI, q))
		list, err := h.b.Paths(t.Context(), "", "", 1)
		ok(t, err)
		next, err := h.b.Paths(t.Context(), v, list[0].ID, 0)
		ok(t, err)
		if len(list) != 1 || len(next) != 1 || next[0].ID != p.ID {
			t.Errorf("paths %+v, then %+v", list, next)
		}
	})
}

func TestLearnersAreFoundByTheBeginningsOfTheirNames(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		p := h.path(t, h.version(t, "v1"))
		var last campus.Enrolment
		for i := range 5 {
			last, _ = h.enrolled(t, p, fmt.Sprintf("learner%d@example.org", i))
		}
		zoe, err := h.a.CreateAccount(t.Context(), people.ByCLI, people.Account{Email: "z@example.org", Name: "Zoé Le Goff", Lang: "fr"})
		ok(t, err)
		_, err = h.a.Enrol(t.Context(), people.ByCLI, p.ID, zoe.ID)
		ok(t, err)
		found := func(search string, want int) {
			t.Helper()
			list, err := h.b.FindLearners(t.Context(), p.ID, search)
			ok(t, err)
			if len(list) != want {
				t.Errorf("%q finds %d, want %d", search, len(list), want)
			}
		}
		found("goff zo", 1)
		found("ZOÉ", 1)
		found("example", 6)
		found("learner3@example.org", 1)
		found("learner zoe", 0)
		found("%' --", 0)
		ok(t, h.a.ChangeProfile(t.Context(), people.By(zoe.ID), zoe.ID, "Zoé Martin", "fr", ""))
		found("goff", 0)
		found("martin", 1)
		page, err := h.b.Learners(t.Context(), p.ID, last.ID, 3)
		ok(t, err)
		if len(page) != 3 || page[0].Email != "learner3@example.org" {
			t.Errorf("the page after the last of five: %+v", page)
		}
		_, err = h.a.EraseAccount(t.Context(), people.ByCLI, zoe.ID)
		ok(t, err)
		found("martin", 0)
	})
}
