package thread

import (
	"slices"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

// Way lists the kinds of objects on the thread, in the order of the way from the figures to the report.
func Way() []people.Kind {
	return []people.Kind{
		people.KindFigures, people.KindAlert, people.KindProgramme, people.KindVersion, people.KindPath,
		people.KindEnrolment, people.KindDefence, people.KindDecision, people.KindDiploma, people.KindOutcome,
		people.KindReport,
	}
}

// Node is an object on the thread.
type Node struct {
	Ref   people.Ref
	Label string           // what it is called; never a person's name
	At    time.Time        // when it came to be
	Owner people.AccountID // whom it concerns; "" for what is public
}

// Link says that one object came from another.
type Link struct {
	From, To people.Ref
	At       time.Time
	By       people.Actor
	Because  string // in a few words or the ID of a decision; "" when the step says it all
}

// Check refuses a link between what does not follow on the way. It returns an Internal fault: no person
// chooses links.
func (l Link) Check() error {
	from, to := slices.Index(Way(), l.From.Kind), slices.Index(Way(), l.To.Kind)
	backwards := from > to && !(l.From.Kind == people.KindReport && l.To.Kind == people.KindProgramme) // a report may cause the next programme
	if from < 0 || to < 0 || from == to || backwards || l.From.ID == "" || l.To.ID == "" {
		return fault.New(fault.Internal, "weave the thread", "nothing of kind %q comes from %q", l.To.Kind, l.From.Kind)
	}
	return nil
}

// Step is a node and how it came from the one before.
type Step struct {
	Node Node
	Link Link
	Lead time.Duration // from the object it came from to this one
}

// Tally counts what came, near or far, from an object.
type Tally struct {
	Kind  people.Kind
	Count int
	First time.Time
	Last  time.Time
}

// Chain is the thread as seen from one object.
type Chain struct {
	Focus   Node
	Back    []Step  // where it came from, the farthest first; each step's link leads to the next
	Forward []Step  // what came from it and is public or the reader's own, nearest first
	Tallies []Tally // how much came from it in all, in the order of the way
}

// For hides from a reader what is not theirs: of other people's objects remain kind, date and lead time.
// all shows everything, for those whose work it is.
func (c Chain) For(reader people.AccountID, all bool) Chain {
	if all {
		return c
	}
	focus := c.Focus.Ref
	hide := func(steps []Step) []Step {
		var out []Step
		for _, s := range steps {
			if s.Node.Owner != "" && s.Node.Owner != reader && s.Node.Ref != focus {
				s.Node.Ref.ID, s.Node.Label, s.Node.Owner = "", "", ""
				s.Link.From.ID, s.Link.To.ID, s.Link.By, s.Link.Because = "", "", "", ""
			}
			out = append(out, s)
		}
		return out
	}
	c.Back, c.Forward = hide(c.Back), hide(c.Forward)
	return c
}
