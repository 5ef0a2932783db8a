package thread

import (
	"time"

	"filiere/internal/people"
)

// Days is a lead time in whole days.
func Days(d time.Duration) int { return int(d / (24 * time.Hour)) }

// SeenNode is an object on the thread as programs read it; what the reader may not see is empty.
type SeenNode struct {
	Kind  people.Kind `json:"kind"`
	ID    string      `json:"id"`
	Label string      `json:"label"`
	At    time.Time   `json:"at"`
}

// SeenStep is a node on the way and how far it is from the one it came from.
type SeenStep struct {
	SeenNode
	From     SeenRef `json:"from"`
	To       SeenRef `json:"to"`
	Because  string  `json:"because"`
	LeadDays float64 `json:"lead_days"`
}

// SeenRef names an object.
type SeenRef struct {
	Kind people.Kind `json:"kind"`
	ID   string      `json:"id"`
}

// SeenTally counts what came from the object.
type SeenTally struct {
	Kind  people.Kind `json:"kind"`
	Count int         `json:"count"`
	First time.Time   `json:"first"`
	Last  time.Time   `json:"last"`
}

// Seen is a chain as programs read it: the JSON of the API and of the command line.
type Seen struct {
	Focus   SeenNode    `json:"focus"`
	Back    []SeenStep  `json:"back"`
	Forward []SeenStep  `json:"forward"`
	Tallies []SeenTally `json:"tallies"`
}

// Seen lays the chain out for programs. Who made the links stays out: it is in the audit trail, for those
// who may read it.
func (c Chain) Seen() Seen {
	node := func(n Node) SeenNode {
		return SeenNode{Kind: n.Ref.Kind, ID: n.Ref.ID, Label: n.Label, At: n.At}
	}
	steps := func(steps []Step) []SeenStep {
		out := []SeenStep{}
		for _, s := range steps {
			out = append(out, SeenStep{
				SeenNode: node(s.Node), From: SeenRef{s.Link.From.Kind, s.Link.From.ID}, To: SeenRef{s.Link.To.Kind, s.Link.To.ID},
				Because: s.Link.Because, LeadDays: s.Lead.Hours() / 24,
			})
		}
		return out
	}
	out := Seen{Focus: node(c.Focus), Back: steps(c.Back), Forward: steps(c.Forward), Tallies: []SeenTally{}}
	for _, t := range c.Tallies {
		out.Tallies = append(out.Tallies, SeenTally(t))
	}
	return out
}
