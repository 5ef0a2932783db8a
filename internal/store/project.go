package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// readProjects reads the projects of a programme in order.
func readProjects(ctx context.Context, from asker, id studio.ProgrammeID) ([]studio.ProjectDraft, error) {
	return ask(ctx, from, "projects", func(row scanner) (studio.ProjectDraft, error) {
		var d studio.ProjectDraft
		var content string
		if err := row.Scan(&d.ID, &d.Place, &content, &d.Revision, moment{&d.EditedAt}, &d.EditedBy); err != nil {
			return d, err
		}
		own := d.ID
		err := json.Unmarshal([]byte(content), &d.Project)
		d.ID = own
		return d, err
	}, `SELECT id, place, content, revision, edited_at, edited_by FROM project WHERE programme_id = $1 ORDER BY place, id`, id)
}

// AddProject writes a new project, the last of its programme. Its deliverables are given IDs; its rubric may
// name them by what the caller calls them.
//
// Errors: Invalid at a field; NotFound; Conflict when the programme is not open, has too many, or one of the
// same title.
func (s *Store) AddProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, pr studio.Project) (studio.Project, error) {
	project, err := newID()
	if err != nil {
		return pr, err
	}
	pr.ID = project
	return pr, s.changeProgramme(ctx, by, "programme.project.add", id, func(tx *sql.Tx, p studio.Programme) error {
		if pr, err = checkProject(p, pr); err != nil {
			return err
		}
		if err := p.CheckAddingProject(pr.Title); err != nil {
			return err
		}
		place := 1
		for _, d := range p.Drafts {
			place = max(place, d.Place+1)
		}
		content, err := json.Marshal(pr)
		if err != nil {
			return fmt.Errorf("write project: %w", err)
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO project (id, programme_id, place, content, revision, edited_at, edited_by)
			VALUES ($1, $2, $3, $4, 1, $5, $6)`, pr.ID, id, place, string(content), at(s.stamp()), by)
		if err != nil {
			return fmt.Errorf("write project: %w", err)
		}
		return nil
	}, "project", project)
}

// checkProject gives deliverables the project did not have their IDs and checks a project. IDs are ours:
// files handed in are kept by them.
func checkProject(p studio.Programme, pr studio.Project) (studio.Project, error) {
	before, _ := p.Draft(pr.ID) // none: every deliverable is new
	pr.Deliverables, pr.Rubric = slices.Clone(pr.Deliverables), slices.Clone(pr.Rubric)
	named := map[string]string{}
	for i, d := range pr.Deliverables {
		if slices.ContainsFunc(before.Deliverables, func(b studio.Deliverable) bool { return b.ID == d.ID }) {
			continue
		}
		id, err := newID()
		if err != nil {
			return pr, err
		}
		if d.ID != "" && named[d.ID] != "" {
			id = named[d.ID] // named twice: CheckDraft refuses it
		}
		named[d.ID], pr.Deliverables[i].ID = id, id
	}
	for i, l := range pr.Rubric {
		if id := named[l.Deliverable]; id != "" && l.Deliverable != "" {
			pr.Rubric[i].Deliverable = id
		}
	}
	return pr.CheckDraft(p.Knows())
}

// changeProject does something to a project as it stands, unless it was changed since revision seen.
func (s *Store) changeProject(ctx context.Context, by people.Actor, action string, id studio.ProgrammeID, project string, seen int,
	f func(tx *sql.Tx, p studio.Programme, d studio.ProjectDraft) error,
) error {
	return s.changeProgramme(ctx, by, action, id, func(tx *sql.Tx, p studio.Programme) error {
		if err := p.CheckOpen(); err != nil {
			return err
		}
		d, err := p.Draft(project)
		if err != nil {
			return err
		}
		if err := studio.CheckRevision(d.Revision, seen); err != nil {
			return err
		}
		return f(tx, p, d)
	}, "project", project)
}

// EditProject writes a project anew.
//
// Errors: Invalid at a field; NotFound; Conflict when it was changed since revision seen, or the programme
// is not open.
func (s *Store) EditProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, pr studio.Project, seen int) error {
	return s.changeProject(ctx, by, "programme.project.edit", id, pr.ID, seen, func(tx *sql.Tx, p studio.Programme, _ studio.ProjectDraft) error {
		pr, err := checkProject(p, pr)
		if err != nil {
			return err
		}
		content, err := json.Marshal(pr)
		if err != nil {
			return fmt.Errorf("write project: %w", err)
		}
		_, err = tx.ExecContext(ctx, `UPDATE project SET content = $1, revision = revision + 1, edited_at = $2, edited_by = $3 WHERE id = $4`,
			string(content), at(s.stamp()), by, pr.ID)
		if err != nil {
			return fmt.Errorf("write project: %w", err)
		}
		return nil
	})
}

// MoveProject puts a project at a place, the first being 0. Errors: those of EditProject.
func (s *Store) MoveProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, project string, place, seen int) error {
	return s.changeProject(ctx, by, "programme.project.move", id, project, seen, func(tx *sql.Tx, p studio.Programme, d studio.ProjectDraft) error {
		rest := slices.DeleteFunc(slices.Clone(p.Drafts), func(o studio.ProjectDraft) bool { return o.ID == project })
		rest = slices.Insert(rest, min(max(place, 0), len(rest)), d)
		for n, o := range rest {
			if _, err := tx.ExecContext(ctx, `UPDATE project SET place = $1 WHERE id = $2`, n+1, o.ID); err != nil {
				return fmt.Errorf("move project: %w", err)
			}
		}
		return nil
	})
}

// DeleteProject takes a project out of its programme. Errors: those of EditProject.
func (s *Store) DeleteProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, project string, seen int) error {
	return s.changeProject(ctx, by, "programme.project.delete", id, project, seen, func(tx *sql.Tx, _ studio.Programme, _ studio.ProjectDraft) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM project WHERE id = $1`, project)
		return touched(r, err, "project")
	})
}
