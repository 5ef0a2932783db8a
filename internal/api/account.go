package api

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"filiere/internal/people"
)

// grantJSON is a role; the scope is left out where it is given everywhere.
type grantJSON struct {
	Role      people.Role `json:"role"`
	ScopeKind people.Kind `json:"scope_kind,omitempty"`
	ScopeID   string      `json:"scope_id,omitempty"`
}

func (g grantJSON) grant() people.Grant {
	return people.Grant{Role: g.Role, Scope: people.Ref{Kind: g.ScopeKind, ID: g.ScopeID}}
}

// accountJSON is an account.
type accountJSON struct {
	ID        people.AccountID `json:"id"`
	Email     string           `json:"email"`
	Name      string           `json:"name"`
	Lang      string           `json:"lang"`
	Theme     string           `json:"theme"`
	State     people.State     `json:"state"`
	CreatedAt time.Time        `json:"created_at"`
	Grants    []grantJSON      `json:"grants"`
}

func toAccount(a people.Account) accountJSON {
	out := accountJSON{
		ID: a.ID, Email: a.Email, Name: a.Name, Lang: a.Lang, Theme: a.Theme, State: a.State,
		CreatedAt: a.CreatedAt, Grants: make([]grantJSON, len(a.Grants)),
	}
	for i, g := range a.Grants {
		out.Grants[i] = grantJSON{g.Role, g.Scope.Kind, g.Scope.ID}
	}
	return out
}

// accountPage is a part of the list of accounts.
type accountPage struct {
	Data   []accountJSON `json:"data"`
	Total  int           `json:"total"`
	Limit  int           `json:"limit"`
	Offset int           `json:"offset"`
	Next   *string       `json:"next"`
}

func (d *desk) accounts(c call) (outcome, error) {
	limit, offset, err := c.page()
	if err != nil {
		return outcome{}, err
	}
	found, total, err := d.people.Accounts(c.Context(), c.values.Get("search"), limit, offset)
	if err != nil {
		return outcome{}, err
	}
	out := accountPage{Data: make([]accountJSON, len(found)), Total: total, Limit: limit, Offset: offset}
	for i, a := range found {
		out.Data[i] = toAccount(a)
	}
	if offset+limit < total {
		out.Next = c.next("offset", strconv.Itoa(offset+limit))
	}
	return outcome{body: out}, nil
}

// page reads limit and offset.
func (c call) page() (limit, offset int, err error) {
	if limit, err = c.number("limit", 1, maxLimit, defaultLimit); err != nil {
		return 0, 0, err
	}
	offset, err = c.number("offset", 0, maxOffset, 0)
	return limit, offset, err
}

// number reads a parameter between two bounds.
func (c call) number(name string, low, high, otherwise int) (int, error) {
	text := c.values.Get(name)
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, wrong(name, "is a whole number from %d to %d", low, high)
	}
	return n, nil
}

// next is the address of this list from another place on.
func (c call) next(name, value string) *string {
	q := url.Values{}
	for k, v := range c.values {
		q[k] = v
	}
	q.Set(name, value)
	address := c.URL.EscapedPath() + "?" + q.Encode()
	return &address
}

// account shows one account.
func (d *desk) account(c call) (outcome, error) { return d.show(c, c.id()) }

func (d *desk) show(c call, id people.AccountID) (outcome, error) {
	a, err := d.people.Account(c.Context(), id)
	return outcome{body: toAccount(a)}, err
}

// invite makes an account and sends its owner the link that opens it.
func (d *desk) invite(c call) (outcome, error) {
	var asked struct {
		Email  string      `json:"email"`
		Name   string      `json:"name"`
		Lang   string      `json:"lang"`
		Grants []grantJSON `json:"grants"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	a := people.Account{Email: asked.Email, Name: asked.Name, Lang: asked.Lang}
	for _, g := range asked.Grants {
		a.Grants = append(a.Grants, g.grant())
	}
	a, err := d.people.CreateAccount(c.Context(), c.caller.Actor(), a)
	if err != nil {
		return outcome{}, err
	}
	if err := d.letters.Invite(c.Context(), c.caller.Actor(), a); err != nil {
		return outcome{}, err
	}
	return outcome{status: http.StatusCreated, body: toAccount(a), location: prefix + "/accounts/" + string(a.ID)}, nil
}

// changeAccount changes what an administrator may: the name, the preferences, and whether the account may
// sign in.
func (d *desk) changeAccount(c call) (outcome, error) {
	var asked struct {
		profile
		State *people.State `json:"state"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	a, err := d.people.Account(c.Context(), c.id())
	if err != nil {
		return outcome{}, err
	}
	if asked.profile != (profile{}) {
		b := asked.over(a)
		if err := d.people.ChangeProfile(c.Context(), c.caller.Actor(), a.ID, b.Name, b.Lang, b.Theme); err != nil {
			return outcome{}, err
		}
	}
	if asked.State != nil {
		if err := d.people.SetAccountState(c.Context(), c.caller.Actor(), a.ID, *asked.State); err != nil {
			return outcome{}, err
		}
	}
	return d.show(c, a.ID)
}

func (d *desk) eraseAccount(c call) (outcome, error) { return d.erase(c, c.id()) }

func (d *desk) exportAccount(c call) (outcome, error) { return d.export(c, c.id()) }

// recoverAccount sends a person the link that lets them back in. Only their mailbox gets it.
func (d *desk) recoverAccount(c call) (outcome, error) {
	a, err := d.people.Account(c.Context(), c.id())
	if err != nil {
		return outcome{}, err
	}
	return nothing, d.letters.Recover(c.Context(), c.caller.Actor(), a)
}

// grantOf is the grant an address names.
func grantOf(c call) people.Grant {
	return grantJSON{people.Role(c.PathValue("role")), people.Kind(c.PathValue("kind")), c.PathValue("scope")}.grant()
}

func (d *desk) giveGrant(c call) (outcome, error) {
	if err := d.people.GiveGrant(c.Context(), c.caller.Actor(), c.id(), grantOf(c)); err != nil {
		return outcome{}, err
	}
	return nothing, d.tell(c.Context(), c.id(), people.DidGiveGrant, grantOf(c))
}

func (d *desk) takeGrant(c call) (outcome, error) {
	if err := d.people.TakeGrant(c.Context(), c.caller.Actor(), c.id(), grantOf(c)); err != nil {
		return outcome{}, err
	}
	return nothing, d.tell(c.Context(), c.id(), people.DidTakeGrant, grantOf(c))
}

// tell tells a person that their roles changed.
func (d *desk) tell(ctx context.Context, id people.AccountID, kind string, g people.Grant) error {
	detail, err := json.Marshal(map[string]string{"role": string(g.Role)})
	if err != nil {
		return fmt.Errorf("write notification: %w", err)
	}
	return d.people.Notify(ctx, people.Notification{Account: id, Kind: kind, Ref: g.Scope, Detail: string(detail)})
}
