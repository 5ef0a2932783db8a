package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/people"
)

// callLife is how long a worker may hold a call before another may make it: longer than any call is let to
// last.
const callLife = time.Minute

const deliveryColumns = `d.id, d.route_id, e.alert_id, e.what, e.severity, e.at, d.created_at, d.due_at, d.done_at, d.given_up_at, d.tries, d.answer, a.evidence`

func scanDelivery(row scanner) (market.Delivery, error) {
	var d market.Delivery
	var e market.Evidence
	err := row.Scan(&d.ID, &d.Route, &d.Alert, &d.What, &d.Severity, moment{&d.At}, moment{&d.CreatedAt}, moment{&d.DueAt},
		moment{&d.DoneAt}, moment{&d.GivenUpAt}, &d.Tries, &d.Answer, inJSON{&e})
	d.Label = e.Label()
	return d, err
}

const deliveries = ` FROM alert_delivery d JOIN alert_event e ON e.id = d.event_id JOIN alert a ON a.id = e.alert_id`

// ClaimDelivery gives a worker the call to a webhook that has waited longest, leaving out some routes; ok is
// false when none is due. A claim that is not settled is free again after a minute, and counts as a try.
func (s *Store) ClaimDelivery(ctx context.Context, except []market.RouteID) (d market.Delivery, ok bool, err error) {
	now := s.stamp()
	b := &binder{}
	later, due := b.bind(at(now.Add(callLife))), b.bind(at(now))
	not := ""
	if len(except) > 0 {
		var ids []string
		for _, id := range except {
			ids = append(ids, b.bind(string(id)))
		}
		not = ` AND w.route_id NOT IN (` + strings.Join(ids, ", ") + `)`
	}
	var id string
	err = s.db.QueryRowContext(ctx, `UPDATE alert_delivery SET due_at = `+later+`, tries = tries + 1
		WHERE id = (SELECT w.id FROM alert_delivery w JOIN alert_route r ON r.id = w.route_id AND NOT r.paused
			WHERE w.due_at <= `+due+not+` ORDER BY w.due_at, w.id LIMIT 1`+s.dialect.skipLockedOf("w")+`)
		RETURNING id`, b.args...).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		return d, false, nil
	}
	if err != nil {
		return d, false, fmt.Errorf("claim a call: %w", err)
	}
	d, err = scanDelivery(s.db.QueryRowContext(ctx, `SELECT `+deliveryColumns+deliveries+` WHERE d.id = $1`, id))
	return d, err == nil, found(err, "delivery")
}

// DeliveryDone notes that the other side took a call.
func (s *Store) DeliveryDone(ctx context.Context, id, answer string) error {
	r, err := s.db.ExecContext(ctx, `UPDATE alert_delivery SET done_at = $1, due_at = NULL, answer = $2 WHERE id = $3`,
		at(s.stamp()), clip(answer, maxReason), id)
	return touched(r, err, "delivery")
}

// DeliveryFailed notes why a call failed, and when it is made again, if it is: market.NextTry, by a number from
// 0 to 1 that was drawn, and not before the other side said, least from now.
func (s *Store) DeliveryFailed(ctx context.Context, id, answer string, jitter float64, least time.Duration) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		var tries int
		err := tx.QueryRowContext(ctx, `UPDATE alert_delivery SET answer = $1 WHERE id = $2 AND due_at IS NOT NULL RETURNING tries`,
			clip(answer, maxReason), id).Scan(&tries)
		if err != nil {
			return found(err, "delivery")
		}
		now := s.stamp()
		due, over := any(nil), any(at(now))
		if wait, again := market.NextTry(tries, jitter); again {
			due, over = at(now.Add(max(wait, least))), nil
		}
		_, err = tx.ExecContext(ctx, `UPDATE alert_delivery SET due_at = $1, given_up_at = $2 WHERE id = $3`, due, over, id)
		if err != nil {
			return fmt.Errorf("put a call back: %w", err)
		}
		return nil
	})
}

// DeliveryRefused gives a call up because the other side wants none any more, and pauses the route: what
// waits for it stays, until it is resumed.
func (s *Store) DeliveryRefused(ctx context.Context, id, answer string) error {
	return s.inTx(ctx, func(tx *sql.Tx) error {
		var route string
		err := tx.QueryRowContext(ctx, `UPDATE alert_delivery SET given_up_at = $1, due_at = NULL, answer = $2 WHERE id = $3 RETURNING route_id`,
			at(s.stamp()), clip(answer, maxReason), id).Scan(&route)
		if err != nil {
			return found(err, "delivery")
		}
		return setPaused(ctx, tx, market.Route{ID: market.RouteID(route)}, true)
	})
}

// Deliveries lists what a route told or is to tell, the newest first. limit 0 lists everything.
func (s *Store) Deliveries(ctx context.Context, route market.RouteID, limit int) ([]market.Delivery, error) {
	return query(ctx, s, "deliveries", scanDelivery, `SELECT `+deliveryColumns+deliveries+`
		WHERE d.route_id = $1 ORDER BY d.created_at DESC, d.id DESC LIMIT $2`, string(route), limitOf(limit))
}

// DeliveriesGivenUp lists the calls that were given up, of every route, the newest first.
func (s *Store) DeliveriesGivenUp(ctx context.Context, limit int) ([]market.Delivery, error) {
	return query(ctx, s, "deliveries", scanDelivery, `SELECT `+deliveryColumns+deliveries+`
		WHERE d.given_up_at IS NOT NULL ORDER BY d.created_at DESC, d.id DESC LIMIT $1`, limitOf(limit))
}

// RetryDelivery has a call that was given up made again, from the start: with "" for id, every one of the
// route. It returns how many there are, and a NotFound fault when the one named is not given up.
func (s *Store) RetryDelivery(ctx context.Context, by people.Actor, route market.RouteID, id string) (n int, err error) {
	err = s.change(ctx, routeEvent(by, "alert.route.retry", market.Route{ID: route, Means: market.ByWebhook}), func(tx *sql.Tx) error {
		r, err := tx.ExecContext(ctx, `UPDATE alert_delivery SET due_at = $1, given_up_at = NULL, tries = 0
			WHERE route_id = $2 AND given_up_at IS NOT NULL AND (id = $3 OR $3 = '')`, at(s.stamp()), string(route), clip(id, maxFilter))
		if n, err = count(r, err); err != nil {
			return err
		}
		if n == 0 && id != "" {
			return fault.New(fault.NotFound, "try again", "no delivery of this route that was given up is called so")
		}
		if n == 0 {
			return errUnchanged
		}
		return nil
	})
	return n, err
}
