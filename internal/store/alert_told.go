package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"filiere/internal/market"
	"filiere/internal/people"
)

// happened writes down that something happened to an alert, in the transaction in which it happens: whom it
// concerns is asked afterwards (TellAlerts). The same thing is written once, so that an alert whose severity
// rises twice to the same is told once.
func happened(ctx context.Context, tx *sql.Tx, id market.AlertID, what market.Happening, severity market.Severity, when time.Time) error {
	event, err := newID()
	if err != nil {
		return err
	}
	_, err = tx.ExecContext(ctx, `INSERT INTO alert_event (id, alert_id, what, severity, at, batch) VALUES ($1, $2, $3, $4, $5, '')
		ON CONFLICT DO NOTHING`, event, string(id), string(what), string(severity), at(when))
	if err != nil {
		return fmt.Errorf("note what happened to an alert: %w", err)
	}
	return nil
}

// Reader is a person who is told by e-mail: the routes that do it, with what each of them took.
type Reader struct {
	Account people.Account
	Routes  []RouteTold
}

// RouteTold is what a route by e-mail took, and the secret that ends the link that stops it.
type RouteTold struct {
	Route  market.Route
	Secret string
	Told   []market.Told
}

// TellAlerts asks the routes about what happened to alerts since it was called last, and puts down for each
// what it takes: a notification and a message for each person, however much happened; a call for each thing and
// webhook, to be made by who calls ClaimDelivery. All of it is one transaction with the note that it was asked,
// so that being killed, or called in several processes at once, neither doubles nor loses anything. write makes
// the message. It returns how many things happened.
func (s *Store) TellAlerts(ctx context.Context, write func(Reader) people.Message) (n int, err error) {
	var waits bool // looked at first, for it is asked often and writes seldom
	if err := s.db.QueryRowContext(ctx, `SELECT EXISTS (SELECT 1 FROM alert_event WHERE batch = '')`).Scan(&waits); err != nil || !waits {
		return 0, err
	}
	err = s.inTx(ctx, func(tx *sql.Tx) error {
		told, events, err := s.untold(ctx, tx)
		if err != nil || len(told) == 0 {
			return err
		}
		n = len(told)
		routes, err := routesToAsk(ctx, tx)
		if err != nil {
			return err
		}
		return s.tell(ctx, tx, routes, told, events, write)
	})
	return n, err
}

// untold takes what happened and was not told yet, the first first.
func (s *Store) untold(ctx context.Context, tx *sql.Tx) (told []market.Told, events []string, err error) {
	batch, err := newID()
	if err != nil {
		return nil, nil, err
	}
	r, err := tx.ExecContext(ctx, `UPDATE alert_event SET batch = $1 WHERE batch = ''`, batch)
	if err != nil {
		return nil, nil, fmt.Errorf("take what happened to alerts: %w", err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		return nil, nil, err
	}
	rows, err := tx.QueryContext(ctx, `SELECT e.id, e.alert_id, e.what, e.severity, e.at, x.* FROM alert_event e
		JOIN (SELECT a.id AS told, a.rank AS r, a.size AS s, `+toldColumns+`a.evidence`+toldFrom+`) x ON x.told = e.alert_id
		WHERE e.batch = $1 ORDER BY x.r DESC, x.s DESC, e.id`, batch)
	if err != nil {
		return nil, nil, fmt.Errorf("read what happened to alerts: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		event, t, err := scanToldEvent(orderedRow{rows})
		if err != nil {
			return nil, nil, fmt.Errorf("read what happened to an alert: %w", err)
		}
		told, events = append(told, t), append(events, event)
	}
	if err := errors.Join(rows.Err(), rows.Close()); err != nil {
		return nil, nil, err
	}
	told, err = withCorrespondences(ctx, tx, told)
	return told, events, err
}

// orderedRow is a row with three columns, to order it by, after the first five.
type orderedRow struct{ scanner }

func (r orderedRow) Scan(into ...any) error {
	var id string
	var rank int64
	var size float64
	return r.scanner.Scan(slices.Insert(into, 5, any(&id), any(&rank), any(&size))...)
}

// asked is a route, whom it tells, and what it took.
type asked struct {
	RouteTold
	to     people.Account
	events []string
}

// routesToAsk reads the routes that are not paused, of people who may act.
func routesToAsk(ctx context.Context, tx *sql.Tx) ([]*asked, error) {
	rows, err := tx.QueryContext(ctx, `SELECT `+routeColumns+`, coalesce(x.secret, ''), coalesce(a.email, ''), coalesce(a.name, ''), coalesce(a.lang, '')
		FROM alert_route r LEFT JOIN alert_route_secret x ON x.route_id = r.id LEFT JOIN account a ON a.id = r.account_id
		WHERE NOT r.paused AND (r.account_id = '' OR a.state = $1) ORDER BY r.account_id, r.created_at, r.id`, string(people.Active))
	if err != nil {
		return nil, fmt.Errorf("read the routes of alerts: %w", err)
	}
	defer rows.Close()
	var out []*asked
	for rows.Next() {
		a := &asked{}
		if err := rows.Scan(append(intoRoute(&a.Route), &a.Secret, &a.to.Email, &a.to.Name, &a.to.Lang)...); err != nil {
			return nil, fmt.Errorf("read a route of alerts: %w", err)
		}
		a.to.ID = people.AccountID(a.Route.Owner)
		out = append(out, a)
	}
	return out, errors.Join(rows.Err(), rows.Close())
}

var deliveryTable = table{name: "alert_delivery", columns: []string{"id", "event_id", "route_id", "account_id", "created_at", "due_at", "done_at", "given_up_at", "tries", "answer"}}

// tell puts down what each route takes, and tells people.
func (s *Store) tell(ctx context.Context, tx *sql.Tx, routes []*asked, told []market.Told, events []string, write func(Reader) people.Message) error {
	rows := newInserter(tx, s.dialect, deliveryTable)
	now := at(s.stamp())
	for _, a := range routes {
		for i, t := range told {
			if !a.Route.Takes(t) {
				continue
			}
			a.Told, a.events = append(a.Told, t), append(a.events, events[i])
			id, err := newID()
			if err != nil {
				return err
			}
			due, done := any(nil), any(now)
			if a.Route.Means == market.ByWebhook {
				due, done = now, nil
			}
			if err := rows.add(ctx, []any{id, events[i], string(a.Route.ID), a.Route.Owner, now, due, done, nil, 0, ""}); err != nil {
				return err
			}
		}
	}
	if err := rows.flush(ctx); err != nil {
		return err
	}
	for len(routes) > 0 {
		of := 1
		for of < len(routes) && routes[of].Route.Owner == routes[0].Route.Owner {
			of++
		}
		if err := s.tellPerson(ctx, tx, routes[:of], write); err != nil {
			return err
		}
		routes = routes[of:]
	}
	return nil
}

// tellPerson tells a person what their routes took: once for all of them.
func (s *Store) tellPerson(ctx context.Context, tx *sql.Tx, routes []*asked, write func(Reader) people.Message) error {
	reader := Reader{Account: routes[0].to}
	onPage, seen := map[market.Happening][]market.Told{}, map[string]bool{}
	for _, a := range routes {
		switch {
		case len(a.Told) == 0:
		case a.Route.Means == market.ByMail:
			reader.Routes = append(reader.Routes, a.RouteTold)
		case a.Route.Means == market.ByPage:
			for i, t := range a.Told {
				if !seen[a.events[i]] {
					seen[a.events[i]] = true
					onPage[t.What] = append(onPage[t.What], t)
				}
			}
		}
	}
	for _, what := range []market.Happening{market.AlertOpens, market.AlertRises, market.AlertResolves} {
		if told := onPage[what]; len(told) > 0 {
			if err := s.insertNotification(ctx, tx, notificationOf(reader.Account.ID, what, told)); err != nil {
				return err
			}
		}
	}
	if len(reader.Routes) == 0 {
		return nil
	}
	return s.enqueueMail(ctx, tx, write(reader))
}

// notificationOf tells of one thing by its name, and of many by their number and the most serious one.
func notificationOf(to people.AccountID, what market.Happening, told []market.Told) people.Notification {
	detail, err := json.Marshal(map[string]string{"n": strconv.Itoa(len(told)), "name": told[0].Label, "since": told[0].At.UTC().Format(time.DateOnly)})
	if err != nil { // cannot happen: strings always marshal
		panic(err)
	}
	return people.Notification{
		Account: to, Kind: "alert." + string(what), Ref: people.Ref{Kind: people.KindAlert, ID: string(told[0].Alert)}, Detail: string(detail),
	}
}

// triedAlerts is how many alerts a try of a route tells at most.
const triedAlerts = 3

// TryAlertRoute tells a person at once, by one of their routes, of the last few alerts it would have taken, to
// see that it arrives. It leaves no delivery. It returns how many it told: with none nothing is sent.
func (s *Store) TryAlertRoute(ctx context.Context, r market.Route, write func(Reader) people.Message) (int, error) {
	all, err := s.toldSince(ctx, s.stamp().Add(-market.PreviewLife), `a.evidence`)
	if err != nil {
		return 0, err
	}
	told := slices.DeleteFunc(all, func(t market.Told) bool { return !r.Covers(t) })
	if told = told[:min(len(told), triedAlerts)]; len(told) == 0 {
		return 0, nil
	}
	to, err := s.Account(ctx, people.AccountID(r.Owner))
	if err != nil {
		return 0, err
	}
	if r.Means == market.ByPage {
		return len(told), s.Notify(ctx, notificationOf(to.ID, told[0].What, told))
	}
	one := RouteTold{Route: r, Told: told}
	err = s.db.QueryRowContext(ctx, `SELECT secret FROM alert_route_secret WHERE route_id = $1`, string(r.ID)).Scan(&one.Secret)
	if err != nil {
		return 0, found(err, "route")
	}
	return len(told), s.EnqueueMail(ctx, write(Reader{Account: to, Routes: []RouteTold{one}}))
}
