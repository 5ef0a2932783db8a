package api

import (
	"io"
	"slices"
	"time"

	"filiere/internal/people"
)

// meJSON is an account as its owner sees it.
type meJSON struct {
	accountJSON
	Actions []people.Action `json:"actions"` // what this caller may do, its token's scopes considered
}

func (d *desk) me(c call) (outcome, error) {
	actions := people.Scopes(c.caller.Identity)
	out := meJSON{accountJSON: toAccount(c.caller.Account), Actions: make([]people.Action, 0, len(actions))}
	for _, a := range actions {
		if c.caller.Identity.Scopes == nil || slices.Contains(c.caller.Identity.Scopes, a) {
			out.Actions = append(out.Actions, a)
		}
	}
	return outcome{body: out}, nil
}

// profile is what can be changed of a person's account by a request; a field left out stays.
type profile struct {
	Name  *string `json:"name"`
	Lang  *string `json:"lang"`
	Theme *string `json:"theme"`
}

// over puts the fields that were given over those of an account.
func (p profile) over(a people.Account) people.Account {
	for _, f := range []struct {
		given *string
		field *string
	}{{p.Name, &a.Name}, {p.Lang, &a.Lang}, {p.Theme, &a.Theme}} {
		if f.given != nil {
			*f.field = *f.given
		}
	}
	return a
}

func (d *desk) changeMe(c call) (outcome, error) {
	var p profile
	if err := c.body(&p); err != nil {
		return outcome{}, err
	}
	a := p.over(c.caller.Account)
	if err := d.people.ChangeProfile(c.Context(), c.caller.Actor(), a.ID, a.Name, a.Lang, a.Theme); err != nil {
		return outcome{}, err
	}
	return d.show(c, a.ID)
}

// keptJSON is what erasing left, and why it must.
type keptJSON struct {
	Kept []people.Kept `json:"kept"`
}

func (d *desk) eraseMe(c call) (outcome, error) { return d.erase(c, c.own()) }

func (d *desk) erase(c call, id people.AccountID) (outcome, error) {
	kept, err := d.people.EraseAccount(c.Context(), c.caller.Actor(), id)
	return outcome{body: keptJSON{kept}}, err
}

func (d *desk) exportMe(c call) (outcome, error) { return d.export(c, c.own()) }

// export gives everything held on a person, and notes that it was given.
func (d *desk) export(c call, id people.AccountID) (outcome, error) {
	data, err := d.people.PersonalData(c.Context(), id)
	if err != nil {
		return outcome{}, err
	}
	err = d.people.AppendAudit(c.Context(), people.Event{
		Actor: c.caller.Actor(), Action: people.DidExport, Object: people.Ref{Kind: people.KindAccount, ID: string(id)},
	})
	return outcome{
		name: "filiere-" + data.ExportedAt.Format(time.DateOnly) + ".zip",
		file: func(w io.Writer) error { return d.archive(w, data, c.caller.Account.Lang) },
	}, err
}

// sessionJSON is a signed-in browser.
type sessionJSON struct {
	ID        string    `json:"id"`
	Means     string    `json:"means"`
	OpenedAt  time.Time `json:"opened_at"`
	SeenAt    time.Time `json:"seen_at"`
	UserAgent string    `json:"user_agent"`
	Address   string    `json:"address"`
	Current   bool      `json:"current"` // the one that asks
}

func (d *desk) sessions(c call) (outcome, error) {
	all, err := d.people.Sessions(c.Context(), c.own())
	out := list[sessionJSON]{Data: make([]sessionJSON, len(all))}
	for i, s := range all {
		out.Data[i] = sessionJSON{
			ID: s.ID, Means: s.Means, OpenedAt: s.OpenedAt, SeenAt: s.SeenAt,
			UserAgent: s.UserAgent, Address: s.Address, Current: s.ID == c.caller.Session.ID,
		}
	}
	return outcome{body: out}, err
}

// closeOthers signs every browser out but the one that asks; a token spares none.
func (d *desk) closeOthers(c call) (outcome, error) {
	return nothing, d.people.CloseSessions(c.Context(), c.caller.Actor(), c.own(), c.caller.Session.ID)
}

// closeSession signs one of the caller's own browsers out: the store looks among those only.
func (d *desk) closeSession(c call) (outcome, error) {
	return nothing, d.people.CloseSession(c.Context(), c.caller.Actor(), c.own(), c.PathValue("session"))
}
