package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/studio"
)

// TestTour walks the whole way as people go it, and the ways that must be refused.
func TestTour(t *testing.T) {
	tour := startTour(t)
	tour.noticeShortage()
	tour.promise()
	tour.openProgramme()
	tour.agreeOnFramework()
	tour.publish()
	tour.enrol()
	tour.learn()
	tour.accompany()
	tour.handIn()
	tour.defend()
	tour.judge()
	tour.verify()
	tour.tellOutcome()
	tour.report()
	tour.followThread()
	tour.asksInEnglish()
	tour.tells()
}

// shortage is what the tour is about: an occupation whose people are hard to find and are trained.
const shortage = "Techniciens de production, d'exploitation"

func (t *tour) noticeShortage() {
	w := t.analyst
	w.opens("/alerts/scan")
	w.shows("scan", 900, "", "The analyst looks for shortages",
		"Awa, the analyst, asks which occupations meet the published rule: in tension, for want of training, and large enough to matter. "+
			"The page says what would be opened before anything is. Only an analyst may do it; everybody may read the alerts.")
	w.presses(`form[action="/alerts/scan"] button`)
	w.opens("/alerts?level=country&q=exploitation")
	w.opens(w.link(shortage))
	t.alert = w.id("/alerts/")
	w.presses(`form[action$="/acknowledge"] button`)
	w.shows("alert", 1150, "", "… and answers for one",
		"The alert keeps the figures it rests on as they stood, with their source and vintage, and which part of the rule each meets. "+
			"Awa acknowledges it: from now on the time until a programme answers it is counted.")
	t.stranger.opens("/alerts/" + t.alert)
	if status := t.stranger.posts("/alerts/" + t.alert + "/acknowledge"); status != 401 {
		t.Error("a stranger may acknowledge an alert")
	}
}

func (t *tour) promise() {
	w := t.analyst
	w.opens("/mission/plan")
	w.fills("#o-title", "Répondre aux pénuries que l’on mesure", "#o-text", "Chaque alerte nationale reçoit une réponse : un programme, ou une raison de n’en pas ouvrir.")
	w.presses(`form[action$="/objectives"] button`)
	w.fills("#t-indicator", "graduates", "#t-value", "1")
	w.presses(`form[action$="/targets"] button`)
	w.fills("#p-title", "Ouvrir un parcours d’exploitation informatique", "#p-due", "2026-03-31")
	w.presses(`form[action$="/promises"] button`)
	w.reads("Ouvrir un parcours d’exploitation informatique")
}

func (t *tour) openProgramme() {
	t.later(tourBegins.AddDate(0, 0, 1))
	w := t.designer
	w.opens("/alerts/" + t.alert)
	w.presses(`a.button[href^="/studio/new"]`)
	w.fills("#title", "Exploiter et dépanner un système informatique", "#learners", "24",
		"#summary", "Un programme court pour tenir un parc de machines et de services : surveiller, dépanner, expliquer, automatiser.")
	w.shows("brief", 1250, "", "The designer opens a programme from the alert",
		"Camille, the designer, writes the brief. The figures of the alert come with it and are frozen: whoever reads the programme in five years sees "+
			"why it was opened. A programme without an alert has to say its reason instead.")
	w.presses(`form[action="/studio/new"] button[type=submit]`)
	t.programme = w.id("/studio/")
	if eval[bool](w, `!!document.querySelector('form[action$="/group/join"]')`) {
		w.presses(`form[action$="/group/join"] button`)
	}
	w.unfolds()
	w.fills("#email", mailOf("Léa Petit"), "#name", "Léa Petit")
	w.presses(`form[action$="/group/invite"] button`)

	w = t.visitor()
	w.opens(t.mailed(mailOf("Léa Petit"), "/"))
	w.shows("invitation", 640, "", "An expert is invited by a link",
		"Léa practises the occupation. She has no account and needs no password: the link of the message opens her account, for this one programme. "+
			"Programs that look through mail follow links, so the link is used up by the button, not by being opened.")
	w.presses("main button")
	t.expert = w
	account, err := t.store.AccountByEmail(t.ctx, mailOf("Léa Petit"))
	if err != nil {
		t.Fatal(err)
	}
	w.account = account
	t.here = append(t.here, w)
}

// proposes proposes an item of the framework and gives its ID.
func (w *traveller) proposes(parent, wording string) string {
	w.t.Helper()
	w.unfolds()
	field := fmt.Sprintf(`[id="add-%s"]`, parent)
	w.fills(field, wording)
	w.presses(fmt.Sprintf(`form:has(%s) button`, field))
	return w.id("#i-")
}

func (t *tour) agreeOnFramework() {
	board := "/studio/" + t.programme
	w := t.designer
	w.opens(board)
	bloc := w.proposes("", "Exploiter un parc de machines et de services")
	activity := w.proposes(bloc, "Tenir les services en marche et leurs utilisateurs informés")
	proposed := []struct {
		by                  *traveller
		competency, measure string
	}{
		{t.designer, "Surveiller des services et reconnaître un incident", "L’incident est reconnu dans les dix minutes, sur des mesures notées"},
		{t.designer, "Dépanner un poste et un service réseau", "Le service est rétabli et la cause est prouvée, non devinée"},
		{t.designer, "Expliquer un incident à ceux qu’il gêne", "Un utilisateur redit avec ses mots ce qui s’est passé"},
		{t.expert, "Automatiser une tâche d’exploitation et en vérifier le résultat", "La tâche rejouée deux fois donne le même état, et un contrôle le montre"},
	}
	for _, p := range proposed {
		p.by.opens(board)
		id := p.by.proposes(activity, p.competency)
		p.by.proposes(id, p.measure)
		t.competencies = append(t.competencies, id)
	}
	w = t.expert
	w.opens(board + "/items/" + t.competencies[1])
	w.fills("#comment", "Je jugerais aussi la prudence : on sauvegarde avant de toucher à quoi que ce soit.")
	w.presses(`form[action$="/comment"] button`)
	w.reads("la prudence")
	for _, w := range []*traveller{t.expert, t.designer} {
		w.opens(board)
		for i, id := range t.competencies {
			w.presses(fmt.Sprintf(`form[action$="/items/%s/approve"] button`, id))
			if w == t.expert && i == 1 {
				w.shows("framework", 1250, "#framework", "The group agrees on the framework",
					"Bloc, activity, competencies, and for each competency the criteria it is recognised by. Léa proposes one that Camille had not thought of, "+
						"comments on another and approves. A competency stands when more than half of the group approves it as it is worded: changing a word asks for their approval again.")
			}
		}
	}
	w = t.designer
	w.presses(`form[action$="/step"]:has(input[value=approve]) button`)
}

// describesProject fills in the form of the project, but its rubric.
func (w *traveller) describesProject() {
	w.t.Helper()
	w.fills("#title", "Reprendre le parc d’une mairie", "#hours", "40",
		"#scenario", "La mairie de Valmont confie ses vingt postes et ses trois services à une équipe nouvelle. Rien n’est documenté, la messagerie tombe le lundi matin.",
		"#d0t", "Journal d’exploitation", "#d0f", "journal.md", "#d1t", "Note aux agents", "#d1f", "note.md")
}

// fillsRubric says what is expected of each deliverable for each competency.
func (w *traveller) fillsRubric() {
	w.t.Helper()
	for _, id := range eval[[]string](w, `[...document.querySelectorAll('textarea[id^="r:"]')].map(n => n.id)`) {
		w.fills(fmt.Sprintf(`[id=%q]`, id), "On y suit ce qui a été observé, décidé et vérifié, dans cet ordre.")
	}
	w.presses(`form.sheet-wide button[type=submit]`)
}

func (t *tour) publish() {
	t.later(tourBegins.AddDate(0, 0, 8))
	board, w := "/studio/"+t.programme, t.designer
	w.opens(board + "/new-project")
	w.describesProject()
	for _, c := range t.competencies[:3] {
		w.ticks(fmt.Sprintf(`input[name=competency][value=%q]`, c))
	}
	w.presses(`form.sheet-wide button[type=submit]`)
	t.project = w.id("/projects/")
	w.fillsRubric()
	w.shows("project", 1200, "form.sheet-wide", "A project and its rubric",
		"A project tells a scenario, names what is handed in and assesses three to five competencies. The rubric says for each of them what each deliverable has to show.")

	w.opens(board + "/publish")
	w.reads("C1.4")
	w.shows("hole", 820, "", "Refused: a competency nobody assesses",
		"The fourth competency stands in the framework, and no project assesses it. The matrix shows the hole and the page offers no button; "+
			"a program that sends the form all the same is answered with a conflict.")
	p, err := t.store.Programme(t.ctx, studio.ProgrammeID(t.programme))
	if err != nil {
		t.Fatal(err)
	}
	if status := w.posts(board+"/publish", "revision", fmt.Sprint(p.Revision)); status != 409 {
		t.Errorf("a programme with a hole in its matrix is published: %d", status)
	}
	w.opens(board + "/projects/" + t.project)
	w.ticks(fmt.Sprintf(`input[name=competency][value=%q]`, t.competencies[3]))
	w.presses(`form.sheet-wide button[type=submit]`)
	w.fillsRubric()
	w.opens(board + "/publish")
	w.presses(`form[action$="/publish"] button`)
	t.version = w.id("/versions/")
	t.stranger.opens("/versions/" + t.version)
	t.stranger.shows("version", 1000, "", "Published for good",
		"A published version has an address for ever and a hash of its whole text. What changes later becomes another version; who enrolled under this one is judged by this one.")
}

// writeCourse writes a short course into a folder.
func writeCourse(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "tenir-un-service")
	for name, text := range map[string]string{
		"README.md":             "---\nlang: fr\nversion: 1.0\nhours: 3\nlicence: CC BY 4.0\n---\n\n# Tenir un service en marche\n\nMesurer, noter, agir, vérifier : quatre gestes pour qu’un service tienne.\n",
		"01-observer/README.md": "# Observer\n\nAvant d’agir, savoir ce qui se passe.\n",
		"01-observer/01-mesurer.md": "# Mesurer avant d’agir\n\nUn service lent n’est pas un service en panne. On mesure **d’abord** : le délai de réponse, le nombre d’erreurs, la place qui reste.\n\n" +
			"| Mesure | Ce qu’elle dit |\n|---|---|\n| délai médian | ce que vit la plupart des gens |\n| 99e centile | ce que vivent les plus mal servis |\n\n> Une mesure sans heure n’est pas une mesure.\n",
		"01-observer/quiz.md": "# Ce que vous en retenez\n\n## Que regarde-t-on en premier quand un service est lent ?\n\n- [x] Une mesure, avec son heure\n- [ ] Le dernier changement que l’on a soi-même fait\n\n" +
			"> Le dernier changement est souvent la cause, mais on ne le sait qu’après avoir mesuré.\n",
	} {
		file := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func (t *tour) enrol() {
	t.later(tourBegins.AddDate(0, 0, 14))
	t.must("course", "import", writeCourse(t.T))
	w := t.designer
	w.opens("/campus")
	w.fills("#version", t.version, "#title", "Exploitation informatique, session de janvier")
	w.ticks("input[name=course]")
	w.presses(`form[action="/campus/paths"] button`)
	paths, err := t.store.Paths(t.ctx, studio.VersionID(t.version), "", 1)
	if err != nil || len(paths) != 1 {
		t.Fatalf("paths %+v, %v", paths, err)
	}
	t.path = string(paths[0].ID)
	t.analyst.opens("/mission/plan")
	t.analyst.presses(`form[action$="/settle"] button[value=keep]`)
	for _, w := range []*traveller{t.classmate, t.learner} {
		w.opens("/paths/" + t.path)
		w.presses(`form[action$="/enrol"] button`)
		t.enrolment = w.id("/learning/")
	}
}

func (t *tour) learn() {
	w := t.learner
	w.opens("/learning/" + t.enrolment)
	w.opens(w.link("Tenir un service en marche"))
	w.opens(w.link("Mesurer avant d’agir"))
	w.shows("chapter", 900, "", "The learner reads",
		"Inès enrolled on the path made from the version. A course is a folder of Markdown that was brought in on the command line; reading is free for everybody, and hers is noted on her path.")
	w.presses(`form[action$="/read"] button`)
	w.reads("Que regarde-t-on")
	w.ticks(`input[name=q0][value="0"]`)
	w.presses("form.quiz button[type=submit]")
	w.shows("quiz", 760, "", "… and answers a quiz",
		"A quiz says at once what was right and why. It teaches; it decides nothing: a diploma comes from projects defended before people.")
	if status := t.classmate.tries("/learning/" + t.enrolment); status != 403 {
		t.Errorf("a learner opens another's file: %d", status)
	}
	t.classmate.shows("file", 560, "", "Refused: another learner's file",
		"Noé follows the same path and tries Inès's address. Her file is open to her, to her mentor and to the designers.")
	if status := t.classmate.tries("/learning/" + t.enrolment + "/projects"); status != 403 {
		t.Errorf("a learner opens another's projects: %d", status)
	}
}

func (t *tour) accompany() {
	w := t.designer
	w.opens("/campus/assessment")
	w.fills("#m-"+t.enrolment, t.mentor.account.Email)
	w.presses(fmt.Sprintf(`form:has([id="m-%s"]) button`, t.enrolment))
	w = t.learner
	w.opens("/learning/" + t.enrolment + "/projects")
	w.fills("#start", "2026-02-03T14:00")
	w.presses(`form[action$="/sessions"] button`)
	t.later(time.Date(2026, 2, 3, 14, 50, 0, 0, time.UTC))
	w = t.mentor
	w.opens("/mentoring")
	w.opens(w.link("Inès Martin"))
	w.fills(`form[action$="/hold"] [name=notes]`, "Le journal est tenu chaque jour. À travailler : dire ce que l’on a vérifié, et pas seulement ce que l’on a fait.")
	w.presses(`form[action$="/hold"] button`)
	w.shows("session", 760, "#sessions", "The mentor meets the learner and notes it",
		"The designer named Bachir, Inès booked forty-five minutes, they met, he notes what was said: the learner, the mentor and the designers read it, nobody else.")
}

func (t *tour) handIn() {
	t.later(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC))
	v, err := t.store.Version(t.ctx, studio.VersionID(t.version))
	if err != nil {
		t.Fatal(err)
	}
	w, dir := t.learner, t.TempDir()
	w.opens("/learning/" + t.enrolment + "/projects")
	for _, d := range v.Projects[0].Deliverables {
		file := filepath.Join(dir, d.File)
		if err := os.WriteFile(file, []byte("# "+d.Title+"\n\nLundi 8 h 10 : la messagerie ne répond plus. Mesuré, noté, rétabli, vérifié.\n"), 0o644); err != nil {
			t.Fatal(err)
		}
		w.run("choose a file", chromedp.SetUploadFiles(fmt.Sprintf(`[name="file-%s"]`, d.ID), []string{file}))
	}
	w.fills(`form[enctype] textarea[name=comment]`, "Le journal couvre trois semaines ; la note a été lue par deux agents avant d’être envoyée.")
	w.presses(`form[enctype] button[type=submit]`)
	w.reads("journal.md", "note.md")
	w.shows("handed-in", 900, "#projects", "The project is handed in",
		"Files stay as they were handed in: handing in again adds a submission and takes none away. Projects go in the order of the programme.")
}

// plans asks for a defence by somebody.
func (t *tour) plans(assessor *traveller) int {
	t.Helper()
	w := t.designer
	w.opens("/campus/assessment")
	form := fmt.Sprintf("plan-%s-%s", t.enrolment, v1(t))
	w.fills(fmt.Sprintf(`[id="s-%s"]`, form), "2026-03-09T10:00", fmt.Sprintf(`[id="a-%s"]`, form), assessor.account.Email)
	return w.sends(fmt.Sprintf(`form:has([id="s-%s"]) button`, form))
}

// v1 is the project's ID in the published version.
func v1(t *tour) string {
	t.Helper()
	v, err := t.store.Version(t.ctx, studio.VersionID(t.version))
	if err != nil {
		t.Fatal(err)
	}
	return v.Projects[0].ID
}

func (t *tour) defend() {
	w := t.designer
	w.refused(t.plans(t.mentor), 403, "mentor")
	w.shows("mentor", 800, "#waiting", "Refused: the mentor as assessor",
		"Camille names Bachir to assess the defence. Whoever accompanied a learner does not judge them: the rule stands in the domain, so no page, program or command gets round it.")
	if status := t.plans(t.assessor); status != 200 {
		t.Fatalf("an assessor cannot be named: %d\n%s", status, w.text())
	}
	t.later(time.Date(2026, 3, 9, 10, 40, 0, 0, time.UTC))
	w = t.assessor
	w.opens("/defences")
	w.presses(`main tbody a[href^="/defences/"]`)
	t.defence = w.id("/defences/")
	w.presses(`form[action$="/hold"] button`)
	for _, field := range eval[[]string](w, `[...document.querySelectorAll('form[action$="/decide"] select')].map(n => n.name)`) {
		w.fills(fmt.Sprintf(`select[name=%q]`, field), string(campus.Acquired))
	}
	for _, field := range eval[[]string](w, `[...document.querySelectorAll('form[action$="/decide"] textarea')].map(n => n.name)`) {
		w.fills(fmt.Sprintf(`textarea[name=%q]`, field), "Montré au journal du 16 février et redit à l’oral, avec les mesures à l’appui.")
	}
	w.ticks(fmt.Sprintf(`input[name=outcome][value=%q]`, campus.Validated), `input[name=sure]`)
	w.shows("rubric", 1100, "#rubric", "The assessor fills in the rubric",
		"Sophie heard the defence. Line by line, then competency by competency, with what she saw; the outcome has to follow from the levels: validated, conditional with two days to mend, or to be reworked.")
	w.presses(`form[action$="/decide"] button[type=submit]`)
}

func (t *tour) judge() {
	w := t.designer
	w.opens("/campus/assessment")
	w.fills("#jury-start", "2026-03-16T09:00", "#place", "Salle du conseil", "#president", t.juror.account.Email, "#jurors", t.expert.account.Email)
	w.presses(`form[action="/campus/juries"] button`)
	t.later(time.Date(2026, 3, 16, 9, 5, 0, 0, time.UTC))

	w = t.juror
	w.opens("/juries")
	w.presses(`main tbody a[href^="/juries/"]`)
	t.jury = w.id("/juries/")
	w.ticks(fmt.Sprintf(`input[name=present][value=%q]`, t.juror.account.ID))
	w.refused(w.sends(`form[action$="/open"] button`), 409, "quorum")
	w.shows("quorum", 960, "", "Refused: a jury without quorum",
		"Henri presides and is alone in the room. Two members at least, more than half of those convened, and the president: fewer decide nothing.")
	w.ticks(fmt.Sprintf(`input[name=present][value=%q]`, t.expert.account.ID)) // the president is ticked as before
	w.presses(`form[action$="/open"] button`)
	w.presses(`#candidates + .scroll a`)
	w.shows("deliberation", 760, "#deliberation", "The jury decides bloc by bloc",
		"With Léa there the session opens. The page proposes what follows from the defences; the jury decides each bloc, and says why when it decides otherwise.")
	w.presses(fmt.Sprintf(`form[action$="/decide/%s"] button`, t.enrolment))
	t.noDiploma("before the session is closed")
	w.opens("/juries/" + t.jury)
	w.presses(`form[action$="/close"] button`)
	t.noDiploma("before anybody has signed")
	w.ticks(`input[name=sure]`)
	w.presses(`form[action$="/sign"] button`)
	t.noDiploma("before everybody has signed")
	w.shows("minutes", 1150, "#minutes", "Minutes, signed by all who were there",
		"The minutes are written from what was decided and carry a hash; each signature is on that hash. Until the last one there is no decision, and without a decision there is no diploma: "+
			"the program asked to issue what is due issues nothing.")
	t.expert.opens("/juries/" + t.jury)
	t.expert.ticks(`input[name=sure]`)
	t.expert.presses(`form[action$="/sign"] button`)
	given, err := t.store.DiplomasOf(t.ctx, t.learner.account.ID)
	if err != nil || len(given) != 1 {
		t.Fatalf("after the last signature the diplomas are %+v, %v", given, err)
	}
	t.diploma, t.number = string(given[0].ID), given[0].Number
}

// noDiploma checks that none is issued while there is no decision.
func (t *tour) noDiploma(when string) {
	t.Helper()
	t.must("diploma", "issue")
	if given, n, err := t.store.Diplomas(t.ctx, 10, 0); err != nil || n != 0 {
		t.Errorf("%s there are diplomas: %+v, %v", when, given, err)
	}
	if _, err := t.store.DiplomaOfDecision(t.ctx, campus.DecisionID(t.jury)); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("%s a diploma is found by a decision: %v", when, err)
	}
}

// verifies sends a credential to be verified.
func (w *traveller) verifies(file string) {
	w.t.Helper()
	w.opens("/verify")
	w.run("choose a file", chromedp.SetUploadFiles("#file", []string{file}))
	if status := w.sends(`form[action="/verify"] button`); status != 200 {
		w.t.Fatalf("verification answers %d\n%s", status, w.text())
	}
}

func (t *tour) verify() {
	w := t.learner
	w.opens("/me")
	w.opens(w.link("Exploiter et dépanner"))
	w = t.stranger
	w.opens("/diplomas/" + t.diploma)
	w.reads("Inès Martin")
	w.shows("diploma", 1000, "", "The diploma",
		"Issued with the last signature, as an Open Badge 3.0 signed by the school. A stranger who was given the address sees what was examined and by how many people.")
	credential := eval[string](w, fmt.Sprintf(`fetch("/diplomas/%s/credential.json").then(r => r.text())`, t.diploma))
	dir := t.TempDir()
	file, forged := filepath.Join(dir, "diploma.json"), filepath.Join(dir, "forged.json")
	for path, text := range map[string]string{file: credential, forged: strings.ReplaceAll(credential, "Inès Martin", "Zoé Martin")} {
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	w.verifies(file)
	w.reads("Inès Martin")
	w.shows("verified", 900, "", "A stranger verifies it",
		"From the file alone: signature, issuer, dates, revocation and the register, each check with what was found. Any other verifier of Open Badges comes to the same; no account is needed.")
	w.verifies(forged)
	if strings.Contains(w.text(), "Zoé Martin") {
		t.Errorf("the page repeats what a forged credential says:\n%s", w.text())
	}
	w.shows("forged", 900, "", "Refused: a changed name",
		"One name changed in the file, and the signature does not hold. The page does not repeat what the file claims.")
	if out := t.must("verify", file); !strings.Contains(out, "genuine") || !strings.Contains(out, "Inès Martin") {
		t.Errorf("filiere verify says:\n%s", out)
	}
	if out, err := t.command("en", "verify", forged); err == nil || strings.Contains(out, "Zoé") {
		t.Errorf("filiere verify takes a forged credential:\n%s", out)
	}
}

func (t *tour) tellOutcome() {
	t.later(time.Date(2026, 9, 21, 9, 0, 0, 0, time.UTC))
	if n, err := t.p.askGraduates(t.ctx, t.store); err != nil || n != 1 {
		t.Fatalf("six months later %d graduates are asked, %v", n, err)
	}
	w := t.visitor() // from wherever the graduate reads their mail
	w.opens(t.mailed(t.learner.account.Email, "/outcome/"))
	w.ticks("input[name=works][value=yes]")
	w.fills("#words", "technicien informatique", "#area", "dep-69")
	w.presses(".sign form button")
	w.ticks("input[name=occupation]")
	w.shows("outcome", 900, "", "Six months later",
		"A message asks Inès what became of her; its link needs no account. She says in her own words what she works as and where, and picks the occupation they mean. Numbers are published from five answers on.")
	w.presses(".sign form button")
}

func (t *tour) report() {
	w := t.analyst
	w.opens("/mission/plan")
	w.ticks(`form[action$="/reports"] input[name=confirm]`)
	w.presses(`form[action$="/reports"] button`)
	w = t.stranger
	w.opens("/mission/reports/2026")
	w.reads("Ouvrir un parcours d’exploitation informatique")
	w.shows("report", 1420, "", "The report",
		"Was the promise kept? The report of the year is computed by named queries, says what was aimed at and what came of it, and is frozen with a hash of each figure: the same page, PDF, Markdown and JSON for everybody.")
}

func (t *tour) followThread() {
	w := t.stranger
	w.opens("/thread/" + t.diploma)
	w.reads("Exploiter et dépanner")
	w.shows("thread", 1640, "", "The thread, from the diploma",
		"Each step left what it led to: from the diploma back to the decision, the enrolment, the version, the programme and the alert with its figures, and on to what became of the graduate, with dates and the days between.")
	w.opens("/thread/" + t.alert)
	w.reads("Exploiter et dépanner")
	w.shows("thread-alert", 1620, "", "… and from the alert",
		"The same from the other end: what came of a shortage that was noticed, and how long it took.")
}
