package web_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// at reads a page and checks that it is sound.
func (b *browser) at(t *testing.T, address string) document {
	t.Helper()
	w := b.get(address)
	if w.Code != http.StatusOK {
		t.Fatalf("%s answers %d: %s", address, w.Code, firstLines(w.Body.String()))
	}
	if dir := os.Getenv("STUDIO_PAGES"); dir != "" { // to look at them
		name := strings.NewReplacer("/", "_", "?", "_", "=", "_").Replace(address)
		_ = os.WriteFile(filepath.Join(dir, name+".html"), w.Body.Bytes(), 0o600)
	}
	d := parseHTML(t, address, w.Body.String())
	for _, f := range d.faults() {
		t.Errorf("%s: %s", address, f)
	}
	return d
}

// draft reads the programme as it stands.
func (sc *school) draft(t *testing.T, id studio.ProgrammeID) studio.Programme {
	t.Helper()
	p, err := sc.store.Programme(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// TestAGroupLeadsAProgrammeToPublication walks the whole way in the browser, without a script.
func TestAGroupLeadsAProgrammeToPublication(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ana := sc.signedIn(sc.account("ana@example.org", "Ana", people.Grant{Role: people.Designer}))
	ana.at(t, "/studio")
	ana.at(t, "/studio/new")
	if w := ana.post("/studio/new", "title", "", "level", "6", "learners", "20", "reason", "x"); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("a brief without a title answers %d", w.Code)
	}
	w := ana.post("/studio/new", "title", "AI for <all>", "summary", "In short", "level", "6", "learners", "20", "reason", "The board asked", "area", "FR")
	at, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	id := studio.ProgrammeID(strings.TrimPrefix(at, "/studio/"))
	ana.at(t, at)

	// an expert is invited by e-mail; the link signs them in and leads here
	leads(t, ana.post(at+"/group/invite", "email", "ben@example.org", "name", "Ben", "lang", "en"), at+"?done=invited.expert#group")
	link := regexp.MustCompile(`https://filiere\.test(/invite/\S+)`).FindStringSubmatch(sc.mails()[0].Body)[1]
	ben := sc.browser()
	ben.at(t, link)
	leads(t, ben.post(link, "name", "Ben B.", "lang", "en"), "/welcome?next="+strings.ReplaceAll(at, "/", "%2F"))
	if !ben.at(t, at).says("AI for <all>") || !ben.at(t, "/studio").says("AI for <all>") {
		t.Error("the expert does not see the programme")
	}
	if w := ben.get(at + "/publish"); w.Code != http.StatusForbidden {
		t.Errorf("an expert publishing is answered %d", w.Code)
	}

	// the framework is proposed, commented and approved
	add := func(b *browser, kind, parent, wording string) string {
		w := b.post(at+"/items", "kind", kind, "parent", parent, "wording", wording)
		_, item, ok := strings.Cut(w.Header().Get("Location"), "#i-")
		if !ok {
			t.Fatalf("%s was not added: %d %s", kind, w.Code, firstLines(w.Body.String()))
		}
		return item
	}
	bloc := add(ana, "bloc", "", "Measure a need")
	activity := add(ben, "activity", bloc, "Listen to users")
	var competencies []string
	for _, wording := range []string{"Interview users to find what they lack", "Describe a task as data", "Choose a tool for it"} {
		c := add(ben, "competency", activity, wording)
		add(ana, "criterion", c, "It is done and explained")
		competencies = append(competencies, c)
	}
	item := at + "/items/" + competencies[0]
	if w := ana.post(item+"/edit", "wording", "Stale", "revision", "7"); w.Code != http.StatusUnprocessableEntity || !strings.Contains(w.Body.String(), "changed meanwhile") {
		t.Errorf("a stale edit answers %d: %s", w.Code, firstLines(w.Body.String()))
	}
	leads(t, ben.post(item+"/comment", "comment", "Too <b>vague</b>", "objection", "yes"), item+"?done=said")
	for _, c := range competencies {
		for _, b := range []*browser{ana, ben} {
			leads(t, b.post(at+"/items/"+c+"/approve", "revision", "1"), at+"/items/"+c+"?done=approved")
		}
	}
	if d := ana.at(t, item); !d.says("Too <b>vague</b>") || !d.says("Objection") || sc.draft(t, id).Items[0].State == studio.ItemApproved {
		t.Error("the objection does not show")
	}
	if d := ana.at(t, at); !d.says("1 open objection") || !d.says("the group has not approved this competency") {
		t.Error("the board does not say what stands in the way")
	}
	comment, err := sc.store.Comments(t.Context(), id, competencies[0])
	if err != nil {
		t.Fatal(err)
	}
	leads(t, ben.post(item+"/settle", "comment", comment[0].ID), item+"?done=settled")

	// the project assesses two of three at first: publication is refused, with the code
	form := []string{"title", "The first client", "scenario", "A shop asks.", "hours", "40", "deliverable", "", "deliverable_title", "Report", "deliverable_file", "report.pdf"}
	ana.at(t, at+"/new-project")
	w = ana.post(at+"/new-project", append(form, "competency", competencies[0], "competency", competencies[1])...)
	project, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	d := sc.draft(t, id).Drafts[0]
	leads(t, ana.post(at+"/step", "event", "approve", "revision", number(sc.draft(t, id).Revision)), at+"?done=step")
	if d := ana.at(t, at+"/publish"); !d.says("no project assesses this competency") || len(d.all("table")) != 1 {
		t.Error("the hole in the matrix does not show")
	}
	refused := ana.post(at+"/publish", "revision", number(sc.draft(t, id).Revision))
	if refused.Code != http.StatusConflict || !strings.Contains(refused.Body.String(), "C1.3") {
		t.Errorf("publishing with a hole answers %d", refused.Code)
	}
	rubric := []string{"revision", "1", "title", "The first client", "scenario", "A shop asks.", "hours", "40", "deliverable", d.Deliverables[0].ID, "deliverable_title", "Report", "deliverable_file", "report.pdf"}
	for _, c := range competencies {
		rubric = append(rubric, "competency", c, "r:"+c+":"+d.Deliverables[0].ID, "All of it")
	}
	leads(t, ana.post(project, rubric...), project+"?done=project")
	ana.at(t, project)
	ben.at(t, project)
	ana.at(t, at)
	w = ana.post(at+"/publish", "revision", number(sc.draft(t, id).Revision))
	version := w.Header().Get("Location")
	if !strings.HasPrefix(version, "/versions/") {
		t.Fatalf("publishing answers %d: %s", w.Code, firstLines(w.Body.String()))
	}
	stranger := sc.browser()
	if d := stranger.at(t, version); !d.says("Interview users to find what they lack") || !d.says("AI for <all>") {
		t.Error("the version does not show what was published")
	}
	if !stranger.at(t, "/programmes").says("AI for <all>") {
		t.Error("the version is not listed")
	}
	if w := stranger.get(at); w.Code == http.StatusOK {
		t.Error("a stranger reads the programme in the making")
	}
	ana.at(t, at)
}

// number writes a number for a form.
func number(n int) string { return strconv.Itoa(n) }
