package api_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// workshop is a school with a designer, who opened a programme.
type workshop struct {
	*school
	designer []string
	account  people.Account
	at       string // the programme's address
}

func newWorkshop(t *testing.T) *workshop {
	t.Helper()
	k := newSchool(t)
	w := &workshop{school: k, account: k.person("dan@example.org", "Dan", people.Grant{Role: people.Designer})}
	w.designer = k.token(w.account)
	w.at = "/programmes/" + w.made(w.designer, "/programmes", `{"title":"AI for all","level":6,"learners":20,"reason":"asked for"}`)
	return w
}

// made asks for something new and gives its ID.
func (w *workshop) made(as []string, path, body string) string {
	w.t.Helper()
	var made struct{ ID string }
	if err := json.Unmarshal([]byte(w.want(201, as, "POST", path, body)), &made); err != nil {
		w.t.Fatal(err)
	}
	return made.ID
}

// standing is the programme as it stands.
func (w *workshop) standing() (p struct {
	State         string
	Revision      int
	BriefRevision int `json:"brief_revision"`
	Obstacles     []struct{ Gap, Code string }
},
) {
	w.t.Helper()
	if err := json.Unmarshal([]byte(w.want(200, w.designer, "GET", w.at, "")), &p); err != nil {
		w.t.Fatal(err)
	}
	return p
}

func (w *workshop) item(kind, parent, wording string) string {
	return w.made(w.designer, w.at+"/items", fmt.Sprintf(`{"kind":%q,"parent":%q,"wording":%q}`, kind, parent, wording))
}

// written writes and approves a framework of some competencies and gives their IDs.
func (w *workshop) written(n int) (competencies []string) {
	w.t.Helper()
	activity := w.item("activity", w.item("bloc", "", "Bloc"), "Activity")
	for i := range n {
		c := w.item("competency", activity, fmt.Sprintf("Do %d", i))
		w.item("criterion", c, "It is done")
		w.want(200, w.designer, "PUT", w.at+"/items/"+c+"/approval", `{"seen":1}`)
		competencies = append(competencies, c)
	}
	return competencies
}

// projectOn is a project that assesses competencies.
func projectOn(title string, competencies []string) string {
	pr := studio.Project{Deliverables: []studio.Deliverable{{ID: "report", Title: "Report", File: "report.pdf"}}, Rubric: []studio.RubricLine{}}
	for _, c := range competencies {
		pr.Rubric = append(pr.Rubric, studio.RubricLine{Competency: c, Deliverable: "report", Expected: "All of it"})
	}
	text, _ := json.Marshal(map[string]any{
		"title": title, "scenario": "A client", "hours": 40, "competencies": competencies, "deliverables": pr.Deliverables, "rubric": pr.Rubric,
	})
	return string(text)
}

func TestAProgrammeIsWrittenAndPublishedThroughTheAPI(t *testing.T) {
	w := newWorkshop(t)
	dan := w.designer
	competencies := w.written(4)
	project := w.made(dan, w.at+"/projects", projectOn("Project", competencies[:3]))
	w.want(409, dan, "POST", w.at+"/projects", projectOn("Project", competencies[:3]))
	w.want(409, dan, "POST", w.at+"/publish", fmt.Sprintf(`{"seen":%d}`, w.standing().Revision))
	w.want(200, dan, "POST", w.at+"/step", fmt.Sprintf(`{"event":"approve","seen":%d}`, w.standing().Revision))

	hole := w.want(409, dan, "POST", w.at+"/publish", fmt.Sprintf(`{"seen":%d}`, w.standing().Revision))
	if !strings.Contains(hole, "assessed by no project: C1.4") {
		t.Errorf("a hole in the matrix: %s", hole)
	}
	if o := w.standing().Obstacles; len(o) != 1 || o[0].Gap != "coverage" || o[0].Code != "C1.4" {
		t.Errorf("obstacles %+v", o)
	}
	one := w.at + "/projects/" + project
	whole := projectOn("Project", competencies)
	w.want(409, dan, "PUT", one, whole[:len(whole)-1]+`,"seen":7}`)
	w.want(200, dan, "PUT", one, whole[:len(whole)-1]+`,"seen":1}`)
	other := w.made(dan, w.at+"/projects", projectOn("Another", competencies[:3]))
	if moved := w.want(200, dan, "POST", w.at+"/projects/"+other+"/move", `{"place":0,"seen":1}`); !strings.Contains(moved, `"code":"P1"`) {
		t.Errorf("moved to %s", moved)
	}
	w.want(400, dan, "DELETE", w.at+"/projects/"+other, "")
	w.want(409, dan, "DELETE", w.at+"/projects/"+other+"?seen=9", "")
	w.want(204, dan, "DELETE", w.at+"/projects/"+other+"?seen=1", "")

	stale := w.standing().Revision - 1
	w.want(409, dan, "POST", w.at+"/publish", fmt.Sprintf(`{"seen":%d}`, stale))
	version := w.made(dan, w.at+"/publish", fmt.Sprintf(`{"seen":%d}`, stale+1))
	if got := w.ask(nil, "GET", "/versions.csv", "").Body.String(); !strings.Contains(got, version) {
		t.Errorf("versions.csv: %s", got)
	}
	if got := w.ask(nil, "GET", "/versions/"+version, "").Body.String(); !strings.Contains(got, "Do 3") {
		t.Errorf("the version: %s", got)
	}
	rows, err := csv.NewReader(strings.NewReader(w.want(200, dan, "GET", "/programmes.csv", ""))).ReadAll()
	if err != nil || len(rows) != 2 || rows[1][1] != "published" || rows[1][7] != version {
		t.Errorf("programmes.csv: %v, %v", rows, err)
	}
	w.want(400, dan, "POST", w.at+"/step", `{"event":"publish","seen":1}`)
	w.want(400, dan, "POST", w.at+"/step", `{"event":"jump","seen":1}`)
}

func TestItemsAreChangedOnlyByWhoSawThemAsTheyAre(t *testing.T) {
	w := newWorkshop(t)
	dan, c := w.designer, w.written(1)[0]
	one := w.at + "/items/" + c
	w.want(409, dan, "PATCH", one, `{"wording":"Do it well","seen":0}`)
	if got := w.want(200, dan, "PATCH", one, `{"wording":"Do it well","seen":1}`); !strings.Contains(got, `"state":"proposed"`) || !strings.Contains(got, `"revision":2`) {
		t.Errorf("edited: %s", got)
	}
	w.want(409, dan, "PUT", one+"/approval", `{"seen":1}`)
	w.want(200, dan, "PUT", one+"/approval", `{"seen":2}`)
	w.want(200, dan, "DELETE", one+"/approval", "")
	w.want(409, dan, "DELETE", one+"?seen=1", "")
	w.want(400, dan, "DELETE", one+"?seen=first", "")
	w.want(200, dan, "DELETE", one+"?seen=2", "")
	w.want(200, dan, "POST", one+"/restore", `{"seen":3}`)
	bloc := w.item("bloc", "", "Another bloc")
	if got := w.want(200, dan, "POST", w.at+"/items/"+bloc+"/move", `{"place":0,"seen":1}`); !strings.Contains(got, `"code":"B1"`) {
		t.Errorf("moved: %s", got)
	}
	w.want(409, dan, "POST", w.at+"/items", `{"kind":"bloc","wording":" Another  bloc "}`)
	w.want(400, dan, "POST", w.at+"/items", `{"kind":"bloc","parent":"none","wording":"x"}`)

	objection := w.made(dan, one+"/comments", `{"comment":"Not so","objection":true}`)
	w.want(200, dan, "PUT", one+"/approval", `{"seen":4}`)
	if got := w.want(200, dan, "GET", one+"/comments", ""); !strings.Contains(got, "Not so") {
		t.Errorf("comments: %s", got)
	}
	w.want(204, dan, "POST", w.at+"/objections/"+objection+"/settle", "")
	w.want(409, dan, "POST", w.at+"/objections/"+objection+"/settle", "")
	w.want(404, dan, "GET", w.at+"/items/none/comments", "")
	w.want(404, dan, "PATCH", w.at+"/items/none", `{"wording":"x","seen":1}`)

	brief := w.standing().BriefRevision
	w.want(409, dan, "PATCH", w.at, `{"title":"Other","seen":99}`)
	if got := w.want(200, dan, "PATCH", w.at, fmt.Sprintf(`{"title":"Other","seen":%d}`, brief)); !strings.Contains(got, `"reason":"asked for"`) {
		t.Errorf("what was left out of the change: %s", got)
	}
}

func TestAnExpertWorksOnTheirProgrammeAlone(t *testing.T) {
	w := newWorkshop(t)
	if got := w.want(200, w.designer, "POST", w.at+"/experts", `{"email":"eve@example.org","name":"Eve","lang":"en"}`); !strings.Contains(got, `"role":"expert"`) {
		t.Fatalf("the group: %s", got)
	}
	w.want(200, w.designer, "POST", w.at+"/experts", `{"email":"eve@example.org","name":"Eve","lang":"en"}`)
	mails, err := w.store.Mails(t.Context(), 0)
	if err != nil || len(mails) != 2 || !strings.Contains(mails[0].Body, "/invite/") {
		t.Errorf("%d letters, %v", len(mails), err)
	}
	account, err := w.store.AccountByEmail(t.Context(), "eve@example.org")
	if err != nil {
		t.Fatal(err)
	}
	eve := w.token(account)
	other := w.made(w.designer, "/programmes", `{"title":"Another","level":6,"learners":20,"reason":"asked for"}`)
	elsewhere := "/programmes/" + other

	w.made(eve, w.at+"/items", `{"kind":"bloc","wording":"By Eve"}`)
	w.want(200, eve, "GET", w.at, "")
	if got := w.want(200, eve, "GET", "/programmes", ""); strings.Contains(got, other) || !strings.Contains(got, `"total":1`) {
		t.Errorf("an expert's programmes: %s", got)
	}
	if got := w.want(200, w.designer, "GET", "/programmes?limit=1", ""); !strings.Contains(got, `"total":2`) || !strings.Contains(got, "offset=1") {
		t.Errorf("a designer's programmes: %s", got)
	}
	for _, c := range []struct{ method, path, body string }{
		{"GET", elsewhere, ""},
		{"POST", elsewhere + "/items", `{"kind":"bloc","wording":"x"}`},
		{"GET", elsewhere + "/items/x/comments", ""},
		{"PATCH", w.at, `{"title":"Mine","seen":1}`},
		{"POST", w.at + "/publish", `{"seen":1}`},
		{"POST", w.at + "/experts", `{"email":"x@example.org","name":"X","lang":"en"}`},
		{"POST", "/programmes", `{"title":"Mine","level":6,"learners":20,"reason":"x"}`},
	} {
		w.want(403, eve, c.method, c.path, c.body)
		if got := w.ask(nil, c.method, c.path, c.body); got.Code != 401 {
			t.Errorf("a stranger at %s %s: %d", c.method, c.path, got.Code)
		}
	}
	w.want(204, w.designer, "DELETE", w.at+"/members/"+string(account.ID), "")
	w.want(403, eve, "GET", w.at, "")
	w.want(404, w.designer, "DELETE", w.at+"/members/"+string(account.ID), "")
	w.want(204, w.designer, "POST", w.at+"/members", "")
	w.want(404, w.designer, "POST", "/programmes/none/members", "")
}

func TestHostileBodiesAboutProgrammesChangeNothing(t *testing.T) {
	w := newWorkshop(t)
	item := w.at + "/items/" + w.item("bloc", "", "Bloc")
	before := w.want(200, w.designer, "GET", w.at, "")
	targets := []struct{ method, path string }{
		{"POST", "/programmes"},
		{"PATCH", w.at},
		{"POST", w.at + "/experts"},
		{"POST", w.at + "/step"},
		{"POST", w.at + "/publish"},
		{"POST", w.at + "/items"},
		{"PATCH", item},
		{"POST", item + "/move"},
		{"PUT", item + "/approval"},
		{"POST", item + "/comments"},
		{"POST", w.at + "/projects"},
		{"PUT", w.at + "/projects/none"},
		{"POST", w.at + "/projects/none/move"},
	}
	bodies := []string{
		`{`, `[]`, `{}{}`, `null`, `"x"`, `{"seen":-1}`, `{"seen":1e99}`, `{"seen":"1"}`, `{"TITLE":"x"}`, `{"id":"x"}`, `{"evidence":[]}`, `{"title":null}`,
		`{"kind":"king","wording":"x"}`, `{"kind":"bloc","wording":"a\u0000b"}`, `{"kind":"bloc","wording":"a\u202eb"}`,
		`{"title":"x","hours":40,"deliverables":[{"id":"a","title":"x","file":"../x"}]}`, `{"title":"x","hours":40,"competencies":["none"]}`,
		`{"comment":"` + strings.Repeat("x", 4001) + `"}`, `{"email":"x","name":"\u0000","lang":"xx"}`, `{"wording":` + strings.Repeat("[", 5000),
	}
	for _, to := range targets {
		for _, body := range bodies {
			if got := w.tried(t, w.designer, to.method, to.path, body); got.Code < 400 {
				t.Errorf("%s %s %.60s is taken: %d", to.method, to.path, body, got.Code)
			}
		}
	}
	long := `{"comment":"` + strings.Repeat("x", 600<<10) + `"}`
	for _, to := range targets {
		w.want(413, w.designer, to.method, to.path, long)
	}
	if after := w.want(200, w.designer, "GET", w.at, ""); after != before {
		t.Errorf("the programme is now %s", after)
	}
	if list := strings.Count(w.want(200, w.designer, "GET", "/programmes", ""), `"id"`); list != 1 {
		t.Errorf("%d programmes", list)
	}
	w.made(w.designer, item+"/comments", `{"comment":"`+strings.Repeat("é", 4000)+`"}`)
}

// TestIDsOfDeliverablesAreOurs keeps names callers make up out of what files are kept by.
func TestIDsOfDeliverablesAreOurs(t *testing.T) {
	w := newWorkshop(t)
	competencies := w.written(3)
	w.made(w.designer, w.at+"/projects", projectOn("Project", competencies))
	p, err := w.store.Programme(t.Context(), studio.ProgrammeID(strings.TrimPrefix(w.at, "/programmes/")))
	if err != nil {
		t.Fatal(err)
	}
	pr := p.Drafts[0].Project
	if id := pr.Deliverables[0].ID; id == "report" || slices.ContainsFunc(pr.Rubric, func(l studio.RubricLine) bool { return l.Deliverable != id }) {
		t.Errorf("%+v", pr)
	}
}
