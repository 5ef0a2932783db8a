package store

import (
	"context"
	"database/sql"
	"fmt"

	"filiere/internal/people"
)

// holding says what one table holds on people: how it is exported and what erasure does to it. A test
// walks the schema: a table with a column that refers to a person must be among the holdings.
type holding struct {
	table   string
	columns []string // those that refer to a person

	// export reads what the table holds on a person; nil where exempt says why it is not exported.
	export func(ctx context.Context, s *Store, a people.Account, into *people.PersonalData) error
	exempt string

	// erase is what erasure does, with $1 the account's ID and $2 its address; empty where rows go by
	// themselves or stay. A statement uses both, for PostgreSQL wants to know the type of each.
	erase string
	// kept counts what stays after erasure, with $1 the account's ID; why names the reason.
	kept, why string
}

// holdings is everything the database holds on people.
var holdings = []holding{
	{
		table: "session", columns: []string{"account_id"}, export: exportSessions,
		erase: `DELETE FROM session WHERE account_id = $1 AND $2 = $2`,
	},
	{
		table: "token", columns: []string{"account_id"}, export: exportTokens,
		erase: `DELETE FROM token WHERE account_id = $1 AND $2 = $2`,
	},
	{
		table: "link", columns: []string{"account_id"}, export: exportLinks,
		erase: `DELETE FROM link WHERE account_id = $1 AND $2 = $2`,
	},
	{
		table: "passkey", columns: []string{"account_id"}, export: exportPasskeys,
		erase: `DELETE FROM passkey WHERE account_id = $1 AND $2 = $2`,
	},
	{
		table: "password", columns: []string{"account_id"}, export: exportPassword,
		erase: `DELETE FROM password WHERE account_id = $1 AND $2 = $2`,
	},
	{
		table: "oidc_identity", columns: []string{"account_id"}, export: exportOIDC,
		erase: `DELETE FROM oidc_identity WHERE account_id = $1 AND $2 = $2`,
	},
	{
		table: "notification", columns: []string{"account_id"}, export: exportNotifications,
		erase: `DELETE FROM notification WHERE (account_id = $1 OR (ref_kind = 'account' AND ref_id = $1)) AND $2 = $2`,
	},
	{
		table: "outbox", columns: []string{"recipient"}, export: exportMails,
		erase: `DELETE FROM outbox WHERE recipient = $2 AND $1 = $1`,
	},
	{
		table: "alert_route", columns: []string{"account_id", "created_by"}, export: everyColumn("alert_route", "account_id", "created_by"),
		erase: `DELETE FROM alert_route WHERE account_id = $1 AND $2 = $2`,
		kept:  `SELECT count(*) FROM alert_route WHERE created_by = $1`, why: "accountability",
	},
	{
		table: "alert_route_secret", exempt: "the secrets of alert_route: they would help a thief of the export",
		erase: `DELETE FROM alert_route_secret WHERE route_id NOT IN (SELECT id FROM alert_route) AND $1 = $1 AND $2 = $2`,
	},
	{
		table: "alert_delivery", columns: []string{"account_id"}, export: everyColumn("alert_delivery", "account_id"),
		erase: `DELETE FROM alert_delivery WHERE account_id = $1 AND $2 = $2`,
	},
	{
		table: "account_grant", columns: []string{"account_id", "given_by"}, export: exportGrants,
		erase: `DELETE FROM account_grant WHERE account_id = $1 AND $2 = $2`,
		kept:  `SELECT count(*) FROM account_grant WHERE given_by = $1`, why: "accountability",
	},
	{
		table: "audit_event", columns: []string{"actor"}, export: exportEvents,
		kept: `SELECT count(*) FROM audit_event WHERE actor = $1 OR (object_kind = 'account' AND object_id = $1)`,
		why:  "accountability",
	},
	{
		table: "learner_place", columns: []string{"account_id"}, export: everyColumn("learner_place", "account_id"),
		erase: `DELETE FROM learner_place WHERE account_id = $1 AND $2 = $2`,
	},
	{
		table: "outcome", columns: []string{"learner"}, export: everyColumn("outcome", "learner"),
		kept: `SELECT count(*) FROM outcome WHERE learner = $1`, why: "reference",
	},
	{
		table: "recommendation", columns: []string{"made_by"}, export: everyColumn("recommendation", "made_by"),
		kept: `SELECT count(*) FROM recommendation WHERE made_by = $1`, why: "accountability",
	},
	{
		table: "mission_report", columns: []string{"frozen_by"}, export: everyColumn("mission_report", "frozen_by"),
		kept: `SELECT count(*) FROM mission_report WHERE frozen_by = $1`, why: "accountability",
	},
	{
		table: "thread_node", columns: []string{"owner"}, export: everyColumn("thread_node", "owner"),
		kept: `SELECT count(*) FROM thread_node WHERE owner = $1`, why: "reference",
	},
	{
		table: "thread_link", columns: []string{"actor", "owner"}, export: everyColumn("thread_link", "actor", "owner"),
		kept: `SELECT count(*) FROM thread_link WHERE actor = $1 OR owner = $1`, why: "accountability",
	},
	{
		table: "programme", columns: []string{"opened_by", "approved_by"}, export: everyColumn("programme", "opened_by", "approved_by"),
		kept: `SELECT count(*) FROM programme WHERE opened_by = $1 OR approved_by = $1`, why: "accountability",
	},
	{
		table: "programme_member", columns: []string{"account_id", "invited_by"}, export: everyColumn("programme_member", "account_id", "invited_by"),
		erase: `DELETE FROM programme_member WHERE account_id = $1 AND $2 = $2`,
		kept:  `SELECT count(*) FROM programme_member WHERE invited_by = $1`, why: "accountability",
	},
	{
		table: "framework_item", columns: []string{"proposed_by", "edited_by"}, export: everyColumn("framework_item", "proposed_by", "edited_by"),
		kept: `SELECT count(*) FROM framework_item WHERE proposed_by = $1 OR edited_by = $1`, why: "accountability",
	},
	{
		table: "item_comment", columns: []string{"account_id", "settled_by"}, export: everyColumn("item_comment", "account_id", "settled_by"),
		kept: `SELECT count(*) FROM item_comment WHERE account_id = $1 OR settled_by = $1`, why: "accountability",
	},
	{
		table: "item_approval", columns: []string{"account_id"}, export: everyColumn("item_approval", "account_id"),
		kept: `SELECT count(*) FROM item_approval WHERE account_id = $1`, why: "accountability",
	},
	{
		table: "project", columns: []string{"edited_by"}, export: everyColumn("project", "edited_by"),
		kept: `SELECT count(*) FROM project WHERE edited_by = $1`, why: "accountability",
	},
	{
		table: "version", columns: []string{"published_by"}, export: everyColumn("version", "published_by"),
		kept: `SELECT count(*) FROM version WHERE published_by = $1`, why: "accountability",
	},
	{
		table: "course_revision", columns: []string{"imported_by"}, export: everyColumn("course_revision", "imported_by"),
		kept: `SELECT count(*) FROM course_revision WHERE imported_by = $1`, why: "accountability",
	},
	{
		table: "path", columns: []string{"created_by"}, export: everyColumn("path", "created_by"),
		kept: `SELECT count(*) FROM path WHERE created_by = $1`, why: "accountability",
	},
	{
		table: "enrolment", columns: []string{"learner", "mentor"}, export: everyColumn("enrolment", "learner", "mentor"),
		kept: `SELECT count(*) FROM enrolment WHERE learner = $1 OR mentor = $1`, why: "reference",
	},
	{
		table: "enrolment_word", columns: []string{"learner"}, exempt: "the words of the person's own name and address, to find them by",
		erase: `DELETE FROM enrolment_word WHERE learner = $1 AND $2 = $2`,
	},
	{
		table: "reading", columns: []string{"learner"}, export: everyColumn("reading", "learner"),
		erase: `DELETE FROM reading WHERE learner = $1 AND $2 = $2`,
	},
	{
		table: "quiz_attempt", columns: []string{"learner"}, export: everyColumn("quiz_attempt", "learner"),
		erase: `DELETE FROM quiz_attempt WHERE learner = $1 AND $2 = $2`,
	},
	{
		table: "quiz_result", columns: []string{"learner"}, export: everyColumn("quiz_result", "learner"),
		erase: `DELETE FROM quiz_result WHERE learner = $1 AND $2 = $2`,
	},
	{
		table: "mentoring", columns: []string{"mentor", "named_by"}, export: everyColumn("mentoring", "mentor", "named_by"),
		kept: `SELECT count(*) FROM mentoring WHERE mentor = $1 OR named_by = $1`, why: "accountability",
	},
	{
		table: "mentor_session", columns: []string{"learner", "mentor", "booked_by"}, export: everyColumn("mentor_session", "learner", "mentor", "booked_by"),
		erase: `UPDATE mentor_session SET notes = '' WHERE learner = $1 AND $2 = $2`,
		kept:  `SELECT count(*) FROM mentor_session WHERE learner = $1 OR mentor = $1 OR booked_by = $1`, why: "reference",
	},
	{
		table: "project_work", columns: []string{"learner"}, export: everyColumn("project_work", "learner"),
		kept: `SELECT count(*) FROM project_work WHERE learner = $1`, why: "reference",
	},
	{
		table: "submission", columns: []string{"learner"}, export: everyColumn("submission", "learner"),
		erase: `UPDATE submission SET comment = '' WHERE learner = $1 AND $2 = $2`,
		kept:  `SELECT count(*) FROM submission WHERE learner = $1`, why: "reference",
	},
	{
		table: "submission_file", columns: []string{"learner"}, export: everyColumn("submission_file", "learner"),
		erase: `DELETE FROM submission_file WHERE learner = $1 AND $2 = $2`,
	},
	{
		table: "file", exempt: "the contents of the files that submission_file lists; their learner saves them from the pages",
		erase: `DELETE FROM file WHERE NOT EXISTS (SELECT 1 FROM submission_file f WHERE f.sha256 = file.sha256) AND $1 = $1 AND $2 = $2`,
	},
	{
		table: "defence", columns: []string{"learner", "assessor", "planned_by"}, export: everyColumn("defence", "learner", "assessor", "planned_by"),
		kept: `SELECT count(*) FROM defence WHERE learner = $1 OR assessor = $1 OR planned_by = $1`, why: "law",
	},
	{
		table: "candidacy", columns: []string{"learner"}, export: everyColumn("candidacy", "learner"),
		erase: `DELETE FROM candidacy WHERE learner = $1 AND $2 = $2 AND jury_id = ''`,
		kept:  `SELECT count(*) FROM candidacy WHERE learner = $1`, why: "law",
	},
	{
		table: "jury", columns: []string{"convened_by"}, export: everyColumn("jury", "convened_by"),
		kept: `SELECT count(*) FROM jury WHERE convened_by = $1`, why: "accountability",
	},
	{
		table: "jury_member", columns: []string{"account_id"}, export: everyColumn("jury_member", "account_id"),
		kept: `SELECT count(*) FROM jury_member WHERE account_id = $1`, why: "law",
	},
	{
		table: "jury_candidate", columns: []string{"learner"}, export: everyColumn("jury_candidate", "learner"),
		kept: `SELECT count(*) FROM jury_candidate WHERE learner = $1`, why: "law",
	},
	{
		table: "decision", columns: []string{"learner"}, export: everyColumn("decision", "learner"),
		kept: `SELECT count(*) FROM decision WHERE learner = $1`, why: "law",
	},
	{
		table: "diploma", columns: []string{"learner", "issued_by", "revoked_by"}, export: everyColumn("diploma", "learner"),
		kept: `SELECT count(*) FROM diploma WHERE learner = $1`, why: "law",
	},
	{
		table: "subscription", columns: []string{"account_id"}, export: everyColumn("subscription", "account_id"),
		kept: `SELECT count(*) FROM subscription WHERE account_id = $1`, why: "law",
	},
	{
		table: "invoice", columns: []string{"account_id"}, export: everyColumn("invoice", "account_id"),
		kept: `SELECT count(*) FROM invoice WHERE account_id = $1`, why: "law",
	},
	{
		table: "payment", columns: []string{"noted_by"}, export: everyColumn("payment", "noted_by"),
		kept: `SELECT count(*) FROM payment WHERE noted_by = $1`, why: "law",
	},
	{
		table: "account", columns: []string{"email"}, export: exportAccount,
		erase: `UPDATE account SET email = '', name = '', folded = '', theme = '', state = 'erased' WHERE id = $1 AND $2 = $2`,
		kept:  `SELECT count(*) FROM account WHERE id = $1`, why: "reference",
	},
}

// PersonalData gathers everything held on a person. It returns a NotFound fault when there is no such
// account.
func (s *Store) PersonalData(ctx context.Context, id people.AccountID) (people.PersonalData, error) {
	d := people.PersonalData{ExportedAt: s.stamp()}
	a, err := s.Account(ctx, id)
	if err != nil {
		return d, err
	}
	for _, h := range holdings {
		if h.export == nil {
			continue
		}
		if err := h.export(ctx, s, a, &d); err != nil {
			return d, fmt.Errorf("export %s: %w", h.table, err)
		}
	}
	return d, nil
}

// EraseAccount takes away what identifies a person and all they could sign in with, and lists what stays
// and why. Erasing again changes nothing and gives the same list.
//
// Errors: NotFound; Conflict when it is the last active administrator.
func (s *Store) EraseAccount(ctx context.Context, by people.Actor, id people.AccountID) (kept []people.Kept, err error) {
	err = s.change(ctx, event(by, people.DidErase, id), func(tx *sql.Tx) error {
		var email string
		var state people.State
		if err := tx.QueryRowContext(ctx, `SELECT email, state FROM account WHERE id = $1`, id).Scan(&email, &state); err != nil {
			return found(err, "account")
		}
		if state == people.Erased {
			return errUnchanged
		}
		return eraseHoldings(ctx, tx, id, email)
	})
	if err != nil {
		return nil, err
	}
	return s.kept(ctx, id)
}

func eraseHoldings(ctx context.Context, tx *sql.Tx, id people.AccountID, email string) error {
	ran, err := wasAdministrator(ctx, tx, id)
	if err != nil {
		return err
	}
	for _, h := range holdings {
		if h.erase == "" {
			continue
		}
		if _, err := tx.ExecContext(ctx, h.erase, string(id), email); err != nil {
			return fmt.Errorf("erase from %s: %w", h.table, err)
		}
	}
	if ran {
		return mustHaveAdministrator(ctx, tx)
	}
	return nil
}

// kept lists what is left of an erased account.
func (s *Store) kept(ctx context.Context, id people.AccountID) ([]people.Kept, error) {
	var out []people.Kept
	for _, h := range holdings {
		if h.kept == "" {
			continue
		}
		k := people.Kept{What: h.table, Why: h.why}
		if err := s.reader().QueryRowContext(ctx, h.kept, string(id)).Scan(&k.Count); err != nil {
			return nil, fmt.Errorf("count what is kept in %s: %w", h.table, err)
		}
		if k.Count > 0 {
			out = append(out, k)
		}
	}
	return out, nil
}
