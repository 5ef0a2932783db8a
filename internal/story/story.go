package story

import (
	"context"
	"fmt"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/shop"
	"filiere/internal/studio"
)

// Teller tells the story.
type Teller struct {
	School School
	Clock  *Clock
	// Issue makes the diplomas that are due, as the registrar does.
	Issue func(ctx context.Context) error
	// Message writes the message that asks a graduate what became of them.
	Message func(a people.Account, title, secret string) people.Message

	today time.Time
	cast  map[string]people.Account
}

// person is somebody of the story. Names and addresses are invented.
type person struct {
	key, name, email string
	role             people.Role // held everywhere; "" for those whose roles are given for one object
	place            string      // the département where a learner lives
}

// cast are the people of the story, each in one part.
var cast = []person{
	{"analyst", "Camille Renaud", "camille@example.org", people.Analyst, ""},
	{"designer", "Samir Haddad", "samir@example.org", people.Designer, ""},
	{"author", "Anaïs Colin", "anais@example.org", people.Author, ""},
	{"committee", "Yves Perrin", "yves@example.org", people.Committee, ""},
	{"expert", "Élodie Marchand", "elodie@example.org", "", ""},
	{"mentor", "Marc Lefort", "marc@example.org", people.Mentor, ""},
	{"assessor", "Nadia Benali", "nadia@example.org", people.Assessor, ""},
	{"juror", "Hélène Roussel", "helene@example.org", people.Juror, ""},
	{"juror2", "Thomas Aubry", "thomas@example.org", people.Juror, ""},
	{"graduate", "Inès Bouvier", "ines@example.org", people.Learner, "dep-69"},
	{"learner1", "Paul Girard", "paul@example.org", people.Learner, "dep-42"},
	{"learner2", "Fatou Sow", "fatou@example.org", people.Learner, "dep-13"},
	{"learner3", "Lucas Morel", "lucas@example.org", people.Learner, "dep-69"},
}

// shortage is what the story answers: technicians who help people with their computers, in the country as a
// whole.
const (
	shortOccupation = "fap2009-M1Z81"
	shortArea       = "FR"
)

// Tell plays the story up to today, doing what is missing of it. It gives the alert it begins with.
func (t *Teller) Tell(ctx context.Context) (market.Alert, error) {
	t.today = t.Clock.Now().UTC().Truncate(24 * time.Hour)
	t.cast = map[string]people.Account{}
	defer t.Clock.Release()
	alert, err := t.watch(ctx)
	if err != nil {
		return alert, fmt.Errorf("play the alert: %w", err)
	}
	version, err := t.design(ctx, alert)
	if err != nil {
		return alert, fmt.Errorf("play the studio: %w", err)
	}
	path, course, err := t.openPath(ctx, version)
	if err != nil {
		return alert, fmt.Errorf("play the path: %w", err)
	}
	if err := t.graduate(ctx, version, path, course); err != nil {
		return alert, fmt.Errorf("play the graduate: %w", err)
	}
	if err := t.cohort(ctx, version, path, course); err != nil {
		return alert, fmt.Errorf("play the cohort: %w", err)
	}
	if err := t.purpose(ctx, version); err != nil {
		return alert, fmt.Errorf("play the mission: %w", err)
	}
	return alert, nil
}

// on moves the clock to some days before today, at an hour of the working day.
func (t *Teller) on(daysAgo, hour int) {
	t.Clock.Set(t.today.AddDate(0, 0, -daysAgo).Add(time.Duration(hour) * time.Hour))
}

// who finds somebody of the cast, or has them join.
func (t *Teller) who(ctx context.Context, key string) (people.Account, error) {
	if a, known := t.cast[key]; known {
		return a, nil
	}
	for _, p := range cast {
		if p.key != key {
			continue
		}
		a, err := t.School.AccountByEmail(ctx, p.email)
		if fault.CodeOf(err) == fault.NotFound && err != nil {
			a = people.Account{Email: p.email, Name: p.name, Lang: "fr"}
			if p.role != "" && p.role != people.Learner && p.role != people.Mentor && p.role != people.Assessor && p.role != people.Juror {
				a.Grants = []people.Grant{{Role: p.role}}
			}
			a, err = t.School.CreateAccount(ctx, people.ByCLI, a)
		}
		if err == nil && p.place != "" {
			err = t.School.TellPlace(ctx, a.ID, p.place)
		}
		t.cast[key] = a
		return a, err
	}
	return people.Account{}, fmt.Errorf("nobody in the story is called %q", key)
}

// by is somebody of the cast as they act.
func (t *Teller) by(ctx context.Context, key string) (people.Actor, error) {
	a, err := t.who(ctx, key)
	return people.By(a.ID), err
}

// done takes the refusal of a step that was done before for the step.
func done(err error) error {
	if fault.CodeOf(err) == fault.Conflict {
		return nil
	}
	return err
}

// watch has the analyst look for alerts, and acknowledge the one the story follows.
func (t *Teller) watch(ctx context.Context) (market.Alert, error) {
	t.on(420, 9)
	analyst, err := t.by(ctx, "analyst")
	if err != nil {
		return market.Alert{}, err
	}
	if _, err := t.School.ScanAlerts(ctx, analyst, market.PublishedRule(), market.ScanScope{}); err != nil {
		return market.Alert{}, err
	}
	found, _, err := t.School.Alerts(ctx, market.AlertFilter{Occupations: []occupationID{shortOccupation}, Area: shortArea}, 1, 0)
	if err != nil {
		return market.Alert{}, err
	}
	if len(found) == 0 {
		return market.Alert{}, fault.New(fault.NotFound, "play the story", "the figures hold no shortage of %s", shortOccupation)
	}
	if found[0].State == market.AlertOpened {
		t.on(418, 11)
		err = t.School.AcknowledgeAlert(ctx, analyst, found[0].ID)
	}
	return found[0], err
}

// design has the studio answer the alert.
func (t *Teller) design(ctx context.Context, alert market.Alert) (studio.Version, error) {
	d, err := readDesign()
	if err != nil {
		return studio.Version{}, err
	}
	id, err := t.programme(ctx, alert, d)
	if err != nil {
		return studio.Version{}, err
	}
	published, err := t.School.VersionsOf(ctx, id)
	if err != nil || len(published) > 0 {
		if err != nil {
			return studio.Version{}, err
		}
		return t.School.Version(ctx, published[len(published)-1].ID)
	}
	w := writer{Teller: t, programme: id, design: d, ids: map[string]string{}}
	return w.write(ctx)
}

// programme finds the programme that answers the alert, or opens it.
func (t *Teller) programme(ctx context.Context, alert market.Alert, d design) (studio.ProgrammeID, error) {
	t.on(412, 10)
	designer, err := t.by(ctx, "designer")
	if err != nil {
		return "", err
	}
	if alert.Programme != "" {
		return studio.ProgrammeID(alert.Programme), nil
	}
	p, err := t.School.OpenProgramme(ctx, designer, studio.Brief{Title: d.Title, Summary: d.Summary, Level: d.Level, Learners: 120}, alert.ID)
	return p.ID, err
}

// openPath brings the course in and makes the path.
func (t *Teller) openPath(ctx context.Context, v studio.Version) (campus.Path, campus.Course, error) {
	t.on(326, 14)
	course, err := Course()
	if err != nil {
		return campus.Path{}, course, err
	}
	author, err := t.by(ctx, "author")
	if err != nil {
		return campus.Path{}, course, err
	}
	if course, _, err = t.School.ImportCourse(ctx, author, course); err != nil {
		return campus.Path{}, course, err
	}
	if course, err = t.School.Course(ctx, course.ID); err != nil {
		return campus.Path{}, course, err
	}
	if err := t.sell(ctx); err != nil {
		return campus.Path{}, course, err
	}
	there, err := t.School.Paths(ctx, v.ID, "", 1)
	if err != nil || len(there) > 0 {
		return append(there, campus.Path{})[0], course, err
	}
	t.on(325, 9)
	designer, err := t.by(ctx, "designer")
	if err != nil {
		return campus.Path{}, course, err
	}
	path, err := t.School.CreatePath(ctx, designer, v.ID, v.Title, []campus.CourseID{course.ID})
	return path, course, err
}

// FirstEmail is the address of the first person of the story: a database that has them has the story.
const FirstEmail = "camille@example.org"

// sell opens the shop, with a seller that is plainly none.
func (t *Teller) sell(ctx context.Context) error {
	seller, err := t.School.Seller(ctx)
	if err == nil && seller == shop.DemoSeller() {
		return nil
	}
	return t.School.SetSeller(ctx, people.ByCLI, shop.DemoSeller())
}
