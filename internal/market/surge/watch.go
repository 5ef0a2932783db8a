package surge

import (
	"math"
	"slices"
	"strings"
)

// Hysteresis: what opens an episode is a signal; what keeps it open is less.
const (
	stayP    = 0.05 // a cell stays in surge while its probability is no higher
	quiet    = 7    // days without that end an episode
	maxSurge = 42   // days; then the surge is the cell's new level
	settling = 35   // days before a cell whose surge became its level may surge again
)

const never = Day(math.MinInt32)

// State is where an episode stands.
type State string

// The states.
const (
	Opened  State = "opened"
	Still   State = "still"
	Ended   State = "ended"   // quiet for a week
	Settled State = "settled" // ended, because it lasted until it was the new level
)

// Episode is one surge of a cell from its first signal to its end.
type Episode struct {
	Cell   Cell    `json:"cell"`
	State  State   `json:"state"`
	Opened Day     `json:"opened"`
	Last   Day     `json:"last"` // day that kept it open
	Peak   Finding `json:"peak"` // the least likely day
}

// Watch holds the episodes that are open. The zero value holds none.
type Watch struct {
	open    map[Cell]*Episode
	settled map[Cell]Day
}

// Open lists the open episodes, the oldest first.
func (w *Watch) Open() []Episode {
	out := make([]Episode, 0, len(w.open))
	for _, e := range w.open {
		out = append(out, *e)
	}
	sortEpisodes(out)
	return out
}

// Resume puts episodes back that were open when the program stopped. That a surge settled is not put back: such a cell
// may open a second one sooner.
func (w *Watch) Resume(episodes []Episode) {
	for _, e := range episodes {
		w.hold(&e)
	}
}

func (w *Watch) hold(e *Episode) {
	if w.open == nil {
		w.open = map[Cell]*Episode{}
	}
	w.open[e.Cell] = e
}

// since gives the day each cell's surge opened, or nil when none is open.
func (w *Watch) since(c *Counts) []Day {
	if w == nil || len(w.open) == 0 {
		return nil
	}
	out := make([]Day, c.Cells())
	for i := range out {
		out[i] = never
	}
	for cell, e := range w.open {
		if i, ok := c.at[cell]; ok {
			out[i] = e.Opened
		}
	}
	return out
}

// Step takes the result of a day and gives the episodes that opened, last or ended, the oldest first. A result
// without findings changes nothing.
func (w *Watch) Step(r Result) []Episode {
	if len(r.Findings) == 0 {
		return nil
	}
	for _, f := range r.Signals {
		if day, ok := w.settled[f.Cell]; ok && r.Day-day < settling {
			continue
		}
		if w.open[f.Cell] == nil {
			w.hold(&Episode{Cell: f.Cell, State: Opened, Opened: r.Day, Last: r.Day, Peak: f})
		}
	}
	var out []Episode
	for _, f := range r.Findings {
		e := w.open[f.Cell]
		if e == nil {
			continue
		}
		if e.Opened != r.Day {
			w.turn(e, f, r.Day)
		}
		out = append(out, *e)
	}
	sortEpisodes(out)
	return out
}

// turn moves an open episode on by a day.
func (w *Watch) turn(e *Episode, f Finding, day Day) {
	e.State = Still
	if f.P <= stayP {
		e.Last = day
		if f.P < e.Peak.P {
			e.Peak = f
		}
	}
	switch {
	case day-e.Last >= quiet:
		e.State = Ended
		delete(w.open, e.Cell)
	case day-e.Opened >= maxSurge:
		e.State = Settled
		delete(w.open, e.Cell)
		if w.settled == nil {
			w.settled = map[Cell]Day{}
		}
		w.settled[e.Cell] = day
	}
}

func sortEpisodes(list []Episode) {
	slices.SortFunc(list, func(a, b Episode) int {
		if a.Opened != b.Opened {
			return int(a.Opened - b.Opened)
		}
		if c := strings.Compare(a.Cell.Occupation, b.Cell.Occupation); c != 0 {
			return c
		}
		return strings.Compare(a.Cell.Area, b.Cell.Area)
	})
}
