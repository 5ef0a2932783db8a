package store_test

import (
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// courseFolder is a small course with a quiz.
func courseFolder() fstest.MapFS {
	return fstest.MapFS{
		"README.md":         {Data: []byte("---\nlang: fr\nversion: 1\n---\n# Un cours\n\nDe quoi il parle.\n")},
		"01-un/README.md":   {Data: []byte("# Un\n")},
		"01-un/01-a.md":     {Data: []byte("# A\n\nTexte a.\n")},
		"01-un/02-b.md":     {Data: []byte("# B\n\nTexte b.\n")},
		"01-un/quiz.md":     {Data: []byte("# Quiz\n\n## 1 + 1 ?\n- [x] 2\n- [ ] 3\n\n> Deux.\n\n## Pair ?\n- [x] 2\n- [x] 4\n- [ ] 5\n")},
		"02-deux/README.md": {Data: []byte("# Deux\n")},
		"02-deux/01-c.md":   {Data: []byte("# C\n")},
	}
}

// course imports a small course.
func (h house) course(t testing.TB, slug string) campus.Course {
	t.Helper()
	c, err := campus.ReadCourse(courseFolder(), slug)
	ok(t, err)
	c, _, err = h.a.ImportCourse(t.Context(), people.ByCLI, c)
	ok(t, err)
	return c
}

func TestACourseIsImportedOnceAndRevised(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		f := courseFolder()
		c, err := campus.ReadCourse(f, "un-cours")
		ok(t, err)
		kept, changed, err := h.a.ImportCourse(t.Context(), people.ByCLI, c)
		ok(t, err)
		whole, err := h.b.Course(t.Context(), kept.ID)
		ok(t, err)
		if d := cmp.Diff(c, whole, cmpopts.IgnoreFields(campus.Course{}, "ID", "Revision", "Hash", "ImportedAt"), cmpopts.IgnoreFields(campus.Chapter{}, "Hash"), cmpopts.EquateEmpty()); d != "" || !changed || whole.Seal() != whole.Hash || kept.Revision != 1 {
			t.Errorf("changed %t, revision %d (-imported +kept):\n%s", changed, kept.Revision, d)
		}
		before := h.count(t, "audit_event")
		same, changed, err := h.b.ImportCourse(t.Context(), people.ByCLI, c)
		ok(t, err)
		if changed || same.ID != kept.ID || same.Revision != 1 || h.count(t, "audit_event") != before {
			t.Errorf("the same content: changed %t, %+v", changed, same)
		}
		f["01-un/01-a.md"] = &fstest.MapFile{Data: []byte("# A\n\nMieux.\n")}
		c, err = campus.ReadCourse(f, "un-cours")
		ok(t, err)
		next, changed, err := h.b.ImportCourse(t.Context(), people.ByCLI, c)
		ok(t, err)
		if !changed || next.ID != kept.ID || next.Revision != 2 || h.count(t, "course_revision") != 2 || h.count(t, "course_chapter") != 3 {
			t.Errorf("another content: changed %t, %+v", changed, next)
		}
		ch, err := h.a.Chapter(t.Context(), kept.ID, "un", "a")
		ok(t, err)
		if ch.Body != "Mieux." {
			t.Errorf("chapter %+v", ch)
		}
		by, err := h.a.CourseBySlug(t.Context(), "un-cours")
		ok(t, err)
		if by.ID != kept.ID || by.Chapters() != 3 || by.Parts[0].Quiz == nil {
			t.Errorf("by its name: %+v", by)
		}
		h.course(t, "autre")
		list, err := h.a.Courses(t.Context(), "", 1)
		ok(t, err)
		rest, err := h.a.Courses(t.Context(), list[0].ID, 0)
		ok(t, err)
		if len(list) != 1 || len(rest) != 1 || rest[0].ID == list[0].ID {
			t.Errorf("courses %+v then %+v", list, rest)
		}
		_, err = h.a.Course(t.Context(), "none")
		faulty(t, fault.NotFound, err)
	})
}

func TestProgressIsNotedOnceAndOutlivesRevisions(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		c := h.course(t, "un-cours")
		other := h.course(t, "autre")
		p := h.path(t, h.version(t, "v1"), c.ID)
		e, ana := h.enrolled(t, p, "ana@example.org")
		for range 2 {
			ok(t, h.a.MarkRead(ctx, e.ID, c.ID, "un", "a"))
		}
		ok(t, h.a.MarkRead(ctx, e.ID, c.ID, "un", "b"))
		faulty(t, fault.NotFound, h.a.MarkRead(ctx, e.ID, c.ID, "un", "none"))
		faulty(t, fault.NotFound, h.a.MarkRead(ctx, e.ID, other.ID, "un", "a"))
		faulty(t, fault.NotFound, h.a.MarkRead(ctx, "none", c.ID, "un", "a"))
		if n := h.count(t, "reading"); n != 2 {
			t.Errorf("%d readings", n)
		}
		read := func() campus.Progress {
			t.Helper()
			list, err := h.b.CoursesOf(ctx, p.ID)
			ok(t, err)
			got, err := h.b.Progress(ctx, ana.ID, list[0])
			ok(t, err)
			return got
		}
		if got := read(); got.Read != 2 || got.Chapters != 3 || got.Quizzes != 1 {
			t.Errorf("progress %+v", got)
		}
		f := courseFolder()
		f["01-un/01-a.md"] = &fstest.MapFile{Data: []byte("# A\n\nMieux.\n")}
		revised, err := campus.ReadCourse(f, "un-cours")
		ok(t, err)
		_, _, err = h.a.ImportCourse(ctx, people.ByCLI, revised)
		ok(t, err)
		if got := read(); got.Read != 1 {
			t.Errorf("after a revision of one chapter of two: %+v", got)
		}
		ok(t, h.a.MarkRead(ctx, e.ID, c.ID, "un", "a"))
		if got := read(); got.Read != 2 {
			t.Errorf("read again: %+v", got)
		}
		id, is, err := h.b.LearningCourse(ctx, ana.ID, c.ID)
		if err != nil || !is || id != e.ID {
			t.Errorf("learning %q, %t, %v", id, is, err)
		}
		ok(t, h.a.Withdraw(ctx, people.By(ana.ID), e.ID))
		faulty(t, fault.Conflict, h.a.MarkRead(ctx, e.ID, c.ID, "un", "a"))
		if _, is, _ := h.b.LearningCourse(ctx, ana.ID, c.ID); is {
			t.Error("who stopped still learns")
		}
	})
}

func TestTheBestOfManyAnswersIsKept(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		c := h.course(t, "un-cours")
		p := h.path(t, h.version(t, "v1"), c.ID)
		e, ana := h.enrolled(t, p, "ana@example.org")
		for _, err := range together(4, func(i int) error {
			_, _, err := h.of(i).AnswerQuiz(ctx, e.ID, c.ID, "un", campus.Answers{{0}, {0}})
			return err
		}) {
			ok(t, err)
		}
		a, m, err := h.a.AnswerQuiz(ctx, e.ID, c.ID, "un", campus.Answers{{0}, {1, 0}})
		ok(t, err)
		if a.Number != 5 || m.Score != 2 {
			t.Errorf("attempt %+v, mark %+v", a, m)
		}
		_, _, err = h.a.AnswerQuiz(ctx, e.ID, c.ID, "un", nil)
		ok(t, err)
		_, _, err = h.a.AnswerQuiz(ctx, e.ID, c.ID, "un", campus.Answers{{7}})
		faulty(t, fault.Invalid, err)
		_, _, err = h.a.AnswerQuiz(ctx, e.ID, c.ID, "deux", nil)
		faulty(t, fault.NotFound, err)
		list, err := h.b.CoursesOf(ctx, p.ID)
		ok(t, err)
		got, err := h.b.Progress(ctx, ana.ID, list[0])
		ok(t, err)
		if r, has := got.Result("un"); !has || r.Best != 2 || r.Total != 2 || r.Attempts != 6 {
			t.Errorf("result %+v", r)
		}
		kept, err := h.b.Attempt(ctx, ana.ID, c.ID, "un", 5)
		ok(t, err)
		if d := cmp.Diff(campus.Answers{{0}, {1, 0}}, kept.Answers); d != "" || kept.Score != 2 {
			t.Errorf("attempt %+v %s", kept, d)
		}
		_, err = h.b.Attempt(ctx, ana.ID, c.ID, "un", 9)
		faulty(t, fault.NotFound, err)
		_, err = h.a.EraseAccount(ctx, people.ByCLI, ana.ID)
		ok(t, err)
		if h.count(t, "quiz_attempt")+h.count(t, "quiz_result")+h.count(t, "reading")+h.count(t, "enrolment_word") != 0 || h.count(t, "enrolment") != 1 {
			t.Error("erasing left progress, or took the enrolment")
		}
	})
}
