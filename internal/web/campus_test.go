package web_test

import (
	"database/sql"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"
	"testing/fstest"

	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// published keeps a version as publication would, with one project.
func (sc *school) published(id studio.VersionID) studio.Version {
	sc.t.Helper()
	v := studio.Version{
		ID: id, Programme: "p-" + studio.ProgrammeID(id), Number: 1, Title: "AI for all", Summary: "In *short* <script>alert(1)</script>", Level: 5,
		Framework: studio.Framework{Blocs: []studio.Bloc{{ID: "b", Code: "B1", Title: "Bloc", Activities: []studio.Activity{{
			ID: "a", Code: "A1", Title: "Act", Competencies: []studio.Competency{{ID: "c", Code: "C1", Statement: "Explain a model"}},
		}}}}},
		Projects: []studio.Project{{ID: "p", Code: "P1", Title: "First project", Hours: 12, Competencies: []string{"c"}}}, PublishedAt: sc.now,
	}
	v.Hash = v.Seal()
	content, err := json.Marshal(v)
	if err != nil {
		sc.t.Fatal(err)
	}
	driver, dsn := "sqlite", sc.dsn
	if strings.HasPrefix(dsn, "postgres") {
		driver = "pgx"
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		sc.t.Fatal(err)
	}
	defer db.Close()
	for _, st := range []struct {
		text string
		args []any
	}{
		{`INSERT INTO version (id, programme_id, number, title, summary, level, alert_id, published_at, published_by, hash, content)
			VALUES ($1, $2, 1, $3, '', 5, '', $4, 'cli', $5, $6)`, []any{v.ID, v.Programme, v.Title, sc.now, v.Hash, string(content)}},
		{`INSERT INTO thread_node (kind, id, label, at, owner) VALUES ('version', $1, $2, $3, '')`, []any{v.ID, v.Title, sc.now}},
	} {
		if _, err := db.ExecContext(sc.t.Context(), st.text, st.args...); err != nil {
			sc.t.Fatal(err)
		}
	}
	return v
}

// course imports a small course.
func (sc *school) course(slug string) campus.Course {
	sc.t.Helper()
	dot, _ := base64.StdEncoding.DecodeString("iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==")
	c, err := campus.ReadCourse(fstest.MapFS{
		"README.md":          {Data: []byte("---\nlang: en\n---\n# The course\n\nWhat it is about.\n")},
		"01-begin/README.md": {Data: []byte("# To begin\n")},
		"01-begin/01-one.md": {Data: []byte("# One\n\nText <b onclick=x>one</b>.\n\n![dot](dot.png)\n")},
		"01-begin/02-two.md": {Data: []byte("# Two\n\nText two.\n")},
		"01-begin/dot.png":   {Data: dot},
		"01-begin/quiz.md":   {Data: []byte("# Check\n\n## Two and two?\n- [x] 4\n- [ ] 5\n\n> Four it is.\n\n## Even?\n- [x] 2\n- [x] 4\n- [ ] 5\n")},
	}, slug)
	if err == nil {
		c, _, err = sc.store.ImportCourse(sc.t.Context(), people.ByCLI, c)
	}
	if err != nil {
		sc.t.Fatal(err)
	}
	return c
}

func TestALearnerGoesFromThePathToTheQuiz(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		sc.published("v1")
		c := sc.course("the-course")
		designer := sc.signedIn(sc.account("d@example.org", "Dee", people.Grant{Role: people.Designer}))
		if w := designer.post("/campus/paths", "version", "v1", "title", " ", "course", string(c.ID)); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "checked") {
			t.Errorf("a path without a title: %d", w.Code)
		}
		w := designer.post("/campus/paths", "version", "v1", "title", "AI, first steps", "course", string(c.ID))
		address, _, _ := strings.Cut(strings.TrimPrefix(w.Header().Get("Location"), "/campus"), "?")
		visitor := sc.browser()
		if d := parseHTML(t, address, visitor.get(address).Body.String()); !d.says("AI, first steps") || !d.says("First project") || !d.says("Explain a model") || !d.says("Sign in to begin") || !d.says("The course") || len(d.all("script")) > 0 {
			t.Errorf("the path's page: %s", text(d.one("main")))
		}
		ana := sc.account("ana@example.org", "Ana")
		b := sc.signedIn(ana)
		w = b.post(address + "/enrol")
		mine, _, _ := strings.Cut(w.Header().Get("Location"), "?")
		if !strings.HasPrefix(mine, "/learning/") {
			t.Fatalf("enrolled: %d %q", w.Code, mine)
		}
		leads(t, b.post(address+"/enrol"), mine+"?done=enrolled")
		at := "/courses/" + string(c.ID)
		if d := b.page(t, at+"/begin/one"); !d.says("Mark as read and go on") || len(d.all("b")) > 0 {
			t.Errorf("the chapter: %s", text(d.one("main")))
		}
		leads(t, b.post(mine+"/read", "course", string(c.ID), "part", "begin", "chapter", "one"), at+"/begin/two")
		leads(t, b.post(mine+"/read", "course", string(c.ID), "part", "begin", "chapter", "two"), at+"/begin/quiz")
		w = b.post(mine+"/quiz", "course", string(c.ID), "part", "begin", "q0", "0", "q1", "0", "q1", "2")
		leads(t, w, at+"/begin/quiz?attempt=1")
		if d := b.page(t, w.Header().Get("Location")); !d.says("Score: 1 of 2") || !d.says("Four it is.") {
			t.Errorf("the quiz: %s", text(d.one("main")))
		}
		if d := b.page(t, mine); !d.says("2 of 2 chapters read, 1 of 1 quizzes answered") || !d.says("1 of 2") {
			t.Errorf("the enrolment: %s", text(d.one("main")))
		}
		if d := parseHTML(t, "quiz", visitor.post(at+"/begin/quiz", "q0", "0").Body.String()); !d.says("Score: 1 of 2") {
			t.Errorf("a visitor's quiz: %s", text(d.one("main")))
		}
		if w := visitor.get(at + "/files/begin/dot.png"); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/png" {
			t.Errorf("the image: %d %v", w.Code, w.Header())
		}
		if d := designer.page(t, "/campus"+address+"?q=an"); !d.says("Ana") {
			t.Errorf("the designer's page: %s", text(d.one("main")))
		}
		if w := b.post(mine + "/withdraw"); w.Code != http.StatusUnprocessableEntity {
			t.Errorf("stopped without a word: %d", w.Code)
		}
		leads(t, b.post(mine+"/withdraw", "confirm", "yes"), mine+"?done=withdrawn")
		if w := b.post(mine+"/read", "course", string(c.ID), "part", "begin", "chapter", "one"); w.Code != http.StatusConflict {
			t.Errorf("who stopped still reads: %d", w.Code)
		}
	})
}

func TestNobodyLearnsInAnothersEnrolment(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		sc.published("v1")
		c := sc.course("the-course")
		p, err := sc.store.CreatePath(t.Context(), people.ByCLI, "v1", "Path", []campus.CourseID{c.ID})
		if err != nil {
			t.Fatal(err)
		}
		ana, bo := sc.account("ana@example.org", "Ana"), sc.account("bo@example.org", "Bo")
		e, err := sc.store.Enrol(t.Context(), people.ByCLI, p.ID, ana.ID)
		if err == nil {
			_, err = sc.store.Enrol(t.Context(), people.ByCLI, p.ID, bo.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		mine := "/learning/" + string(e.ID)
		for name, b := range map[string]*browser{
			"another learner":  sc.signedIn(bo),
			"an administrator": sc.signedIn(sc.account("root@example.org", "Root", people.Grant{Role: people.Administrator})),
			"a mentor of none": sc.signedIn(sc.account("m@example.org", "Mo", people.Grant{Role: people.Mentor})),
		} {
			for _, w := range []int{
				b.get(mine).Code, b.post(mine+"/read", "course", string(c.ID), "part", "begin", "chapter", "one").Code,
				b.post(mine+"/quiz", "course", string(c.ID), "part", "begin", "q0", "0").Code, b.post(mine+"/withdraw", "confirm", "yes").Code,
				b.get("/campus").Code, b.get("/campus/paths/" + string(p.ID)).Code, b.post("/campus/paths", "version", "v1", "title", "Mine").Code,
			} {
				if w != http.StatusForbidden {
					t.Errorf("%s: status %d", name, w)
				}
			}
		}
		if d := sc.signedIn(sc.account("d@example.org", "Dee", people.Grant{Role: people.Designer})).page(t, mine); !d.says("Ana") || d.says("Stop this path") {
			t.Errorf("a designer reads: %s", text(d.one("main")))
		}
		outline, err := sc.store.Outline(t.Context(), c.ID)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := sc.store.Progress(t.Context(), ana.ID, outline); err != nil || got.Read != 0 || got.Answered != 0 {
			t.Errorf("somebody learned for Ana: %+v, %v", got, err)
		}
	})
}

func TestAMentorSeesHowFarTheirLearnerIs(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		sc.published("v1")
		c := sc.course("the-course")
		p, err := sc.store.CreatePath(t.Context(), people.ByCLI, "v1", "Path", []campus.CourseID{c.ID})
		if err != nil {
			t.Fatal(err)
		}
		ana, mo := sc.account("ana@example.org", "Ana"), sc.account("mo@example.org", "Mo", people.Grant{Role: people.Mentor})
		e, err := sc.store.Enrol(t.Context(), people.ByCLI, p.ID, ana.ID)
		if err == nil {
			err = sc.store.MarkRead(t.Context(), e.ID, c.ID, "begin", "one")
		}
		if err == nil {
			_, _, err = sc.store.AnswerQuiz(t.Context(), e.ID, c.ID, "begin", campus.Answers{{0}})
		}
		if err == nil {
			err = sc.store.NameMentor(t.Context(), people.ByCLI, e.ID, mo.ID)
		}
		if err != nil {
			t.Fatal(err)
		}
		b, file := sc.signedIn(mo), "/learning/"+string(e.ID)
		body := b.get(file).Body.String()
		d := parseHTML(t, file, body)
		for _, said := range []string{"Ana", "1 of 2 chapters read, 1 of 1 quizzes answered", "1 of 2", "Last answered", "First project", "Sessions, submissions and defences"} {
			if !d.says(said) {
				t.Errorf("the mentor does not read %q: %s", said, text(d.one("main")))
			}
		}
		if d.says("Stop this path") || !strings.Contains(body, `<li><a href="/mentoring">`) || strings.Contains(body, `<li><a href="/campus">`) {
			t.Errorf("the mentor is taken for somebody else: %s", text(d.one("main")))
		}
		if d := b.page(t, file+"/projects"); !d.says("Mo") || !d.says("Book") {
			t.Errorf("the mentor cannot book a session: %s", text(d.one("main")))
		}
		if w := b.post(file+"/read", "course", string(c.ID), "part", "begin", "chapter", "two"); w.Code != http.StatusForbidden {
			t.Errorf("the mentor reads in their place: %d", w.Code)
		}
		designer := sc.signedIn(sc.account("d@example.org", "Dee", people.Grant{Role: people.Designer})).get(file).Body.String()
		if !strings.Contains(designer, `<a href="/campus/paths/`+string(p.ID)+`">Learners</a>`) || strings.Contains(designer, `<li><a href="/mentoring">Mentoring</a></li><li><a href="/paths/`) {
			t.Error("a designer does not find back to the path's learners")
		}
	})
}
