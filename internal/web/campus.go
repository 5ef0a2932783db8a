package web

import (
	"context"
	"net/http"
	"net/url"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// Campus is what the pages of courses, paths and enrolments ask of the store. The errors are those the
// store documents.
type Campus interface {
	Courses(ctx context.Context, after campus.CourseID, limit int) ([]campus.Course, error)
	Outline(ctx context.Context, id campus.CourseID) (campus.Course, error)
	Chapter(ctx context.Context, id campus.CourseID, part, slug string) (campus.Chapter, error)
	Quiz(ctx context.Context, id campus.CourseID, part string) (campus.Quiz, error)
	CourseFile(ctx context.Context, id campus.CourseID, part, name string) (campus.File, error)
	CoursesOf(ctx context.Context, path campus.PathID) ([]campus.Course, error)

	Progress(ctx context.Context, learner people.AccountID, c campus.Course) (campus.Progress, error)
	LearningCourse(ctx context.Context, learner people.AccountID, course campus.CourseID) (campus.EnrolmentID, bool, error)
	MarkRead(ctx context.Context, id campus.EnrolmentID, course campus.CourseID, part, chapter string) error
	AnswerQuiz(ctx context.Context, id campus.EnrolmentID, course campus.CourseID, part string, answers campus.Answers) (campus.Attempt, campus.Mark, error)
	Attempt(ctx context.Context, learner people.AccountID, course campus.CourseID, part string, number int) (campus.Attempt, error)

	CreatePath(ctx context.Context, by people.Actor, version studio.VersionID, title string, courses []campus.CourseID) (campus.Path, error)
	ChangePath(ctx context.Context, by people.Actor, p campus.Path) error
	Path(ctx context.Context, id campus.PathID) (campus.Path, error)
	Paths(ctx context.Context, version studio.VersionID, before campus.PathID, limit int) ([]campus.Path, error)
	Version(ctx context.Context, id studio.VersionID) (studio.Version, error)
	Versions(ctx context.Context, limit, offset int) ([]studio.Version, int, error)

	Enrol(ctx context.Context, by people.Actor, path campus.PathID, learner people.AccountID) (campus.Enrolment, error)
	Withdraw(ctx context.Context, by people.Actor, id campus.EnrolmentID) error
	Enrolment(ctx context.Context, id campus.EnrolmentID) (campus.Enrolment, error)
	EnrolmentsOf(ctx context.Context, learner people.AccountID) ([]campus.Enrolment, error)
	Learners(ctx context.Context, path campus.PathID, before campus.EnrolmentID, limit int) ([]campus.Learner, error)
	FindLearners(ctx context.Context, path campus.PathID, search string) ([]campus.Learner, error)
}

// The kinds of routes of the campus.
var (
	readCatalogue = kindOfRoute{action: people.ReadCatalogue}
	beginPath     = kindOfRoute{action: people.Enrol, object: access.PathObject(people.KindPath, "id")}
	readEnrolment = kindOfRoute{action: people.ReadEnrolments, object: access.PathObject(people.KindEnrolment, "id")}
	learn         = kindOfRoute{action: people.Learn, object: access.PathObject(people.KindEnrolment, "id")}
	conductPaths  = kindOfRoute{action: people.Conduct, object: access.AnyObject(people.KindPath)}
	conductPath   = kindOfRoute{action: people.Conduct, object: access.PathObject(people.KindPath, "id")}
)

// campusRoutes are the pages of courses, paths and enrolments.
func (s *server) campusRoutes() []access.Route {
	if s.campus == nil {
		return nil
	}
	const course, path, enrolment = "/courses/{id}", "/paths/{id}", "/learning/{id}"
	routes := []access.Route{
		readCatalogue.show("/courses", s.fresh(s.courses, "after")),
		readCatalogue.show(course, s.fresh(s.course)),
		readCatalogue.show(course+"/{part}", s.fresh(s.coursePart)),
		readCatalogue.show(course+"/{part}/{chapter}", s.fresh(s.chapter)),
		readCatalogue.show(course+"/{part}/quiz", s.fresh(s.quiz, "attempt")),
		{Pattern: "POST " + course + "/{part}/quiz", Action: people.ReadCatalogue, Handler: s.form(s.tryQuiz)},
		{Pattern: "GET " + course + "/files/{part}/{name}", Action: people.ReadCatalogue, Plain: true, Handler: http.HandlerFunc(s.courseFile)},
		readCatalogue.show(path, s.fresh(s.path)),
	}
	if s.people == nil {
		return routes
	}
	routes = append(routes,
		readOwn.show("/learning", s.personal(s.learning)),
		readEnrolment.show(enrolment, s.personal(s.enrolment, "done")),
		conductPaths.show("/campus", s.personal(s.campusDesk, "before")),
		conductPath.show("/campus/paths/{id}", s.personal(s.campusPath, "q", "before", "done")),
	)
	routes = append(routes, beginPath.change(path+"/enrol", s.form(s.enrol), s.backTo(path))...)
	routes = append(routes, learn.change(enrolment+"/read", s.form(s.markRead), s.backTo(enrolment))...)
	routes = append(routes, learn.change(enrolment+"/quiz", s.form(s.answerQuiz), s.backTo(enrolment))...)
	routes = append(routes, learn.change(enrolment+"/withdraw", s.form(s.withdraw), s.backTo(enrolment))...)
	routes = append(routes, conductPaths.change("/campus/paths", s.form(s.createPath), s.backTo("/campus"))...)
	return append(routes, conductPath.change("/campus/paths/{id}/change", s.form(s.changePath), s.backTo("/campus/paths/{id}"))...)
}

func anyPath(people.AccountID) people.Ref { return people.Ref{Kind: people.KindPath} }

// The sizes of lists.
const (
	coursesAPage  = 50
	pathsAPage    = 50
	learnersAPage = 50
	maxChoices    = 200 // courses and versions a form offers
)

// campusDeskView is the designer's desk.
type campusDeskView struct {
	deskView
	Paths    []campus.Path
	Next     string
	Versions []studio.Version
	Courses  []courseChoice
	Version  studio.VersionID
	Title    string
	Wrong    map[string]string
	Steps    any // of assessment: learners without a mentor, defences to plan, juries; shown by part "campus-steps"
}

// courseChoice is a course a form offers.
type courseChoice struct {
	campus.Course
	Chosen bool
}

// campusDesk shows designers the paths, and what waits for them.
func (s *server) campusDesk(ctx context.Context, v *visit) (page, error) {
	return s.campusDeskPage(ctx, v, campusDeskView{Wrong: map[string]string{}}, nil)
}

func (s *server) campusDeskPage(ctx context.Context, v *visit, view campusDeskView, chosen []campus.CourseID) (page, error) {
	view.deskView = s.desk(v, "desk.campus")
	var err error
	if view.Paths, err = s.campus.Paths(ctx, "", campus.PathID(v.Query.Get("before")), pathsAPage+1); err != nil {
		return page{}, err
	}
	if len(view.Paths) > pathsAPage {
		view.Paths = view.Paths[:pathsAPage]
		view.Next = v.with("before", string(view.Paths[pathsAPage-1].ID))
	}
	if view.Versions, _, err = s.campus.Versions(ctx, maxChoices, 0); err != nil {
		return page{}, err
	}
	if view.Courses, err = s.courseChoices(ctx, chosen); err != nil {
		return page{}, err
	}
	if view.Steps, err = s.campusSteps(ctx, v); err != nil {
		return page{}, err
	}
	p := page{name: "campus", title: v.T("campus.title"), data: view}
	if len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// courseChoices lists the courses a path may recommend.
func (s *server) courseChoices(ctx context.Context, chosen []campus.CourseID) ([]courseChoice, error) {
	list, err := s.campus.Courses(ctx, "", maxChoices)
	if err != nil {
		return nil, err
	}
	is := map[campus.CourseID]bool{}
	for _, c := range chosen {
		is[c] = true
	}
	out := make([]courseChoice, len(list))
	for i, c := range list {
		out[i] = courseChoice{c, is[c.ID]}
	}
	return out, nil
}

// coursesAsked are the courses a form names, in the order chosen before, new ones last.
func coursesAsked(v *visit, before []campus.CourseID) []campus.CourseID {
	asked := map[campus.CourseID]bool{}
	for _, c := range v.PostForm["course"] {
		asked[campus.CourseID(c)] = true
	}
	var out []campus.CourseID
	add := func(c campus.CourseID) {
		if asked[c] {
			out = append(out, c)
			delete(asked, c)
		}
	}
	for _, c := range before {
		add(c)
	}
	for _, c := range v.PostForm["course"] {
		add(campus.CourseID(c))
	}
	return out
}

// createPath makes a path through a version.
func (s *server) createPath(ctx context.Context, v *visit) (page, error) {
	view := campusDeskView{Version: studio.VersionID(v.PostForm.Get("version")), Title: v.PostForm.Get("title"), Wrong: map[string]string{}}
	courses := coursesAsked(v, nil)
	p, err := s.campus.CreatePath(ctx, access.Who(ctx).Actor(), view.Version, view.Title, courses)
	if field, ok := pathFault(err); ok {
		view.Wrong[field] = v.T("campus.wrong." + field)
		return s.campusDeskPage(ctx, v, view, courses)
	}
	return page{moved: "/campus/paths/" + url.PathEscape(string(p.ID)) + "?done=path"}, err
}

// pathFault names the field of a path a fault is about.
func pathFault(err error) (field string, ok bool) {
	f, is := asFault(err)
	switch {
	case !is:
		return "", false
	case f.Code == fault.NotFound:
		return "version", true
	case f.Column == "title" || f.Column == "course" || f.Column == "version":
		return f.Column, true
	}
	return "", false
}

// campusPathView is one path as designers see it.
type campusPathView struct {
	deskView
	Path     campus.Path
	Version  studio.Version
	Courses  []courseChoice
	Query    string
	Learners []learnerLine
	Next     string
	Title    string
	Wrong    map[string]string
}

// learnerLine is a learner in a list.
type learnerLine struct {
	campus.Learner
	Since string
}

func (s *server) campusPath(ctx context.Context, v *visit) (page, error) {
	return s.campusPathPage(ctx, v, map[string]string{})
}

func (s *server) campusPathPage(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	p, err := s.campus.Path(ctx, campus.PathID(v.PathValue("id")))
	if err != nil {
		return page{}, err
	}
	view := campusPathView{deskView: s.desk(v, "desk.campus"), Path: p, Query: v.Query.Get("q"), Title: p.Title, Wrong: wrong}
	if view.Version, err = s.campus.Version(ctx, p.Version); err != nil {
		return page{}, err
	}
	if view.Courses, err = s.courseChoices(ctx, p.Courses); err != nil {
		return page{}, err
	}
	var found []campus.Learner
	if view.Query != "" {
		found, err = s.campus.FindLearners(ctx, p.ID, view.Query)
	} else {
		found, err = s.campus.Learners(ctx, p.ID, campus.EnrolmentID(v.Query.Get("before")), learnersAPage+1)
		if len(found) > learnersAPage {
			found = found[:learnersAPage]
			view.Next = v.with("before", string(found[learnersAPage-1].ID))
		}
	}
	if err != nil {
		return page{}, err
	}
	for _, l := range found {
		view.Learners = append(view.Learners, learnerLine{l, v.Date(l.EnrolledAt)})
	}
	out := page{name: "campus_path", title: p.Title, data: view}
	if len(wrong) > 0 {
		out.status = http.StatusUnprocessableEntity
	}
	return out, nil
}

// changePath renames a path, opens or closes it, and says which courses it recommends.
func (s *server) changePath(ctx context.Context, v *visit) (page, error) {
	p, err := s.campus.Path(ctx, campus.PathID(v.PathValue("id")))
	if err != nil {
		return page{}, err
	}
	p.Title, p.Open, p.Courses = v.PostForm.Get("title"), v.PostForm.Get("open") != "", coursesAsked(v, p.Courses)
	err = s.campus.ChangePath(ctx, access.Who(ctx).Actor(), p)
	if field, ok := pathFault(err); ok {
		return s.campusPathPage(ctx, v, map[string]string{field: v.T("campus.wrong." + field)})
	}
	return page{moved: "/campus/paths/" + url.PathEscape(string(p.ID)) + "?done=path"}, err
}
