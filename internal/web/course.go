package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"strconv"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/markdown"
)

// coursesView is the list of courses.
type coursesView struct {
	Courses []campus.Course
	Next    string
}

func (s *server) courses(ctx context.Context, v *visit) (page, error) {
	list, err := s.campus.Courses(ctx, campus.CourseID(v.Query.Get("after")), coursesAPage+1)
	if err != nil {
		return page{}, err
	}
	view := coursesView{Courses: list}
	if len(list) > coursesAPage {
		view.Courses = list[:coursesAPage]
		view.Next = v.with("after", string(list[coursesAPage-1].ID))
	}
	return page{name: "courses", title: v.T("courses.title"), room: "nav.courses", data: view}, nil
}

// courseFrame is what every page of a course shows around its own matter.
type courseFrame struct {
	Course    campus.Course
	Parts     []partView
	Enrolment campus.EnrolmentID // in which the reader's progress counts, "" for none
	Progress  campus.Progress    // of the reader, where there is an enrolment
}

// partView is a part with the reader's progress.
type partView struct {
	campus.Part
	At       string // address
	Chapters []chapterView
	Result   campus.QuizResult
}

type chapterView struct {
	campus.Chapter
	At    string
	State campus.ChapterState
}

func courseAddress(id campus.CourseID, slugs ...string) string {
	at := "/courses/" + url.PathEscape(string(id))
	for _, s := range slugs {
		at += "/" + url.PathEscape(s)
	}
	return at
}

// inCourse reads the course the address names and how far its reader is.
func (s *server) inCourse(ctx context.Context, v *visit) (courseFrame, error) {
	var f courseFrame
	var err error
	if f.Course, err = s.campus.Outline(ctx, campus.CourseID(v.PathValue("id"))); err != nil {
		return f, err
	}
	if who := access.Who(ctx); who.SignedIn() {
		id, ok, err := s.campus.LearningCourse(ctx, who.Account.ID, f.Course.ID)
		if err != nil {
			return f, err
		}
		if ok {
			f.Enrolment = id
			if f.Progress, err = s.campus.Progress(ctx, who.Account.ID, f.Course); err != nil {
				return f, err
			}
		}
	}
	return frameOf(f), nil
}

// frameOf adds the parts of a course and their addresses.
func frameOf(f courseFrame) courseFrame {
	for _, p := range f.Course.Parts {
		part := partView{Part: p, At: courseAddress(f.Course.ID, p.Slug)}
		part.Result, _ = f.Progress.Result(p.Slug)
		for _, ch := range p.Chapters {
			part.Chapters = append(part.Chapters, chapterView{ch, courseAddress(f.Course.ID, p.Slug, ch.Slug), f.Progress.ChapterState(p.Slug, ch)})
		}
		f.Parts = append(f.Parts, part)
	}
	return f
}

// filesOf is where the images of a part are served; "-" stands for the course's own.
func filesOf(id campus.CourseID, part string) string {
	if part == "" {
		part = "-"
	}
	return courseAddress(id, "files", part) + "/"
}

type courseView struct {
	courseFrame
	Summary template.HTML
}

func (s *server) course(ctx context.Context, v *visit) (page, error) {
	f, err := s.inCourse(ctx, v)
	if err != nil {
		return page{}, err
	}
	view := courseView{f, written(f.Course.Summary, markdown.Place{Images: filesOf(f.Course.ID, "")})}
	return page{name: "course", title: f.Course.Title, room: "nav.courses", data: view}, nil
}

// step is a page before or after another in a course.
type step struct{ At, Title string }

// around finds what comes before and after a page of a course, in reading order.
func (f courseFrame) around(at string) (before, after step) {
	var all []step
	for _, p := range f.Parts {
		all = append(all, step{p.At, p.Title})
		for _, ch := range p.Chapters {
			all = append(all, step{ch.At, ch.Title})
		}
		if p.Quiz != nil {
			all = append(all, step{p.At + "/quiz", p.Quiz.Title})
		}
	}
	for i, st := range all {
		if st.At != at {
			continue
		}
		if i > 0 {
			before = all[i-1]
		}
		if i+1 < len(all) {
			after = all[i+1]
		}
	}
	return before, after
}

// partPageView is a part: its introduction and chapters.
type partPageView struct {
	courseFrame
	Part          partView
	Intro         template.HTML
	Before, After step
}

// pathPart finds the part the address names.
func (f courseFrame) pathPart(v *visit) (partView, error) {
	for _, p := range f.Parts {
		if p.Slug == v.PathValue("part") {
			return p, nil
		}
	}
	return partView{}, fault.New(fault.NotFound, "read course", "the course has no such part")
}

func (s *server) coursePart(ctx context.Context, v *visit) (page, error) {
	f, err := s.inCourse(ctx, v)
	if err != nil {
		return page{}, err
	}
	view := partPageView{courseFrame: f}
	if view.Part, err = f.pathPart(v); err != nil {
		return page{}, err
	}
	view.Intro = written(view.Part.Intro, markdown.Place{Images: filesOf(f.Course.ID, view.Part.Slug)})
	view.Before, view.After = f.around(view.Part.At)
	return page{name: "course_part", title: view.Part.Title, room: "nav.courses", data: view}, nil
}

// chapterPageView is a chapter to read.
type chapterPageView struct {
	courseFrame
	Part          partView
	Chapter       campus.Chapter
	State         campus.ChapterState
	Text          template.HTML
	Before, After step
}

func (s *server) chapter(ctx context.Context, v *visit) (page, error) {
	f, err := s.inCourse(ctx, v)
	if err != nil {
		return page{}, err
	}
	view := chapterPageView{courseFrame: f}
	if view.Part, err = f.pathPart(v); err != nil {
		return page{}, err
	}
	if view.Chapter, err = s.campus.Chapter(ctx, f.Course.ID, view.Part.Slug, v.PathValue("chapter")); err != nil {
		return page{}, err
	}
	view.State = f.Progress.ChapterState(view.Part.Slug, view.Chapter)
	view.Text = written(view.Chapter.Body, markdown.Place{Images: filesOf(f.Course.ID, view.Part.Slug)})
	view.Before, view.After = f.around(courseAddress(f.Course.ID, view.Part.Slug, view.Chapter.Slug))
	return page{name: "chapter", title: view.Chapter.Title, room: "nav.courses", data: view}, nil
}

// markRead notes that the learner has read a chapter, and leads to what comes next.
func (s *server) markRead(ctx context.Context, v *visit) (page, error) {
	course, part, chapter := campus.CourseID(v.PostForm.Get("course")), v.PostForm.Get("part"), v.PostForm.Get("chapter")
	if err := s.campus.MarkRead(ctx, pathEnrolment(v), course, part, chapter); err != nil {
		return page{}, err
	}
	c, err := s.campus.Outline(ctx, course)
	if err != nil {
		return page{}, err
	}
	_, after := frameOf(courseFrame{Course: c}).around(courseAddress(course, part, chapter))
	if after.At == "" {
		after.At = learningAddress(pathEnrolment(v))
	}
	return page{moved: after.At}, nil
}

// courseFile serves an image. What is under an address may change with a revision: browsers ask each time.
func (s *server) courseFile(w http.ResponseWriter, r *http.Request) {
	part := r.PathValue("part")
	if part == "-" {
		part = ""
	}
	f, err := s.campus.CourseFile(r.Context(), campus.CourseID(r.PathValue("id")), part, r.PathValue("name"))
	if err != nil {
		w.Header().Set("Cache-Control", "private, no-store")
		s.fail(w, s.refusedVisit(w, r), err)
		return
	}
	tag := `W/"` + f.Seal()[:32] + `"`
	w.Header().Set("ETag", tag)
	w.Header().Set("Cache-Control", "public, max-age=300")
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	w.Header().Set("Content-Type", f.Media)
	w.Header().Set("Content-Length", strconv.Itoa(len(f.Data)))
	_, _ = w.Write(f.Data) // the reader may have left
}
