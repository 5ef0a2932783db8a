package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"

	"filiere/internal/people"
)

func TestWhoeverWaitsToWriteCanGiveUp(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		err := h.a.InTx(t.Context(), func(*sql.Tx) error {
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			err := h.a.InTx(ctx, func(*sql.Tx) error {
				t.Error("a transaction began for somebody who had given up")
				return nil
			})
			if !errors.Is(err, context.Canceled) {
				t.Errorf("got %v", err)
			}
			return nil
		})
		if err != nil {
			t.Error(err)
		}
		if err := h.a.InTx(t.Context(), func(*sql.Tx) error { return nil }); err != nil {
			t.Errorf("the next one: %v", err)
		}
	})
}

func TestASessionIsReadWhileSomebodyWrites(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		a := h.account(t, "ada@example.org")
		secret, _, err := h.a.OpenSession(t.Context(), a.ID, "passkey", "browser", "127.0.0.1")
		if err != nil {
			t.Fatal(err)
		}
		h.time.pass(2 * people.SeenEvery)
		err = h.a.InTx(t.Context(), func(*sql.Tx) error {
			_, _, err := h.a.SessionBySecret(t.Context(), secret, "127.0.0.1")
			return err
		})
		if err != nil {
			t.Error(err)
		}
	})
}
