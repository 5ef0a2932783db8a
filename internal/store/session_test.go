package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// carried is what the test knows of a session.
type carried struct {
	secret  string
	session people.Session
	closed  bool // by somebody
	over    bool // by time
}

// TestASessionOpensWhatItIsForAndNothingAfterItsEnd drives sessions of two accounts through random
// changes and compares every answer with what a session is by its rules.
func TestASessionOpensWhatItIsForAndNothingAfterItsEnd(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		round := 0
		rapid.Check(t, func(r *rapid.T) {
			round++
			m := &sessionModel{h: h}
			for i := range 2 {
				m.accounts = append(m.accounts, h.account(t, fmt.Sprintf("s%d-%d@example.org", round, i)))
			}
			r.Repeat(map[string]func(*rapid.T){
				"open": m.open, "close": m.close, "close others": m.closeOthers, "pass": m.pass, "": m.check,
				"suspend": m.suspend,
			})
		})
	})
}

type sessionModel struct {
	h        house
	accounts []people.Account
	carried  []carried
}

func (m *sessionModel) account(r *rapid.T) people.Account {
	return rapid.SampledFrom(m.accounts).Draw(r, "account")
}

func (m *sessionModel) open(r *rapid.T) {
	secret, session, err := m.h.a.OpenSession(context.Background(), m.account(r).ID, "link", "browser", "192.0.2.1")
	if err != nil {
		r.Fatal(err)
	}
	m.carried = append(m.carried, carried{secret: secret, session: session})
}

func (m *sessionModel) close(r *rapid.T) {
	if len(m.carried) == 0 {
		r.Skip("nobody is signed in")
	}
	c, by := &m.carried[rapid.IntRange(0, len(m.carried)-1).Draw(r, "session")], m.account(r)
	err := m.h.b.CloseSession(context.Background(), people.By(by.ID), by.ID, c.session.ID)
	// One that is over is closed like any other: it is there until it is swept.
	theirs := by.ID == c.session.Account && !c.closed
	if (err == nil) != theirs {
		r.Fatalf("closing: %v; the account's own and open: %v", err, theirs)
	}
	c.closed = c.closed || theirs
}

func (m *sessionModel) closeOthers(r *rapid.T) {
	by, keep := m.account(r), ""
	if len(m.carried) > 0 && rapid.Bool().Draw(r, "but one") {
		keep = rapid.SampledFrom(m.carried).Draw(r, "kept").session.ID
	}
	if err := m.h.b.CloseSessions(context.Background(), people.By(by.ID), by.ID, keep); err != nil {
		r.Fatal(err)
	}
	for i := range m.carried {
		c := &m.carried[i]
		c.closed = c.closed || (c.session.Account == by.ID && c.session.ID != keep)
	}
}

func (m *sessionModel) suspend(r *rapid.T) {
	who := m.account(r)
	for _, state := range []people.State{people.Suspended, people.Active} {
		if err := m.h.a.SetAccountState(context.Background(), people.ByCLI, who.ID, state); err != nil {
			r.Fatal(err)
		}
	}
	for i := range m.carried {
		m.carried[i].closed = m.carried[i].closed || m.carried[i].session.Account == who.ID
	}
}

func (m *sessionModel) pass(r *rapid.T) {
	m.h.time.pass(time.Duration(rapid.IntRange(1, int(13*time.Hour/time.Second)).Draw(r, "seconds")) * time.Second)
}

// check asks for every session there ever was.
func (m *sessionModel) check(r *rapid.T) {
	now := m.h.time.Now()
	for i := range m.carried {
		c := &m.carried[i]
		live := !c.closed && !c.over && c.session.Live(now)
		got, who, err := m.h.of(i).SessionBySecret(context.Background(), c.secret, "192.0.2.1")
		if !live {
			if fault.CodeOf(err) != fault.NotFound {
				r.Fatalf("session %d is over and gives %v", i, err)
			}
			c.over = true // for good
			continue
		}
		if now.Sub(c.session.SeenAt) >= people.SeenEvery {
			c.session.SeenAt = now
		}
		if err != nil || who.ID != c.session.Account || !cmp.Equal(got, c.session) {
			r.Fatalf("session %d of %s gives %v, %s, %v", i, c.session.Account, cmp.Diff(c.session, got), who.ID, err)
		}
	}
	for _, a := range m.accounts {
		m.listed(r, a, now)
	}
}

// listed compares what an owner sees with what is open.
func (m *sessionModel) listed(r *rapid.T, a people.Account, now time.Time) {
	want := map[string]bool{}
	for _, c := range m.carried {
		if c.session.Account == a.ID && !c.closed && !c.over && c.session.Live(now) {
			want[c.session.ID] = true
		}
	}
	list, err := m.h.b.Sessions(context.Background(), a.ID)
	if err != nil {
		r.Fatal(err)
	}
	got := map[string]bool{}
	for _, s := range list {
		got[s.ID] = true
	}
	if d := cmp.Diff(want, got); d != "" {
		r.Fatalf("sessions listed (-want +got):\n%s", d)
	}
}

func TestASecretWeDidNotMakeOpensNothing(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe := h.account(t, "zoe@example.org")
		secret, session, err := h.a.OpenSession(t.Context(), zoe.ID, "link", "", "")
		ok(t, err)
		for _, s := range []string{"", "chosen-by-somebody-else", session.ID, secret + " ", secret[1:], strings.ToUpper(secret), "' OR ''='"} {
			_, _, err := h.a.SessionBySecret(t.Context(), s, "")
			faulty(t, fault.NotFound, err)
		}
		again, _, err := h.a.OpenSession(t.Context(), zoe.ID, "link", "", "")
		if err != nil || again == secret {
			t.Errorf("signing in again gives the same secret, or %v", err)
		}
		var kept int
		ok(t, h.a.DB().QueryRow(`SELECT count(*) FROM session WHERE id IN ($1, $2)`, secret, again).Scan(&kept))
		if kept != 0 {
			t.Error("secrets are stored as they are")
		}
	})
}

func TestASessionInUseIsWrittenOnceAMinuteAtMost(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe := h.account(t, "zoe@example.org")
		secret, opened, err := h.a.OpenSession(t.Context(), zoe.ID, "link", strings.Repeat("é", 1000), "192.0.2.1\x00")
		ok(t, err)
		if len(opened.UserAgent) > 300 || opened.Address != "192.0.2.1" {
			t.Errorf("kept %d bytes of a browser's name, address %q", len(opened.UserAgent), opened.Address)
		}
		seen := func() people.Session {
			list, err := h.b.Sessions(t.Context(), zoe.ID)
			ok(t, err)
			return list[0]
		}
		h.time.pass(people.SeenEvery - time.Second)
		_, _, err = h.a.SessionBySecret(t.Context(), secret, "192.0.2.9")
		ok(t, err)
		if s := seen(); !s.SeenAt.Equal(opened.SeenAt) || s.Address != "192.0.2.1" {
			t.Errorf("written within the minute: %+v", s)
		}
		h.time.pass(time.Second)
		_, _, err = h.a.SessionBySecret(t.Context(), secret, "192.0.2.9")
		ok(t, err)
		if s := seen(); !s.SeenAt.Equal(h.time.Now()) || s.Address != "192.0.2.9" || s.UserAgent != opened.UserAgent {
			t.Errorf("not written after the minute: %+v", s)
		}
	})
}

func TestASessionCarriesTheRolesOfTheMoment(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		zoe := h.account(t, "zoe@example.org")
		secret, _, err := h.a.OpenSession(t.Context(), zoe.ID, "link", "", "")
		ok(t, err)
		ok(t, h.b.GiveGrant(t.Context(), people.ByCLI, zoe.ID, expert))
		ok(t, h.b.GiveGrant(t.Context(), people.ByCLI, zoe.ID, people.Grant{Role: people.Mentor}))
		_, who, err := h.a.SessionBySecret(t.Context(), secret, "")
		if d := cmp.Diff([]people.Grant{expert, {Role: people.Mentor}}, who.Grants); d != "" || err != nil {
			t.Errorf("grants (-want +got):\n%s%v", d, err)
		}
		ok(t, h.b.TakeGrant(t.Context(), people.ByCLI, zoe.ID, expert))
		_, who, err = h.a.SessionBySecret(t.Context(), secret, "")
		if d := cmp.Diff([]people.Grant{{Role: people.Mentor}}, who.Grants); d != "" || err != nil {
			t.Errorf("grants (-want +got):\n%s%v", d, err)
		}
	})
}
