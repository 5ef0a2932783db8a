package web

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/lifecycle"
	"filiere/internal/mission"
	"filiere/internal/paper"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// Mission is what the pages of the mission ask. The errors are those the store documents.
type Mission interface {
	MissionReport(ctx context.Context, year int) (mission.Report, error)
	ReportYears(ctx context.Context) ([]int, error)
	FreezeReport(ctx context.Context, by people.Actor, year int) (mission.Report, error)
	AddObjective(ctx context.Context, by people.Actor, o mission.Objective) (mission.Objective, error)
	SetTarget(ctx context.Context, by people.Actor, t mission.Target) error
	Promise(ctx context.Context, by people.Actor, p mission.Promise) (mission.Promise, error)
	Promises(ctx context.Context) ([]mission.Promise, error)
	SettlePromise(ctx context.Context, by people.Actor, id mission.PromiseID, e lifecycle.Event, reason string) error
	Recommend(ctx context.Context, by people.Actor, text string) (mission.Recommendation, error)
	Recommendations(ctx context.Context) ([]mission.Recommendation, error)
	AnswerRecommendation(ctx context.Context, by people.Actor, id mission.RecommendationID, e lifecycle.Event, answer string) error
	CountProgramme(ctx context.Context, by people.Actor, programme string, counts bool) error
	CountedProgrammes(ctx context.Context) ([]string, error)
	Versions(ctx context.Context, limit, offset int) ([]studio.Version, int, error)

	TellPlace(ctx context.Context, id people.AccountID, area string) error
	Place(ctx context.Context, id people.AccountID) (string, error)

	Outcomes
}

// The kinds of routes about the mission.
var (
	planMission = kindOfRoute{action: people.PlanMission, object: access.AnyObject(people.KindReport)}
	recommend   = kindOfRoute{action: people.Recommend, object: access.AnyObject(people.KindReport)}
)

func (s *server) missionRoutes() []access.Route {
	if s.mission == nil {
		return nil
	}
	read := func(pattern string, h http.Handler) access.Route {
		return access.Route{Pattern: pattern, Action: people.ReadCatalogue, Handler: h}
	}
	routes := []access.Route{
		read("GET /mission", s.fresh(s.missionPage)),
		read("GET /mission/reports/{year}", s.fresh(s.missionReport)),
		read("GET /mission/reports/{year}/{file}", http.HandlerFunc(s.missionFile)),
		planMission.show("/mission/plan", s.personal(s.missionPlan, "done")),
	}
	for path, h := range map[string]handler{
		"/mission/plan/objectives":      s.addObjective,
		"/mission/plan/targets":         s.setTarget,
		"/mission/plan/promises":        s.addPromise,
		"/mission/plan/promises/settle": s.settlePromise,
		"/mission/plan/answers":         s.answerRecommendation,
		"/mission/plan/programmes":      s.countProgramme,
		"/mission/plan/reports":         s.freezeReport,
	} {
		routes = append(routes, planMission.change(path, s.form(h), s.backTo("/mission/plan"))...)
	}
	routes = append(routes, recommend.change("/mission/plan/recommendations", s.form(s.addRecommendation), s.backTo("/mission/plan"))...)
	return append(routes, s.outcomeRoutes()...)
}

// missionView is the mission as everybody sees it.
type missionView struct {
	Report  mission.Report
	Parts   []part
	Years   []int // frozen reports
	MayPlan bool
	Node    string            // the report on the thread, "" for a draft
	Exports map[string]export // of its tables, by name
}

// block is a part of the report as the page shows it: a template cannot ask what type something has.
type block struct {
	Heading   *paper.Heading
	Paragraph *paper.Paragraph
	Table     *paper.Table
}

// part is a heading of the second level and what stands under it; the first part has no heading.
type part struct {
	Title  string
	Blocks []block
}

// partsOf lays a document out for the template.
func partsOf(d paper.Document) []part {
	out := []part{{}}
	for _, b := range d.Blocks {
		last := &out[len(out)-1]
		switch x := b.(type) {
		case paper.Heading:
			if x.Level == 2 {
				out = append(out, part{Title: x.Text})
				continue
			}
			last.Blocks = append(last.Blocks, block{Heading: &x})
		case paper.Paragraph:
			last.Blocks = append(last.Blocks, block{Paragraph: &x})
		case paper.Table:
			last.Blocks = append(last.Blocks, block{Table: &x})
		}
	}
	return out
}

// Number reports whether a column of the table holds numbers.
func (b block) Number(column int) bool {
	return column < len(b.Table.Numbers) && b.Table.Numbers[column]
}

func (s *server) missionPage(ctx context.Context, v *visit) (page, error) {
	view, err := s.missionView(ctx, v, s.now().Year())
	return page{name: "mission", title: v.T("mission.title"), room: "nav.mission", data: view}, err
}

func (s *server) missionView(ctx context.Context, v *visit, year int) (missionView, error) {
	view := missionView{MayPlan: access.Who(ctx).May(people.PlanMission, people.Ref{Kind: people.KindReport})}
	var err error
	if view.Report, err = s.mission.MissionReport(ctx, year); err != nil {
		return view, err
	}
	if view.Report.Frozen() {
		view.Node = strconv.Itoa(year)
	}
	view.Exports = exportsOf(year)
	view.Parts = partsOf(letter.Report(v.Locale, view.Report))
	view.Years, err = s.mission.ReportYears(ctx)
	return view, err
}

// exportsOf are where programs find the tables of a year's report.
func exportsOf(year int) map[string]export {
	out := map[string]export{}
	report := "/api/v1/mission/reports/" + strconv.Itoa(year)
	for _, name := range mission.Tables() {
		out[name] = export{CSV: report + "/" + name + ".csv", JSON: report + "#" + name}
	}
	return out
}

func (s *server) missionReport(ctx context.Context, v *visit) (page, error) {
	year, err := mission.ParseYear(v.PathValue("year"), s.now())
	if err != nil {
		return page{}, err
	}
	view, err := s.missionView(ctx, v, year)
	return page{name: "report", title: v.T("mission.report.title", "year", strconv.Itoa(year)), room: "nav.mission", data: view}, err
}

// forms are the files a report can be had as.
var forms = map[string]struct {
	media string
	write func(paper.Document, *bytes.Buffer) error
}{
	"report.pdf":  {"application/pdf", func(d paper.Document, b *bytes.Buffer) error { return d.WritePDF(b) }},
	"report.md":   {"text/markdown; charset=utf-8", func(d paper.Document, b *bytes.Buffer) error { return d.WriteMarkdown(b) }},
	"report.html": {"text/html; charset=utf-8", func(d paper.Document, b *bytes.Buffer) error { return d.WriteHTML(b) }},
}

// missionFile sends the report of a year as a file.
func (s *server) missionFile(w http.ResponseWriter, r *http.Request) {
	v := s.refusedVisit(w, r)
	year, err := mission.ParseYear(r.PathValue("year"), s.now())
	form, known := forms[r.PathValue("file")]
	if !known && err == nil {
		err = fault.New(fault.NotFound, "find report", "no report is called %q", r.PathValue("file"))
	}
	var report mission.Report
	if err == nil {
		report, err = s.mission.MissionReport(r.Context(), year)
	}
	var b bytes.Buffer
	if err == nil {
		err = form.write(letter.Report(v.Locale, report), &b)
	}
	if err != nil {
		s.fail(w, v, err)
		return
	}
	w.Header().Set("Content-Type", form.media)
	w.Header().Set("Cache-Control", "private, no-cache")
	w.Header().Set("Content-Disposition", `attachment; filename="`+strings.Replace(r.PathValue("file"), ".", "-"+strconv.Itoa(year)+".", 1)+`"`)
	_, _ = w.Write(b.Bytes()) // the reader may have left
}

// planView is the desk of those who run the mission.
type planView struct {
	deskView
	Objectives      []mission.ObjectiveReport
	Indicators      []mission.Indicator
	Promises        []promiseLine
	Recommendations []mission.Recommendation
	Counted         []countedProgramme
	Choices         []countedProgramme // published and not counted
	Year            int
	Freezable       []int
	MayRecommend    bool
	Wrong           map[string]string
}

// promiseLine is a promise as the desk shows it.
type promiseLine struct {
	mission.Promise
	Standing mission.Standing
}

type countedProgramme struct{ ID, Title string }

func (s *server) missionPlan(ctx context.Context, v *visit) (page, error) {
	return s.planPage(ctx, v, map[string]string{})
}

func (s *server) planPage(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	now := s.now()
	view := planView{
		deskView: s.desk(v, "mission.plan"), Indicators: mission.Indicators(), Year: now.Year(), Wrong: wrong,
		MayRecommend: access.Who(ctx).May(people.Recommend, people.Ref{Kind: people.KindReport}),
	}
	report, err := s.mission.MissionReport(ctx, now.Year())
	if err != nil {
		return page{}, err
	}
	view.Objectives = report.Objectives
	promises, err := s.mission.Promises(ctx)
	if err != nil {
		return page{}, err
	}
	for _, p := range promises {
		view.Promises = append(view.Promises, promiseLine{p, p.Standing(now)})
	}
	if view.Recommendations, err = s.mission.Recommendations(ctx); err != nil {
		return page{}, err
	}
	if err := s.planProgrammes(ctx, &view); err != nil {
		return page{}, err
	}
	frozen, err := s.mission.ReportYears(ctx)
	for _, year := range []int{now.Year(), now.Year() - 1} {
		if !slices.Contains(frozen, year) {
			view.Freezable = append(view.Freezable, year)
		}
	}
	p := page{name: "mission_plan", title: v.T("mission.plan.title"), data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, err
}

// mostProgrammes bounds how many published programmes can be picked from.
const mostProgrammes = 200

func (s *server) planProgrammes(ctx context.Context, view *planView) error {
	counted, err := s.mission.CountedProgrammes(ctx)
	if err != nil {
		return err
	}
	versions, _, err := s.mission.Versions(ctx, mostProgrammes, 0)
	seen := map[string]bool{}
	for _, version := range versions {
		c := countedProgramme{string(version.Programme), version.Title}
		if seen[c.ID] {
			continue
		}
		seen[c.ID] = true
		if slices.Contains(counted, c.ID) {
			view.Counted = append(view.Counted, c)
		} else {
			view.Choices = append(view.Choices, c)
		}
	}
	return err
}

// planned leads back to the desk after a change, with the fault beside its field when it can be told there.
func (s *server) planned(ctx context.Context, v *visit, form, done string, err error) (page, error) {
	switch fault.CodeOf(err) {
	case fault.Invalid:
		return s.planPage(ctx, v, map[string]string{form: v.T("mission.wrong")})
	case fault.Conflict:
		return s.planPage(ctx, v, map[string]string{form: v.T("mission.wrong.conflict")})
	}
	return page{moved: "/mission/plan?done=" + done}, err
}

func (s *server) addObjective(ctx context.Context, v *visit) (page, error) {
	_, err := s.mission.AddObjective(ctx, access.Who(ctx).Actor(), mission.Objective{Title: v.PostForm.Get("title"), Text: v.PostForm.Get("text")})
	return s.planned(ctx, v, "objective", "kept", err)
}

func (s *server) setTarget(ctx context.Context, v *visit) (page, error) {
	year, err := strconv.Atoi(v.PostForm.Get("year"))
	value, valueErr := strconv.ParseFloat(strings.Replace(v.PostForm.Get("value"), ",", ".", 1), 64)
	if err != nil || valueErr != nil || value < 0 || value > 1e9 {
		return s.planned(ctx, v, "target", "", fault.New(fault.Invalid, "set target", "a year and a number are needed"))
	}
	err = s.mission.SetTarget(ctx, access.Who(ctx).Actor(), mission.Target{
		Indicator: mission.Indicator(v.PostForm.Get("indicator")), Objective: mission.ObjectiveID(v.PostForm.Get("objective")), Year: year, Value: value,
	})
	return s.planned(ctx, v, "target", "kept", err)
}

func (s *server) addPromise(ctx context.Context, v *visit) (page, error) {
	due, err := time.Parse("2006-01-02", v.PostForm.Get("due_on"))
	if err != nil {
		return s.planned(ctx, v, "promise", "", fault.New(fault.Invalid, "promise", "a promise is for a day to come"))
	}
	_, err = s.mission.Promise(ctx, access.Who(ctx).Actor(), mission.Promise{
		Objective: mission.ObjectiveID(v.PostForm.Get("objective")), Title: v.PostForm.Get("title"), DueOn: due,
	})
	return s.planned(ctx, v, "promise", "kept", err)
}

func (s *server) settlePromise(ctx context.Context, v *visit) (page, error) {
	err := s.mission.SettlePromise(ctx, access.Who(ctx).Actor(), mission.PromiseID(v.PostForm.Get("id")), lifecycle.Event(v.PostForm.Get("event")), v.PostForm.Get("reason"))
	return s.planned(ctx, v, "settle", "kept", err)
}

func (s *server) addRecommendation(ctx context.Context, v *visit) (page, error) {
	_, err := s.mission.Recommend(ctx, access.Who(ctx).Actor(), v.PostForm.Get("text"))
	return s.planned(ctx, v, "recommendation", "kept", err)
}

func (s *server) answerRecommendation(ctx context.Context, v *visit) (page, error) {
	err := s.mission.AnswerRecommendation(ctx, access.Who(ctx).Actor(), mission.RecommendationID(v.PostForm.Get("id")), lifecycle.Event(v.PostForm.Get("event")), v.PostForm.Get("answer"))
	return s.planned(ctx, v, "answer", "kept", err)
}

func (s *server) countProgramme(ctx context.Context, v *visit) (page, error) {
	err := s.mission.CountProgramme(ctx, access.Who(ctx).Actor(), v.PostForm.Get("programme"), v.PostForm.Get("counts") == "yes")
	return s.planned(ctx, v, "programme", "kept", err)
}

// freezeReport freezes a year, once the box was ticked.
func (s *server) freezeReport(ctx context.Context, v *visit) (page, error) {
	year, err := strconv.Atoi(v.PostForm.Get("year"))
	if err != nil || v.PostForm.Get("confirm") != "yes" {
		return s.planPage(ctx, v, map[string]string{"freeze": v.T("mission.freeze.wrong")})
	}
	if _, err := s.mission.FreezeReport(ctx, access.Who(ctx).Actor(), year); err != nil {
		return s.planned(ctx, v, "freeze", "", err)
	}
	return page{moved: "/mission/reports/" + strconv.Itoa(year)}, nil
}
