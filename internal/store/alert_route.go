package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

const routeColumns = `r.id, r.account_id, r.means, r.name, r.least, r.levels, r.area_id, r.families, r.url, r.paused, r.created_at`

func intoRoute(r *market.Route) []any {
	return []any{&r.ID, &r.Owner, &r.Means, &r.Name, &r.Least, inJSON{&r.Levels}, &r.Area, inJSON{&r.Families}, &r.URL, &r.Paused, moment{&r.CreatedAt}}
}

func scanRoute(row scanner) (market.Route, error) {
	var r market.Route
	return r, row.Scan(intoRoute(&r)...)
}

// inJSON reads a column that holds JSON.
type inJSON struct{ into any }

// Scan implements sql.Scanner.
func (j inJSON) Scan(v any) error {
	switch text := v.(type) {
	case string:
		return json.Unmarshal([]byte(text), j.into)
	case []byte:
		return json.Unmarshal(text, j.into)
	}
	return fmt.Errorf("%T is no JSON", v)
}

// asJSON writes a list for a column; none is an empty one.
func asJSON[T any](list []T) string {
	b, err := json.Marshal(append([]T{}, list...))
	if err != nil { // cannot happen: lists of strings always marshal
		panic(err)
	}
	return string(b)
}

// AlertRoutes lists the routes of a person, or, for "", the webhooks of the school: the oldest first.
func (s *Store) AlertRoutes(ctx context.Context, owner people.AccountID) ([]market.Route, error) {
	return query(ctx, s, "routes of alerts", scanRoute,
		`SELECT `+routeColumns+` FROM alert_route r WHERE account_id = $1 ORDER BY created_at, id`, string(owner))
}

// AllAlertRoutes lists the routes of everybody, for the operator.
func (s *Store) AllAlertRoutes(ctx context.Context) ([]market.Route, error) {
	return query(ctx, s, "routes of alerts", scanRoute, `SELECT `+routeColumns+` FROM alert_route r ORDER BY account_id, created_at, id`)
}

// AlertRoute finds a route of a person, or, for "", a webhook. It returns a NotFound fault when they have none
// of that name.
func (s *Store) AlertRoute(ctx context.Context, owner people.AccountID, id market.RouteID) (market.Route, error) {
	r, err := scanRoute(s.db.QueryRowContext(ctx, `SELECT `+routeColumns+` FROM alert_route r WHERE id = $1 AND account_id = $2`, string(id), string(owner)))
	return r, found(err, "route")
}

// routeEvent is a change of a route in the audit trail: about the person it tells, or about alerts.
func routeEvent(by people.Actor, action string, r market.Route) people.Event {
	about := people.Ref{Kind: people.KindAccount, ID: r.Owner}
	if r.Owner == "" {
		about = people.Ref{Kind: people.KindAlert}
	}
	return eventOn(by, action, about, "route", string(r.ID), "means", string(r.Means))
}

// AddAlertRoute makes a route, and gives it with the secret that is shown this once: of a webhook, what its
// calls are signed with; of another route "".
//
// Errors: those of market.Route.Check; Invalid at the field "area" when there is no such area; Conflict when
// there are too many routes already; NotFound when there is no such account.
func (s *Store) AddAlertRoute(ctx context.Context, by people.Actor, r market.Route, loopback bool) (made market.Route, secret string, err error) {
	if r, err = r.Check(loopback); err != nil {
		return r, "", err
	}
	id, err := newID()
	if err != nil {
		return r, "", err
	}
	r.ID, r.CreatedAt = market.RouteID(id), s.stamp()
	if secret, err = routeSecret(r.Means); err != nil {
		return r, "", err
	}
	err = s.change(ctx, routeEvent(by, "alert.route.add", r), func(tx *sql.Tx) error {
		if err := s.mayAddRoute(ctx, tx, r); err != nil {
			return err
		}
		_, err := tx.ExecContext(ctx, `INSERT INTO alert_route (id, account_id, means, name, least, levels, area_id, families, url, paused, created_at, created_by)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`, id, r.Owner, string(r.Means), r.Name, string(r.Least), asJSON(r.Levels),
			string(r.Area), asJSON(r.Families), r.URL, r.Paused, at(r.CreatedAt), by)
		if err != nil {
			return fmt.Errorf("add a route: %w", err)
		}
		if secret == "" {
			return nil
		}
		if _, err := tx.ExecContext(ctx, `INSERT INTO alert_route_secret (route_id, secret) VALUES ($1, $2)`, id, secret); err != nil {
			return fmt.Errorf("keep the secret of a route: %w", err)
		}
		return nil
	})
	if r.Means != market.ByWebhook {
		secret = ""
	}
	return r, secret, err
}

// routeSecret makes the secret of a route; one to a page has none.
func routeSecret(m market.Means) (string, error) {
	switch m {
	case market.ByWebhook:
		return market.NewWebhookSecret(people.Random)
	case market.ByPage:
		return "", nil
	}
	secret, _, err := people.NewSecret(people.Random)
	if err != nil {
		return "", fmt.Errorf("make the secret of a route: %w", err)
	}
	return secret, nil
}

func (s *Store) mayAddRoute(ctx context.Context, tx *sql.Tx, r market.Route) error {
	most := market.MaxWebhooks
	if r.Owner != "" {
		most = market.MaxOwnRoutes
		if err := mustBeActive(ctx, tx, people.AccountID(r.Owner)); err != nil {
			return err
		}
	}
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM alert_route WHERE account_id = $1`, r.Owner).Scan(&n); err != nil {
		return fmt.Errorf("count routes: %w", err)
	}
	if n >= most {
		f := fault.New(fault.Conflict, "add route", "there are %d routes already", n)
		f.Hint = "remove one first"
		return f
	}
	return mustBeArea(ctx, tx, r.Area)
}

func mustBeArea(ctx context.Context, tx *sql.Tx, id territory.ID) error {
	if id == "" || id == territory.France {
		return nil
	}
	var there bool
	if err := tx.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM area WHERE id = $1)`, string(id)).Scan(&there); err != nil {
		return fmt.Errorf("look for an area: %w", err)
	}
	if !there {
		f := fault.New(fault.Invalid, "check route", "no area is called so")
		f.Column = "area"
		return f
	}
	return nil
}

// ChangeAlertRoute changes what a route takes, its name and, of a webhook, its address. Whose it is and how it
// tells stay.
//
// Errors: those of AddAlertRoute.
func (s *Store) ChangeAlertRoute(ctx context.Context, by people.Actor, r market.Route, loopback bool) error {
	old, err := s.AlertRoute(ctx, people.AccountID(r.Owner), r.ID)
	if err != nil {
		return err
	}
	r.Means = old.Means
	if r, err = r.Check(loopback); err != nil {
		return err
	}
	return s.change(ctx, routeEvent(by, "alert.route.change", r), func(tx *sql.Tx) error {
		if err := mustBeArea(ctx, tx, r.Area); err != nil {
			return err
		}
		res, err := tx.ExecContext(ctx, `UPDATE alert_route SET name = $1, least = $2, levels = $3, area_id = $4, families = $5, url = $6
			WHERE id = $7 AND account_id = $8`, r.Name, string(r.Least), asJSON(r.Levels), string(r.Area), asJSON(r.Families), r.URL, string(r.ID), r.Owner)
		return touched(res, err, "route")
	})
}

// PauseAlertRoute stops a route for a time, or has it go on. What happens meanwhile is not told later. It
// returns a NotFound fault.
func (s *Store) PauseAlertRoute(ctx context.Context, by people.Actor, owner people.AccountID, id market.RouteID, paused bool) error {
	r := market.Route{ID: id, Owner: string(owner)}
	e := routeEvent(by, "alert.route.resume", r)
	if paused {
		e = routeEvent(by, "alert.route.pause", r)
	}
	return s.change(ctx, e, func(tx *sql.Tx) error { return setPaused(ctx, tx, r, paused) })
}

func setPaused(ctx context.Context, tx *sql.Tx, r market.Route, paused bool) error {
	res, err := tx.ExecContext(ctx, `UPDATE alert_route SET paused = $1 WHERE id = $2 AND account_id = $3`, paused, string(r.ID), r.Owner)
	return touched(res, err, "route")
}

// RemoveAlertRoute takes a route away, with what was told by it and what still waits. It returns a NotFound
// fault.
func (s *Store) RemoveAlertRoute(ctx context.Context, by people.Actor, owner people.AccountID, id market.RouteID) error {
	return s.change(ctx, routeEvent(by, "alert.route.remove", market.Route{ID: id, Owner: string(owner)}), func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `DELETE FROM alert_route WHERE id = $1 AND account_id = $2`, string(id), string(owner))
		if err := touched(res, err, "route"); err != nil {
			return err
		}
		for _, text := range []string{`DELETE FROM alert_route_secret WHERE route_id = $1`, `DELETE FROM alert_delivery WHERE route_id = $1`} {
			if _, err := tx.ExecContext(ctx, text, string(id)); err != nil {
				return fmt.Errorf("remove a route: %w", err)
			}
		}
		return nil
	})
}

// RenewWebhookSecret gives a webhook another secret, and forgets the old one. It returns a NotFound fault.
func (s *Store) RenewWebhookSecret(ctx context.Context, by people.Actor, id market.RouteID) (secret string, err error) {
	if secret, err = routeSecret(market.ByWebhook); err != nil {
		return "", err
	}
	err = s.change(ctx, routeEvent(by, "alert.route.renew", market.Route{ID: id, Means: market.ByWebhook}), func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE alert_route_secret SET secret = $1
			WHERE route_id IN (SELECT id FROM alert_route WHERE id = $2 AND account_id = '')`, secret, string(id))
		return touched(res, err, "route")
	})
	return secret, err
}

// WebhookSecret is what the calls of a webhook are signed with: for who calls it, never to be shown. It returns
// a NotFound fault.
func (s *Store) WebhookSecret(ctx context.Context, id market.RouteID) (secret string, err error) {
	err = s.db.QueryRowContext(ctx, `SELECT x.secret FROM alert_route_secret x JOIN alert_route r ON r.id = x.route_id
		WHERE r.id = $1 AND r.account_id = ''`, string(id)).Scan(&secret)
	return secret, found(err, "route")
}

// RouteBySecret finds the route by e-mail the secret of whose link this is. It returns people.ErrLink when it
// is of none: an unknown one and that of a route that is gone look the same.
func (s *Store) RouteBySecret(ctx context.Context, secret string) (market.Route, error) {
	r, err := scanRoute(s.db.QueryRowContext(ctx, `SELECT `+routeColumns+` FROM alert_route r JOIN alert_route_secret x ON x.route_id = r.id
		WHERE x.secret = $1 AND r.means = $2`, clip(secret, maxFilter), string(market.ByMail)))
	if errors.Is(err, sql.ErrNoRows) {
		return r, people.ErrLink
	}
	if err != nil {
		return r, fmt.Errorf("find a route: %w", err)
	}
	return r, nil
}

// Unsubscribe stops the route by e-mail a link is of, or all of that person's. Doing it again changes nothing.
// It returns people.ErrLink when the link is of no route.
func (s *Store) Unsubscribe(ctx context.Context, secret string, all bool) error {
	r, err := s.RouteBySecret(ctx, secret)
	if err != nil {
		return err
	}
	return s.change(ctx, routeEvent(people.ByVisitor, "alert.route.unsubscribe", r), func(tx *sql.Tx) error {
		res, err := tx.ExecContext(ctx, `UPDATE alert_route SET paused = true WHERE account_id = $1 AND means = $2 AND NOT paused AND (id = $3 OR $4)`,
			r.Owner, string(market.ByMail), string(r.ID), all)
		if err != nil {
			return fmt.Errorf("unsubscribe: %w", err)
		}
		if n, err := res.RowsAffected(); err != nil || n == 0 {
			return errOr(err, errUnchanged)
		}
		return nil
	})
}

// ToldSince lists the alerts that were opened since a time, with what routes ask about them, without their
// labels: for previews.
func (s *Store) ToldSince(ctx context.Context, since time.Time) ([]market.Told, error) {
	return s.toldSince(ctx, since, `'{}'`)
}

// toldSince lists them with the evidence an expression gives: reading it is most of the work.
func (s *Store) toldSince(ctx context.Context, since time.Time, evidence string) ([]market.Told, error) {
	told, err := query(ctx, s, "alerts", scanTold, `SELECT '', a.id, 'opened', a.severity, a.opened_at, `+toldColumns+evidence+toldFrom+`
		WHERE a.opened_at >= $1`, at(since))
	if err != nil {
		return nil, err
	}
	return withCorrespondences(ctx, s.db, told)
}

// toldColumns are what routes ask about an alert a, in the order of scanTold after what happened to it.
const toldColumns = `a.occupation_id, a.level, a.area_id, a.region_id, coalesce(t.departement_id, ''), `

// toldFrom is where they stand; the evidence comes between.
const toldFrom = ` FROM alert a LEFT JOIN area t ON t.id = a.area_id`

func scanTold(row scanner) (market.Told, error) {
	_, t, err := scanToldEvent(row)
	return t, err
}

func scanToldEvent(row scanner) (event string, t market.Told, err error) {
	var o occupation.ID
	var e market.Evidence
	err = row.Scan(&event, &t.Alert, &t.What, &t.Severity, moment{&t.At}, &o, &t.Level, &t.Area, &t.Region, &t.Departement, inJSON{&e})
	t.Occupations, t.Label = []occupation.ID{o}, e.Label()
	return event, t, err
}

// lister is a database or a transaction on it, for lists.
type lister interface {
	QueryContext(ctx context.Context, text string, args ...any) (*sql.Rows, error)
}

// withCorrespondences adds to what happened the occupations of other lists that correspond to the alert's:
// those of the published correspondences, not those nobody confirmed.
func withCorrespondences(ctx context.Context, db lister, told []market.Told) ([]market.Told, error) {
	if len(told) == 0 {
		return told, nil
	}
	rows, err := db.QueryContext(ctx, `SELECT from_id, to_id FROM crosswalk WHERE quality <> $1
		AND (from_id IN (SELECT occupation_id FROM alert) OR to_id IN (SELECT occupation_id FROM alert))`, string(occupation.Unconfirmed))
	if err != nil {
		return nil, fmt.Errorf("read correspondences: %w", err)
	}
	defer rows.Close()
	near := map[occupation.ID][]occupation.ID{}
	for rows.Next() {
		var from, to occupation.ID
		if err := rows.Scan(&from, &to); err != nil {
			return nil, fmt.Errorf("read a correspondence: %w", err)
		}
		near[from], near[to] = append(near[from], to), append(near[to], from)
	}
	for i, t := range told {
		told[i].Occupations = append(t.Occupations, near[t.Occupations[0]]...)
	}
	return told, rows.Err()
}
