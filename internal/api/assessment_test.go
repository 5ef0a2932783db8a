package api_test

import (
	"bytes"
	"encoding/json"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/studio"
)

// cohort is a learner on a path of one project, and the people around them, each with a session.
type cohort struct {
	*school
	e                                               campus.Enrolment
	people                                          map[string]people.Account
	zoe, ana, bob, pat, max, eve, designer, strange []string
}

func newCohort(t testing.TB, engine string) *cohort {
	t.Helper()
	var c cohort
	dsn := storetest.Fresh(t, engine)
	s, err := store.Open(t.Context(), dsn, func() time.Time {
		if c.school == nil {
			return storetest.Clock()
		}
		return c.now
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	c.school, c.people = schoolOver(t, s, nil), map[string]people.Account{}
	storetest.KeepVersion(t, dsn, studio.Version{
		ID: "v1", Programme: "programme", Number: 1, Title: "AI for all", Level: 5, PublishedAt: c.now, PublishedBy: people.ByCLI,
		Framework: studio.Framework{Blocs: []studio.Bloc{{ID: "b1", Code: "B1", Title: "Use AI", Activities: []studio.Activity{{
			ID: "a1", Code: "A1", Title: "Use", Competencies: []studio.Competency{{ID: "c1", Code: "C1", Statement: "Explain what a model does"}},
		}}}}},
		Projects: []studio.Project{{
			ID: "p1", Code: "P1", Title: "First project", Hours: 10, Competencies: []string{"c1"},
			Deliverables: []studio.Deliverable{{ID: "d1", Title: "Report", File: "report.pdf"}},
			Rubric:       []studio.RubricLine{{Competency: "c1", Deliverable: "d1", Expected: "explains"}},
		}},
	})
	path, err := s.CreatePath(t.Context(), people.ByCLI, "v1", "AI for all", nil)
	if err != nil {
		t.Fatal(err)
	}
	for name, as := range map[string]*[]string{"zoe": &c.zoe, "ana": &c.ana, "bea": &c.bob, "pat": &c.pat, "max": &c.max, "eve": &c.eve, "strange": &c.strange} {
		c.people[name] = c.person(name+"@example.org", name)
		*as = c.cookie(c.people[name])
	}
	c.designer = c.token(c.person("designer@example.org", "Designer", people.Grant{Role: people.Designer}))
	if c.e, err = s.Enrol(t.Context(), people.ByCLI, path.ID, c.people["zoe"].ID); err != nil {
		t.Fatal(err)
	}
	return &c
}

func (c *cohort) id(name string) string { return string(c.people[name].ID) }

// at is a time so far from now, as a request says it.
func (c *cohort) at(in time.Duration) string { return c.now.Add(in).UTC().Format(time.RFC3339) }

// got reads an answer.
func got[T any](t testing.TB, text string) (out T) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &out); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return out
}

type withID struct{ ID string }

// handIn sends a form with files: field, name, content, three by three.
func (c *cohort) handIn(as []string, project string, files ...string) *httptest.ResponseRecorder {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("project", project)
	for i := 0; i < len(files); i += 3 {
		p, err := w.CreateFormFile(files[i], files[i+1])
		if err != nil {
			c.t.Fatal(err)
		}
		_, _ = p.Write([]byte(files[i+2]))
	}
	_ = w.Close()
	return c.ask(append(as[:len(as):len(as)], "Content-Type", w.FormDataContentType()), "POST", "/enrolments/"+string(c.e.ID)+"/submissions", body.String())
}

const goodRubric = `{"outcome":"validated","assessment":{"lines":[{"competency":"c1","deliverable":"d1","level":"acquired"}],"competencies":[{"competency":"c1","level":"acquired","remark":"clear"}]}}`

// defended has the project handed in, defended and validated.
func (c *cohort) defended() {
	c.t.Helper()
	if w := c.handIn(c.zoe, "p1", "file-d1", "report.pdf", "a report"); w.Code != http.StatusCreated {
		c.t.Fatalf("handing in: %d %s", w.Code, w.Body)
	}
	plan := `{"project":"p1","assessor":"` + c.id("bea") + `","start":"` + c.at(time.Hour) + `"}`
	d := got[withID](c.t, c.want(201, c.designer, "POST", "/enrolments/"+string(c.e.ID)+"/defences", plan))
	c.now = c.now.Add(10 * time.Minute)
	c.want(204, c.bob, "POST", "/defences/"+d.ID+"/hold", "")
	c.want(204, c.bob, "POST", "/defences/"+d.ID+"/decide", goodRubric)
}

// asked is a jury of pat, max and eve for the learner.
func (c *cohort) asked() string {
	return `{"start":"` + c.at(time.Hour) + `","place":"Lyon","president":"` + c.id("pat") + `","members":["` + c.id("max") + `","` + c.id("eve") + `"],"candidates":["` + string(c.e.ID) + `"]}`
}

type courtSeen struct {
	ID, State, Minutes string
	Hash               string `json:"minutes_sha256"`
	Members            []struct{ Account string }
}

// signed has a jury find everything acquired and sign, and gives the learner's diploma.
func (c *cohort) signed() string {
	c.t.Helper()
	jury := "/juries/" + got[withID](c.t, c.want(201, c.designer, "POST", "/juries", c.asked())).ID
	c.now = c.now.Add(10 * time.Minute)
	c.want(200, c.pat, "POST", jury+"/open", `{"present":["`+c.id("pat")+`","`+c.id("max")+`"]}`)
	c.want(200, c.max, "POST", jury+"/deliberate", `{"enrolment":"`+string(c.e.ID)+`","blocs":[{"bloc":"b1","acquired":true}]}`)
	j := got[courtSeen](c.t, c.want(200, c.pat, "POST", jury+"/close", ""))
	for _, name := range []string{"pat", "max"} { // a signature takes somebody who has just signed in
		c.want(200, c.cookie(c.people[name]), "POST", jury+"/sign", `{"minutes_sha256":"`+j.Hash+`"}`)
	}
	list := got[listed[withID]](c.t, c.want(200, c.zoe, "GET", "/me/diplomas", ""))
	if len(list.Data) != 1 {
		c.t.Fatalf("the last signature issued %d diplomas", len(list.Data))
	}
	return list.Data[0].ID
}

type listed[T any] struct{ Data []T }

func TestFromAMentorToADiplomaByAPI(t *testing.T) {
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) {
			c := newCohort(t, engine)
			e := "/enrolments/" + string(c.e.ID)
			m := "/mentoring/" + string(c.e.ID)
			c.want(409, c.zoe, "POST", e+"/sessions", `{"start":"`+c.at(time.Hour)+`"}`) // nobody to meet yet
			c.want(404, c.designer, "PUT", e+"/mentor", `{"account":"nobody"}`)
			c.want(403, c.designer, "PUT", e+"/mentor", `{"account":"`+c.id("zoe")+`"}`)
			c.want(204, c.designer, "PUT", e+"/mentor", `{"account":"`+c.id("ana")+`"}`)
			if out := c.want(200, c.ana, "GET", "/mentoring", ""); !strings.Contains(out, string(c.e.ID)) {
				t.Errorf("the mentor's learners: %s", out)
			}
			c.want(400, c.zoe, "POST", e+"/sessions", `{"start":"soon"}`)
			c.want(400, c.zoe, "POST", e+"/sessions", `{"start":"`+c.at(time.Hour)+`","minutes":1000000000000}`)
			c.want(400, c.zoe, "POST", e+"/sessions", `{"start":"`+c.at(time.Hour)+`","minutes":1}`)
			s := got[withID](t, c.want(201, c.zoe, "POST", e+"/sessions", `{"start":"`+c.at(time.Hour)+`"}`))
			c.want(409, c.ana, "POST", m+"/sessions", `{"start":"`+c.at(time.Hour)+`","minutes":30}`)
			c.want(204, c.zoe, "POST", e+"/sessions/"+s.ID+"/cancel", `{"reason":"ill"}`)
			s = got[withID](t, c.want(201, c.ana, "POST", m+"/sessions", `{"start":"`+c.at(time.Hour)+`","minutes":30}`))
			c.want(409, c.ana, "POST", m+"/sessions/"+s.ID+"/miss", "")
			c.want(400, c.ana, "POST", m+"/sessions/"+s.ID+"/hold", `{"notes":" "}`)
			c.want(204, c.ana, "POST", m+"/sessions/"+s.ID+"/hold", `{"notes":"Went on."}`)
			c.want(409, c.ana, "POST", m+"/sessions/"+s.ID+"/cancel", `{}`)
			s = got[withID](t, c.want(201, c.ana, "POST", m+"/sessions", `{"start":"`+c.at(4*time.Hour)+`"}`))
			c.want(204, c.ana, "POST", m+"/sessions/"+s.ID+"/cancel", `{}`)
			if out := got[listed[withID]](t, c.want(200, c.designer, "GET", e+"/sessions", "")); len(out.Data) != 3 {
				t.Errorf("sessions: %+v", out)
			}

			// The mentor is nobody's assessor of this learner, nor is the learner their own.
			if w := c.handIn(c.zoe, "p1", "file-d1", "page.html", "<script>alert(1)</script>", "annex", "note.txt", "more"); w.Code != 201 {
				t.Fatalf("handing in: %d %s", w.Code, w.Body)
			}
			for _, who := range []string{"ana", "zoe"} {
				c.want(403, c.designer, "POST", e+"/defences", `{"project":"p1","assessor":"`+c.id(who)+`","start":"`+c.at(time.Hour)+`"}`)
			}
			plan := `{"project":"p1","assessor":"` + c.id("bea") + `","start":"` + c.at(time.Hour) + `"}`
			d := got[withID](t, c.want(201, c.designer, "POST", e+"/defences", plan))
			c.want(409, c.designer, "POST", e+"/defences", plan)
			c.want(403, c.designer, "PUT", e+"/mentor", `{"account":"`+c.id("bea")+`"}`) // nor the other way round
			c.want(204, c.designer, "POST", "/defences/"+d.ID+"/call-off", "")
			d = got[withID](t, c.want(201, c.designer, "POST", e+"/defences", plan))
			defence := "/defences/" + d.ID
			c.want(409, c.bob, "POST", defence+"/decide", goodRubric) // not held
			c.now = c.now.Add(10 * time.Minute)
			c.want(204, c.bob, "POST", defence+"/hold", "")
			c.want(409, c.bob, "POST", defence+"/lapse", "")
			c.want(409, c.designer, "POST", "/juries", c.asked()) // not ready
			c.want(400, c.bob, "POST", defence+"/decide", strings.ReplaceAll(goodRubric, `"acquired"`, `"partly"`))
			c.want(204, c.bob, "POST", defence+"/decide", goodRubric)
			if out := c.want(200, c.zoe, "GET", e+"/defences", ""); !strings.Contains(out, `"validated"`) {
				t.Errorf("the learner's defences: %s", out)
			}

			// A jury: independent members, quorum, every bloc, the minutes that were read.
			c.want(403, c.designer, "POST", "/juries", strings.Replace(c.asked(), c.id("eve"), c.id("ana"), 1))
			c.want(400, c.designer, "POST", "/juries", strings.Replace(c.asked(), c.id("eve"), c.id("pat"), 1))
			jury := "/juries/" + got[withID](t, c.want(201, c.designer, "POST", "/juries", c.asked())).ID
			c.want(204, c.designer, "POST", jury+"/cancel", "")
			jury = "/juries/" + got[withID](t, c.want(201, c.designer, "POST", "/juries", c.asked())).ID
			c.now = c.now.Add(10 * time.Minute)
			c.want(409, c.pat, "POST", jury+"/open", `{"present":["`+c.id("pat")+`"]}`)
			c.want(409, c.pat, "POST", jury+"/open", `{"present":["`+c.id("max")+`","`+c.id("eve")+`"]}`)
			c.want(400, c.pat, "POST", jury+"/open", `{"present":["`+c.id("pat")+`","`+c.id("max")+`","`+c.id("ana")+`"]}`)
			c.want(403, c.max, "POST", jury+"/open", `{"present":["`+c.id("pat")+`","`+c.id("max")+`"]}`)
			c.want(200, c.pat, "POST", jury+"/open", `{"present":["`+c.id("pat")+`","`+c.id("max")+`"]}`)
			decide := `{"enrolment":"` + string(c.e.ID) + `","blocs":[{"bloc":"b1","acquired":true}]}`
			c.want(403, c.eve, "POST", jury+"/deliberate", decide) // absent
			c.want(400, c.max, "POST", jury+"/deliberate", strings.Replace(decide, "true", "false", 1))
			c.want(404, c.max, "POST", jury+"/deliberate", strings.Replace(decide, string(c.e.ID), "other", 1))
			c.want(409, c.pat, "POST", jury+"/close", "")
			c.want(200, c.max, "POST", jury+"/deliberate", decide)
			c.want(403, c.max, "POST", jury+"/close", "")
			j := got[courtSeen](t, c.want(200, c.pat, "POST", jury+"/close", ""))
			c.want(403, c.max, "POST", jury+"/reopen", "")
			c.want(200, c.pat, "POST", jury+"/reopen", "")
			c.want(200, c.pat, "POST", jury+"/close", "")
			c.want(409, c.designer, "POST", jury+"/cancel", "")
			files := got[listed[withID]](t, c.want(200, c.max, "GET", jury+"/candidates/"+string(c.e.ID)+"/submissions", ""))
			under := "/submissions/" + files.Data[0].ID + "/files/"
			for at, as := range map[string][]string{e: c.zoe, defence: c.bob, jury + "/candidates/" + string(c.e.ID): c.max} {
				w := c.ask(as, "GET", at+under+"1", "")
				if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") {
					t.Errorf("%s: %d %v", at, w.Code, w.Header())
				}
				c.want(404, as, "GET", at+under+"3", "")
				c.want(404, as, "GET", at+under+"x", "")
				c.want(404, as, "GET", at+"/submissions/none/files/1", "")
			}

			sign := `{"minutes_sha256":"` + j.Hash + `"}`
			pat, max := c.cookie(c.people["pat"]), c.cookie(c.people["max"])
			c.want(403, c.token(c.refreshed("pat")), "POST", jury+"/sign", sign) // a program does not sign
			c.want(409, pat, "POST", jury+"/sign", `{"minutes_sha256":"other"}`)
			c.want(403, c.cookie(c.people["eve"]), "POST", jury+"/sign", sign)
			c.want(200, pat, "POST", jury+"/sign", sign)
			if out := got[listed[withID]](t, c.want(200, c.zoe, "GET", "/me/diplomas", "")); len(out.Data) != 0 {
				t.Errorf("a diploma before the last signature: %+v", out)
			}
			if out := got[courtSeen](t, c.want(200, max, "POST", jury+"/sign", sign)); out.State != "signed" {
				t.Errorf("the jury is %+v", out)
			}
			if out := got[listed[withID]](t, c.want(200, c.zoe, "GET", "/me/diplomas", "")); len(out.Data) != 1 {
				t.Errorf("diplomas after the last signature: %+v", out)
			}
		})
	}
}

// refreshed is an account with the roles it has now.
func (c *cohort) refreshed(name string) people.Account {
	c.t.Helper()
	a, err := c.store.Account(c.t.Context(), c.people[name].ID)
	if err != nil {
		c.t.Fatal(err)
	}
	return a
}

// TestNobodyAssessesOrReadsWhatIsNotTheirs tries every address of one learner's way with the people it is
// not for, each with a role of the right kind somewhere.
func TestNobodyAssessesOrReadsWhatIsNotTheirs(t *testing.T) {
	c := newCohort(t, "sqlite")
	for _, r := range []people.Role{people.Learner, people.Mentor, people.Assessor, people.Juror} {
		if err := c.store.GiveGrant(t.Context(), people.ByCLI, c.people["strange"].ID, people.Grant{Role: r}); err != nil {
			t.Fatal(err)
		}
	}
	c.want(204, c.designer, "PUT", "/enrolments/"+string(c.e.ID)+"/mentor", `{"account":"`+c.id("ana")+`"}`)
	session := got[withID](t, c.want(201, c.zoe, "POST", "/enrolments/"+string(c.e.ID)+"/sessions", `{"start":"`+c.at(time.Hour)+`"}`))
	c.defended()
	handed := got[listed[withID]](t, c.want(200, c.zoe, "GET", "/enrolments/"+string(c.e.ID)+"/submissions", "")).Data[0].ID
	defence := got[listed[withID]](t, c.want(200, c.bob, "GET", "/defences", "")).Data[0].ID
	jury := got[withID](t, c.want(201, c.designer, "POST", "/juries", c.asked())).ID
	diploma := "none"
	fill := strings.NewReplacer("{e}", string(c.e.ID), "{s}", session.ID, "{d}", defence, "{j}", jury, "{h}", handed, "{x}", diploma)
	for _, one := range []struct {
		method, path, body string
		also               []string // the people besides the stranger it is not for
	}{
		{"PUT", "/enrolments/{e}/mentor", `{"account":"x"}`, []string{"zoe", "ana", "bea", "pat"}},
		{"GET", "/enrolments/{e}/sessions", "", []string{"bea", "pat"}},
		{"POST", "/enrolments/{e}/sessions", `{}`, []string{"ana", "bea", "pat"}},
		{"POST", "/enrolments/{e}/sessions/{s}/cancel", `{}`, []string{"ana", "bea"}},
		{"POST", "/mentoring/{e}/sessions", `{}`, []string{"zoe", "bea", "pat"}},
		{"POST", "/mentoring/{e}/sessions/{s}/cancel", `{}`, []string{"zoe", "bea"}},
		{"POST", "/mentoring/{e}/sessions/{s}/hold", `{"notes":"x"}`, []string{"zoe", "bea"}},
		{"POST", "/mentoring/{e}/sessions/{s}/miss", "", []string{"zoe", "bea"}},
		{"GET", "/enrolments/{e}/submissions", "", []string{"bea", "pat"}},
		{"POST", "/enrolments/{e}/submissions", `{}`, []string{"ana", "bea"}},
		{"GET", "/enrolments/{e}/submissions/{h}/files/1", "", []string{"bea", "pat"}},
		{"GET", "/enrolments/{e}/defences", "", []string{"bea", "pat"}},
		{"POST", "/enrolments/{e}/defences", `{}`, []string{"zoe", "ana", "bea"}},
		{"GET", "/defences/{d}", "", []string{"zoe", "ana", "pat"}},
		{"POST", "/defences/{d}/hold", "", []string{"zoe", "ana", "pat"}},
		{"POST", "/defences/{d}/decide", goodRubric, []string{"zoe", "ana", "pat"}},
		{"POST", "/defences/{d}/lapse", "", []string{"zoe", "ana"}},
		{"POST", "/defences/{d}/call-off", "", []string{"zoe", "ana", "bea"}},
		{"GET", "/defences/{d}/submissions/{h}/files/1", "", []string{"zoe", "ana", "pat"}},
		{"POST", "/juries", `{}`, []string{"zoe", "ana", "bea", "pat"}},
		{"GET", "/juries/{j}", "", []string{"zoe", "ana", "bea"}},
		{"POST", "/juries/{j}/open", `{"present":[]}`, []string{"zoe", "ana", "bea"}},
		{"POST", "/juries/{j}/deliberate", `{}`, []string{"zoe", "ana", "bea"}},
		{"POST", "/juries/{j}/close", "", []string{"zoe", "ana", "bea"}},
		{"POST", "/juries/{j}/reopen", "", []string{"zoe", "ana", "bea"}},
		{"POST", "/juries/{j}/sign", `{}`, []string{"zoe", "ana", "bea"}},
		{"POST", "/juries/{j}/cancel", "", []string{"zoe", "ana", "bea", "pat"}},
		{"GET", "/juries/{j}/candidates/{e}/submissions", "", []string{"zoe", "ana", "bea"}},
		{"GET", "/juries/{j}/candidates/{e}/submissions/{h}/files/1", "", []string{"zoe", "ana", "bea"}},
		{"POST", "/diplomas/{x}/revoke", `{"reason":"fraud","note":"x"}`, []string{"zoe", "ana", "bea", "pat"}},
	} {
		for _, who := range append(one.also, "strange") {
			c.want(403, c.cookie(c.people[who]), one.method, fill.Replace(one.path), one.body)
		}
	}
	// Another's objects are not found behind an address that is one's own.
	c.want(404, c.bob, "GET", "/defences/"+defence+"/submissions/other/files/1", "")
	c.want(404, c.max, "GET", "/juries/"+jury+"/candidates/other/submissions", "")
	c.want(404, c.zoe, "POST", "/enrolments/"+string(c.e.ID)+"/sessions/other/cancel", `{}`)
	for _, path := range []string{"/defences/none", "/juries/none", "/enrolments/none/sessions"} {
		c.want(403, c.zoe, "GET", path, "")
	}
}

func TestASubmissionIsAFormWithTheFilesItSays(t *testing.T) {
	c := newCohort(t, "sqlite")
	at := "/enrolments/" + string(c.e.ID) + "/submissions"
	c.want(415, c.zoe, "POST", at, `{"project":"p1"}`)
	for name, files := range map[string][]string{
		"nothing":            {},
		"a field of no file": {"file-d1", "report.pdf", "x", "other", "a.txt", "x"},
		"no deliverable":     {"file-", "report.pdf", "x"},
		"another's":          {"file-d9", "report.pdf", "x"},
		"annexes alone":      {"annex", "report.pdf", "x"},
		"a folder":           {"file-d1", `..\..\report.pdf`, "x"},
		"a hidden file":      {"file-d1", ".profile", "x"},
		"two of a name":      {"file-d1", "a.pdf", "x", "annex", "A.pdf", "y"},
		"one that is empty":  {"file-d1", "a.pdf", ""},
		"turned text":        {"file-d1", "fdp.\u202eexe", "x"},
	} {
		if w := c.handIn(c.zoe, "p1", files...); w.Code != http.StatusBadRequest {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if w := c.handIn(c.zoe, "none", "file-d1", "a.pdf", "x"); w.Code != http.StatusNotFound && w.Code != http.StatusBadRequest {
		t.Errorf("no such project: %d %s", w.Code, w.Body)
	}
	if w := c.handIn(c.zoe, "p1", "file-d1", "a.pdf", strings.Repeat("x", campus.MaxFile+1)); w.Code != http.StatusBadRequest {
		t.Errorf("a file too large: %d %s", w.Code, w.Body)
	}
	if w := c.handIn(c.zoe, "p1", "file-d1", "a.pdf", "x"); w.Code != http.StatusCreated {
		t.Errorf("a good one: %d %s", w.Code, w.Body)
	}
}

// served asks without looking into the document: for what no client should send.
func served(c *cohort, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	c.handler.ServeHTTP(w, r)
	return w
}
