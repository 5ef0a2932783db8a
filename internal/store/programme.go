package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/territory"
	"filiere/internal/thread"
)

// asker is the database, or a transaction of it, to read from.
type asker interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
}

// ask reads rows as query does, from a transaction too.
func ask[T any](ctx context.Context, from asker, what string, scan func(interface{ Scan(...any) error }) (T, error), text string, args ...any) ([]T, error) {
	rows, err := from.QueryContext(ctx, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	out, err := collect(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", what, err)
	}
	return out, nil
}

const programmeColumns = `id, state, title, summary, level, learners, reason, areas, evidence, alert_id,
	revision, brief_revision, opened_at, opened_by, approved_at, approved_by`

func scanProgramme(row scanner) (studio.Programme, error) {
	var p studio.Programme
	var areas, evidence string
	err := row.Scan(&p.ID, &p.State, &p.Title, &p.Summary, &p.Level, &p.Learners, &p.Reason, &areas, &evidence, &p.Alert,
		&p.Revision, &p.BriefRevision, moment{&p.OpenedAt}, &p.OpenedBy, moment{&p.ApprovedAt}, &p.ApprovedBy)
	if err != nil {
		return p, err
	}
	if err := json.Unmarshal([]byte(areas), &p.Areas); err != nil {
		return p, fmt.Errorf("areas of programme %s: %w", p.ID, err)
	}
	if err := json.Unmarshal([]byte(evidence), &p.Evidence); err != nil {
		return p, fmt.Errorf("evidence of programme %s: %w", p.ID, err)
	}
	return p, nil
}

// Programme reads a programme in the making, whole. It returns a NotFound fault when there is none.
func (s *Store) Programme(ctx context.Context, id studio.ProgrammeID) (studio.Programme, error) {
	return readProgramme(ctx, s.reader(), id)
}

func readProgramme(ctx context.Context, from asker, id studio.ProgrammeID) (studio.Programme, error) {
	p, err := scanProgramme(from.QueryRowContext(ctx, `SELECT `+programmeColumns+` FROM programme WHERE id = $1`, id))
	if err != nil {
		return p, found(err, "programme")
	}
	if p.Group, err = readGroup(ctx, from, id); err != nil {
		return p, err
	}
	if p.Items, err = readItems(ctx, from, id); err != nil {
		return p, err
	}
	if p.Drafts, err = readProjects(ctx, from, id); err != nil {
		return p, err
	}
	err = from.QueryRowContext(ctx, `SELECT count(*) FROM version WHERE programme_id = $1`, id).Scan(&p.Versions)
	if err != nil {
		return p, fmt.Errorf("count versions: %w", err)
	}
	return p, nil
}

// readGroup lists the members of a group in the order they came.
func readGroup(ctx context.Context, from asker, id studio.ProgrammeID) ([]studio.Member, error) {
	return ask(ctx, from, "group", func(row scanner) (studio.Member, error) {
		var m studio.Member
		return m, row.Scan(&m.Account, &m.Name, &m.Role, &m.Active, moment{&m.InvitedAt}, &m.InvitedBy)
	}, `SELECT m.account_id, coalesce(a.name, ''), m.role, coalesce(a.state, '') = 'active', m.invited_at, m.invited_by
		FROM programme_member m LEFT JOIN account a ON a.id = m.account_id
		WHERE m.programme_id = $1 ORDER BY m.invited_at, m.account_id`, id)
}

// changeProgramme does something to a programme as it stands and writes it in the audit trail. What f does
// changes what would be published: the programme's revision counts it.
func (s *Store) changeProgramme(ctx context.Context, by people.Actor, action string, id studio.ProgrammeID,
	f func(tx *sql.Tx, p studio.Programme) error, detail ...string,
) error {
	return s.change(ctx, eventOn(by, action, id.Ref(), detail...), func(tx *sql.Tx) error {
		p, err := readProgramme(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := f(tx, p); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE programme SET revision = revision + 1 WHERE id = $1`, id)
		if err != nil {
			return fmt.Errorf("count a change of a programme: %w", err)
		}
		return nil
	})
}

// OpenProgramme opens a programme that answers an alert, or none ("", and the brief says why). Evidence and
// areas are copied from the alert. Who opens it is the first of its group.
//
// Errors: Invalid; NotFound when there is no such alert; Conflict when a programme answers it already (the
// hint names it), or it is resolved.
func (s *Store) OpenProgramme(ctx context.Context, by people.Actor, b studio.Brief, alert market.AlertID) (studio.Programme, error) {
	id, err := newID()
	if err != nil {
		return studio.Programme{}, err
	}
	p := studio.Programme{ID: studio.ProgrammeID(id), State: studio.ProgrammeMachine().Initial, Alert: string(alert), OpenedAt: s.stamp(), OpenedBy: by}
	if alert != "" {
		if err := s.answers(ctx, alert, &b); err != nil {
			return p, err
		}
	}
	if p.Brief, err = b.Check(p.Alert); err != nil {
		return p, err
	}
	err = s.change(ctx, eventOn(by, "programme.open", p.ID.Ref()), func(tx *sql.Tx) error {
		if err := mustBeUnanswered(ctx, tx, alert); err != nil {
			return err
		}
		return s.insertProgramme(ctx, tx, by, p)
	})
	if err != nil {
		return p, err
	}
	return s.Programme(ctx, p.ID)
}

// answers fills in what a brief takes from its alert.
func (s *Store) answers(ctx context.Context, id market.AlertID, b *studio.Brief) error {
	a, err := s.Alert(ctx, id)
	if err != nil {
		return err
	}
	b.Evidence = []market.Evidence{a.Evidence}
	if len(b.Areas) == 0 {
		b.Areas = append(b.Areas, a.Evidence.Area)
	}
	return nil
}

// mustBeUnanswered refuses a second programme for an alert.
func mustBeUnanswered(ctx context.Context, tx *sql.Tx, alert market.AlertID) error {
	if alert == "" {
		return nil
	}
	taken, err := ask(ctx, tx, "programme of an alert", func(row scanner) (string, error) {
		var id string
		return id, row.Scan(&id)
	}, `SELECT id FROM programme WHERE alert_id = $1`, alert)
	if err != nil || len(taken) == 0 {
		return err
	}
	f := fault.New(fault.Conflict, "open programme", "a programme answers this alert already")
	f.Advise("see programme %s", taken[0])
	return f
}

func (s *Store) insertProgramme(ctx context.Context, tx *sql.Tx, by people.Actor, p studio.Programme) error {
	areas, evidence, err := briefJSON(p.Brief)
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO programme (`+programmeColumns+`)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 1, 1, $11, $12, NULL, '')`,
		p.ID, p.State, p.Title, p.Summary, p.Level, p.Learners, p.Reason, areas, evidence, p.Alert, at(p.OpenedAt), by)
	if err != nil {
		return fmt.Errorf("open programme: %w", err)
	}
	var from []people.Ref
	if p.Alert != "" {
		if err := linkAlert(ctx, tx, by, market.AlertID(p.Alert), p.ID.Ref()); err != nil {
			return err
		}
		from = append(from, people.Ref{Kind: people.KindAlert, ID: p.Alert})
	}
	if err := weave(ctx, tx, thread.Node{Ref: p.ID.Ref(), Label: p.Title, At: p.OpenedAt}, by, "", from...); err != nil {
		return err
	}
	if by == people.ByCLI || by == people.BySystem {
		return nil
	}
	return s.insertMember(ctx, tx, by, p.ID, people.AccountID(by), people.Designer)
}

func briefJSON(b studio.Brief) (areas, evidence string, err error) {
	if b.Areas == nil {
		b.Areas = []territory.ID{}
	}
	if b.Evidence == nil {
		b.Evidence = []market.Evidence{}
	}
	a, err := json.Marshal(b.Areas)
	if err != nil {
		return "", "", fmt.Errorf("write areas: %w", err)
	}
	e, err := json.Marshal(b.Evidence)
	if err != nil {
		return "", "", fmt.Errorf("write evidence: %w", err)
	}
	return string(a), string(e), nil
}

// ChangeBrief changes what a programme says it is for. Its evidence stays as it was frozen.
//
// Errors: Invalid; NotFound; Conflict when the brief was changed since revision seen, or the programme is
// neither being written nor approved.
func (s *Store) ChangeBrief(ctx context.Context, by people.Actor, id studio.ProgrammeID, b studio.Brief, seen int) error {
	return s.changeProgramme(ctx, by, "programme.brief", id, func(tx *sql.Tx, p studio.Programme) error {
		if err := p.CheckOpen(); err != nil {
			return err
		}
		if err := studio.CheckRevision(p.BriefRevision, seen); err != nil {
			return err
		}
		b.Evidence = p.Evidence
		b, err := b.Check(p.Alert)
		if err != nil {
			return err
		}
		areas, _, err := briefJSON(b)
		if err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE programme SET title = $1, summary = $2, level = $3, learners = $4, reason = $5, areas = $6,
			brief_revision = brief_revision + 1 WHERE id = $7`, b.Title, b.Summary, b.Level, b.Learners, b.Reason, areas, id)
		if err != nil {
			return fmt.Errorf("change brief: %w", err)
		}
		if _, err := tx.ExecContext(ctx, `UPDATE thread_node SET label = $1 WHERE kind = $2 AND id = $3`, b.Title, people.KindProgramme, string(id)); err != nil {
			return fmt.Errorf("name the programme on the thread: %w", err)
		}
		return nil
	})
}

// Programmes lists programmes in the making, the newest first, and how many there are; those account is a
// member of only, unless it is "". limit 0 lists every one.
func (s *Store) Programmes(ctx context.Context, account people.AccountID, limit, offset int) ([]studio.Line, int, error) {
	c := &clause{binder: &binder{}}
	if account != "" {
		c.add(`id IN (SELECT programme_id FROM programme_member WHERE account_id = %s)`, string(account))
	}
	var total int
	if err := s.reader().QueryRowContext(ctx, `SELECT count(*) FROM programme`+c.where(), c.args...).Scan(&total); err != nil {
		return nil, 0, fmt.Errorf("count programmes: %w", err)
	}
	page := `SELECT * FROM programme` + c.where() + ` ORDER BY opened_at DESC, id DESC LIMIT ` + c.bind(limitOf(limit)) + ` OFFSET ` + c.bind(max(offset, 0))
	list, err := query(ctx, s, "programmes", func(row scanner) (studio.Line, error) {
		var l studio.Line
		return l, row.Scan(&l.ID, &l.State, &l.Title, &l.Level, &l.Alert, moment{&l.OpenedAt}, &l.Members, &l.Versions, &l.Published)
	}, `SELECT p.id, p.state, p.title, p.level, p.alert_id, p.opened_at,
			(SELECT count(*) FROM programme_member m WHERE m.programme_id = p.id),
			(SELECT count(*) FROM version v WHERE v.programme_id = p.id),
			coalesce((SELECT v.id FROM version v WHERE v.programme_id = p.id ORDER BY v.number DESC LIMIT 1), '')
		FROM (`+page+`) p ORDER BY p.opened_at DESC, p.id DESC`, c.args...)
	return list, total, err
}

// StepProgramme moves a programme on: it approves the framework, opens it again, begins the next version or
// abandons it all. PublishProgramme publishes.
//
// Errors: NotFound; Conflict when that cannot be done in its state, when it was changed since revision
// seen, and, for the approval, when something stands in the way (it names the codes).
func (s *Store) StepProgramme(ctx context.Context, by people.Actor, id studio.ProgrammeID, e lifecycle.Event, seen int) error {
	return s.changeProgramme(ctx, by, "programme."+string(e), id, func(tx *sql.Tx, p studio.Programme) error {
		next, err := p.Step(e)
		if err != nil {
			return err
		}
		if err := studio.CheckRevision(p.Revision, seen); err != nil {
			return err
		}
		if e != studio.EventApprove {
			_, err = tx.ExecContext(ctx, `UPDATE programme SET state = $1 WHERE id = $2`, next, id)
		} else {
			_, err = tx.ExecContext(ctx, `UPDATE programme SET state = $1, approved_at = $2, approved_by = $3 WHERE id = $4`, next, at(s.stamp()), by, id)
		}
		if err != nil {
			return fmt.Errorf("move programme on: %w", err)
		}
		return nil
	})
}

// PublishProgramme freezes a programme as its next version, weaves it, and tells the group.
//
// Errors: NotFound; Conflict when the framework is not approved, when it was changed since revision seen,
// or when something stands in the way of publication: it names the codes.
func (s *Store) PublishProgramme(ctx context.Context, by people.Actor, id studio.ProgrammeID, seen int) (studio.Version, error) {
	var v studio.Version
	version, err := newID()
	if err != nil {
		return v, err
	}
	err = s.changeProgramme(ctx, by, "programme.publish", id, func(tx *sql.Tx, p studio.Programme) error {
		if v, err = studio.Publish(p, studio.VersionID(version), s.stamp(), by); err != nil {
			return err
		}
		if err := studio.CheckRevision(p.Revision, seen); err != nil {
			return err
		}
		if err := insertVersion(ctx, tx, v); err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, `UPDATE programme SET state = $1 WHERE id = $2`, studio.Published, id); err != nil {
			return fmt.Errorf("publish programme: %w", err)
		}
		if err := weave(ctx, tx, thread.Node{Ref: v.Ref(), Label: v.Title, At: v.PublishedAt}, by, "", id.Ref()); err != nil {
			return err
		}
		if err := monitorAlert(ctx, tx, market.AlertID(p.Alert)); err != nil {
			return err
		}
		for _, m := range p.Group {
			if err := s.tellMember(ctx, tx, m.Account, "programme.publish", v.Ref(), v.Title); err != nil {
				return err
			}
		}
		return nil
	}, "version", version)
	return v, err
}
