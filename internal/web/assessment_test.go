package web_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"strings"
	"testing"
	"time"

	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/store/storetest"
	"filiere/internal/studio"
)

// cohort is a school with a learner on a path, and the people around them.
type cohort struct {
	*school
	t                                           *testing.T
	e                                           campus.Enrolment
	zoe, ana, bob, pat, max, designer, stranger *browser
	emails                                      map[string]people.Account
}

func newCohort(t *testing.T, sc *school) *cohort {
	t.Helper()
	c := &cohort{school: sc, t: t, emails: map[string]people.Account{}}
	for name, b := range map[string]**browser{"zoe": &c.zoe, "ana": &c.ana, "bob": &c.bob, "pat": &c.pat, "max": &c.max, "stranger": &c.stranger} {
		c.emails[name] = sc.account(name+"@example.org", name+" Name")
		*b = sc.signedIn(c.emails[name])
	}
	c.designer = sc.signedIn(sc.account("designer@example.org", "Designer", people.Grant{Role: people.Designer}))
	c.e = enrolledIn(t, sc, c.emails["zoe"])
	return c
}

// enrolledIn publishes a small programme by its steps in the studio's store, and enrols somebody.
func enrolledIn(t *testing.T, sc *school, learner people.Account) campus.Enrolment {
	t.Helper()
	v := studio.Version{
		ID: "v1", Programme: "programme", Number: 1, Title: "AI for all", Level: 5, PublishedAt: sc.now, PublishedBy: people.ByCLI,
		Framework: studio.Framework{Blocs: []studio.Bloc{{ID: "b1", Code: "B1", Title: "Use AI", Activities: []studio.Activity{{
			ID: "a1", Code: "A1", Title: "Use", Competencies: []studio.Competency{{ID: "c1", Code: "C1", Statement: "Explain <what> a model does"}},
		}}}}},
		Projects: []studio.Project{{
			ID: "p1", Code: "P1", Title: "First project", Hours: 10, Competencies: []string{"c1"},
			Deliverables: []studio.Deliverable{{ID: "d1", Title: "Report", File: "report.pdf"}},
			Rubric:       []studio.RubricLine{{Competency: "c1", Deliverable: "d1", Expected: "explains"}},
		}},
	}
	storetest.KeepVersion(t, sc.dsn, v)
	p, err := sc.store.CreatePath(t.Context(), people.ByCLI, "v1", "AI for all", nil)
	if err != nil {
		t.Fatal(err)
	}
	e, err := sc.store.Enrol(t.Context(), people.ByCLI, p.ID, learner.ID)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// send sends a form that must be taken, and gives where it leads.
func (c *cohort) send(b *browser, path string, pairs ...string) {
	c.t.Helper()
	if w := b.post(path, pairs...); w.Code != http.StatusSeeOther {
		c.t.Fatalf("%s: status %d\n%s", path, w.Code, wrongs(w.Body.String()))
	}
}

// refuse sends a form that must be refused with a status.
func (c *cohort) refuse(b *browser, status int, path string, pairs ...string) string {
	c.t.Helper()
	w := b.post(path, pairs...)
	if w.Code != status {
		c.t.Errorf("%s: status %d, want %d\n%s", path, w.Code, status, wrongs(w.Body.String()))
	}
	return w.Body.String()
}

// wrongs are the reasons a page gives.
func wrongs(body string) string {
	var out []string
	for _, line := range strings.Split(body, "\n") {
		if strings.Contains(line, `class="wrong"`) {
			out = append(out, line)
		}
	}
	return strings.Join(out, "\n")
}

// handIn sends a report as a browser does.
func (c *cohort) handIn(b *browser, name, content string) int {
	c.t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("comment", "here")
	p, err := w.CreateFormFile("file-d1", name)
	if err != nil {
		c.t.Fatal(err)
	}
	_, _ = p.Write([]byte(content))
	_ = w.Close()
	return b.send(http.MethodPost, "/learning/"+string(c.e.ID)+"/projects/p1", body.String(),
		"Content-Type", w.FormDataContentType(), "Sec-Fetch-Site", "same-origin").Code
}

func (c *cohort) later() string {
	c.now = c.now.Add(time.Minute)
	return c.now.Add(time.Hour).UTC().Format("2006-01-02T15:04")
}

func TestFromAMentorToSignedMinutesOnPages(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		c := newCohort(t, sc)
		id := string(c.e.ID)
		file := "/learning/" + id + "/projects"
		// a mentor
		c.refuse(c.designer, http.StatusUnprocessableEntity, "/campus/enrolments/"+id+"/mentor", "email", "nobody@example.org")
		c.send(c.designer, "/campus/enrolments/"+id+"/mentor", "email", "ana@example.org")
		c.send(c.zoe, "/learning/"+id+"/sessions", "start", c.later())
		if body := c.refuse(c.zoe, http.StatusUnprocessableEntity, "/learning/"+id+"/sessions", "start", "soon"); !strings.Contains(body, "no date and time") {
			t.Error("no reason beside the form")
		}
		session := sessionOn(t, sc, c.e.ID)
		c.send(c.ana, "/mentoring/"+id+"/sessions/"+session+"/hold", "notes", "They showed <b>their</b> plan.")
		if page := c.zoe.get(file).Body.String(); !strings.Contains(page, "They showed") || strings.Contains(page, "<b>their") {
			t.Error("the notes are not on the learner's page, without their markup")
		}
		c.ana.page(t, "/mentoring")
		// a project
		if code := c.handIn(c.zoe, "page.html", "<script>alert(1)</script>"); code != http.StatusSeeOther {
			t.Fatalf("handing in: %d", code)
		}
		link := fileOn(t, c.zoe.get(file).Body.String(), "/learning/")
		for name, b := range map[string]*browser{"designer": c.designer, "mentor": c.ana, "learner": c.zoe} {
			w := b.get(link)
			if w.Code != http.StatusOK || !strings.HasPrefix(w.Header().Get("Content-Disposition"), "attachment") || !strings.Contains(w.Header().Get("Content-Security-Policy"), "sandbox") {
				t.Errorf("%s: %d %v", name, w.Code, w.Header())
			}
		}
		for name, b := range map[string]*browser{"stranger": c.stranger, "assessor": c.bob} {
			if w := b.get(link); w.Code != http.StatusForbidden {
				t.Errorf("%s reads a learner's file: %d", name, w.Code)
			}
			if w := b.get(file); w.Code != http.StatusForbidden {
				t.Errorf("%s reads a learner's page: %d", name, w.Code)
			}
		}
		// a defence: the mentor is refused as assessor, clearly
		plan := "/campus/enrolments/" + id + "/defence/p1"
		if body := c.refuse(c.designer, http.StatusForbidden, plan, "start", c.later(), "email", "ana@example.org"); !strings.Contains(body, "is or was the mentor") {
			t.Error("no reason why the mentor is refused")
		}
		c.send(c.designer, plan, "start", c.later(), "email", "bob@example.org")
		list := c.bob.page(t, "/defences")
		defence := ""
		for _, a := range list.all("a") {
			if strings.HasPrefix(attr(a, "href"), "/defences/") {
				defence = attr(a, "href")
			}
		}
		if w := c.ana.get(defence); w.Code != http.StatusForbidden {
			t.Errorf("the mentor reads the defence: %d", w.Code)
		}
		own := fileOn(t, c.bob.get(defence).Body.String(), defence)
		if w := c.bob.get(own); w.Code != http.StatusOK {
			t.Errorf("the assessor's file: %d", w.Code)
		}
		c.send(c.bob, defence+"/hold")
		rubric := []string{"level-c1", "acquired", "remark-c1", "clear", "line-c1-d1", "acquired", "outcome", "validated"}
		c.refuse(c.bob, http.StatusUnprocessableEntity, defence+"/decide", rubric...) // not confirmed
		body := c.refuse(c.bob, http.StatusUnprocessableEntity, defence+"/decide", append(rubric, "sure", "yes", "outcome", "x", "level-c1", "x")[2:]...)
		if !strings.Contains(body, ">clear</textarea>") {
			t.Error("what was typed is lost")
		}
		c.send(c.bob, defence+"/decide", append(rubric, "sure", "yes")...)
		c.zoe.page(t, file)
		// a jury
		convene := []string{"candidate", id, "start", c.later(), "place", "Lyon", "president", "pat@example.org", "members", "max@example.org\r\nstranger@example.org"}
		bad := append([]string{}, convene...)
		bad[9] = "bob@example.org\nmax@example.org"
		if body := c.refuse(c.designer, http.StatusForbidden, "/campus/juries", bad...); !strings.Contains(body, "assessed a defence") {
			t.Error("no reason why an assessor is refused")
		}
		c.send(c.designer, "/campus/juries", convene...)
		jury := ""
		for _, a := range c.pat.page(t, "/juries").all("a") {
			if strings.HasPrefix(attr(a, "href"), "/juries/") {
				jury = attr(a, "href")
			}
		}
		c.designer.page(t, "/campus"+jury)
		if w := c.bob.get(jury); w.Code != http.StatusForbidden {
			t.Errorf("an assessor reads the jury: %d", w.Code)
		}
		if body := c.refuse(c.pat, http.StatusConflict, jury+"/open", "present", string(c.emails["pat"].ID)); !strings.Contains(body, "quorum is not met: 1 of 3") {
			t.Error("no reason why the jury does not open")
		}
		c.send(c.pat, jury+"/open", "present", string(c.emails["pat"].ID), "present", string(c.emails["max"].ID))
		dossier := fileOn(t, c.max.get(jury+"/candidates/"+id).Body.String(), jury)
		if w := c.max.get(dossier); w.Code != http.StatusOK {
			t.Errorf("a juror's file: %d", w.Code)
		}
		if w := c.max.get(jury + "/candidates/nobody"); w.Code != http.StatusNotFound {
			t.Errorf("the page of somebody who is no candidate: %d", w.Code)
		}
		if w := c.bob.get(jury + "/candidates/" + id); w.Code != http.StatusForbidden {
			t.Errorf("an assessor reads the page of a candidate: %d", w.Code)
		}
		c.refuse(c.max, http.StatusUnprocessableEntity, jury+"/decide/"+id, "bloc-b1", "no")
		c.send(c.max, jury+"/decide/"+id, "bloc-b1", "yes")
		c.send(c.pat, jury+"/close")
		j, err := sc.store.JuriesOf(t.Context(), c.emails["pat"].ID, 1)
		if err != nil {
			t.Fatal(err)
		}
		c.refuse(c.pat, http.StatusConflict, jury+"/sign", "hash", "another", "sure", "yes")
		c.send(c.pat, jury+"/sign", "hash", j[0].MinutesHash, "sure", "yes")
		c.send(c.max, jury+"/sign", "hash", j[0].MinutesHash, "sure", "yes")
		if page := c.zoe.get(file).Body.String(); !strings.Contains(page, "every bloc acquired") {
			t.Error("the learner does not see the decision")
		}
	})
}

func sessionOn(t *testing.T, sc *school, e campus.EnrolmentID) string {
	t.Helper()
	list, err := sc.store.MentorSessions(t.Context(), e, 1)
	if err != nil || len(list) != 1 {
		t.Fatalf("%+v, %v", list, err)
	}
	return string(list[0].ID)
}

// fileOn finds the first file a page offers.
func fileOn(t *testing.T, body, under string) string {
	t.Helper()
	for _, a := range parseHTML(t, under, body).all("a") {
		if href := attr(a, "href"); strings.HasPrefix(href, under) && strings.Contains(href, "/files/") {
			return href
		}
	}
	t.Fatalf("no file under %s", under)
	return ""
}
