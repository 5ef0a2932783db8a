package surge

import (
	"cmp"
	"context"
	"math"
	"math/rand/v2"
	"slices"
	"time"

	"filiere/internal/fault"
)

// CellRate is how many adverts a day come to a cell, in the month of Scenario.Measured.
type CellRate struct {
	Cell   Cell
	PerDay float64
}

// Scenario says what is simulated. Nothing of it is a history: counts are drawn.
type Scenario struct {
	Seed     uint64
	Cells    int          // as many of each size as there are, about
	Rates    []CellRate   // measured
	Measured MonthTotal   // the month rates are of
	Months   []MonthTotal // what the country had, month by month; at least 66, none missing
}

// What a simulation supposes.
const (
	simulatedDays  = 365  // that are judged, the last ones
	historyYears   = 5    // before them
	surgeShare     = 0.5  // of the cells have a surge in the year
	usualBurst     = 0.1  // median of κ over cells: by how much days vary beyond chance
	burstSpread    = 0.7  // standard deviation of its logarithm
	driftSpread    = 0.15 // of the logarithm of a cell's rate, around the country's course
	driftDays      = 60.0 // after which a drift is forgotten by two thirds
	surgeTail      = 13   // days after a surge that a window still reaches into it
	alarmGap       = 7    // days without alarm after which another one is counted
	matchedAlarms  = 2.0  // false alarms per 1,000 cells a month, in rows of equal false alarms
	daysPerMonth   = 365.2425 / 12
	simulatedFirst = 5 // days of the year before a surge may begin, so that "new" means something
)

// surgeSizes and surgeLengths are what is injected, all as often.
var (
	surgeSizes   = [...]float64{1.5, 2, 3}
	surgeLengths = [...]int{7, 14, 28}
)

// simulatedWeek is how adverts fall on weekdays, Monday first: an assumption, no source says.
var simulatedWeek = [7]float64{1.25, 1.3, 1.25, 1.2, 1.1, 0.6, 0.3}

// sizes cut cells by adverts a day.
var sizes = [...]float64{0.1, 0.5, 2, 10}

// SizeNames name the sizes of cells by adverts a day.
var SizeNames = [...]string{"<0.1", "0.1–0.5", "0.5–2", "2–10", ">10"}

func sizeOf(rate float64) int {
	k := 0
	for k < len(sizes) && rate >= sizes[k] {
		k++
	}
	return k
}

// injected is a surge of known size.
type injected struct {
	factor     int // in surgeSizes; −1 for none
	start, end int // days of the year judged
}

func (x injected) during(day int) bool { return x.factor >= 0 && day >= x.start && day <= x.end }

func (x injected) near(day int) bool {
	return x.factor >= 0 && day >= x.start && day <= x.end+surgeTail
}

// simulation is what was drawn.
type simulation struct {
	rates  []CellRate
	surges []injected
	counts [][]uint16 // by day from the first, then by cell
	first  Day
	season Season
}

// sample takes about as many cells of each size, in an order of chance.
func sample(rates []CellRate, n int, r *rand.Rand) []CellRate {
	rates = slices.Clone(rates)
	slices.SortFunc(rates, func(a, b CellRate) int {
		return cmp.Or(cmp.Compare(a.Cell.Occupation, b.Cell.Occupation), cmp.Compare(a.Cell.Area, b.Cell.Area))
	})
	r.Shuffle(len(rates), func(i, j int) { rates[i], rates[j] = rates[j], rates[i] })
	var by [len(sizes) + 1][]CellRate
	for _, x := range rates {
		if x.PerDay > 0 {
			k := sizeOf(x.PerDay)
			by[k] = append(by[k], x)
		}
	}
	order := []int{0, 1, 2, 3, 4}
	slices.SortFunc(order, func(a, b int) int { return len(by[a]) - len(by[b]) })
	var out []CellRate
	for rank, k := range order { // what small groups lack, large ones give
		share := (n - len(out)) / (len(order) - rank)
		out = append(out, by[k][:min(share, len(by[k]))]...)
	}
	return out
}

// draw makes the counts of a scenario.
func (s Scenario) draw(ctx context.Context) (*simulation, error) {
	months := map[[2]int]float64{}
	last := Day(0)
	for _, m := range s.Months {
		months[[2]int{m.Year, int(m.Month)}] = m.perDay()
		last = max(last, DayOf(time.Date(m.Year, m.Month+1, 0, 0, 0, 0, 0, time.UTC)))
	}
	sim := &simulation{first: last - simulatedDays - historyYears*365 + 1}
	sim.season = Season{Month: Monthly(s.Months), Weekday: simulatedWeek}
	chance := rand.New(rand.NewPCG(s.Seed, 1))
	sim.rates = sample(s.Rates, s.Cells, chance)
	if len(sim.rates) == 0 || s.Measured.perDay() <= 0 {
		return nil, fault.New(fault.Invalid, "simulate", "there is no cell to simulate")
	}
	days := int(last-sim.first) + 1
	course := make([]float64, days)
	for d := range course {
		date := (sim.first + Day(d)).Date()
		n, ok := months[[2]int{date.Year(), int(date.Month())}]
		if !ok {
			return nil, fault.New(fault.Invalid, "simulate", "the series of months lacks %s", date.Format("2006-01"))
		}
		course[d] = n / s.Measured.perDay() * simulatedWeek[(sim.first+Day(d)).weekday()]
	}
	sim.counts = make([][]uint16, days)
	for d := range sim.counts {
		sim.counts[d] = make([]uint16, len(sim.rates))
	}
	for i, rate := range sim.rates {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		r := rand.New(rand.NewPCG(s.Seed, uint64(i)+2))
		x := inject(r)
		sim.surges = append(sim.surges, x)
		kappa := usualBurst * math.Exp(burstSpread*r.NormFloat64())
		drift, forget := driftSpread*r.NormFloat64(), math.Exp(-1/driftDays)
		for d := range days {
			mean := rate.PerDay * course[d] * math.Exp(drift)
			if x.during(d - days + simulatedDays) {
				mean *= surgeSizes[x.factor]
			}
			sim.counts[d][i] = uint16(min(maxCount, negativeBinomial(r, mean, kappa)))
			drift = drift*forget + driftSpread*math.Sqrt(1-forget*forget)*r.NormFloat64()
		}
	}
	return sim, nil
}

// inject says when a cell surges, and by how much.
func inject(r *rand.Rand) injected {
	length := surgeLengths[r.IntN(len(surgeLengths))]
	x := injected{factor: r.IntN(len(surgeSizes))}
	x.start = simulatedFirst + r.IntN(simulatedDays-length-surgeTail-simulatedFirst)
	x.end = x.start + length - 1
	if r.Float64() >= surgeShare {
		x.factor = -1
	}
	return x
}

// Flow turns the adverts open on one day into adverts a day: every cell's share of the stock, of the adverts a day
// the country had in that month. It supposes that adverts stay open as long everywhere: the whole stock divided by
// the flow (31.5 days on 2021-12-21). It returns an Invalid fault when the series lacks the month or the stock is empty.
func Flow(stock []CellRate, total float64, day time.Time, months []MonthTotal) ([]CellRate, MonthTotal, error) {
	for _, m := range months {
		if m.Year != day.Year() || m.Month != day.Month() || total <= 0 || m.N <= 0 {
			continue
		}
		out := slices.Clone(stock)
		for i := range out {
			out[i].PerDay *= m.perDay() / total
		}
		return out, m, nil
	}
	return nil, MonthTotal{}, fault.New(fault.Invalid, "simulate", "the series of months lacks %s", day.Format("2006-01"))
}
