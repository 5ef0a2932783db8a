package api

import (
	"context"
	"iter"
	"strconv"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// estimateParams are those of the command filiere estimates.
var estimateParams = []string{"occupation", "area", "level", "zoning", "year", "top", "limit", "offset"}

func estimateRoutes() []route {
	return []route{
		{path: "/estimates", params: estimateParams, table: true, answer: (*api).estimates},
		{path: "/forecasts", params: []string{"occupation"}, table: true, answer: (*api).forecasts},
		{path: "/curable", params: curableParams, table: true, answer: (*api).curable},
		{path: "/backtest", live: true, answer: (*api).backtest},
		{path: "/backtest/local", table: true, answer: (*api).backtestLocal},
		{path: "/backtest/unseen", live: true, table: true, answer: (*api).backtestUnseen},
		{path: "/backtest/reliability", table: true, answer: (*api).backtestReliability},
		{path: "/backtest/forecast", table: true, answer: (*api).backtestForecast},
	}
}

// estimate is what the model says of an occupation in an area.
type estimate struct {
	Year         int             `json:"year"`
	OccupationID occupation.ID   `json:"occupation_id"`
	Occupation   string          `json:"occupation"`
	Label        string          `json:"label"`
	AreaID       territory.ID    `json:"area_id"`
	Area         string          `json:"area"`
	AreaLabel    string          `json:"area_label"`
	Published    *int            `json:"published"`
	P            [5]float64      `json:"p"`
	Expected     float64         `json:"expected"`
	Class        int             `json:"class"`
	Low          int             `json:"low"`
	High         int             `json:"high"`
	Tense        float64         `json:"tense"`
	Firmness     market.Firmness `json:"firmness"`
	Forecast     *float64        `json:"forecast"`
	ForecastYear *int            `json:"forecast_year"`
	Remedy       *float64        `json:"remedy"`
}

// estimated is everything estimates are told with.
type estimated struct {
	*market.Estimates
	forecasts map[occupation.ID]market.Forecast
	remedies  *market.Remedies
}

// estimated reads it all. It is NotFound where there are no estimates.
func (a *api) estimated(ctx context.Context) (e estimated, err error) {
	if e.Estimates, err = a.reader.Estimates(ctx); err != nil {
		return e, err
	}
	if e.Estimates == nil {
		f := fault.New(fault.NotFound, "list estimates", "there are no estimates: no table of tension by basin was imported")
		f.Hint = "import one with filiere import (docs/sources.md says where it is)"
		return e, f
	}
	if e.forecasts, err = a.reader.ForecastsOf(ctx); err != nil {
		return e, err
	}
	e.remedies, err = a.reader.Remedies(ctx)
	return e, err
}

func (e estimated) json(x market.Estimate) estimate {
	out := estimate{
		Year: x.Year, OccupationID: x.Occupation, Occupation: x.Occupation.Code(), Label: e.Labels[x.Occupation],
		AreaID: x.Area, Area: x.Area.Code(), AreaLabel: e.Places[x.Area].Label,
		Published: class(x.Published), P: x.P, Expected: x.P.Expected(), Class: x.Class(),
		Low: x.Low, High: x.High, Tense: x.P.AtLeast(market.TenseClass), Firmness: x.Firmness(),
	}
	if f, ok := e.forecasts[x.Occupation]; ok {
		out.Forecast, out.ForecastYear = &f.P, &f.Year
	}
	if r, ok := e.remedies.Of(x.Occupation, x.Area); ok {
		out.Remedy = &r.Score
	}
	return out
}

// fields lays it out in the order of estimateColumns.
func (e estimated) fields(x market.Estimate) []string {
	forecast, year, remedy := "", "", ""
	if f, ok := e.forecasts[x.Occupation]; ok {
		forecast, year = decimal4(f.P), strconv.Itoa(f.Year)
	}
	if r, ok := e.remedies.Of(x.Occupation, x.Area); ok {
		remedy = decimal4(r.Score)
	}
	return append(x.Fields(), decimal4(x.P.AtLeast(market.TenseClass)), string(x.Area), market.Text(e.Labels[x.Occupation]),
		market.Text(e.Places[x.Area].Label), forecast, year, remedy)
}

// estimateColumns are those of the command, then names, what is forecast over the country, and how far training
// can cure the shortage.
var estimateColumns = append(market.EstimateColumns[:len(market.EstimateColumns):len(market.EstimateColumns)],
	"tense", "area_id", "occupation_label", "area_label", "forecast", "forecast_year", "remedy")

// estimates answers GET /estimates.
func (a *api) estimates(r request) (reply, error) {
	p := r.read()
	level := p.level()
	q := market.EstimateQuery{Zoning: p.zoning(), Year: p.year(), Top: p.number("top", 0, 1, maxTableRows)}
	q.Occupation = p.occupation("")
	q.Area = p.area("area", level, q.Zoning)
	if level != "" && q.Zoning == "" {
		q.Zoning, q.Country = territory.DefaultZoning(level), level == territory.Country
	}
	most, def := maxLimit, defaultLimit
	if r.csv { // as a table all of them come, one by one
		most, def = maxEstimates, maxEstimates
	}
	limit, offset := p.number("limit", def, 1, most), p.number("offset", 0, 0, maxOffset)
	if p.err != nil {
		return reply{}, p.err
	}
	e, err := a.estimated(r.Context())
	if err != nil {
		return reply{}, err
	}
	all, err := e.Each(q)
	if err != nil {
		return reply{}, err
	}
	wanted := cut(all, offset, limit+1) // one more tells whether there is a next page
	if r.csv {
		return reply{name: "estimates", columns: estimateColumns, rows: func(row func([]string) error) error {
			n := 0
			for x := range wanted {
				if n++; n > limit {
					break
				}
				if err := row(e.fields(x)); err != nil {
					return err
				}
			}
			return nil
		}}, nil
	}
	body := page[estimate]{Data: []estimate{}, Limit: limit, Offset: offset}
	for x := range wanted {
		if len(body.Data) == limit {
			body.Next = next(r, offset+limit)
			break
		}
		body.Data = append(body.Data, e.json(x))
	}
	return reply{body: body}, nil
}

// maxEstimates is more than there are: some 530 sheets in some 1,250 areas.
const maxEstimates = 1_000_000

// cut gives n of a sequence after some.
func cut[T any](all iter.Seq[T], after, n int) iter.Seq[T] {
	return func(yield func(T) bool) {
		i := 0
		for x := range all {
			if i >= after+n || i >= after && !yield(x) {
				return
			}
			i++
		}
	}
}

func decimal4(f float64) string { return strconv.FormatFloat(f, 'f', 4, 64) }

// forecast is how likely an occupation is to be tense over the country in a year nothing is published of.
type forecast struct {
	OccupationID occupation.ID `json:"occupation_id"`
	Occupation   string        `json:"occupation"`
	Year         int           `json:"year"`
	From         int           `json:"from"`
	Class        int           `json:"class"`
	P            float64       `json:"p"`
}

// forecasts answers GET /forecasts.
func (a *api) forecasts(r request) (reply, error) {
	p := r.read()
	asked := p.occupation("")
	if p.err != nil {
		return reply{}, p.err
	}
	var list []market.Forecast
	var err error
	if asked == "" {
		list, err = a.reader.Forecasts(r.Context())
	} else {
		var f market.Forecast
		var ok bool
		if f, ok, err = a.reader.Forecast(r.Context(), asked); ok {
			list = []market.Forecast{f}
		}
	}
	return tableOf("forecasts", []string{"occupation", "year", "from", "class", "p"}, list,
		func(f market.Forecast) forecast {
			return forecast{f.Occupation, f.Occupation.Code(), f.Year, f.From, f.Class, f.P}
		},
		func(f market.Forecast) []string {
			return []string{f.Occupation.Code(), strconv.Itoa(f.Year), strconv.Itoa(f.From), strconv.Itoa(f.Class), decimal4(f.P)}
		}), err
}

// judged reads the backtest made at the last computation.
func (a *api) judged(r request) (market.Backtest, error) {
	b, err := a.reader.Backtest(r.Context())
	if err != nil {
		return market.Backtest{}, err
	}
	if b == nil {
		return market.Backtest{}, fault.New(fault.NotFound, "read the backtest", "there is nothing to judge: neither a table of tension by basin nor a national series was imported")
	}
	return *b, nil
}

// backtest answers GET /backtest.
func (a *api) backtest(r request) (reply, error) {
	b, err := a.judged(r)
	return reply{body: b}, err
}

var judgedColumns = []string{"name", "cells", "accuracy", "rmse", "rps", "coverage", "width"}

func judgedFields(j market.JudgedLocal) []string {
	return []string{j.Name, strconv.Itoa(j.Cells), decimal4(j.Accuracy), decimal4(j.RMSE), decimal4(j.RPS), decimal4(j.Coverage), decimal4(j.Width)}
}

func (a *api) backtestLocal(r request) (reply, error) {
	b, err := a.judged(r)
	return tableOf("backtest-local", judgedColumns, b.Local, same, judgedFields), err
}

func (a *api) backtestUnseen(r request) (reply, error) {
	b, err := a.judged(r)
	return tableOf("backtest-unseen", judgedColumns, b.Unseen, same, judgedFields), err
}

func (a *api) backtestReliability(r request) (reply, error) {
	b, err := a.judged(r)
	return tableOf("backtest-reliability", []string{"from", "to", "cells", "said", "came"}, b.Reliable, same, func(x market.Reliability) []string {
		return []string{decimal4(x.From), decimal4(x.To), strconv.Itoa(x.Cells), decimal4(x.Said), decimal4(x.Came)}
	}), err
}

func (a *api) backtestForecast(r request) (reply, error) {
	b, err := a.judged(r)
	years := b.Forecast
	if len(years) > 0 {
		years = append(years[:len(years):len(years)], b.Overall)
	}
	columns := []string{"year", "occupations", "tense", "brier", "auc", "persistence_brier", "persistence_auc", "hindsight_brier"}
	return tableOf("backtest-forecast", columns, years, same, func(j market.JudgedYear) []string {
		return []string{
			strconv.Itoa(j.Year), strconv.Itoa(j.Occupations), strconv.Itoa(j.Tense), decimal4(j.Brier), decimal4(j.AUC),
			decimal4(j.PersistenceBrier), decimal4(j.PersistenceAUC), decimal4(j.HindsightBrier),
		}
	}), err
}
