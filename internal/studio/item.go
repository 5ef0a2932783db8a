package studio

import (
	"cmp"
	"slices"
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/people"
)

// ItemKind is what an item of a framework is.
type ItemKind string

// The kinds of items, each under the one before.
const (
	KindBloc       ItemKind = "bloc"
	KindActivity   ItemKind = "activity"
	KindCompetency ItemKind = "competency"
	KindCriterion  ItemKind = "criterion"
)

// ItemKinds lists the kinds, from the whole to the part.
func ItemKinds() []ItemKind {
	return []ItemKind{KindBloc, KindActivity, KindCompetency, KindCriterion}
}

// Above is the kind an item of a kind stands under, "" for a bloc.
func (k ItemKind) Above() ItemKind {
	if i := slices.Index(ItemKinds(), k); i > 0 {
		return ItemKinds()[i-1]
	}
	return ""
}

// Below is the kind that stands under one, "" for a criterion.
func (k ItemKind) Below() ItemKind {
	if i := slices.Index(ItemKinds(), k); i >= 0 && i+1 < len(ItemKinds()) {
		return ItemKinds()[i+1]
	}
	return ""
}

// CheckWording writes what an item says in the one way it is kept. It returns an Invalid fault.
func (k ItemKind) CheckWording(s string) (string, error) {
	most := maxTitle
	if k == KindCompetency || k == KindCriterion {
		most = maxWording
	}
	if !slices.Contains(ItemKinds(), k) {
		return s, invalid("write framework", "kind", "no item is a %q", string(k))
	}
	return line("write framework", "wording", s, most)
}

// ItemState is where an item stands.
type ItemState string

// The states of an item. The group votes on competencies, each with its criteria; blocs, activities and
// criteria are never approved by themselves.
const (
	ItemProposed  ItemState = "proposed"
	ItemApproved  ItemState = "approved"
	ItemWithdrawn ItemState = "withdrawn"
)

// What happens to an item.
const (
	EventAgree    lifecycle.Event = "agree"    // a majority approves, and no objection is open
	EventContest  lifecycle.Event = "contest"  // an objection is raised, or an approval taken back
	EventEdit     lifecycle.Event = "edit"     // it, or one of its criteria, says something else now
	EventWithdraw lifecycle.Event = "withdraw" // it is taken out
	EventRestore  lifecycle.Event = "restore"  // it is put in again
)

// ItemMachine is the life of an item of a framework.
func ItemMachine() lifecycle.Machine[ItemState] {
	return lifecycle.Machine[ItemState]{
		Name: "item", Initial: ItemProposed, Final: []ItemState{ItemApproved, ItemWithdrawn},
		Moves: []lifecycle.Move[ItemState]{
			{Event: EventAgree, From: []ItemState{ItemProposed}, To: ItemApproved},
			{Event: EventContest, From: []ItemState{ItemApproved}, To: ItemProposed},
			{Event: EventEdit, From: []ItemState{ItemProposed, ItemApproved}, To: ItemProposed},
			{Event: EventWithdraw, From: []ItemState{ItemProposed, ItemApproved}, To: ItemWithdrawn},
			{Event: EventRestore, From: []ItemState{ItemWithdrawn}, To: ItemProposed},
		},
	}
}

// Item is a bloc, an activity, a competency or a criterion as its group works on it.
type Item struct {
	ID         string
	Parent     string // ID, "" for a bloc
	Kind       ItemKind
	Place      int // among those of its parent
	Wording    string
	State      ItemState
	Revision   int
	ProposedAt time.Time
	ProposedBy people.Actor
	EditedAt   time.Time // zero: as proposed
	EditedBy   people.Actor

	Approvals  []Approval // of a competency as it stands
	Comments   int
	Objections int // open ones
}

// Approval is a member's approval of a competency as it stands.
type Approval struct {
	Account people.AccountID
	At      time.Time
}

// Comment is what a member says of an item.
type Comment struct {
	ID        string
	Item      string
	Account   people.AccountID
	Name      string // of the account
	Wording   string
	Objection bool // a competency is not approved while one is open
	At        time.Time
	SettledAt time.Time // of an objection; zero: open
	SettledBy people.Actor
}

// CheckComment writes a comment in the one way it is kept. It returns an Invalid fault.
func CheckComment(s string) (string, error) {
	s, err := text("comment", "comment", s, maxComment)
	if err == nil && s == "" {
		err = invalid("comment", "comment", "this is empty")
	}
	return s, err
}

// CheckSettling tells whether a person may close an objection: whoever raised it, or a designer who notes
// what the group agreed. It returns a Conflict fault when it is closed or none, a Forbidden fault
// otherwise.
func (c Comment) CheckSettling(by people.AccountID, designer bool) error {
	if !c.Objection || !c.SettledAt.IsZero() {
		return fault.New(fault.Conflict, "settle objection", "this is no open objection")
	}
	if c.Account != by && !designer {
		return fault.New(fault.Forbidden, "settle objection", "an objection is settled by whoever raised it, or by a designer")
	}
	return nil
}

// Majority is how many of some voters approve what is approved: more than half.
func Majority(voters int) int { return voters/2 + 1 }

// Agreed reports whether the group approves a competency as it stands: more than half of its active members
// do, and no objection is open.
func (p Programme) Agreed(i Item) bool {
	ayes := 0
	for _, a := range i.Approvals {
		if m, in := p.Member(a.Account); in && m.Active {
			ayes++
		}
	}
	return i.Kind == KindCompetency && i.Objections == 0 && p.Voters() > 0 && ayes >= Majority(p.Voters())
}

// Settled is the state of an item after a vote, an objection or its settling. back says that an approval was
// taken back: only that or an objection undoes what the group approved, and not that the group grew since.
func (p Programme) Settled(i Item, back bool) (ItemState, error) {
	agreed := p.Agreed(i)
	switch {
	case agreed && i.State == ItemProposed:
		return ItemMachine().Next(i.State, EventAgree)
	case !agreed && i.State == ItemApproved && (back || i.Objections > 0):
		return ItemMachine().Next(i.State, EventContest)
	}
	return i.State, nil
}

// CheckVote tells whether an account may approve an item. It returns a Forbidden fault for who is not of
// the group, a Conflict fault for what is no competency that stands.
func (p Programme) CheckVote(i Item, by people.AccountID) error {
	if err := p.CheckWriting(); err != nil {
		return err
	}
	if m, in := p.Member(by); !in || !m.Active {
		f := fault.New(fault.Forbidden, "approve competency", "only members of the group approve")
		f.Hint = "join the group first"
		return f
	}
	if i.Kind != KindCompetency || !p.Stands(i) {
		return fault.New(fault.Conflict, "approve competency", "only competencies that stand are approved")
	}
	return nil
}

// Item finds an item. It returns a NotFound fault.
func (p Programme) Item(id string) (Item, error) {
	i := slices.IndexFunc(p.Items, func(i Item) bool { return i.ID == id })
	if i < 0 {
		return Item{}, fault.New(fault.NotFound, "find", "there is no such item")
	}
	return p.Items[i], nil
}

// Under lists what stands or stood right under an item, "" for the blocs, in order.
func (p Programme) Under(parent string) []Item {
	var out []Item
	for _, i := range p.Items {
		if i.Parent == parent {
			out = append(out, i)
		}
	}
	slices.SortStableFunc(out, func(a, b Item) int {
		return cmp.Or(cmp.Compare(a.Place, b.Place), cmp.Compare(a.ID, b.ID))
	})
	return out
}

// Stands reports whether neither an item nor anything it is under is withdrawn.
func (p Programme) Stands(i Item) bool {
	for range ItemKinds() {
		if i.State == ItemWithdrawn {
			return false
		}
		if i.Parent == "" {
			return true
		}
		above, err := p.Item(i.Parent)
		if err != nil {
			return false
		}
		i = above
	}
	return false
}

// CheckAdding tells whether an item of a kind that says something may be put under another. It returns an
// Invalid fault for a parent of the wrong kind, a Conflict fault when the framework stands still, is full, or
// when what stands there says the same already: a form sent twice adds one item.
func (p Programme) CheckAdding(kind ItemKind, parent, wording string) error {
	if err := p.CheckWriting(); err != nil {
		return err
	}
	if len(p.Items) >= MaxItems {
		return fault.New(fault.Conflict, "write framework", "a framework has at most %d items", MaxItems)
	}
	if err := p.checkParent(kind, parent); err != nil {
		return err
	}
	if slices.ContainsFunc(p.standing(parent), func(i Item) bool { return i.Wording == wording }) {
		return fault.New(fault.Conflict, "write framework", "this stands there already")
	}
	return nil
}

func (p Programme) checkParent(kind ItemKind, parent string) error {
	if kind == KindBloc && parent == "" {
		return nil
	}
	above, err := p.Item(parent)
	if err != nil || kind.Above() == "" || above.Kind != kind.Above() || !p.Stands(above) {
		return invalid("write framework", "parent", "nothing of this kind stands there")
	}
	return nil
}

// Moved gives the items of the new parent in their order once an item is put at a place among them, the
// first being 0. It returns the faults of CheckAdding.
func (p Programme) Moved(i Item, parent string, place int) ([]Item, error) {
	if err := p.CheckWriting(); err != nil {
		return nil, err
	}
	if err := p.checkParent(i.Kind, parent); err != nil {
		return nil, err
	}
	rest := slices.DeleteFunc(p.Under(parent), func(o Item) bool { return o.ID == i.ID })
	i.Parent = parent
	rest = slices.Insert(rest, min(max(place, 0), len(rest)), i)
	for n := range rest {
		rest[n].Place = n + 1
	}
	return rest, nil
}

// MaxComments bounds what is said of one item.
const MaxComments = 200

// CheckCommenting tells whether something may be said of an item. It returns a Conflict fault when the
// programme is over, when too much was said already, and for an objection to what is no competency or to a
// framework that stands still.
func (p Programme) CheckCommenting(i Item, objection bool) error {
	if err := p.CheckOpen(); err != nil {
		return err
	}
	if i.Comments >= MaxComments {
		return fault.New(fault.Conflict, "comment", "at most %d comments are made of one item", MaxComments)
	}
	if !objection {
		return nil
	}
	if i.Kind != KindCompetency || !p.Stands(i) {
		return fault.New(fault.Conflict, "comment", "objections are raised to competencies that stand")
	}
	return p.CheckWriting()
}
