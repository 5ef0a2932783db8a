package web

import (
	"context"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// changeRules is the kind of routes that change the rules alerts open by.
var changeRules = kindOfRoute{action: people.ChangeRules, object: func(*http.Request) people.Ref { return anyAlert }}

// ruleRoutes are the pages of the rules: everybody reads them, analysts change them.
func (s *server) ruleRoutes() []access.Route {
	if s.alerts == nil {
		return nil
	}
	const one = "/rules/{id}"
	routes := []access.Route{
		{Pattern: "GET /rules", Action: people.ReadCatalogue, Handler: s.fresh(s.ruleList)},
		{Pattern: "GET " + one, Action: people.ReadCatalogue, Handler: s.fresh(s.rulePage, "done")},
		changeRules.show("/rules/new", s.personal(s.newRule, "from")),
		{Pattern: "POST /rules/new", Action: changeRules.action, Object: changeRules.object, Handler: s.form(s.sendRule)},
	}
	routes = append(routes, changeRules.change(one+"/on", s.form(s.startRule), s.backTo(one))...)
	return append(routes, changeRules.change(one+"/off", s.form(s.stopRule), s.backTo(one))...)
}

func ruleAddress(id market.RuleID) string { return "/rules/" + url.PathEscape(string(id)) }

// ruleView is a rule in words.
type ruleView struct {
	ID    market.RuleID
	Page  string
	State market.RuleState
	Basis market.Basis
	Opens string
	Stays string
	Count int
	Lines []letter.RuleLine
}

func ruleOf(l *locale.Locale, r market.KeptRule) ruleView {
	return ruleView{
		ID: r.ID, Page: ruleAddress(r.ID), State: r.State, Basis: r.Basis, Count: r.Alerts, Lines: letter.RuleLines(l, r.Rule),
		Opens: letter.RuleFigure(l, r.Basis, r.Open), Stays: letter.RuleFigure(l, r.Basis, r.Stay),
	}
}

// rulesOn are the rules that are asked, in words.
func (s *server) rulesOn(ctx context.Context, l *locale.Locale) ([]ruleView, []market.Rule, error) {
	kept, err := s.alerts.Rules(ctx)
	var views []ruleView
	var rules []market.Rule
	for _, r := range kept {
		if r.State == market.RuleOn {
			views, rules = append(views, ruleOf(l, r)), append(rules, r.Rule)
		}
	}
	return views, rules, err
}

type ruleListView struct {
	Rules     []ruleView
	MayChange bool
	Export    export
}

func (s *server) ruleList(ctx context.Context, v *visit) (page, error) {
	kept, err := s.alerts.Rules(ctx)
	view := ruleListView{MayChange: access.Who(ctx).May(people.ChangeRules, anyAlert), Export: exportFrom("rules", nil)}
	for _, r := range kept {
		view.Rules = append(view.Rules, ruleOf(v.Locale, r))
	}
	return page{name: "rules", room: "nav.alerts", title: v.T("rules.title"), data: view}, err
}

// rulePageView is one version of a rule.
type rulePageView struct {
	ruleView
	Done      string
	Wrong     map[string]string
	MayChange bool
	MayStart  bool // it can be switched on now
	MayStop   bool
	Scan      *market.Scan // what it would open, for those who may switch it on
}

func pathRule(v *visit) market.RuleID { return market.RuleID(v.PathValue("id")) }

func (s *server) rulePage(ctx context.Context, v *visit) (page, error) {
	return s.showRule(ctx, v, nil)
}

func (s *server) showRule(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	r, err := s.alerts.Rule(ctx, pathRule(v))
	if err != nil {
		return page{}, err
	}
	who, machine := access.Who(ctx), market.RuleMachine()
	view := rulePageView{ruleView: ruleOf(v.Locale, r), Wrong: wrong, MayChange: who.May(people.ChangeRules, anyAlert)}
	view.MayStart, view.MayStop = machine.Can(r.State, market.SwitchRuleOn), machine.Can(r.State, market.SwitchRuleOff)
	if key := "done." + v.Query.Get("done"); v.Query.Has("done") && v.Has(key) {
		view.Done = key
	}
	if view.Wrong == nil {
		view.Wrong = map[string]string{}
	}
	if view.MayChange && view.MayStart {
		scan, err := s.alerts.ScanAlerts(ctx, who.Actor(), r.Rule, market.ScanScope{DryRun: true})
		if err != nil {
			return page{}, err
		}
		view.Scan = &scan
	}
	p := page{name: "rule", room: "nav.alerts", title: v.T("rule.title", "rule", string(r.ID)), data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// startRule switches a rule on and opens its alerts, once the box that says how many is ticked.
func (s *server) startRule(ctx context.Context, v *visit) (page, error) {
	if v.PostForm.Get("confirm") == "" {
		return s.showRule(ctx, v, map[string]string{"confirm": v.T("rule.wrong.confirm")})
	}
	_, err := s.alerts.StartRule(ctx, access.Who(ctx).Actor(), pathRule(v))
	return s.ruleDone(ctx, v, "rule_on", err)
}

func (s *server) stopRule(ctx context.Context, v *visit) (page, error) {
	return s.ruleDone(ctx, v, "rule_off", s.alerts.SwitchRule(ctx, access.Who(ctx).Actor(), pathRule(v), false))
}

func (s *server) ruleDone(ctx context.Context, v *visit, done string, err error) (page, error) {
	if fault.CodeOf(err) == fault.Conflict {
		return s.showRule(ctx, v, map[string]string{"": v.T("rule.wrong.moved")})
	}
	return page{moved: ruleAddress(pathRule(v)) + "?done=" + done}, err
}

// ruleForm is a rule as it is typed.
type ruleForm struct {
	Typed    func(field string) string
	Wrong    map[string]string
	Bases    []option
	Causes   []option
	Watches  []watchRow
	Grades   []gradeRow
	Scan     *market.Scan // what it would open, once it was tried
	Sound    bool         // it was tried and can be kept
	From     market.RuleID
	FieldMax int
}

// watchRow is one line of where a rule looks.
type watchRow struct {
	N                          int
	Levels, Lists, Sizes       []option
	Min                        string
	LevelID, ListID, SizeID, M string
}

// gradeRow is a severity and the figure it begins at.
type gradeRow struct {
	Severity market.Severity
	Field    string
	From     string
}

// newRule shows the form, filled from a rule that is kept.
func (s *server) newRule(ctx context.Context, v *visit) (page, error) {
	from := market.RuleID(v.Query.Get("from"))
	if from == "" {
		from = market.RuleID(market.PublishedRule().Name)
	}
	r, err := s.alerts.Rule(ctx, from)
	if err != nil {
		return page{}, err
	}
	return ruleFormPage(v, ruleForm{From: r.ID}, typedRule(v.Locale, r.Rule)), nil
}

// sendRule counts what a typed rule would open, or keeps it.
func (s *server) sendRule(ctx context.Context, v *visit) (page, error) {
	form := ruleForm{Wrong: map[string]string{}}
	rule, err := readRuleForm(v.PostForm)
	if err == nil {
		err = rule.Check()
	}
	if field, ok := wrongField(err); ok {
		form.Wrong[groupOf(field)] = fault.Reason(err, v.Phrase)
		return ruleFormPage(v, form, v.PostForm), nil
	}
	if err != nil {
		return page{}, err
	}
	if v.PostForm.Get("do") == "keep" {
		kept, err := s.alerts.AddRule(ctx, access.Who(ctx).Actor(), rule)
		if fault.CodeOf(err) == fault.Conflict {
			form.Wrong[""] = v.T("rule.wrong.same")
			return ruleFormPage(v, form, v.PostForm), nil
		}
		return page{moved: ruleAddress(kept.ID) + "?done=rule_kept"}, err
	}
	scan, err := s.alerts.ScanAlerts(ctx, access.Who(ctx).Actor(), rule, market.ScanScope{DryRun: true})
	form.Scan, form.Sound = &scan, true
	return ruleFormPage(v, form, v.PostForm), err
}

// groupOf is the part of the form a field of a rule stands in.
func groupOf(field string) string {
	group, _, _ := strings.Cut(field, "[")
	return group
}

// watchRows is how many lines there are to say where a rule looks.
const watchRows = 6

// ruleFormPage shows the form with what was typed.
func ruleFormPage(v *visit, form ruleForm, typed url.Values) page {
	form.Typed = typed.Get
	if form.Wrong == nil {
		form.Wrong = map[string]string{}
	}
	pick := func(field, value, key string) option {
		return option{Value: value, Label: v.T(key), Selected: typed.Get(field) == value}
	}
	for _, b := range market.Bases() {
		form.Bases = append(form.Bases, pick("basis", string(b), "rule.basis."+string(b)))
	}
	for _, m := range market.Causes() {
		form.Causes = append(form.Causes, pick("cause", m.String(), "cause."+m.String()))
	}
	levels, lists := market.Watchable()
	sizes := append(market.Sizes(market.OnPublished), market.Sizes(market.OnEstimates)...)
	for i := range watchRows {
		name := func(s string) string { return "watch_" + s + strconv.Itoa(i) }
		row := watchRow{N: i + 1, Min: typed.Get(name("min")), LevelID: name("level"), ListID: name("list"), SizeID: name("size"), M: name("min")}
		for _, l := range levels {
			row.Levels = append(row.Levels, pick(row.LevelID, string(l), "level."+string(l)))
		}
		for _, n := range lists {
			row.Lists = append(row.Lists, pick(row.ListID, string(n), "nomenclature."+string(n)))
		}
		for _, m := range sizes {
			row.Sizes = append(row.Sizes, pick(row.SizeID, m.String(), "rule.size."+m.String()))
		}
		form.Watches = append(form.Watches, row)
	}
	for _, severity := range market.Severities() {
		field := "from_" + string(severity)
		form.Grades = append(form.Grades, gradeRow{severity, field, typed.Get(field)})
	}
	p := page{name: "rule_form", room: "nav.alerts", title: v.T("rule.new"), data: form}
	if len(form.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p
}

// typedRule is a rule as somebody would have typed it.
func typedRule(l *locale.Locale, r market.Rule) url.Values {
	out := url.Values{}
	number := func(field string, f float64) {
		if f != 0 {
			out.Set(field, strings.TrimSpace(decimal(l, f)))
		}
	}
	out.Set("name", r.Name)
	out.Set("basis", string(r.Basis))
	out.Set("note", r.Note)
	out.Set("cause", r.Cause)
	number("open", r.Open)
	number("stay", r.Stay)
	number("margin", r.Margin)
	number("min_cause", float64(r.MinCause))
	number("min_remediability", r.MinRemediability)
	for i, w := range r.Watches[:min(len(r.Watches), watchRows)] {
		n := strconv.Itoa(i)
		out.Set("watch_level"+n, string(w.Level))
		out.Set("watch_list"+n, string(w.Nomenclature))
		out.Set("watch_size"+n, w.Size)
		number("watch_min"+n, w.Min)
	}
	for _, g := range r.Severities {
		number("from_"+string(g.Severity), g.From)
	}
	return out
}

// decimal writes a number as it is typed: no groups, the language's decimal sign.
func decimal(l *locale.Locale, f float64) string {
	text := strconv.FormatFloat(f, 'f', -1, 64)
	if l.Lang == locale.French {
		text = strings.ReplaceAll(text, ".", ",")
	}
	return text
}

// readRuleForm reads a typed rule. Numbers may have a comma or a point. It returns an Invalid fault with the
// field for what is no number.
func readRuleForm(typed url.Values) (market.Rule, error) {
	var err error
	number := func(field string) float64 {
		text := strings.NewReplacer(",", ".", " ", "", "\u00a0", "", "\u202f", "").Replace(strings.TrimSpace(typed.Get(field)))
		if text == "" {
			return 0
		}
		f, wrong := strconv.ParseFloat(text, 64)
		if (wrong != nil || math.IsInf(f, 0)) && err == nil {
			bad := fault.New(fault.Invalid, "read rule", "a number is wanted")
			bad.Column = fieldOf(field)
			err = bad
		}
		return f
	}
	r := market.Rule{
		Name: strings.TrimSpace(typed.Get("name")), Basis: market.Basis(typed.Get("basis")), Note: strings.TrimSpace(typed.Get("note")),
		Open: number("open"), Stay: number("stay"), Margin: number("margin"),
		Cause: typed.Get("cause"), MinCause: int(number("min_cause")), MinRemediability: number("min_remediability"),
	}
	if r.Cause == "" {
		r.MinCause = 0
	}
	for i := range watchRows {
		n := strconv.Itoa(i)
		w := market.Watch{
			Level: territory.Level(typed.Get("watch_level" + n)), Nomenclature: occupation.Nomenclature(typed.Get("watch_list" + n)),
			Size: typed.Get("watch_size" + n), Min: number("watch_min" + n),
		}
		if w.Level != "" {
			r.Watches = append(r.Watches, w)
		}
	}
	for _, severity := range market.Severities() {
		if from := number("from_" + string(severity)); from != 0 {
			r.Severities = append(r.Severities, market.Grade{From: from, Severity: severity})
		}
	}
	slices.SortStableFunc(r.Severities, func(a, b market.Grade) int { return a.Severity.Rank() - b.Severity.Rank() })
	return r, err
}

// fieldOf is the field of a rule that a field of the form belongs to.
func fieldOf(typed string) string {
	switch {
	case strings.HasPrefix(typed, "watch_"):
		return fmt.Sprintf("watches[%s].min", strings.TrimPrefix(typed, "watch_min"))
	case strings.HasPrefix(typed, "from_"):
		return "severities"
	}
	return typed
}
