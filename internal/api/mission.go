package api

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"slices"
	"time"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/mission"
	"filiere/internal/people"
)

// Mission is what the routes of the mission ask of the store. The errors are those the store documents.
type Mission interface {
	MissionReport(ctx context.Context, year int) (mission.Report, error)
	ReportYears(ctx context.Context) ([]int, error)
	FreezeReport(ctx context.Context, by people.Actor, year int) (mission.Report, error)
	AddObjective(ctx context.Context, by people.Actor, o mission.Objective) (mission.Objective, error)
	SetTarget(ctx context.Context, by people.Actor, t mission.Target) error
	Promise(ctx context.Context, by people.Actor, p mission.Promise) (mission.Promise, error)
	SettlePromise(ctx context.Context, by people.Actor, id mission.PromiseID, e lifecycle.Event, reason string) error
	Recommend(ctx context.Context, by people.Actor, text string) (mission.Recommendation, error)
	AnswerRecommendation(ctx context.Context, by people.Actor, id mission.RecommendationID, e lifecycle.Event, answer string) error
	CountProgramme(ctx context.Context, by people.Actor, programme string, counts bool) error
}

// missionDeeds are the routes of the mission.
func missionDeeds() []deed {
	report := func(*http.Request) people.Ref { return people.Ref{Kind: people.KindReport} }
	plan := func(pattern string, do func(*desk, call) (outcome, error)) deed {
		return deed{pattern: pattern, action: people.PlanMission, object: report, do: do}
	}
	out := []deed{
		{pattern: "GET /mission/reports", action: people.ReadCatalogue, do: (*desk).missionReports},
		{pattern: "GET /mission/reports/{year}", action: people.ReadCatalogue, do: (*desk).missionReport},
		plan("POST /mission/reports/{year}/freeze", (*desk).freezeReport),
		plan("POST /mission/objectives", (*desk).addObjective),
		plan("POST /mission/targets", (*desk).setTarget),
		plan("POST /mission/promises", (*desk).addPromise),
		plan("POST /mission/promises/{id}/settle", (*desk).settlePromise),
		plan("POST /mission/recommendations/{id}/answer", (*desk).answerRecommendation),
		plan("POST /mission/programmes", (*desk).countProgramme),
		{pattern: "POST /mission/recommendations", action: people.Recommend, object: report, do: (*desk).recommend},
	}
	for _, name := range mission.Tables() {
		out = append(out, deed{
			pattern: "GET /mission/reports/{year}/" + name + ".csv", action: people.ReadCatalogue,
			do: func(d *desk, c call) (outcome, error) { return d.missionTable(c, name) },
		})
	}
	return out
}

// reportEntry is a report in the list of reports.
type reportEntry struct {
	Year   int  `json:"year"`
	Frozen bool `json:"frozen"`
}

// missionReports lists the frozen reports, after the draft of the year if that is not frozen.
func (d *desk) missionReports(c call) (outcome, error) {
	years, err := d.mission.ReportYears(c.Context())
	list := []reportEntry{}
	if year := d.now().Year(); !slices.Contains(years, year) {
		list = append(list, reportEntry{Year: year})
	}
	for _, year := range years {
		list = append(list, reportEntry{year, true})
	}
	return outcome{body: map[string]any{"data": list}}, err
}

// report is the report of the year the address names.
func (d *desk) report(c call) (mission.Report, error) {
	year, err := mission.ParseYear(c.PathValue("year"), d.now())
	if err != nil {
		return mission.Report{}, err
	}
	return d.mission.MissionReport(c.Context(), year)
}

func (d *desk) missionReport(c call) (outcome, error) {
	r, err := d.report(c)
	return outcome{body: r}, err
}

// missionTable is one of the report's tables as CSV.
func (d *desk) missionTable(c call, name string) (outcome, error) {
	r, err := d.report(c)
	if err != nil {
		return outcome{}, err
	}
	rows, err := r.Table(name)
	return outcome{name: name + "-" + c.PathValue("year") + ".csv", media: "text/csv; charset=utf-8; header=present", file: func(w io.Writer) error {
		return csv.NewWriter(w).WriteAll(rows)
	}}, err
}

func (d *desk) freezeReport(c call) (outcome, error) {
	year, err := mission.ParseYear(c.PathValue("year"), d.now())
	if err != nil {
		return outcome{}, err
	}
	r, err := d.mission.FreezeReport(c.Context(), c.caller.Actor(), year)
	return outcome{body: r}, err
}

func (d *desk) addObjective(c call) (outcome, error) {
	var ask struct {
		Title string `json:"title"`
		Text  string `json:"text"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	o, err := d.mission.AddObjective(c.Context(), c.caller.Actor(), mission.Objective{Title: ask.Title, Text: ask.Text})
	return outcome{status: http.StatusCreated, body: o}, err
}

func (d *desk) setTarget(c call) (outcome, error) {
	var ask mission.Target
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	return outcome{body: ask}, d.mission.SetTarget(c.Context(), c.caller.Actor(), ask)
}

func (d *desk) addPromise(c call) (outcome, error) {
	var ask struct {
		Objective mission.ObjectiveID `json:"objective"`
		Title     string              `json:"title"`
		DueOn     string              `json:"due_on"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	due, err := time.Parse(time.DateOnly, ask.DueOn)
	if err != nil {
		return outcome{}, wrong("due_on", "is a day, as 2026-06-30")
	}
	p, err := d.mission.Promise(c.Context(), c.caller.Actor(), mission.Promise{Objective: ask.Objective, Title: ask.Title, DueOn: due})
	return outcome{status: http.StatusCreated, body: p}, err
}

func (d *desk) settlePromise(c call) (outcome, error) {
	var ask struct {
		Event  lifecycle.Event `json:"event"`
		Reason string          `json:"reason"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	if err := eventOf(mission.PromiseMachine(), ask.Event); err != nil {
		return outcome{}, err
	}
	return nothing, d.mission.SettlePromise(c.Context(), c.caller.Actor(), mission.PromiseID(c.PathValue("id")), ask.Event, ask.Reason)
}

func (d *desk) recommend(c call) (outcome, error) {
	var ask struct {
		Text string `json:"text"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	r, err := d.mission.Recommend(c.Context(), c.caller.Actor(), ask.Text)
	return outcome{status: http.StatusCreated, body: r}, err
}

func (d *desk) answerRecommendation(c call) (outcome, error) {
	var ask struct {
		Event  lifecycle.Event `json:"event"`
		Answer string          `json:"answer"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	if err := eventOf(mission.RecommendationMachine(), ask.Event); err != nil {
		return outcome{}, err
	}
	return nothing, d.mission.AnswerRecommendation(c.Context(), c.caller.Actor(), mission.RecommendationID(c.PathValue("id")), ask.Event, ask.Answer)
}

func (d *desk) countProgramme(c call) (outcome, error) {
	var ask struct {
		Programme string `json:"programme"`
		Counts    bool   `json:"counts"`
	}
	if err := c.body(&ask); err != nil {
		return outcome{}, err
	}
	return nothing, d.mission.CountProgramme(c.Context(), c.caller.Actor(), ask.Programme, ask.Counts)
}

// eventOf refuses an event a machine does not have. One it has at another time is a conflict, told by the
// machine.
func eventOf[S ~string](m lifecycle.Machine[S], e lifecycle.Event) error {
	for _, move := range m.Moves {
		if move.Event == e {
			return nil
		}
	}
	f := fault.New(fault.Invalid, "read body", "nothing of that name can be done to this")
	f.Column = "event"
	return f
}
