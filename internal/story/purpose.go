package story

import (
	"context"
	"regexp"
	"time"

	"filiere/internal/mission"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/territory"
)

// occupationID spares a long name.
type occupationID = occupation.ID

// outcome asks the graduate, six months after, and has them answer the day after by the link in their mail.
func (t *Teller) outcome(ctx context.Context, v studio.Version) error {
	t.on(10, 8)
	due, err := t.School.OutcomesToAsk(ctx, 100)
	if err != nil {
		return err
	}
	graduate := t.cast["graduate"]
	for _, o := range due {
		if o.Learner != graduate.ID {
			continue
		}
		write := func(secret string) people.Message { return t.Message(graduate, v.Title, secret) }
		if err := t.School.AskOutcome(ctx, o, write); err != nil {
			return err
		}
	}
	mails, err := t.School.Mails(ctx, 1000)
	if err != nil {
		return err
	}
	t.on(9, 18)
	for _, m := range mails {
		if secret := outcomeLink.FindStringSubmatch(m.Body); m.To == graduate.Email && secret != nil {
			_, err := t.School.TellOutcome(ctx, secret[1], mission.Reply{Works: true, Occupation: shortOccupation, Area: territory.ID("dep-69")})
			return done(err)
		}
	}
	return nil
}

// outcomeLink finds the secret of the link that asks a graduate.
var outcomeLink = regexp.MustCompile(`/outcome/([A-Za-z0-9_-]+)`)

// purpose says what the school promised, and freezes last year's report.
func (t *Teller) purpose(ctx context.Context, v studio.Version) error {
	t.on(419, 9)
	committee, err := t.by(ctx, "committee")
	if err != nil {
		return err
	}
	if err := t.School.CountProgramme(ctx, committee, string(v.Programme), true); err != nil {
		return err
	}
	objectives, err := t.objectives(ctx, committee)
	if err != nil {
		return err
	}
	if err := t.targets(ctx, committee, objectives); err != nil {
		return err
	}
	if err := t.promises(ctx, committee, objectives); err != nil {
		return err
	}
	if err := t.recommendation(ctx, committee); err != nil {
		return err
	}
	last := t.today.Year() - 1
	t.Clock.Set(time.Date(t.today.Year(), time.January, 15, 10, 0, 0, 0, time.UTC))
	if t.Clock.Now().After(t.today) {
		t.Clock.Set(t.today.Add(10 * time.Hour))
	}
	_, err = t.School.FreezeReport(ctx, committee, last)
	return err
}

func (t *Teller) objectives(ctx context.Context, by people.Actor) ([]mission.Objective, error) {
	var out []mission.Objective
	for _, o := range []mission.Objective{
		{Title: "Former aux métiers qui manquent", Text: "Concevoir, avec celles et ceux qui exercent ces métiers, des formations qui répondent aux pénuries constatées, bassin par bassin, et le faire assez vite pour que la réponse serve."},
		{Title: "Former 1 % de la population à l'intelligence artificielle", Text: "Donner à une personne sur cent, dans chaque département, une maîtrise suffisante de l'intelligence artificielle pour s'en servir au travail sans dommage pour les autres."},
		{Title: "Rendre des comptes", Text: "Publier chaque année ce qui a été promis, tenu, manqué, et ce que sont devenus les diplômés."},
	} {
		kept, err := t.School.AddObjective(ctx, by, o)
		if err != nil {
			return nil, err
		}
		out = append(out, kept)
	}
	return out, nil
}

// targets sets what last year's and this year's indicators should reach; those of a frozen year stand.
func (t *Teller) targets(ctx context.Context, by people.Actor, objectives []mission.Objective) error {
	for _, year := range []int{t.today.Year() - 1, t.today.Year()} {
		for _, target := range []mission.Target{
			{Indicator: mission.LeadTime, Objective: objectives[0].ID, Value: 90},
			{Indicator: mission.AlertsAnswered, Objective: objectives[0].ID, Value: 5},
			{Indicator: mission.OnTimeShare, Objective: objectives[0].ID, Value: 80},
			{Indicator: mission.TrainedInAI, Objective: objectives[1].ID, Value: mission.StandingShare},
			{Indicator: mission.Working, Objective: objectives[2].ID, Value: 70},
		} {
			target.Year = year
			if err := done(t.School.SetTarget(ctx, by, target)); err != nil {
				return err
			}
		}
	}
	return nil
}

// promises puts the roadmap down a year ago: one kept, one late, one to come.
func (t *Teller) promises(ctx context.Context, by people.Actor, objectives []mission.Objective) error {
	for _, p := range []struct {
		title        string
		objective    int
		due, settled int // days ago; settled 0: not
	}{
		{"Publier un premier programme", 0, 320, 330},
		{"Ouvrir le cours d'IA à toutes et tous", 1, 325, 326},
		{"Nommer un deuxième jury, hors de Lyon", 0, 60, 0},
		{"Interroger les premiers diplômés", 2, -40, 0},
	} {
		t.on(419, 10)
		kept, err := t.School.Promise(ctx, by, mission.Promise{
			Objective: objectives[p.objective].ID, Title: p.title, DueOn: t.today.AddDate(0, 0, -p.due),
		})
		if err != nil {
			return err
		}
		if p.settled == 0 {
			continue
		}
		t.on(p.settled, 12)
		if err := done(t.School.SettlePromise(ctx, by, kept.ID, mission.Keep, "")); err != nil {
			return err
		}
	}
	return nil
}

func (t *Teller) recommendation(ctx context.Context, by people.Actor) error {
	t.on(200, 15)
	r, err := t.School.Recommend(ctx, by, "Dire, département par département, combien de personnes ont été formées, et publier ce nombre même quand il est petit, sans jamais permettre de reconnaître quelqu'un.")
	if err != nil {
		return err
	}
	t.on(150, 11)
	return done(t.School.AnswerRecommendation(ctx, by, r.ID, mission.TakeUp, "Le décompte par département est publié ; au-dessous de cinq personnes il est masqué."))
}
