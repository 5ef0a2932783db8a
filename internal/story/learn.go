package story

import (
	"context"
	"fmt"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// learner is somebody on the path.
type learner struct {
	*Teller
	version   studio.Version
	course    campus.Course
	account   people.Account
	enrolment campus.Enrolment
}

// enrol has somebody begin the path, with a mentor three days later.
func (t *Teller) enrol(ctx context.Context, key string, daysAgo int, v studio.Version, path campus.Path, course campus.Course) (learner, error) {
	l := learner{Teller: t, version: v, course: course}
	t.on(daysAgo, 20)
	var err error
	if l.account, err = t.who(ctx, key); err != nil {
		return l, err
	}
	had, err := t.School.EnrolmentsOf(ctx, l.account.ID)
	if err != nil {
		return l, err
	}
	for _, e := range had {
		if e.Path == path.ID {
			l.enrolment = e
		}
	}
	if l.enrolment.ID == "" {
		if l.enrolment, err = t.School.Enrol(ctx, people.By(l.account.ID), path.ID, l.account.ID); err != nil {
			return l, err
		}
	}
	t.on(daysAgo-3, 9)
	designer, err := t.by(ctx, "designer")
	if err != nil {
		return l, err
	}
	mentor, err := t.who(ctx, "mentor")
	if err != nil {
		return l, err
	}
	named, err := t.School.MentorOf(ctx, l.enrolment.ID)
	if err != nil || named != "" || l.enrolment.MayLearn() != nil {
		return l, err
	}
	return l, t.School.NameMentor(ctx, designer, l.enrolment.ID, mentor.ID)
}

// read reads the first parts of the course and answers their quizzes, the last one with a mistake.
func (l learner) read(ctx context.Context, parts, daysAgo int) error {
	if l.enrolment.MayLearn() != nil {
		return nil // it is over
	}
	for n, part := range l.course.Parts[:min(parts, len(l.course.Parts))] {
		l.on(daysAgo-4*n, 19)
		for _, c := range part.Chapters {
			if err := l.School.MarkRead(ctx, l.enrolment.ID, l.course.ID, part.Slug, c.Slug); err != nil {
				return err
			}
		}
		if part.Quiz == nil {
			continue
		}
		answers := right(*part.Quiz)
		if n == parts-1 {
			answers[0] = []int{0}
		}
		if _, _, err := l.School.AnswerQuiz(ctx, l.enrolment.ID, l.course.ID, part.Slug, answers); err != nil {
			return err
		}
	}
	return nil
}

// right are the right answers of a quiz.
func right(q campus.Quiz) campus.Answers {
	var out campus.Answers
	for _, question := range q.Questions {
		var chosen []int
		for i, o := range question.Options {
			if o.Right {
				chosen = append(chosen, i)
			}
		}
		out = append(out, chosen)
	}
	return out
}

// meet books the nth session and has the mentor note it.
func (l learner) meet(ctx context.Context, nth, daysAgo int, notes string) error {
	had, err := l.School.MentorSessions(ctx, l.enrolment.ID, 100)
	if err != nil {
		return err
	}
	for _, s := range had {
		if s.State == campus.SessionBooked {
			return l.hold(ctx, s, notes)
		}
	}
	if len(had) >= nth {
		return nil
	}
	l.on(daysAgo+2, 12)
	s, err := l.book(ctx, l.today.AddDate(0, 0, -daysAgo).Add(17*time.Hour))
	if err != nil {
		return err
	}
	return l.hold(ctx, s, notes)
}

// book books the first hour from start at which the mentor is free.
func (l learner) book(ctx context.Context, start time.Time) (s campus.MentorSession, err error) {
	for hour := range 6 {
		s, err = l.School.BookSession(ctx, people.By(l.account.ID), l.enrolment.ID, start.Add(time.Duration(hour)*time.Hour), campus.SessionLength)
		if fault.CodeOf(err) != fault.Conflict {
			break
		}
	}
	return s, err
}

func (l learner) hold(ctx context.Context, s campus.MentorSession, notes string) error {
	l.Clock.Set(s.End())
	return l.School.HoldSession(ctx, people.By(s.Mentor), l.enrolment.ID, s.ID, notes)
}

// defend hands a project in and defends it, from wherever it stands. marks are the levels by place among the
// project's competencies; nil only hands it in.
func (l learner) defend(ctx context.Context, project studio.Project, daysAgo int, marks []campus.Level) error {
	works, err := l.School.Works(ctx, l.enrolment.ID)
	if err != nil {
		return err
	}
	state := campus.WorkOpen
	for _, w := range works {
		if w.Project == project.ID {
			state = w.State
		}
	}
	if state == campus.WorkOpen {
		if err := l.submit(ctx, project, daysAgo); err != nil {
			return fmt.Errorf("submit %s: %w", project.Code, err)
		}
		state = campus.WorkSubmitted
	}
	if marks == nil {
		return nil
	}
	if state == campus.WorkSubmitted {
		if err := l.plan(ctx, project, daysAgo); err != nil {
			return fmt.Errorf("plan the defence of %s: %w", project.Code, err)
		}
	}
	if err := l.assess(ctx, project, marks); err != nil {
		return fmt.Errorf("assess %s: %w", project.Code, err)
	}
	return nil
}

func (l learner) submit(ctx context.Context, project studio.Project, daysAgo int) error {
	l.on(daysAgo, 21)
	sub := campus.Submission{Enrolment: l.enrolment.ID, Project: project.ID, Learner: l.account.ID, Comment: "Voici mes livrables."}
	for _, d := range project.Deliverables {
		sub.Files = append(sub.Files, campus.SubmittedFile{Deliverable: d.ID, Name: d.File, Content: deliverable(d)})
	}
	_, err := l.School.Submit(ctx, people.By(l.account.ID), sub)
	return err
}

// plan names the assessor and a day six days after the project was handed in.
func (l learner) plan(ctx context.Context, project studio.Project, daysAgo int) error {
	l.on(daysAgo-2, 9)
	assessor, err := l.who(ctx, "assessor")
	if err != nil {
		return err
	}
	start := l.today.AddDate(0, 0, -daysAgo+6).Add(14 * time.Hour)
	_, err = l.School.PlanDefence(ctx, people.By(l.cast["designer"].ID), l.enrolment.ID, project.ID, assessor.ID, start)
	return err
}

// assess has the assessor hold and decide the defence of a project that has one to come.
func (l learner) assess(ctx context.Context, project studio.Project, marks []campus.Level) error {
	all, err := l.School.DefencesOf(ctx, l.enrolment.ID)
	if err != nil {
		return err
	}
	for _, d := range all {
		if d.Project != project.ID {
			continue
		}
		l.Clock.Set(d.Start.Add(campus.DefenceLength))
		if d.State == campus.DefencePlanned {
			if err := l.School.HoldDefence(ctx, d.Assessor, d.ID); err != nil {
				return err
			}
			d.State = campus.DefenceHeld
		}
		if d.State != campus.DefenceHeld {
			continue
		}
		a := assessment(project, marks)
		if err := l.School.DecideDefence(ctx, d.Assessor, d.ID, a, a.Outcomes(false)[0]); err != nil {
			return err
		}
	}
	return nil
}

// deliverable is a small file such as a learner would hand in.
func deliverable(d studio.Deliverable) []byte {
	return []byte("# " + d.Title + "\n\nCe fichier de démonstration tient la place d'un vrai livrable.\n")
}

// assessment fills in the rubric: a level for each competency, and the same for its lines.
func assessment(p studio.Project, marks []campus.Level) campus.Assessment {
	var a campus.Assessment
	level := map[string]campus.Level{}
	for i, c := range p.Competencies {
		level[c] = marks[i%len(marks)]
		a.Competencies = append(a.Competencies, campus.CompetencyMark{Competency: c, Level: level[c], Remark: remark[level[c]]})
	}
	for _, r := range p.Rubric {
		a.Lines = append(a.Lines, campus.LineMark{Competency: r.Competency, Deliverable: r.Deliverable, Level: level[r.Competency]})
	}
	return a
}

// remark is what the assessor says of a level.
var remark = map[campus.Level]string{
	campus.Acquired: "Conforme à l'attendu ; la démarche est expliquée et les choix sont assumés.",
	campus.Mastered: "Au-delà de l'attendu : la vérification est exemplaire et pourrait servir de modèle à l'équipe.",
	campus.Partly:   "L'essentiel y est, mais le seuil d'arrêt n'était pas écrit avant la mesure : à compléter sous 48 heures.",
}

// graduate takes one learner the whole way, from enrolment to an outcome.
func (t *Teller) graduate(ctx context.Context, v studio.Version, path campus.Path, course campus.Course) error {
	l, err := t.enrol(ctx, "graduate", 322, v, path, course)
	if err != nil {
		return err
	}
	if err := l.read(ctx, len(course.Parts), 318); err != nil {
		return err
	}
	for n, daysAgo := range []int{315, 294, 273, 245} {
		if err := l.meet(ctx, n+1, daysAgo, meetings[n]); err != nil {
			return err
		}
	}
	acquired, mastered := campus.Acquired, campus.Mastered
	for n, project := range v.Projects {
		if err := l.defend(ctx, project, 300-28*n, []campus.Level{acquired, mastered, acquired}); err != nil {
			return err
		}
	}
	if err := t.judge(ctx, l); err != nil {
		return err
	}
	if err := t.Issue(ctx); err != nil {
		return err
	}
	return t.outcome(ctx, v)
}

// meetings are what the mentor noted.
var meetings = []string{
	"Premier rendez-vous. Inès choisit le classement des demandes de stage, qu'elle fait chaque lundi. Prochaine étape : cinq jours de relevé.",
	"Relevé fait. La consigne est bonne, la vérification trop rapide : nous avons trouvé deux omissions ensemble. Elle refait le tirage.",
	"Essai de quatre semaines cadré avec sa cheffe de service ; le seuil d'arrêt est écrit. Attention au temps de vérification.",
	"Séance avec les collègues préparée. Répétition de la soutenance : parler moins de l'outil, davantage des personnes.",
}

// judge has a jury decide of the graduate.
func (t *Teller) judge(ctx context.Context, l learner) error {
	decided, err := t.School.DecisionsOf(ctx, l.enrolment.ID)
	if err != nil || len(decided) > 0 {
		return err
	}
	j, err := t.convene(ctx, l)
	if err != nil {
		return err
	}
	president, second := t.cast["juror"].ID, t.cast["juror2"].ID
	t.Clock.Set(j.Start)
	if j.State == campus.JuryConvened {
		if err := t.School.OpenJury(ctx, president, j.ID, []people.AccountID{president, second}); err != nil {
			return err
		}
	}
	if j, err = t.School.Jury(ctx, j.ID); err != nil {
		return err
	}
	t.Clock.Set(j.Start.Add(40 * time.Minute))
	if j.State == campus.JurySitting {
		defences, err := t.School.DefencesOf(ctx, l.enrolment.ID)
		if err != nil {
			return err
		}
		if err := t.School.Deliberate(ctx, president, j.ID, l.enrolment.ID, campus.Propose(l.version, defences, nil)); err != nil {
			return err
		}
		if err := t.School.CloseJury(ctx, president, j.ID); err != nil {
			return err
		}
	}
	if j, err = t.School.Jury(ctx, j.ID); err != nil {
		return err
	}
	for _, who := range []people.AccountID{president, second} {
		if m, _ := j.Member(who); m.SignedAt.IsZero() {
			if err := t.School.SignMinutes(ctx, who, j.ID, j.MinutesHash); err != nil {
				return err
			}
		}
	}
	return nil
}

// convene finds the jury that judges a learner, or convenes it.
func (t *Teller) convene(ctx context.Context, l learner) (campus.Jury, error) {
	var members []campus.Member
	for _, key := range []string{"juror", "juror2"} {
		a, err := t.who(ctx, key)
		if err != nil {
			return campus.Jury{}, err
		}
		members = append(members, campus.Member{Account: a.ID, President: key == "juror"})
	}
	all, err := t.School.Juries(ctx, 100)
	if err != nil {
		return campus.Jury{}, err
	}
	for _, line := range all {
		j, err := t.School.Jury(ctx, line.ID) // the list leaves members and candidates out
		if err != nil {
			return j, err
		}
		for _, c := range j.Candidates {
			if c.Enrolment == l.enrolment.ID && j.State != campus.JuryCancelled {
				return j, nil
			}
		}
	}
	t.on(207, 10)
	return t.School.Convene(ctx, people.By(t.cast["designer"].ID), campus.Jury{
		Version: l.version.ID, Start: t.today.AddDate(0, 0, -200).Add(9 * time.Hour), Place: "Lyon, salle du conseil",
		Members: members, Candidates: []campus.Candidate{{Enrolment: l.enrolment.ID}},
	})
}

// cohort puts three learners in mid-path.
func (t *Teller) cohort(ctx context.Context, v studio.Version, path campus.Path, course campus.Course) error {
	for n, key := range []string{"learner1", "learner2", "learner3"} {
		l, err := t.enrol(ctx, key, 70-2*n, v, path, course)
		if err != nil {
			return err
		}
		if err := l.read(ctx, 4-n, 64); err != nil {
			return err
		}
		if err := l.meet(ctx, 1, 58-n, "Premier rendez-vous : la tâche est choisie, le relevé commence lundi."); err != nil {
			return err
		}
		if n < 2 {
			if err := l.defend(ctx, v.Projects[0], 45-n, []campus.Level{campus.Acquired}); err != nil {
				return err
			}
		}
		if n == 0 {
			if err := l.defend(ctx, v.Projects[1], 5, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
