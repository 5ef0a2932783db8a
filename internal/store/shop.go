package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/shop"
)

// settingSeller holds who invoices, as JSON.
const settingSeller = "shop_seller"

// errNoSeller is why nothing can be bought before SetSeller.
func errNoSeller() error {
	f := fault.New(fault.NotFound, "find seller", "nobody sells here: the school's details for invoices are not set")
	f.Hint = "an operator sets them with filiere shop seller set"
	return f
}

// Seller gives who invoices. It returns a NotFound fault while nobody does.
func (s *Store) Seller(ctx context.Context) (shop.Seller, error) {
	text, err := s.setting(ctx, settingSeller)
	if err != nil {
		return shop.Seller{}, err
	}
	return readSeller(text)
}

func readSeller(text string) (shop.Seller, error) {
	var seller shop.Seller
	if text == "" {
		return seller, errNoSeller()
	}
	if err := json.Unmarshal([]byte(text), &seller); err != nil {
		return seller, fmt.Errorf("read seller: %w", err)
	}
	return seller, nil
}

func sellerIn(ctx context.Context, tx *sql.Tx) (shop.Seller, error) {
	var text string
	err := tx.QueryRowContext(ctx, `SELECT value FROM setting WHERE key = $1`, settingSeller).Scan(&text)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return shop.Seller{}, fmt.Errorf("read seller: %w", err)
	}
	return readSeller(text)
}

// SetSeller says who invoices from now on. Invoices that were issued keep who issued them. It returns an
// Invalid fault for details no invoice can bear.
func (s *Store) SetSeller(ctx context.Context, by people.Actor, seller shop.Seller) error {
	seller, err := seller.Check()
	if err != nil {
		return err
	}
	text, err := json.Marshal(seller)
	if err != nil {
		return err
	}
	return s.change(ctx, eventOn(by, shop.DidSetSeller, people.Site, "name", seller.Name), func(tx *sql.Tx) error {
		return setSetting(ctx, tx, settingSeller, string(text))
	})
}
