package studio_test

import (
	"testing"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

func ayes(who ...people.AccountID) (out []studio.Approval) {
	for _, a := range who {
		out = append(out, studio.Approval{Account: a})
	}
	return out
}

func TestACompetencyIsApprovedByMoreThanHalfWithoutAnOpenObjection(t *testing.T) {
	for name, c := range map[string]struct {
		state      studio.ItemState
		ayes       []studio.Approval
		objections int
		back       bool
		idle       bool // one member may not sign in any more
		want       studio.ItemState
	}{
		"nobody":                       {state: studio.ItemProposed, want: studio.ItemProposed},
		"one of three":                 {state: studio.ItemProposed, ayes: ayes("ana"), want: studio.ItemProposed},
		"two of three":                 {state: studio.ItemProposed, ayes: ayes("ana", "ben"), want: studio.ItemApproved},
		"two, and an objection":        {state: studio.ItemProposed, ayes: ayes("ana", "ben"), objections: 1, want: studio.ItemProposed},
		"a stranger does not count":    {state: studio.ItemProposed, ayes: ayes("ana", "eve"), want: studio.ItemProposed},
		"nor does who cannot sign in":  {state: studio.ItemProposed, ayes: ayes("ana", "zoe"), idle: true, want: studio.ItemProposed},
		"an objection undoes it":       {state: studio.ItemApproved, ayes: ayes("ana", "ben"), objections: 1, want: studio.ItemProposed},
		"so does an approval back":     {state: studio.ItemApproved, ayes: ayes("ana"), back: true, want: studio.ItemProposed},
		"a group that grew does not":   {state: studio.ItemApproved, ayes: ayes("ana"), want: studio.ItemApproved},
		"what is withdrawn stays away": {state: studio.ItemWithdrawn, ayes: ayes("ana", "ben", "zoe"), want: studio.ItemWithdrawn},
	} {
		p := whole()
		p.Group[2].Active = !c.idle
		got, err := p.Settled(studio.Item{Kind: studio.KindCompetency, State: c.state, Approvals: c.ayes, Objections: c.objections}, c.back)
		if got != c.want || err != nil {
			t.Errorf("%s: %q, %v; want %q", name, got, err, c.want)
		}
	}
}

func TestWhoMayVoteOnWhat(t *testing.T) {
	p := whole()
	faulty(t, fault.Conflict, p.CheckVote(*item(&p, "c1"), "ana")) // approved: it stands still
	p.State = studio.Drafting
	if err := p.CheckVote(*item(&p, "c1"), "ana"); err != nil {
		t.Error(err)
	}
	faulty(t, fault.Forbidden, p.CheckVote(*item(&p, "c1"), "eve"))
	faulty(t, fault.Conflict, p.CheckVote(*item(&p, "b"), "ana"))
	withdraw(&p, "a")
	faulty(t, fault.Conflict, p.CheckVote(*item(&p, "c1"), "ana"))
}

func TestAnItemStandsUnderItsKindOnly(t *testing.T) {
	p := whole()
	p.State = studio.Drafting
	for _, c := range []struct {
		kind   studio.ItemKind
		parent string
		ok     bool
	}{
		{studio.KindBloc, "", true},
		{studio.KindBloc, "b", false},
		{studio.KindActivity, "b", true},
		{studio.KindActivity, "", false},
		{studio.KindActivity, "a", false},
		{studio.KindCriterion, "c1", true},
		{studio.KindCompetency, "nothing", false},
		{"chapter", "", false},
	} {
		err := p.CheckAdding(c.kind, c.parent, "Another")
		if (err == nil) != c.ok {
			t.Errorf("%s under %q: %v", c.kind, c.parent, err)
		}
	}
	withdraw(&p, "b")
	faulty(t, fault.Invalid, p.CheckAdding(studio.KindCompetency, "a", "Another"))
	p.State = studio.Approved
	faulty(t, fault.Conflict, p.CheckAdding(studio.KindBloc, "", "Another"))
}

func TestMovingGivesEveryPlaceOnce(t *testing.T) {
	p := whole()
	p.State = studio.Drafting
	order, err := p.Moved(*item(&p, "c3"), "a", 0)
	if err != nil || len(order) != 3 || order[0].ID != "c3" || order[0].Place != 1 || order[2].Place != 3 {
		t.Errorf("%+v, %v", order, err)
	}
	order, err = p.Moved(*item(&p, "c1"), "a", 99)
	if err != nil || order[2].ID != "c1" {
		t.Errorf("%+v, %v", order, err)
	}
	_, err = p.Moved(*item(&p, "c1"), "b", 0)
	faulty(t, fault.Invalid, err)
}

func TestAnObjectionIsSettledByWhoRaisedItOrADesigner(t *testing.T) {
	c := studio.Comment{Account: "ben", Objection: true}
	if c.CheckSettling("ben", false) != nil || c.CheckSettling("ana", true) != nil {
		t.Error("it cannot be settled")
	}
	faulty(t, fault.Forbidden, c.CheckSettling("zoe", false))
	c.SettledAt = noon
	faulty(t, fault.Conflict, c.CheckSettling("ben", false))
}

func TestWhatStandsThereAlreadyIsNotAddedAgain(t *testing.T) {
	p := whole()
	p.State = studio.Drafting
	faulty(t, fault.Conflict, p.CheckAdding(studio.KindCompetency, "a", "Do c1"))
	if err := p.CheckAdding(studio.KindActivity, "b", "Do c1"); err != nil {
		t.Errorf("said elsewhere: %v", err)
	}
	item(&p, "c1").State = studio.ItemWithdrawn
	if err := p.CheckAdding(studio.KindCompetency, "a", "Do c1"); err != nil {
		t.Errorf("said by what was withdrawn: %v", err)
	}
	faulty(t, fault.Conflict, p.CheckAddingProject("Project"))
	if err := p.CheckAddingProject("Another"); err != nil {
		t.Error(err)
	}
}
