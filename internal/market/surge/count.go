package surge

import (
	"math"
	"time"

	"filiere/internal/fault"
)

// Cell is an occupation in an employment basin, by their codes.
type Cell struct {
	Occupation string `json:"occupation"`
	Area       string `json:"area"`
}

// Day is a calendar day, as days since 1970-01-01.
type Day int32

// DayOf gives the calendar day of a moment, in its own time zone.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// Date is the midnight a day begins with, in UTC.
func (d Day) Date() time.Time { return time.Unix(int64(d)*86400, 0).UTC() }

// String gives the day as 2006-01-02.
func (d Day) String() string { return d.Date().Format(time.DateOnly) }

// MarshalText gives the day as String does.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// weekday is 0 on Monday.
func (d Day) weekday() int { return ((int(d)+3)%7 + 7) % 7 }

func (d Day) monday() Day { return d - Day(d.weekday()) }

const (
	// keepDays is how many days are kept one by one: the longest baseline, its guard, and the longest surge.
	keepDays = longBaseline + longGuard + maxSurge + 7
	// keepWeeks is how many weeks are kept: five years of baseline, the weeks that are left out, and the one running.
	keepWeeks = 5*52 + leftOutWeeks + 4
	maxCount  = math.MaxUint16 // a larger count of a day or week is kept as this
)

// Count is how many adverts came to a cell.
type Count struct {
	Cell Cell
	N    int
}

// Counts are what the stream counted: the last 119 days one by one, and up to five and a half years by week. The
// zero value holds nothing and may be used.
type Counts struct {
	cells []Cell
	at    map[Cell]int
	days  [keepDays]column
	weeks []week // the oldest first, none missing in between
	first Day
	last  Day
	ran   int // days
}

// column are the counts of one day or week; cells beyond its end have none.
type column []uint16

// week is the counts of seven days from Monday.
type week struct {
	monday Day
	ran    [7]bool
	n      column
	total  float64
}

// Cells is how many cells are known.
func (c *Counts) Cells() int { return len(c.cells) }

// Cell gives a cell by its place, in the order they became known.
func (c *Counts) Cell(i int) Cell { return c.cells[i] }

// Know makes cells known before any advert comes to them, so that they count among all cells of a day.
func (c *Counts) Know(cells ...Cell) {
	for _, x := range cells {
		c.place(x)
	}
}

func (c *Counts) place(x Cell) int {
	i, ok := c.at[x]
	if !ok {
		if c.at == nil {
			c.at = map[Cell]int{}
		}
		i = len(c.cells)
		c.at[x] = i
		c.cells = append(c.cells, x)
	}
	return i
}

// Close says that a day is over, that the stream ran on it, and what came. Cells that are not named had no advert.
// Days are closed in order; one that is left out is a day the stream did not run. It returns an Invalid fault for a
// negative count, and a Conflict for a day that is not after the last one closed.
func (c *Counts) Close(day Day, counts []Count) error {
	if c.ran > 0 && day <= c.last {
		return fault.New(fault.Conflict, "close day", "%s is not after the last day closed", day.String())
	}
	for _, x := range counts {
		if x.N < 0 {
			return fault.New(fault.Invalid, "close day", "a cell has a negative count")
		}
	}
	if c.ran == 0 {
		c.first, c.last = day, day-1
	}
	for d := max(c.last+1, day-keepDays+1); d < day; d++ {
		c.days[slot(d)] = nil
	}
	for _, x := range counts {
		c.place(x.Cell)
	}
	c.turnWeeks(day)
	w := &c.weeks[len(c.weeks)-1]
	w.ran[day.weekday()] = true
	w.n = w.n.grown(len(c.cells))
	col := c.days[slot(day)].grown(len(c.cells))
	clear(col)
	for _, x := range counts {
		i := c.at[x.Cell]
		col[i] = add(col[i], x.N)
		w.n[i] = add(w.n[i], x.N)
		w.total += float64(x.N)
	}
	c.days[slot(day)] = col
	c.last = day
	c.ran++
	return nil
}

// turnWeeks begins the week of a day, and those the stream did not run in before it.
func (c *Counts) turnWeeks(day Day) {
	monday := day.monday()
	next := monday
	if n := len(c.weeks); n > 0 {
		next = max(c.weeks[n-1].monday+7, monday-7*keepWeeks)
	}
	for ; next <= monday; next += 7 {
		c.weeks = append(c.weeks, week{monday: next})
	}
	if n := len(c.weeks) - keepWeeks; n > 0 {
		c.weeks = append(c.weeks[:0], c.weeks[n:]...)
	}
}

func add(n uint16, more int) uint16 { return uint16(min(int(n)+min(more, maxCount), maxCount)) }

func slot(d Day) int { return ((int(d) % keepDays) + keepDays) % keepDays }

func (col column) grown(n int) column {
	if col == nil {
		col = make(column, 0, n) // never nil again: nil is a day the stream did not run
	}
	for len(col) < n {
		col = append(col, 0)
	}
	return col
}

func (col column) of(i int) uint16 {
	if i < len(col) {
		return col[i]
	}
	return 0
}

// on gives the counts of a day, nil when the stream did not run or the day is no longer kept.
func (c *Counts) on(d Day) column {
	if c.ran == 0 || d < c.first || d > c.last || d <= c.last-keepDays {
		return nil
	}
	return c.days[slot(d)]
}

// Ran tells whether the stream ran on one of the days that are kept one by one.
func (c *Counts) Ran(d Day) bool { return c.on(d) != nil }

// Of gives the count of a cell on a day, and whether it is known.
func (c *Counts) Of(x Cell, d Day) (int, bool) {
	col := c.on(d)
	i, known := c.at[x]
	if col == nil || !known {
		return 0, col != nil
	}
	return int(col.of(i)), true
}
