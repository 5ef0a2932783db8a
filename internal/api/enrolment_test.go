package api_test

import (
	"strings"
	"testing"

	"filiere/internal/campus"
	"filiere/internal/people"
)

func TestALearnerGoesTheirWayByAPI(t *testing.T) {
	eachClassroom(t, func(t *testing.T, k *classroom) {
		course, path := k.onPath()
		one := reads[named](k, 200, k.adaToken, "POST", "/paths/"+path+"/enrolments", "")
		if again := reads[named](k, 200, k.adaToken, "POST", "/paths/"+path+"/enrolments", ""); again.ID != one.ID {
			t.Errorf("beginning twice gives %+v and %+v", one, again)
		}
		ada := k.token(k.refreshed(k.ada))
		at := "/enrolments/" + one.ID
		in := `{"course":"` + course + `","part":"begin"`
		k.want(204, ada, "POST", at+"/readings", in+`,"chapter":"one"}`)
		k.want(204, ada, "POST", at+"/readings", in+`,"chapter":"one"}`)
		if got := k.want(201, ada, "POST", at+"/attempts", in+`,"answers":[[0],[0]]}`); !strings.Contains(got, `"score":1,"total":2,"right":[true,false]`) {
			t.Errorf("graded: %s", got)
		}
		k.want(201, ada, "POST", at+"/attempts", in+`,"answers":[]}`)
		got := k.want(200, ada, "GET", at, "")
		if !strings.Contains(got, `"chapters":2,"read":1,"quizzes":1,"answered":1,"results":[{"part":"begin","best":1,"total":2,"attempts":2,`) {
			t.Errorf("how far: %s", got)
		}
		if got := reads[page](k, 200, ada, "GET", "/me/enrolments", ""); len(got.Data) != 1 || got.Data[0].ID != one.ID {
			t.Errorf("one's own: %+v", got)
		}
		k.want(404, ada, "POST", at+"/readings", in+`,"chapter":"none"}`)
		k.want(404, ada, "POST", at+"/attempts", `{"course":"none","part":"begin","answers":[]}`)
		if got := k.want(200, ada, "POST", at+"/withdraw", ""); !strings.Contains(got, `"withdrawn"`) || !strings.Contains(got, `"read":1`) {
			t.Errorf("after stopping: %s", got)
		}
		k.want(409, ada, "POST", at+"/withdraw", "")
		k.want(409, ada, "POST", at+"/readings", in+`,"chapter":"two"}`)
		k.want(409, ada, "POST", at+"/attempts", in+`,"answers":[]}`)
		if back := reads[named](k, 200, ada, "POST", "/paths/"+path+"/enrolments", ""); back.ID != one.ID || back.State != "active" {
			t.Errorf("coming back gives %+v", back)
		}
	})
}

// refreshed is an account with the roles it has by now.
func (k *classroom) refreshed(a people.Account) people.Account {
	k.t.Helper()
	a, err := k.store.Account(k.t.Context(), a.ID)
	if err != nil {
		k.t.Fatal(err)
	}
	return a
}

func TestNobodyReachesAnotherLearnersFileByAPI(t *testing.T) {
	k := newClassroom(t, "sqlite")
	course, path := k.onPath()
	one := reads[named](k, 200, k.adaToken, "POST", "/paths/"+path+"/enrolments", `{"learner":"`+string(k.bob.ID)+`"}`)
	if got := reads[page](k, 200, k.bobToken, "GET", "/me/enrolments", ""); len(got.Data) != 0 {
		t.Errorf("somebody was enrolled by another: %+v", got)
	}
	k.want(200, k.bobToken, "POST", "/paths/"+path+"/enrolments", "")
	bob, at := k.token(k.refreshed(k.bob)), "/enrolments/"+one.ID
	reading := `{"course":"` + course + `","part":"begin","chapter":"one"}`
	answers := `{"course":"` + course + `","part":"begin","answers":[[0]]}`
	for name, as := range map[string][]string{"another learner": bob, "in person": k.cookie(k.bob), "an author": k.author, "the administrator": k.token(k.root)} {
		for _, c := range [][3]string{
			{"GET", at, ""},
			{"POST", at + "/readings", reading},
			{"POST", at + "/attempts", answers},
			{"POST", at + "/withdraw", ""},
			{"GET", "/paths/" + path + "/enrolments", ""},
			{"GET", "/paths/" + path + "/enrolments.csv", ""},
			{"PATCH", "/paths/" + path, `{"open":false}`},
			{"POST", "/paths", `{"version":"v1","title":"Mine"}`},
			{"GET", "/enrolments/none", ""},
		} {
			if w := k.ask(as, c[0], c[1], c[2]); w.Code != 403 {
				t.Errorf("%s: %s %s: %d", name, c[0], c[1], w.Code)
			}
		}
	}
	k.want(200, k.designer, "GET", at, "") // a designer reads, and does not learn in somebody's place
	k.want(403, k.designer, "POST", at+"/readings", reading)
	k.want(403, k.designer, "POST", at+"/withdraw", "")
	k.want(404, k.designer, "GET", "/enrolments/none", "")
	mentor := k.person("mia@example.org", "Mia", people.Grant{Role: people.Mentor})
	k.want(403, k.token(mentor), "GET", at, "")
	if err := k.store.NameMentor(t.Context(), people.ByCLI, campus.EnrolmentID(one.ID), mentor.ID); err != nil {
		t.Fatal(err)
	}
	assigned := k.token(k.refreshed(mentor))
	k.want(200, assigned, "GET", at, "")
	k.want(403, assigned, "POST", at+"/attempts", answers)
	narrow := k.token(k.refreshed(k.ada), people.ReadOwn)
	k.want(200, narrow, "GET", "/me/enrolments", "")
	k.want(403, narrow, "GET", at, "")
}

func TestADesignerMakesPathsAndSeesWhoIsOnThemByAPI(t *testing.T) {
	eachClassroom(t, func(t *testing.T, k *classroom) {
		course, path := k.onPath()
		at := "/paths/" + path
		k.want(409, k.designer, "POST", "/paths", `{"version":"v1","title":"Evenings"}`)
		k.want(404, k.designer, "POST", "/paths", `{"version":"none","title":"X"}`)
		k.want(404, k.designer, "POST", "/paths", `{"version":"v1","title":"X","courses":["none"]}`)
		k.want(201, k.designer, "POST", "/paths", `{"version":"v1","title":"Days"}`)
		if got := k.want(200, nil, "GET", at, ""); !strings.Contains(got, course) || strings.Contains(got, "enrolled") {
			t.Errorf("a path as anybody sees it: %s", got)
		}
		first := reads[page](k, 200, nil, "GET", "/paths?version=v1&limit=1", "")
		if len(first.Data) != 1 || first.Next == nil {
			t.Fatalf("first page %+v", first)
		}
		if second := reads[page](k, 200, nil, "GET", strings.TrimPrefix(*first.Next, "/api/v1"), ""); len(second.Data) != 1 || second.Next != nil {
			t.Errorf("second page %+v", second)
		}
		if none := reads[page](k, 200, nil, "GET", "/paths?version=none", ""); len(none.Data) != 0 {
			t.Errorf("paths of no version: %+v", none)
		}
		k.want(200, k.adaToken, "POST", at+"/enrolments", "")
		k.want(200, k.bobToken, "POST", at+"/enrolments", "")
		learners := reads[page](k, 200, k.designer, "GET", at+"/enrolments?limit=1", "")
		if len(learners.Data) != 1 || learners.Next == nil {
			t.Fatalf("learners %+v", learners)
		}
		if rest := reads[page](k, 200, k.designer, "GET", strings.TrimPrefix(*learners.Next, "/api/v1"), ""); len(rest.Data) != 1 || rest.Next != nil {
			t.Errorf("learners after them: %+v", rest)
		}
		if rows := k.rowsOf(k.designer, at+"/enrolments.csv"); len(rows) != 3 || rows[2][4] != "Ada" {
			t.Errorf("learners as a table: %v", rows)
		}
		if got := k.want(200, k.designer, "PATCH", at, `{"open":false}`); !strings.Contains(got, `"open":false,"enrolled":2`) || !strings.Contains(got, course) || !strings.Contains(got, "Evenings") {
			t.Errorf("closing changes more: %s", got)
		}
		k.want(409, k.author, "POST", at+"/enrolments", "")
		if got := k.want(200, k.designer, "PATCH", at, `{"courses":[],"title":"Nights"}`); strings.Contains(got, course) || !strings.Contains(got, `"open":false`) {
			t.Errorf("another list of courses: %s", got)
		}
		k.want(409, k.designer, "PATCH", at, `{"title":"Days"}`)
		for _, none := range []string{"/paths/none", "/paths/none/enrolments", "/paths/none/enrolments.csv"} {
			k.want(404, k.designer, "GET", none, "")
		}
		k.want(404, k.designer, "PATCH", "/paths/none", `{}`)
		k.want(404, k.adaToken, "POST", "/paths/none/enrolments", "")
	})
}

func TestHostileBodiesChangeNothingOfLearning(t *testing.T) {
	eachClassroom(t, func(t *testing.T, k *classroom) {
		course, path := k.onPath()
		one := reads[named](k, 200, k.adaToken, "POST", "/paths/"+path+"/enrolments", "")
		ada, at := k.token(k.refreshed(k.ada)), "/enrolments/"+one.ID
		in := `{"course":"` + course + `","part":"begin"`
		for _, body := range []string{
			``, `null`, `[]`, `{}`, `{`, in + `}`, in + `,"answers":null}`, in + `,"answers":[null]}`, in + `,"answers":[[-1]]}`, in + `,"answers":[[9]]}`,
			in + `,"answers":[[0,0]]}`, in + `,"answers":[[0],[0],[0]]}`, in + `,"answers":[[1e99]]}`, in + `,"answers":[["0"]]}`, in + `,"answers":"0"}`,
			in + `,"answers":[[0]],"score":2}`, in + `,"answers":[[0]],"learner":"` + string(k.bob.ID) + `"}`, in + `,"answers":[[0]],"ANSWERS":[]}`,
			in + `,"answers":[[0]],"answers":[[1]]}`, `{"course":"\u0000","part":"begin","answers":[]}`, `{"course":"` + course + `","part":"` + "\xff" + `\u0000","answers":[]}`,
			in + `,"answers":` + strings.Repeat("[", 8000), in + `,"answers":[` + strings.Repeat(`[0],`, 2000) + `[0]]}`,
		} {
			if w := k.tried(t, ada, "POST", at+"/attempts", body); w.Code < 400 {
				t.Errorf("%.80q is taken: %d", body, w.Code)
			}
			if w := k.tried(t, ada, "POST", at+"/readings", body); w.Code < 400 {
				t.Errorf("%.80q is read: %d", body, w.Code)
			}
		}
		if got := k.want(400, ada, "POST", at+"/attempts", in+`,"answers":[[0],[7]]}`); !strings.Contains(got, `"parameter":"answers"`) || !strings.Contains(got, `"line":2`) {
			t.Errorf("which answer is wrong: %s", got)
		}
		if w := k.tried(t, ada, "POST", at+"/attempts", in+`,"answers":[`+strings.Repeat(" ", 17<<10)+`]}`); w.Code != 413 {
			t.Errorf("a body of 17 kB: %d", w.Code)
		}
		for _, body := range []string{
			`{}`, `{"version":"v1"}`, `{"version":"v1","title":"a\nb"}`, `{"version":"\u0000","title":"x"}`, `{"version":"v1","title":"x","courses":["\u0000"]}`,
			`{"version":"v1","title":"x","courses":["` + course + `","` + course + `"]}`, `{"version":"v1","title":"x","courses":"` + course + `"}`,
			`{"version":"v1","title":"x","open":true}`, `{"version":"v1","title":"x","enrolled":9}`, `{"version":"v1","title":"` + strings.Repeat("x", 201) + `"}`,
			`{"version":"v1","title":"x","courses":[` + strings.Repeat(`"a",`, 60) + `"b"]}`,
		} {
			if w := k.tried(t, k.designer, "POST", "/paths", body); w.Code < 400 || w.Code == 404 {
				t.Errorf("%.80q makes a path: %d", body, w.Code)
			}
		}
		for _, body := range []string{`null`, `{"open":"yes"}`, `{"open":null}`, `{"version":"v2"}`, `{"title":""}`, `{"courses":["\u0000"]}`, `{"enrolled":0}`} {
			if w := k.tried(t, k.designer, "PATCH", "/paths/"+path, body); w.Code < 400 {
				t.Errorf("%.80q changes a path: %d", body, w.Code)
			}
		}
		if got := k.want(200, ada, "GET", at, ""); !strings.Contains(got, `"read":0`) || !strings.Contains(got, `"results":[]`) {
			t.Errorf("something came of it: %s", got)
		}
	})
}
