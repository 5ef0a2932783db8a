package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/studio"
	"filiere/internal/territory"
)

// Studio is what the pages of programmes ask of the store. The errors are those the store documents.
type Studio interface {
	Programme(ctx context.Context, id studio.ProgrammeID) (studio.Programme, error)
	Programmes(ctx context.Context, account people.AccountID, limit, offset int) ([]studio.Line, int, error)
	OpenProgramme(ctx context.Context, by people.Actor, b studio.Brief, alert market.AlertID) (studio.Programme, error)
	ChangeBrief(ctx context.Context, by people.Actor, id studio.ProgrammeID, b studio.Brief, seen int) error
	StepProgramme(ctx context.Context, by people.Actor, id studio.ProgrammeID, e lifecycle.Event, seen int) error
	PublishProgramme(ctx context.Context, by people.Actor, id studio.ProgrammeID, seen int) (studio.Version, error)
	Alert(ctx context.Context, id market.AlertID) (market.Alert, error)

	InviteExpert(ctx context.Context, by people.Actor, id studio.ProgrammeID, a people.Account) (people.Account, error)
	JoinGroup(ctx context.Context, by people.Actor, id studio.ProgrammeID) error
	LeaveGroup(ctx context.Context, by people.Actor, id studio.ProgrammeID, who people.AccountID) error

	AddItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, kind studio.ItemKind, parent, wording string) (studio.Item, error)
	EditItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, wording string, seen int) error
	MoveItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, parent string, place, seen int) error
	WithdrawItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error
	RestoreItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error
	ApproveItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string, seen int) error
	TakeApprovalBack(ctx context.Context, by people.Actor, id studio.ProgrammeID, item string) error
	Comments(ctx context.Context, id studio.ProgrammeID, item string) ([]studio.Comment, error)
	CommentItem(ctx context.Context, by people.Actor, id studio.ProgrammeID, item, wording string, objection bool) (studio.Comment, error)
	SettleObjection(ctx context.Context, by people.Actor, id studio.ProgrammeID, comment string, designer bool) error

	AddProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, pr studio.Project) (studio.Project, error)
	EditProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, pr studio.Project, seen int) error
	MoveProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, project string, place, seen int) error
	DeleteProject(ctx context.Context, by people.Actor, id studio.ProgrammeID, project string, seen int) error

	Version(ctx context.Context, id studio.VersionID) (studio.Version, error)
	Versions(ctx context.Context, limit, offset int) ([]studio.Version, int, error)
	VersionsOf(ctx context.Context, id studio.ProgrammeID) ([]studio.Version, error)
}

// The kinds of routes about programmes.
var (
	readProgramme   = kindOfRoute{action: people.ReadProgrammes, object: access.PathObject(people.KindProgramme, "id")}
	contribute      = kindOfRoute{action: people.Contribute, object: access.PathObject(people.KindProgramme, "id")}
	changeProgramme = kindOfRoute{action: people.ChangeProgrammes, object: access.PathObject(people.KindProgramme, "id")}
	openProgramme   = kindOfRoute{action: people.ChangeProgrammes, object: access.AnyObject(people.KindProgramme)}
)

// studioRoutes are the pages of programmes: public ones, and those of their groups.
func (s *server) studioRoutes() []access.Route {
	if s.studio == nil {
		return nil
	}
	public := kindOfRoute{action: people.ReadCatalogue}
	routes := []access.Route{
		public.show("/programmes", s.fresh(s.versions, "page")),
		public.show("/versions/{id}", s.fresh(s.showVersion)),
	}
	if s.people == nil {
		return routes
	}
	const (
		one     = "/studio/{id}"
		item    = one + "/items/{item}"
		project = one + "/projects/{project}"
	)
	routes = append(
		routes,
		readOwn.show("/studio", s.personal(s.programmes, "page", "done")),
		openProgramme.show("/studio/new", s.personal(s.newProgramme, "alert")),
		access.Route{Pattern: "POST /studio/new", Action: openProgramme.action, Object: openProgramme.object, Handler: s.form(s.openProgramme)},
		readProgramme.show(one, s.personal(s.programme, "done")),
		readProgramme.show(item, s.personal(s.item, "done")),
		readProgramme.show(project, s.personal(s.project, "done")),
		changeProgramme.show(one+"/publish", s.personal(s.confirmPublish)),
		access.Route{Pattern: "POST " + one + "/publish", Action: changeProgramme.action, Object: changeProgramme.object, Handler: s.form(s.publish)},
		changeProgramme.show(one+"/brief", s.personal(s.brief)),
		access.Route{Pattern: "POST " + one + "/brief", Action: changeProgramme.action, Object: changeProgramme.object, Handler: s.form(s.changeBrief)},
		changeProgramme.show(one+"/new-project", s.personal(s.newProject)),
		access.Route{Pattern: "POST " + one + "/new-project", Action: changeProgramme.action, Object: changeProgramme.object, Handler: s.form(s.saveProject)},
		access.Route{Pattern: "POST " + project, Action: changeProgramme.action, Object: changeProgramme.object, Handler: s.form(s.saveProject)},
	)
	for path, h := range map[string]handler{
		"/group/invite": s.inviteExpert, "/group/join": s.joinGroup, "/group/leave": s.leaveGroup,
		"/step": s.stepProgramme, "/projects/{project}/move": s.moveProject, "/projects/{project}/delete": s.deleteProject,
	} {
		routes = append(routes, changeProgramme.change(one+path, s.form(h), s.backTo(one))...)
	}
	for path, h := range map[string]handler{
		"/items": s.addItem, "/items/{item}/edit": s.editItem, "/items/{item}/move": s.moveItem, "/items/{item}/state": s.setItemState,
		"/items/{item}/approve": s.approveItem, "/items/{item}/comment": s.commentItem, "/items/{item}/settle": s.settleObjection,
	} {
		routes = append(routes, contribute.change(one+path, s.form(h), s.backTo(one))...)
	}
	return routes
}

// anyProgramme is what one may be allowed to do to programmes in general.
func anyProgramme(people.AccountID) people.Ref { return people.Ref{Kind: people.KindProgramme} }

// programmesAPage is how many programmes or versions one page lists.
const programmesAPage = 30

// programmesView is a list of programmes in the making.
type programmesView struct {
	deskView
	All        bool // everybody's, not only those the reader belongs to
	MayOpen    bool
	Total      int
	Programmes []studio.Line
	Prev, Next string
}

// programmes lists the programmes a person belongs to; who may read them all sees them all.
func (s *server) programmes(ctx context.Context, v *visit) (page, error) {
	who, n := access.Who(ctx), pageNumber(v.Query.Get("page"))
	view := programmesView{deskView: s.desk(v, "desk.studio")}
	view.All, view.MayOpen = who.May(people.ReadProgrammes, anyProgramme("")), who.May(people.ChangeProgrammes, anyProgramme(""))
	of := who.Account.ID
	if view.All {
		of = ""
	}
	var err error
	view.Programmes, view.Total, err = s.studio.Programmes(ctx, of, programmesAPage, (n-1)*programmesAPage)
	view.Prev, view.Next = v.turn(n, programmesAPage, view.Total)
	return page{name: "studio", title: v.T("studio.title"), data: view}, err
}

// turn gives the addresses of the pages before and after page n of a list, "" where there is none.
func (v *visit) turn(n, size, total int) (prev, next string) {
	if n > 1 {
		prev = v.with("page", strconv.Itoa(n-1))
	}
	if n*size < total {
		next = v.with("page", strconv.Itoa(n+1))
	}
	return prev, next
}

// areaChoice is a place a brief may name.
type areaChoice struct {
	ID     territory.ID
	Label  string
	Chosen bool
}

// briefView is the form of a brief.
type briefView struct {
	deskView
	Programme *studio.Programme // nil: one to be opened
	Alert     market.AlertID
	Evidence  []evidenceView
	studio.Brief
	Levels []int
	Areas  []areaChoice
	Wrong  map[string]string
}

// newProgramme asks what a programme is for; what an alert says is filled in.
func (s *server) newProgramme(ctx context.Context, v *visit) (page, error) {
	view := briefView{Brief: studio.Brief{Level: 6, Learners: 20}, Alert: market.AlertID(v.Query.Get("alert")), Wrong: map[string]string{}}
	if err := s.fillIn(ctx, v, &view); err != nil {
		return page{}, err
	}
	return s.briefPage(ctx, v, view)
}

// fillIn reads the alert a brief answers.
func (s *server) fillIn(ctx context.Context, v *visit, view *briefView) error {
	if view.Alert == "" {
		return nil
	}
	a, err := s.studio.Alert(ctx, view.Alert)
	if err != nil {
		return err
	}
	if view.Title == "" {
		view.Title = a.Evidence.OccupationLabel
	}
	if len(view.Brief.Areas) == 0 {
		view.Brief.Areas = []territory.ID{a.Evidence.Area}
	}
	view.Evidence = evidenceOf(v, []market.Evidence{a.Evidence})
	return nil
}

func (s *server) briefPage(ctx context.Context, v *visit, view briefView) (page, error) {
	view.deskView = s.desk(v, "desk.studio")
	for l := studio.MinLevel; l <= studio.MaxLevel; l++ {
		view.Levels = append(view.Levels, l)
	}
	var err error
	if view.Areas, err = s.areaChoices(ctx, v, view.Brief.Areas); err != nil {
		return page{}, err
	}
	p := page{name: "brief", title: v.T("brief.open"), data: view}
	if view.Programme != nil {
		p.title = v.T("brief.title", "title", view.Programme.Title)
	}
	if len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// areaChoices offers the country, the régions and the départements, and whatever was chosen besides.
func (s *server) areaChoices(ctx context.Context, v *visit, chosen []territory.ID) ([]areaChoice, error) {
	regions, err := s.reader.Areas(ctx, territory.Region, territory.Regions)
	if err != nil {
		return nil, err
	}
	departements, err := s.reader.Areas(ctx, territory.Departement, territory.Departements)
	if err != nil {
		return nil, err
	}
	byLabelOrder(regions)
	byLabelOrder(departements)
	offered := slices.Concat([]territory.Area{{ID: territory.France, Label: v.T("area.nation")}}, regions, departements)
	for _, id := range chosen {
		if !slices.ContainsFunc(offered, func(a territory.Area) bool { return a.ID == id }) {
			offered = append(offered, territory.Area{ID: id, Label: s.areaName(ctx, id)})
		}
	}
	var out []areaChoice
	for _, a := range offered {
		out = append(out, areaChoice{ID: a.ID, Label: a.Label, Chosen: slices.Contains(chosen, a.ID)})
	}
	return out, nil
}

// areaName is what a place is called; one that is not known stands by its ID.
func (s *server) areaName(ctx context.Context, id territory.ID) string {
	if a, err := s.reader.Area(ctx, id); err == nil && a.Label != "" {
		return a.Label
	}
	return string(id)
}

// sentence is what went wrong, as one sentence in the reader's language, with the usual remedy.
func sentence(v *visit, err error) string {
	var parts []string
	if joined, is := err.(interface{ Unwrap() []error }); is { //nolint:errorlint // the parts of this very error
		for _, e := range joined.Unwrap() {
			parts = append(parts, fault.Reason(e, v.Phrase))
		}
	} else {
		parts = []string{fault.Reason(err, v.Phrase)}
	}
	if hint := fault.Hint(err, v.Phrase); hint != "" {
		parts = append(parts, hint)
	}
	for i, p := range parts {
		parts[i] = asSentence(p)
	}
	return strings.Join(parts, " ")
}

// asSentence writes what a fault says as a sentence, "" for nothing.
func asSentence(said string) string {
	r, size := utf8.DecodeRuneInString(said)
	if size == 0 {
		return ""
	}
	return string(unicode.ToUpper(r)) + said[size:] + "."
}

// briefAsked reads a brief from a form. What is no number is 0, which no brief may say.
func briefAsked(v *visit) studio.Brief {
	b := studio.Brief{
		Title: v.PostForm.Get("title"), Summary: v.PostForm.Get("summary"), Reason: v.PostForm.Get("reason"),
		Level: number(v, "level"), Learners: number(v, "learners"),
	}
	for _, id := range v.PostForm["area"] {
		if id != "" {
			b.Areas = append(b.Areas, territory.ID(id))
		}
	}
	return b
}

// number reads a whole number from a form, 0 when it is none.
func number(v *visit, field string) int {
	n, err := strconv.Atoi(v.PostForm.Get(field))
	if err != nil {
		return 0
	}
	return n
}

// toldAt is what a fault says beside its field, or above the form, in the reader's language. ok is false for
// what is not the reader's doing.
func toldAt(v *visit, err error) (wrong map[string]string, ok bool) {
	f, is := asFault(err)
	if !is || f.Code != fault.Invalid && f.Code != fault.Conflict && f.Code != fault.Forbidden {
		return nil, false
	}
	field := ""
	if f.Code == fault.Invalid {
		field = f.Column
	}
	return map[string]string{field: sentence(v, err)}, true
}

func (s *server) openProgramme(ctx context.Context, v *visit) (page, error) {
	view := briefView{Brief: briefAsked(v), Alert: market.AlertID(v.PostForm.Get("alert"))}
	p, err := s.studio.OpenProgramme(ctx, access.Who(ctx).Actor(), view.Brief, view.Alert)
	if wrong, told := toldAt(v, err); told {
		view.Wrong = wrong
		if err := s.fillIn(ctx, v, &view); err != nil {
			return page{}, err
		}
		return s.briefPage(ctx, v, view)
	}
	return page{moved: programmeAddress(p.ID) + "?done=opened"}, err
}

// brief shows the form that changes a brief.
func (s *server) brief(ctx context.Context, v *visit) (page, error) {
	p, err := s.studio.Programme(ctx, programmeAsked(v))
	if err != nil {
		return page{}, err
	}
	return s.briefPage(ctx, v, briefView{
		Programme: &p, Brief: p.Brief, Alert: market.AlertID(p.Alert), Evidence: evidenceOf(v, p.Evidence), Wrong: map[string]string{},
	})
}

func (s *server) changeBrief(ctx context.Context, v *visit) (page, error) {
	b := briefAsked(v)
	err := s.studio.ChangeBrief(ctx, access.Who(ctx).Actor(), programmeAsked(v), b, number(v, "revision"))
	if wrong, told := toldAt(v, err); told {
		p, err := s.studio.Programme(ctx, programmeAsked(v))
		if err != nil {
			return page{}, err
		}
		return s.briefPage(ctx, v, briefView{
			Programme: &p, Brief: b, Alert: market.AlertID(p.Alert), Evidence: evidenceOf(v, p.Evidence), Wrong: wrong,
		})
	}
	return page{moved: programmeAddress(programmeAsked(v)) + "?done=brief"}, err
}

func programmeAsked(v *visit) studio.ProgrammeID { return studio.ProgrammeID(v.PathValue("id")) }

func programmeAddress(id studio.ProgrammeID) string { return ProgrammeAddress(id) }

// ProgrammeAddress is where the group of a programme works on it; letters lead there.
func ProgrammeAddress(id studio.ProgrammeID) string { return "/studio/" + url.PathEscape(string(id)) }
