package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"

	"filiere/internal/lifecycle"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// readItems reads the items of a framework with their approvals.
func readItems(ctx context.Context, from asker, id studio.ProgrammeID) ([]studio.Item, error) {
	items, err := ask(ctx, from, "framework", func(row scanner) (studio.Item, error) {
		var i studio.Item
		return i, row.Scan(&i.ID, &i.Parent, &i.Kind, &i.Place, &i.Wording, &i.State, &i.Revision, moment{&i.ProposedAt}, &i.ProposedBy,
			moment{&i.EditedAt}, &i.EditedBy, &i.Comments, &i.Objections)
	}, `SELECT i.id, i.parent_id, i.kind, i.place, i.wording, i.state, i.revision, i.proposed_at, i.proposed_by, i.edited_at, i.edited_by,
			coalesce(c.n, 0), coalesce(c.open, 0)
		FROM framework_item i LEFT JOIN (SELECT item_id, count(*) AS n, count(*) FILTER (WHERE objection AND settled_at IS NULL) AS open
			FROM item_comment WHERE programme_id = $1 GROUP BY item_id) c ON c.item_id = i.id
		WHERE i.programme_id = $1 ORDER BY i.place, i.id`, id)
	if err != nil {
		return nil, err
	}
	place := map[string]int{}
	for n, i := range items {
		place[i.ID] = n
	}
	type given struct {
		item string
		studio.Approval
	}
	list, err := ask(ctx, from, "approvals", func(row scanner) (given, error) {
		var g given
		return g, row.Scan(&g.item, &g.Account, moment{&g.At})
	}, `SELECT item_id, account_id, at FROM item_approval WHERE programme_id = $1 ORDER BY at, account_id`, id)
	for _, g := range list {
		if n, is := place[g.item]; is {
			items[n].Approvals = append(items[n].Approvals, g.Approval)
		}
	}
	return items, err
}

// AddItem proposes a bloc (parent ""), an activity, a competency or a criterion, as the last under its
// parent.
//
// Errors: Invalid for the wording or the parent; NotFound; Conflict when the framework stands still, is
// full, or says the same there already.
func (s *Store) AddItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, kind studio.ItemKind, parent, wording string) (studio.Item, error) {
	wording, err := kind.CheckWording(wording)
	if err != nil {
		return studio.Item{}, err
	}
	item, err := newID()
	if err != nil {
		return studio.Item{}, err
	}
	i := studio.Item{
		ID: item, Parent: parent, Kind: kind, Wording: wording, State: studio.ItemMachine().Initial, Revision: 1,
		ProposedAt: s.stamp(), ProposedBy: by,
	}
	return i, s.changeProgramme(ctx, by, "programme.item.add", id, func(tx *sql.Tx, p studio.Programme) error {
		if err := p.CheckAdding(kind, parent, wording); err != nil {
			return err
		}
		for _, o := range p.Under(parent) {
			i.Place = max(i.Place, o.Place)
		}
		i.Place++
		_, err := tx.ExecContext(ctx, `INSERT INTO framework_item (id, programme_id, parent_id, kind, place, wording, state, revision, proposed_at, proposed_by, edited_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, '')`, i.ID, id, i.Parent, i.Kind, i.Place, i.Wording, i.State, i.Revision, at(i.ProposedAt), by)
		if err != nil {
			return fmt.Errorf("propose: %w", err)
		}
		return reopen(ctx, tx, p, i)
	}, "item", item, "kind", string(kind))
}

// changeItem does something to an item as it stands.
func (s *Store) changeItem(ctx context.Context, by people.Actor, action string, id studio.ProgrammeID, item string, f func(tx *sql.Tx, p studio.Programme, i studio.Item) error) error {
	return s.changeProgramme(ctx, by, action, id, func(tx *sql.Tx, p studio.Programme) error {
		i, err := p.Item(item)
		if err != nil {
			return err
		}
		return f(tx, p, i)
	}, "item", item)
}

// EditItem changes what an item says. A competency, or that of a criterion, has to be approved again.
//
// Errors: Invalid; NotFound; Conflict when it was changed since revision seen, is withdrawn, or the
// framework stands still.
func (s *Store) EditItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, wording string, seen int) error {
	return s.changeItem(ctx, by, "programme.item.edit", id, item, func(tx *sql.Tx, p studio.Programme, i studio.Item) error {
		wording, err := i.Kind.CheckWording(wording)
		if err != nil {
			return err
		}
		if wording == i.Wording && i.Revision == seen {
			return errUnchanged
		}
		return s.alter(ctx, tx, by, p, i, studio.EventEdit, wording, seen)
	})
}

// WithdrawItem takes an item out of the framework, with all that is under it, and RestoreItem puts it in
// again. Errors: those of EditItem.
func (s *Store) WithdrawItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error {
	return s.changeItem(ctx, by, "programme.item.withdraw", id, item, func(tx *sql.Tx, p studio.Programme, i studio.Item) error {
		return s.alter(ctx, tx, by, p, i, studio.EventWithdraw, i.Wording, seen)
	})
}

// RestoreItem puts a withdrawn item in again. Errors: those of EditItem.
func (s *Store) RestoreItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error {
	return s.changeItem(ctx, by, "programme.item.restore", id, item, func(tx *sql.Tx, p studio.Programme, i studio.Item) error {
		return s.alter(ctx, tx, by, p, i, studio.EventRestore, i.Wording, seen)
	})
}

// alter writes what happens to an item; what was approved of it has to be approved again.
func (s *Store) alter(ctx context.Context, tx *sql.Tx, by people.Actor, p studio.Programme, i studio.Item, e lifecycle.Event, wording string, seen int) error {
	if err := p.CheckWriting(); err != nil {
		return err
	}
	next, err := studio.ItemMachine().Next(i.State, e)
	if err != nil {
		return err
	}
	if err := studio.CheckRevision(i.Revision, seen); err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `UPDATE framework_item SET wording = $1, state = $2, revision = revision + 1, edited_at = $3, edited_by = $4 WHERE id = $5`,
		wording, next, at(s.stamp()), by, i.ID)
	if err != nil {
		return fmt.Errorf("change an item: %w", err)
	}
	return reopen(ctx, tx, p, i)
}

// reopen has the competency that an item is, or is a criterion of, approved again.
func reopen(ctx context.Context, tx *sql.Tx, p studio.Programme, i studio.Item) error {
	if i.Kind == studio.KindCriterion {
		above, err := p.Item(i.Parent)
		if err != nil {
			return err
		}
		i = above
	}
	if i.Kind != studio.KindCompetency {
		return nil
	}
	if _, err := tx.ExecContext(ctx, `DELETE FROM item_approval WHERE programme_id = $1 AND item_id = $2`, p.ID, i.ID); err != nil {
		return fmt.Errorf("forget approvals: %w", err)
	}
	_, err := tx.ExecContext(ctx, `UPDATE framework_item SET state = $1 WHERE id = $2 AND state = $3`, studio.ItemProposed, i.ID, studio.ItemApproved)
	if err != nil {
		return fmt.Errorf("reopen a competency: %w", err)
	}
	return nil
}

// MoveItem puts an item at a place under a parent, the first being 0. Approvals stay: it says what it said.
//
// Errors: Invalid when it does not stand there; NotFound; Conflict when it was changed since revision seen,
// or the framework stands still.
func (s *Store) MoveItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, parent string, place, seen int) error {
	return s.changeItem(ctx, by, "programme.item.move", id, item, func(tx *sql.Tx, p studio.Programme, i studio.Item) error {
		if err := studio.CheckRevision(i.Revision, seen); err != nil {
			return err
		}
		order, err := p.Moved(i, parent, place)
		if err != nil {
			return err
		}
		for _, o := range order {
			_, err := tx.ExecContext(ctx, `UPDATE framework_item SET parent_id = $1, place = $2 WHERE id = $3`, o.Parent, o.Place, o.ID)
			if err != nil {
				return fmt.Errorf("move an item: %w", err)
			}
		}
		return nil
	})
}

// settle writes the state of an item after a vote.
func settle(ctx context.Context, tx *sql.Tx, p studio.Programme, i studio.Item, back bool) error {
	next, err := p.Settled(i, back)
	if err != nil || next == i.State {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE framework_item SET state = $1 WHERE id = $2`, next, i.ID); err != nil {
		return fmt.Errorf("settle an item: %w", err)
	}
	return nil
}

// ApproveItem notes that a member approves a competency as it stood at revision seen. Approving again
// changes nothing.
//
// Errors: NotFound; Forbidden when they are not of the group; Conflict when it was changed since, does not
// stand, or the framework stands still.
func (s *Store) ApproveItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error {
	return s.changeItem(ctx, by, "programme.item.approve", id, item, func(tx *sql.Tx, p studio.Programme, i studio.Item) error {
		who := people.AccountID(by)
		if err := p.CheckVote(i, who); err != nil {
			return err
		}
		if err := studio.CheckRevision(i.Revision, seen); err != nil {
			return err
		}
		if approvedBy(i, who) {
			return errUnchanged
		}
		a := studio.Approval{Account: who, At: s.stamp()}
		_, err := tx.ExecContext(ctx, `INSERT INTO item_approval (programme_id, item_id, account_id, at) VALUES ($1, $2, $3, $4)`, id, item, who, at(a.At))
		if err != nil {
			return fmt.Errorf("approve: %w", err)
		}
		i.Approvals = append(i.Approvals, a)
		return settle(ctx, tx, p, i, false)
	})
}

func approvedBy(i studio.Item, who people.AccountID) bool {
	return slices.ContainsFunc(i.Approvals, func(a studio.Approval) bool { return a.Account == who })
}

// TakeApprovalBack takes a member's approval of a competency back. Errors: those of ApproveItem.
func (s *Store) TakeApprovalBack(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string) error {
	return s.changeItem(ctx, by, "programme.item.unapprove", id, item, func(tx *sql.Tx, p studio.Programme, i studio.Item) error {
		who := people.AccountID(by)
		if err := p.CheckVote(i, who); err != nil {
			return err
		}
		if !approvedBy(i, who) {
			return errUnchanged
		}
		_, err := tx.ExecContext(ctx, `DELETE FROM item_approval WHERE programme_id = $1 AND item_id = $2 AND account_id = $3`, id, item, who)
		if err != nil {
			return fmt.Errorf("take an approval back: %w", err)
		}
		i.Approvals = slices.DeleteFunc(i.Approvals, func(a studio.Approval) bool { return a.Account == who })
		return settle(ctx, tx, p, i, true)
	})
}

const commentColumns = `c.id, c.item_id, c.account_id, c.wording, c.objection, c.at, c.settled_at, c.settled_by`

func intoComment(c *studio.Comment) []any {
	return []any{&c.ID, &c.Item, &c.Account, &c.Wording, &c.Objection, moment{&c.At}, moment{&c.SettledAt}, &c.SettledBy}
}

// Comments lists what was said of an item, the oldest first.
func (s *Store) Comments(ctx context.Context, id studio.ProgrammeID, item string) ([]studio.Comment, error) {
	return query(ctx, s, "comments", func(row scanner) (studio.Comment, error) {
		var c studio.Comment
		return c, row.Scan(append(intoComment(&c), &c.Name)...)
	}, `SELECT `+commentColumns+`, coalesce(a.name, '') FROM item_comment c LEFT JOIN account a ON a.id = c.account_id
		WHERE c.item_id = $1 AND c.programme_id = $2 ORDER BY c.at, c.id LIMIT $3`, item, id, studio.MaxComments)
}

// CommentItem says something of an item. An objection keeps a competency from being approved until it is
// settled.
//
// Errors: Invalid; NotFound; Conflict when the programme is over, the framework stands still and it is an
// objection, or too much was said.
func (s *Store) CommentItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, wording string, objection bool) (studio.Comment, error) {
	c := studio.Comment{Item: item, Account: people.AccountID(by), Objection: objection, At: s.stamp()}
	var err error
	if c.Wording, err = studio.CheckComment(wording); err != nil {
		return c, err
	}
	if c.ID, err = newID(); err != nil {
		return c, err
	}
	return c, s.change(ctx, eventOn(by, "programme.item.comment", id.Ref(), "item", item), func(tx *sql.Tx) error {
		p, err := readProgramme(ctx, tx, id) // what is said changes nothing of what would be published
		if err != nil {
			return err
		}
		i, err := p.Item(item)
		if err != nil {
			return err
		}
		if err := p.CheckCommenting(i, objection); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `INSERT INTO item_comment (id, programme_id, item_id, account_id, wording, objection, at, settled_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, '')`, c.ID, id, item, c.Account, c.Wording, objection, at(c.At))
		if err != nil {
			return fmt.Errorf("comment: %w", err)
		}
		if objection {
			i.Objections++
		}
		return settle(ctx, tx, p, i, false)
	})
}

// SettleObjection closes an objection: whoever raised it may, and a designer.
//
// Errors: NotFound; Forbidden; Conflict when it is closed already.
func (s *Store) SettleObjection(ctx context.Context, by people.Actor, id studio.ProgrammeID, comment string, designer bool) error {
	return s.changeProgramme(ctx, by, "programme.objection.settle", id, func(tx *sql.Tx, p studio.Programme) error {
		if err := p.CheckWriting(); err != nil {
			return err
		}
		var c studio.Comment
		err := tx.QueryRowContext(ctx, `SELECT `+commentColumns+` FROM item_comment c WHERE c.id = $1 AND c.programme_id = $2`, comment, id).Scan(intoComment(&c)...)
		if err != nil {
			return found(err, "comment")
		}
		if err := c.CheckSettling(people.AccountID(by), designer); err != nil {
			return err
		}
		_, err = tx.ExecContext(ctx, `UPDATE item_comment SET settled_at = $1, settled_by = $2 WHERE id = $3`, at(s.stamp()), by, comment)
		if err != nil {
			return fmt.Errorf("settle an objection: %w", err)
		}
		i, err := p.Item(c.Item)
		if err != nil {
			return err
		}
		i.Objections--
		return settle(ctx, tx, p, i, false)
	}, "comment", comment)
}
