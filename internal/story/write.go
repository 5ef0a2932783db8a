package story

import (
	"context"
	"fmt"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// writer is the working group at work on one programme.
type writer struct {
	*Teller
	programme studio.ProgrammeID
	design    design
	ids       map[string]string // of items and deliverables: from the design's to the programme's
}

// write takes the programme from its brief to its first version.
func (w *writer) write(ctx context.Context) (studio.Version, error) {
	if err := w.invite(ctx); err != nil {
		return studio.Version{}, fmt.Errorf("invite: %w", err)
	}
	if err := w.propose(ctx); err != nil {
		return studio.Version{}, fmt.Errorf("propose: %w", err)
	}
	if err := w.approve(ctx); err != nil {
		return studio.Version{}, fmt.Errorf("approve: %w", err)
	}
	if err := w.projects(ctx); err != nil {
		return studio.Version{}, fmt.Errorf("write projects: %w", err)
	}
	return w.publish(ctx)
}

func (w *writer) invite(ctx context.Context) error {
	w.on(408, 15)
	expert, err := w.who(ctx, "expert")
	if err != nil {
		return err
	}
	_, err = w.School.InviteExpert(ctx, people.By(w.cast["designer"].ID), w.programme, expert)
	return err
}

// add proposes an item unless it is there.
func (w *writer) add(ctx context.Context, by people.Actor, kind studio.ItemKind, ours, parent, wording string) error {
	p, err := w.School.Programme(ctx, w.programme)
	if err != nil {
		return err
	}
	for _, i := range p.Under(w.ids[parent]) {
		if i.Kind == kind && i.Wording == wording {
			w.ids[ours] = i.ID
			return nil
		}
	}
	i, err := w.School.AddItem(ctx, by, w.programme, kind, w.ids[parent], wording)
	w.ids[ours] = i.ID
	return err
}

// propose has designer and expert write the framework, a bloc a week.
func (w *writer) propose(ctx context.Context) error {
	designer, expert := people.By(w.cast["designer"].ID), people.By(w.cast["expert"].ID)
	for n, b := range w.design.Framework.Blocs {
		w.on(400-7*n, 10)
		if err := w.add(ctx, designer, studio.KindBloc, b.ID, "", b.Title); err != nil {
			return err
		}
		for _, a := range b.Activities {
			if err := w.add(ctx, designer, studio.KindActivity, a.ID, b.ID, a.Title); err != nil {
				return err
			}
			for _, c := range a.Competencies {
				if err := w.add(ctx, expert, studio.KindCompetency, c.ID, a.ID, c.Statement); err != nil {
					return err
				}
				for _, k := range c.Criteria {
					if err := w.add(ctx, designer, studio.KindCriterion, k.ID, c.ID, k.Statement); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// approve has both members approve every competency; the expert says a word on one of them first.
func (w *writer) approve(ctx context.Context) error {
	w.on(372, 16)
	expert := people.By(w.cast["expert"].ID)
	competencies := w.design.Framework.Competencies()
	first := w.ids[competencies[0].ID]
	said, err := w.School.Comments(ctx, w.programme, first)
	if err != nil {
		return err
	}
	if len(said) == 0 {
		_, err := w.School.CommentItem(ctx, expert, w.programme, first, "Cinq jours de relevé suffisent : au-delà, personne ne le fait.", false)
		if err != nil {
			return err
		}
	}
	for _, c := range competencies {
		for _, who := range []string{"expert", "designer"} {
			p, err := w.School.Programme(ctx, w.programme)
			if err != nil {
				return err
			}
			i, err := p.Item(w.ids[c.ID])
			if err != nil {
				return err
			}
			if err := done(w.School.ApproveItem(ctx, people.By(w.cast[who].ID), w.programme, i.ID, i.Revision)); err != nil {
				return err
			}
		}
	}
	return nil
}

// projects writes the projects the competencies are assessed by.
func (w *writer) projects(ctx context.Context) error {
	w.on(360, 10)
	for _, pr := range w.design.Projects {
		p, err := w.School.Programme(ctx, w.programme)
		if err != nil {
			return err
		}
		there := false
		for _, d := range p.Drafts {
			there = there || d.Title == pr.Title
		}
		if there {
			continue
		}
		for i, c := range pr.Competencies {
			pr.Competencies[i] = w.ids[c]
		}
		for i := range pr.Rubric {
			pr.Rubric[i].Competency = w.ids[pr.Rubric[i].Competency]
		}
		if _, err := w.School.AddProject(ctx, people.By(w.cast["designer"].ID), w.programme, pr); err != nil {
			return fmt.Errorf("%s: %w", pr.Title, err)
		}
	}
	return nil
}

// publish approves the framework and publishes.
func (w *writer) publish(ctx context.Context) (studio.Version, error) {
	designer := people.By(w.cast["designer"].ID)
	w.on(345, 10)
	p, err := w.School.Programme(ctx, w.programme)
	if err != nil {
		return studio.Version{}, err
	}
	if p.State == studio.Drafting {
		if err := w.School.StepProgramme(ctx, designer, w.programme, studio.EventApprove, p.Revision); err != nil {
			return studio.Version{}, err
		}
		if p, err = w.School.Programme(ctx, w.programme); err != nil {
			return studio.Version{}, err
		}
	}
	w.on(330, 11)
	return w.School.PublishProgramme(ctx, designer, w.programme, p.Revision)
}
