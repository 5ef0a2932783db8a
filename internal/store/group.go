package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// The working group of a programme.

func (s *Store) insertMember(ctx context.Context, tx *sql.Tx, by people.Actor, id studio.ProgrammeID, who people.AccountID, role people.Role) error {
	_, err := tx.ExecContext(ctx, `INSERT INTO programme_member (programme_id, account_id, role, invited_at, invited_by)
		VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`, id, who, role, at(s.stamp()), by)
	if err != nil {
		return fmt.Errorf("take into the group: %w", err)
	}
	return nil
}

// expertOf is the role of an expert of a programme.
func expertOf(id studio.ProgrammeID) people.Grant {
	return people.Grant{Role: people.Expert, Scope: id.Ref()}
}

// InviteExpert takes the person with an address into the group of a programme, as an expert of it and
// nothing else. An account is made where there is none. Inviting again changes nothing and gives the same
// account, so that the message with the link can be sent again.
//
// Errors: Invalid for what an account cannot be; NotFound; Conflict when the group is full or the programme
// is over; Forbidden when the account is suspended.
func (s *Store) InviteExpert(ctx context.Context, by people.Actor, id studio.ProgrammeID, a people.Account) (people.Account, error) {
	known, err := s.AccountByEmail(ctx, a.Email)
	switch {
	case err == nil:
		a = known
	case fault.CodeOf(err) != fault.NotFound:
		return a, err
	default:
		a.Grants, a.State = nil, people.Active
		if a, err = a.Check(); err != nil {
			return a, err
		}
	}
	if a.State != people.Active {
		return a, fault.New(fault.Forbidden, "invite expert", "this account may not sign in")
	}
	fresh := a.ID == ""
	if fresh {
		made, err := newID()
		if err != nil {
			return a, err
		}
		a.ID, a.CreatedAt = people.AccountID(made), s.stamp()
	}
	err = s.change(ctx, eventOn(by, "programme.invite", id.Ref(), "account", string(a.ID)), func(tx *sql.Tx) error {
		p, err := readProgramme(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := p.CheckInviting(a.ID); err != nil {
			return err
		}
		if fresh {
			if err := insertAccount(ctx, tx, a); err != nil {
				return err
			}
		}
		return s.takeIn(ctx, tx, by, p, a.ID)
	})
	a.Grants = append(a.Grants, expertOf(id))
	return a, err
}

// takeIn makes an account an expert of a programme, in the transaction that invites them.
func (s *Store) takeIn(ctx context.Context, tx *sql.Tx, by people.Actor, p studio.Programme, who people.AccountID) error {
	if _, in := p.Member(who); in {
		return errUnchanged
	}
	if err := s.insertGrant(ctx, tx, by, who, expertOf(p.ID)); err != nil && !errors.Is(err, errUnchanged) {
		return err
	}
	if err := s.insertMember(ctx, tx, by, p.ID, who, people.Expert); err != nil {
		return err
	}
	return s.tellMember(ctx, tx, who, "programme.invite", p.ID.Ref(), p.Title)
}

// JoinGroup takes a designer into the group of a programme: who may change every programme speaks in a
// group only once they belong to it. Joining again changes nothing.
//
// Errors: NotFound; Conflict when the group is full or the programme is over.
func (s *Store) JoinGroup(ctx context.Context, by people.Actor, id studio.ProgrammeID) error {
	return s.change(ctx, eventOn(by, "programme.join", id.Ref()), func(tx *sql.Tx) error {
		p, err := readProgramme(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := p.CheckInviting(people.AccountID(by)); err != nil {
			return err
		}
		if _, in := p.Member(people.AccountID(by)); in {
			return errUnchanged
		}
		if err := mustBeActive(ctx, tx, people.AccountID(by)); err != nil {
			return err
		}
		return s.insertMember(ctx, tx, by, id, people.AccountID(by), people.Designer)
	})
}

// LeaveGroup takes a member out of the group, and their role with it. What they wrote and approved stays
// known; their approvals count no more.
//
// Errors: NotFound when they are not of the group.
func (s *Store) LeaveGroup(ctx context.Context, by people.Actor, id studio.ProgrammeID, who people.AccountID) error {
	return s.changeProgramme(ctx, by, "programme.leave", id, func(tx *sql.Tx, p studio.Programme) error {
		r, err := tx.ExecContext(ctx, `DELETE FROM programme_member WHERE programme_id = $1 AND account_id = $2`, id, string(who))
		if err := touched(r, err, "member"); err != nil {
			return err
		}
		g := expertOf(id)
		_, err = tx.ExecContext(ctx, `DELETE FROM account_grant WHERE account_id = $1 AND role = $2 AND scope_kind = $3 AND scope_id = $4`,
			string(who), g.Role, g.Scope.Kind, g.Scope.ID)
		if err != nil {
			return fmt.Errorf("take the role of an expert: %w", err)
		}
		return s.settleAll(ctx, tx, id)
	}, "account", string(who))
}

// settleAll approves what a smaller group turns out to have approved.
func (s *Store) settleAll(ctx context.Context, tx *sql.Tx, id studio.ProgrammeID) error {
	p, err := readProgramme(ctx, tx, id)
	if err != nil || p.CheckWriting() != nil {
		return err
	}
	for _, i := range p.Items {
		if err := settle(ctx, tx, p, i, false); err != nil {
			return err
		}
	}
	return nil
}

// tellMember puts something among a member's notifications, in the transaction of what they are told of.
func (s *Store) tellMember(ctx context.Context, tx *sql.Tx, who people.AccountID, kind string, about people.Ref, name string) error {
	id, err := newID()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO notification (id, account_id, kind, ref_kind, ref_id, detail, created_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7)`, id, who, kind, about.Kind, about.ID, detailOf("name", name), at(s.stamp()))
	if err != nil {
		return fmt.Errorf("tell a member: %w", err)
	}
	return nil
}
