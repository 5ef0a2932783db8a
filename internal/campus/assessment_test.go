package campus_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/studio"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// version is a small published version: two blocs, two projects of three and one competency.
func version() studio.Version {
	bloc := func(id string, competencies ...string) studio.Bloc {
		a := studio.Activity{ID: "a" + id}
		for _, c := range competencies {
			a.Competencies = append(a.Competencies, studio.Competency{ID: c, Code: c, Statement: "do " + c})
		}
		return studio.Bloc{ID: id, Code: strings.ToUpper(id), Title: "Bloc " + id, Activities: []studio.Activity{a}}
	}
	project := func(id string, competencies ...string) studio.Project {
		p := studio.Project{ID: id, Code: strings.ToUpper(id), Title: "Project " + id, Competencies: competencies}
		p.Deliverables = []studio.Deliverable{{ID: id + "d1", Title: "Report", File: "report.pdf"}}
		for _, c := range competencies {
			p.Rubric = append(p.Rubric, studio.RubricLine{Competency: c, Deliverable: id + "d1", Expected: "shows " + c})
		}
		return p
	}
	return studio.Version{
		ID: "v", Number: 1, Title: "AI for all", Hash: "h",
		Framework: studio.Framework{Blocs: []studio.Bloc{bloc("b1", "c1", "c2"), bloc("b2", "c3")}},
		Projects:  []studio.Project{project("p1", "c1", "c2", "c3"), project("p2", "c3")},
	}
}

// filled fills in the rubric of a project, the same level for everything but what is told.
func filled(p studio.Project, level campus.Level, but map[string]campus.Level) campus.Assessment {
	of := func(c string) campus.Level {
		if l, ok := but[c]; ok {
			return l
		}
		return level
	}
	var a campus.Assessment
	for _, c := range p.Competencies {
		a.Competencies = append(a.Competencies, campus.CompetencyMark{Competency: c, Level: of(c), Remark: "seen"})
	}
	for _, l := range p.Rubric {
		a.Lines = append(a.Lines, campus.LineMark{Competency: l.Competency, Deliverable: l.Deliverable, Level: of(l.Competency)})
	}
	return a
}

func TestTheTablesOfAssessmentMakeSense(t *testing.T) {
	for name, err := range map[string]error{
		"session": campus.SessionMachine().Check(), "work": campus.WorkMachine().Check(),
		"defence": campus.DefenceMachine().Check(), "jury": campus.JuryMachine().Check(),
	} {
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// walk sends random events through a machine, and fails when one leads where the table does not say.
func walk[S ~string](t *rapid.T, m lifecycle.Machine[S]) {
	var events []lifecycle.Event
	for _, move := range m.Moves {
		events = append(events, move.Event)
	}
	state := m.Initial
	for range rapid.IntRange(0, 40).Draw(t, "steps") {
		e := rapid.SampledFrom(append(events, "invent")).Draw(t, "event")
		next, err := m.Next(state, e)
		listed := slices.Contains(m.Events(state), e)
		if listed != (err == nil) || !slices.Contains(m.States(), next) || (err != nil && next != state) {
			t.Fatalf("%s: %q from %q leads to %q, %v", m.Name, e, state, next, err)
		}
		state = next
	}
}

func TestRandomEventsNeverLeaveTheTables(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		walk(t, campus.SessionMachine())
		walk(t, campus.WorkMachine())
		walk(t, campus.DefenceMachine())
		walk(t, campus.JuryMachine())
	})
}

func TestASessionIsBookedAheadAndHeldWithNotes(t *testing.T) {
	s, err := campus.MentorSession{Learner: "zoe", Mentor: "ana", Start: noon.Add(time.Hour)}.Check(noon)
	if err != nil || s.Length != campus.SessionLength {
		t.Fatalf("%+v, %v", s, err)
	}
	s.State = campus.SessionBooked
	for name, start := range map[string]time.Time{"now": noon, "past": noon.Add(-time.Hour), "next year": noon.AddDate(1, 0, 0)} {
		if _, err := (campus.MentorSession{Start: start}).Check(noon); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (campus.MentorSession{Start: noon.Add(time.Hour), Length: time.Minute}).Check(noon); err == nil {
		t.Error("a session of a minute")
	}
	_, err = s.Hold("", noon.Add(2*time.Hour))
	faulty(t, fault.Invalid, err)
	_, err = s.Miss(noon)
	faulty(t, fault.Conflict, err)
	_, err = s.Hold("too early", noon.Add(-24*time.Hour))
	faulty(t, fault.Conflict, err)
	held, err := s.Hold(" They showed\r\ntheir plan. ", noon.Add(2*time.Hour))
	if err != nil || held.State != campus.SessionHeld || held.Notes != "They showed\ntheir plan." {
		t.Errorf("%+v, %v", held, err)
	}
	_, err = held.Cancel("", noon)
	faulty(t, fault.Conflict, err)
}

func TestNobodyIsInTwoSessionsAtOnce(t *testing.T) {
	at := func(mentor, learner people.AccountID, minutes int) campus.MentorSession {
		return campus.MentorSession{
			Mentor: mentor, Learner: learner, State: campus.SessionBooked,
			Start: noon.Add(time.Duration(minutes) * time.Minute), Length: campus.SessionLength,
		}
	}
	first := at("ana", "zoe", 0)
	for _, c := range []struct {
		name string
		with campus.MentorSession
		want bool
	}{
		{"the mentor with another learner", at("ana", "bob", 30), true},
		{"the learner with another mentor", at("eve", "zoe", -30), true},
		{"other people", at("eve", "bob", 0), false},
		{"right after", at("ana", "bob", 45), false},
		{"right before", at("ana", "bob", -45), false},
	} {
		if first.Overlaps(c.with) != c.want || c.with.Overlaps(first) != c.want {
			t.Errorf("%s: want %v", c.name, c.want)
		}
	}
}

func TestProjectsAreHandedInInTheirOrder(t *testing.T) {
	v := version()
	faulty(t, fault.Conflict, campus.MaySubmit(v, "p2", nil))
	if err := campus.MaySubmit(v, "p1", nil); err != nil {
		t.Error(err)
	}
	for state, want := range map[campus.WorkState]bool{
		campus.WorkOpen: true, campus.WorkSubmitted: true, campus.WorkRework: true,
		campus.WorkPlanned: false, campus.WorkConditional: false, campus.WorkFixed: false, campus.WorkValidated: false,
	} {
		err := campus.MaySubmit(v, "p2", []campus.Work{{Project: "p1", State: campus.WorkSubmitted}, {Project: "p2", State: state}})
		if (err == nil) != want {
			t.Errorf("%s: %v", state, err)
		}
	}
	faulty(t, fault.NotFound, campus.MaySubmit(v, "p3", []campus.Work{{Project: "p1", State: "validated"}, {Project: "p2", State: "validated"}}))
}

func TestASubmissionHasEveryDeliverableWithinLimits(t *testing.T) {
	p := version().Projects[0]
	report := campus.SubmittedFile{Deliverable: "p1d1", Name: "report.pdf", Size: 10}
	for _, c := range []struct {
		name  string
		files []campus.SubmittedFile
		kind  campus.SubmissionKind
		want  bool
	}{
		{"the deliverable", []campus.SubmittedFile{report}, campus.WholeWork, true},
		{"with an annex", []campus.SubmittedFile{report, {Name: "annex.csv", Size: 3}}, campus.WholeWork, true},
		{"nothing", nil, campus.WholeWork, false},
		{"only an annex", []campus.SubmittedFile{{Name: "annex.csv", Size: 3}}, campus.WholeWork, false},
		{"a fix of one file", []campus.SubmittedFile{{Name: "annex.csv", Size: 3}}, campus.Fix, true},
		{"a file for nothing", []campus.SubmittedFile{report, {Deliverable: "p2d1", Name: "a.pdf", Size: 3}}, campus.WholeWork, false},
		{"an empty file", []campus.SubmittedFile{{Deliverable: "p1d1", Name: "report.pdf"}}, campus.WholeWork, false},
		{"a huge file", []campus.SubmittedFile{{Deliverable: "p1d1", Name: "r.pdf", Size: campus.MaxFile + 1}}, campus.WholeWork, false},
		{"too much in all", []campus.SubmittedFile{
			report, {Name: "1", Size: campus.MaxFile}, {Name: "2", Size: campus.MaxFile}, {Name: "3", Size: campus.MaxFile},
		}, campus.WholeWork, false},
		{"the same name twice", []campus.SubmittedFile{report, {Name: "REPORT.pdf", Size: 1}}, campus.WholeWork, false},
	} {
		_, err := campus.Submission{Kind: c.kind, Files: c.files}.Check(p)
		if (err == nil) != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAFileNameIsOneName(t *testing.T) {
	for name, want := range map[string]bool{
		"report.pdf": true, "Compte rendu n° 2.docx": true, "données.csv": true,
		"": false, ".": false, "..": false, ".htaccess": false, "a/b": false, `a\b`: false, "../../etc/passwd": false,
		"a\x00b": false, "a\nb": false, "fdp\u202etxt.exe": false, " a": false, "a\xff": false, `a"b`: false, strings.Repeat("a", 121): false,
	} {
		if err := campus.CheckFileName(name); (err == nil) != want {
			t.Errorf("%q: %v", name, err)
		}
	}
}

func FuzzCheckFileName(f *testing.F) {
	f.Add("report.pdf")
	f.Add("..\\x")
	f.Fuzz(func(t *testing.T, name string) {
		if campus.CheckFileName(name) == nil && (strings.ContainsAny(name, "/\\\x00\r\n\"") || strings.HasPrefix(name, ".") || name == "") {
			t.Errorf("%q was taken for a file's name", name)
		}
	})
}

func TestTheRubricDecidesWhichOutcomesThereAre(t *testing.T) {
	p := version().Projects[0]
	for _, c := range []struct {
		name  string
		but   map[string]campus.Level
		ofFix bool
		want  []campus.Outcome
	}{
		{"all acquired", nil, false, []campus.Outcome{campus.Validated}},
		{"one beyond", map[string]campus.Level{"c1": campus.Mastered}, false, []campus.Outcome{campus.Validated}},
		{"one partly", map[string]campus.Level{"c1": campus.Partly}, false, []campus.Outcome{campus.Conditional, campus.ToRework}},
		{"two partly", map[string]campus.Level{"c1": campus.Partly, "c2": campus.Partly}, false, []campus.Outcome{campus.Conditional, campus.ToRework}},
		{"all partly", map[string]campus.Level{"c1": campus.Partly, "c2": campus.Partly, "c3": campus.Partly}, false, []campus.Outcome{campus.ToRework}},
		{"one missing", map[string]campus.Level{"c1": campus.NotShown}, false, []campus.Outcome{campus.ToRework}},
		{"one partly after a fix", map[string]campus.Level{"c1": campus.Partly}, true, []campus.Outcome{campus.ToRework}},
		{"all acquired after a fix", nil, true, []campus.Outcome{campus.Validated}},
	} {
		a, err := filled(p, campus.Acquired, c.but).Check(p)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if got := a.Outcomes(c.ofFix); !slices.Equal(got, c.want) {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

func TestARubricIsFilledInWhole(t *testing.T) {
	p := version().Projects[0]
	for name, spoil := range map[string]func(*campus.Assessment){
		"a competency left out":       func(a *campus.Assessment) { a.Competencies = a.Competencies[1:] },
		"a competency twice":          func(a *campus.Assessment) { a.Competencies[1] = a.Competencies[0] },
		"a line left out":             func(a *campus.Assessment) { a.Lines = a.Lines[1:] },
		"a line twice":                func(a *campus.Assessment) { a.Lines[1] = a.Lines[0] },
		"a level that is none":        func(a *campus.Assessment) { a.Lines[0].Level = "good" },
		"no remark":                   func(a *campus.Assessment) { a.Competencies[0].Remark = " " },
		"acquired with nothing shown": func(a *campus.Assessment) { a.Lines[0].Level = campus.NotShown },
	} {
		a := filled(p, campus.Acquired, nil)
		spoil(&a)
		_, err := a.Check(p)
		if err == nil {
			t.Errorf("%s was taken", name)
			continue
		}
		faulty(t, fault.Invalid, err)
	}
}

// TestNoWayRoundTheRubric plays whatever an assessor, a learner and a designer may try, in any order.
func TestNoWayRoundTheRubric(t *testing.T) {
	p := version().Projects[0]
	rapid.Check(t, func(t *rapid.T) {
		ties := campus.Ties{Learner: "zoe", Mentors: []people.AccountID{"mentor"}}
		w, now := campus.Work{Enrolment: "e", Project: "p1", Learner: "zoe", State: campus.WorkSubmitted}, noon
		var d campus.Defence
		held, conditional := false, false
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Duration(rapid.IntRange(0, 60).Draw(t, "hours")) * time.Hour)
			who := rapid.SampledFrom([]people.AccountID{"zoe", "mentor", "assessor", "other"}).Draw(t, "who")
			before := d
			var nd campus.Defence
			nw, err := w, error(nil)
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				nd, nw, err = campus.Plan(w, ties, who, now.Add(time.Hour), now)
				if err == nil && (who == "zoe" || who == "mentor") {
					t.Fatalf("%s assesses", who)
				}
				if err == nil {
					held, conditional = false, false
				}
			case 1:
				nd, err = d.Hold(who, now)
				held = held || err == nil
			case 2:
				level := rapid.SampledFrom(campus.Levels())
				a := filled(p, campus.Acquired, map[string]campus.Level{"c1": level.Draw(t, "c1"), "c2": level.Draw(t, "c2"), "c3": level.Draw(t, "c3")})
				o := rapid.SampledFrom([]campus.Outcome{campus.Validated, campus.Conditional, campus.ToRework, "ok"}).Draw(t, "outcome")
				nd, nw, err = d.Decide(who, p, w, a, o, now)
				if err == nil {
					if !held || who != d.Assessor {
						t.Fatalf("%s decided of a defence that is %s", who, before.State)
					}
					if o == campus.Conditional && conditional {
						t.Fatal("a condition followed on a fix")
					}
					conditional = conditional || o == campus.Conditional
				}
			case 3:
				nd, nw, err = d.Fix(w, "fix", now)
				if err == nil && now.Sub(d.DecidedAt) > campus.FixWithin {
					t.Fatalf("a fix came after %v", now.Sub(d.DecidedAt))
				}
			case 4:
				nd, nw, err = d.Lapse(w, now)
			case 5:
				nd, nw, err = d.CallOff(w, now)
			}
			if err != nil {
				continue
			}
			d, w = nd, nw
			if w.State == campus.WorkValidated {
				for _, m := range d.Assessment.Competencies {
					if !m.Level.Enough() {
						t.Fatalf("validated with %+v", m)
					}
				}
				if !held || d.State != campus.DefenceValidated || d.Assessor == "zoe" || d.Assessor == "mentor" {
					t.Fatalf("validated by %+v", d)
				}
			}
		}
	})
}

// jury is a session of three with one candidate.
func jury() campus.Jury {
	return campus.Jury{
		ID: "j", Version: "v", Start: noon.Add(24 * time.Hour), Place: "Lyon",
		Members: []campus.Member{
			{Account: "pat", Name: "Pat", President: true}, {Account: "max", Name: "Max"}, {Account: "eve", Name: "Eve\n- forged"},
		},
		Candidates: []campus.Candidate{{Enrolment: "e", Learner: "zoe", Name: "Zoé"}},
	}
}

func TestAJuryIsConvenedOfIndependentMembersWithOnePresident(t *testing.T) {
	ties := map[campus.EnrolmentID]campus.Ties{"e": {Learner: "zoe", Mentors: []people.AccountID{"ana"}, Assessors: []people.AccountID{"bob"}}}
	for _, c := range []struct {
		name  string
		spoil func(*campus.Jury)
		want  fault.Code
	}{
		{"sound", func(*campus.Jury) {}, ""},
		{"one member", func(j *campus.Jury) { j.Members = j.Members[:1] }, fault.Invalid},
		{"no president", func(j *campus.Jury) { j.Members[0].President = false }, fault.Invalid},
		{"two presidents", func(j *campus.Jury) { j.Members[1].President = true }, fault.Invalid},
		{"a member twice", func(j *campus.Jury) { j.Members[1].Account = "eve" }, fault.Invalid},
		{"the candidate", func(j *campus.Jury) { j.Members[1].Account = "zoe" }, fault.Forbidden},
		{"their mentor", func(j *campus.Jury) { j.Members[1].Account = "ana" }, fault.Forbidden},
		{"their assessor", func(j *campus.Jury) { j.Members[1].Account = "bob" }, fault.Forbidden},
		{"no candidate", func(j *campus.Jury) { j.Candidates = nil }, fault.Invalid},
		{"a candidate twice", func(j *campus.Jury) { j.Candidates = append(j.Candidates, j.Candidates[0]) }, fault.Invalid},
		{"yesterday", func(j *campus.Jury) { j.Start = noon.AddDate(0, 0, -1) }, fault.Invalid},
	} {
		j := jury()
		c.spoil(&j)
		got, err := j.Convene(ties, noon)
		if c.want == "" {
			if err != nil || got.State != campus.JuryConvened {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		faulty(t, c.want, err)
	}
}

func TestTheQuorumIsTwoMoreThanHalfAndThePresident(t *testing.T) {
	for _, c := range []struct {
		members int
		present []int // the first is the president
		want    bool
	}{
		{2, []int{0, 1}, true},
		{2, []int{0}, false},
		{3, []int{0, 1}, true},
		{3, []int{1, 2}, false},
		{4, []int{0, 1}, false},
		{4, []int{0, 1, 2}, true},
		{5, []int{1, 2, 3, 4}, false},
		{1, []int{0}, false},
	} {
		var j campus.Jury
		for i := range c.members {
			j.Members = append(j.Members, campus.Member{President: i == 0, Present: slices.Contains(c.present, i)})
		}
		if err := j.Quorum(); (err == nil) != c.want {
			t.Errorf("%v of %d: %v", c.present, c.members, err)
		}
	}
}

// TestNoDecisionWithoutQuorumAndEverySignature plays whatever members may try, in any order.
func TestNoDecisionWithoutQuorumAndEverySignature(t *testing.T) {
	v := version()
	rapid.Check(t, func(t *rapid.T) {
		j, err := jury().Convene(nil, noon)
		if err != nil {
			t.Fatal(err)
		}
		now := j.Start
		everybody := []people.AccountID{"pat", "max", "eve", "stranger"}
		who := rapid.SampledFrom(everybody)
		for range rapid.IntRange(1, 40).Draw(t, "steps") {
			now = now.Add(time.Minute)
			p := who.Draw(t, "who")
			var next campus.Jury
			switch rapid.IntRange(0, 5).Draw(t, "what") {
			case 0:
				next, err = j.Open(p, rapid.SliceOfDistinct(who, rapid.ID).Draw(t, "present"), now)
			case 1:
				blocs := []campus.BlocDecision{{Bloc: "b1", Acquired: rapid.Bool().Draw(t, "b1"), Reason: "because"}, {Bloc: "b2", Acquired: true}}
				next, err = j.Deliberate(p, v, "e", blocs)
			case 2:
				next, err = j.Close(p, v, now)
			case 3:
				next, err = j.Reopen(p)
			case 4, 5:
				next, err = j.Sign(p, rapid.SampledFrom([]string{j.MinutesHash, j.MinutesHash, "other"}).Draw(t, "hash"), now)
			}
			if err != nil {
				continue
			}
			j = next
			if len(j.Decisions()) > 0 {
				for _, m := range j.Members {
					if m.Present == m.SignedAt.IsZero() {
						t.Fatalf("decided with %+v", m)
					}
				}
				if j.Quorum() != nil || j.State != campus.JurySigned || campus.HashMinutes(j.Minutes) != j.MinutesHash {
					t.Fatalf("decided by %+v", j)
				}
			}
		}
	})
}

func TestMinutesTellEverythingAndHoldNoForgedLine(t *testing.T) {
	v, j := version(), jury()
	j, err := j.Convene(nil, noon)
	if err == nil {
		j, err = j.Open("pat", []people.AccountID{"pat", "eve"}, j.Start)
	}
	if err == nil {
		_, err = j.Close("pat", v, j.Start)
		faulty(t, fault.Conflict, err)
		j, err = j.Deliberate("eve", v, "e", []campus.BlocDecision{{Bloc: "b2", Reason: "too\n- B2: acquis"}, {Bloc: "b1", Acquired: true}})
	}
	if err == nil {
		_, err = j.Deliberate("max", v, "e", nil)
		faulty(t, fault.Forbidden, err)
		j, err = j.Close("pat", v, j.Start.Add(time.Hour))
	}
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"Pat (pat), président(e) / president, présent(e) / present", "Max (max), membre / member, absent(e) / absent",
		"- Eve - forged (eve)", "Quorum: 2 / 3", "- B1 Bloc b1: acquis / acquired\n", "- B2 Bloc b2: non acquis / not acquired: too - B2: acquis\n",
	} {
		if !strings.Contains(j.Minutes, want) {
			t.Errorf("%q is not in\n%s", want, j.Minutes)
		}
	}
	if strings.Count(j.Minutes, "\n- B2") != 1 {
		t.Error("a reason made a line of its own")
	}
	if again := fmt.Sprint(j.MinutesHash); again != campus.HashMinutes(j.Minutes) {
		t.Error("the hash is not that of the text")
	}
}

func TestABlocIsProposedWhenEachOfItsCompetenciesWasShown(t *testing.T) {
	v := version()
	d := campus.Defence{State: campus.DefenceValidated, Assessment: filled(v.Projects[0], campus.Acquired, map[string]campus.Level{"c2": campus.Partly})}
	got := campus.Propose(v, []campus.Defence{d}, nil)
	if got[0].Acquired || !got[1].Acquired {
		t.Errorf("%+v", got)
	}
	got = campus.Propose(v, nil, []campus.Decision{{Blocs: []campus.BlocDecision{{Bloc: "b1", Acquired: true}}}})
	if !got[0].Acquired || got[1].Acquired {
		t.Errorf("with a decision before: %+v", got)
	}
}
