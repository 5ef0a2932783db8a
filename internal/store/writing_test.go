package store_test

import (
	"context"
	"database/sql"
	"errors"
	"testing"
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
