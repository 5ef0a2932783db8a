package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// isExpert reports whether somebody was invited to a programme.
func isExpert(who access.Caller) bool {
	return slices.ContainsFunc(who.Account.Grants, func(g people.Grant) bool { return g.Role == people.Expert })
}

// programmeView is the board of a programme.
type programmeView struct {
	deskView
	studio.Programme
	Opened, ApprovedOn moment
	Places             []string
	Figures            []evidenceView
	Members            []groupMemberView
	Tree               []itemView // the blocs
	Gone               []itemView // withdrawn items whose parent stands
	Matrix             studio.Matrix
	Obstacles          []obstacleView
	Published          []versionLine
	Voters, Majority   int

	InGroup, MayWrite, MayDesign, MayJoin bool
	Next                                  []lifecycle.Event // what may be done with the whole, but publish
	MayPublish                            bool

	Wrong map[string]string
	Typed url.Values // what was typed into the form that failed
}

// groupMemberView is somebody of the group.
type groupMemberView struct {
	studio.Member
	Since moment
	Self  bool
}

// evidenceView is a figure a programme rests on.
type evidenceView struct {
	market.Evidence
	Causes []string
}

func evidenceOf(v *visit, list []market.Evidence) []evidenceView {
	var out []evidenceView
	for _, e := range list {
		view := evidenceView{Evidence: e}
		for i, class := range e.Causes {
			if class >= 4 {
				view.Causes = append(view.Causes, v.T("cause."+market.Causes()[i].String()))
			}
		}
		out = append(out, view)
	}
	return out
}

// itemView is an item with what stands under it.
type itemView struct {
	studio.Item
	Programme studio.ProgrammeID
	Code      string
	Below     []itemView
	Mine      bool // the reader approves it as it stands
	MayVote   bool
	MayWrite  bool
	Voters    int
	Typed     string // what failed to be put under it
	Failed    bool
}

// obstacleView is what stands in the way of publication, and where to mend it.
type obstacleView struct {
	studio.Obstacle
	URL string
}

func (s *server) programme(ctx context.Context, v *visit) (page, error) {
	return s.board(ctx, v, map[string]string{})
}

// board shows a programme; wrong says what came of a form that failed.
func (s *server) board(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	p, err := s.studio.Programme(ctx, programmeAsked(v))
	if err != nil {
		return page{}, err
	}
	who := access.Who(ctx)
	view := programmeView{
		deskView: s.desk(v, "desk.studio"), Programme: p, Wrong: wrong, Typed: v.PostForm,
		Opened: momentOf(v.Locale, p.OpenedAt), ApprovedOn: momentOf(v.Locale, p.ApprovedAt),
		Figures: evidenceOf(v, p.Evidence), Matrix: p.Coverage(), Voters: p.Voters(), Majority: studio.Majority(p.Voters()),
	}
	for _, id := range p.Areas {
		view.Places = append(view.Places, s.areaName(ctx, id))
	}
	_, view.InGroup = p.Member(who.Account.ID)
	view.MayDesign = who.May(people.ChangeProgrammes, p.ID.Ref())
	view.MayWrite = who.May(people.Contribute, p.ID.Ref()) && p.State.Writing()
	view.MayJoin = view.MayDesign && !view.InGroup && p.State.Open()
	for _, m := range p.Group {
		view.Members = append(view.Members, groupMemberView{m, momentOf(v.Locale, m.InvitedAt), m.Account == who.Account.ID})
	}
	view.Tree, view.Gone = treeOf(p, who, view.MayWrite, v.PostForm, wrong)
	if view.MayDesign {
		for _, e := range studio.ProgrammeMachine().Events(p.State) {
			if e == studio.EventPublish {
				view.MayPublish = true
			} else {
				view.Next = append(view.Next, e)
			}
		}
	}
	for _, o := range p.Obstacles() {
		view.Obstacles = append(view.Obstacles, obstacleView{o, mendAt(p, o)})
	}
	versions, err := s.studio.VersionsOf(ctx, p.ID)
	if err != nil {
		return page{}, err
	}
	view.Published = linesOf(v, versions)
	out := page{name: "programme", title: p.Title, data: view}
	if len(wrong) > 0 {
		out.status = http.StatusUnprocessableEntity
	}
	return out, nil
}

// mendAt is the page where an obstacle is mended.
func mendAt(p studio.Programme, o studio.Obstacle) string {
	at := programmeAddress(p.ID)
	switch {
	case o.ID == "":
		return at + "#framework"
	case o.Gap == studio.GapCoverage:
		return at + "#coverage"
	case o.Code[0] == 'P':
		return at + "/projects/" + url.PathEscape(o.ID)
	}
	return at + "/items/" + url.PathEscape(o.ID)
}

// treeOf lays the items out as the page shows them, with the codes they would be published with.
func treeOf(p studio.Programme, who access.Caller, mayWrite bool, typed url.Values, wrong map[string]string) (tree, gone []itemView) {
	codes := p.Framework().Codes()
	member, in := p.Member(who.Account.ID)
	voters := p.Voters()
	var under func(parent string) []itemView
	under = func(parent string) []itemView {
		var out []itemView
		for _, i := range p.Under(parent) {
			view := itemView{Item: i, Programme: p.ID, Code: codes[i.ID], Voters: voters, MayWrite: mayWrite}
			if i.State == studio.ItemWithdrawn {
				gone = append(gone, view)
				continue
			}
			view.Mine = slices.ContainsFunc(i.Approvals, func(a studio.Approval) bool { return a.Account == who.Account.ID })
			view.MayVote = mayWrite && in && member.Active && i.Kind == studio.KindCompetency
			if view.Failed = len(wrong) > 0 && typed.Get("parent") == i.ID; view.Failed {
				view.Typed = typed.Get("wording")
			}
			view.Below = under(i.ID)
			out = append(out, view)
		}
		return out
	}
	tree = under("")
	return tree, gone
}

// boardDone leads back to the board after a change. What the reader can mend is told there.
func (s *server) boardDone(ctx context.Context, v *visit, done, place string, err error) (page, error) {
	if wrong, told := toldAt(v, err); told {
		all := map[string]string{}
		for field, said := range wrong {
			all[field] = said
			if field != "email" && field != "name" {
				all[""] = said
			}
		}
		return s.board(ctx, v, all)
	}
	return page{moved: programmeAddress(programmeAsked(v)) + "?done=" + done + place}, err
}

// stepProgramme approves the framework, opens it again, begins the next version or abandons it all.
func (s *server) stepProgramme(ctx context.Context, v *visit) (page, error) {
	e := lifecycle.Event(v.PostForm.Get("event"))
	if e == studio.EventAbandon && v.PostForm.Get("confirm") == "" {
		return s.board(ctx, v, map[string]string{"confirm": v.T("programme.abandon.confirm.wrong")})
	}
	if !slices.Contains([]lifecycle.Event{studio.EventApprove, studio.EventRevise, studio.EventDraft, studio.EventAbandon}, e) {
		return page{}, fault.New(fault.Invalid, "move programme on", "no step is called %q", string(e))
	}
	err := s.studio.StepProgramme(ctx, access.Who(ctx).Actor(), programmeAsked(v), e, number(v, "revision"))
	return s.boardDone(ctx, v, "step", "", err)
}

// publishView asks to confirm a publication.
type publishView struct {
	deskView
	studio.Programme
	Matrix    studio.Matrix
	Obstacles []obstacleView
	Wrong     map[string]string
}

func (s *server) confirmPublish(ctx context.Context, v *visit) (page, error) {
	return s.publishPage(ctx, v, map[string]string{})
}

func (s *server) publishPage(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	p, err := s.studio.Programme(ctx, programmeAsked(v))
	if err != nil {
		return page{}, err
	}
	view := publishView{deskView: s.desk(v, "desk.studio"), Programme: p, Matrix: p.Coverage(), Wrong: wrong}
	for _, o := range p.Obstacles() {
		view.Obstacles = append(view.Obstacles, obstacleView{o, mendAt(p, o)})
	}
	out := page{name: "publish", title: v.T("publish.title"), data: view}
	if len(wrong) > 0 {
		out.status = http.StatusConflict
	}
	return out, nil
}

func (s *server) publish(ctx context.Context, v *visit) (page, error) {
	version, err := s.studio.PublishProgramme(ctx, access.Who(ctx).Actor(), programmeAsked(v), number(v, "revision"))
	if wrong, told := toldAt(v, err); told {
		return s.publishPage(ctx, v, wrong)
	}
	return page{moved: versionAddress(version.ID)}, err
}

// inviteExpert takes somebody into the group and sends them the link that signs them in.
func (s *server) inviteExpert(ctx context.Context, v *visit) (page, error) {
	by, id := access.Who(ctx).Actor(), programmeAsked(v)
	a, err := s.studio.InviteExpert(ctx, by, id, people.Account{
		Email: v.PostForm.Get("email"), Name: v.PostForm.Get("name"), Lang: v.PostForm.Get("lang"),
	})
	if err == nil {
		var p studio.Programme
		if p, err = s.studio.Programme(ctx, id); err == nil {
			err = s.post().InviteExpert(ctx, by, a, letter.Programme{Title: p.Title, Path: programmeAddress(id)})
		}
	}
	return s.boardDone(ctx, v, "invited.expert", "#group", err)
}

func (s *server) joinGroup(ctx context.Context, v *visit) (page, error) {
	return s.boardDone(ctx, v, "joined", "#group", s.studio.JoinGroup(ctx, access.Who(ctx).Actor(), programmeAsked(v)))
}

func (s *server) leaveGroup(ctx context.Context, v *visit) (page, error) {
	err := s.studio.LeaveGroup(ctx, access.Who(ctx).Actor(), programmeAsked(v), people.AccountID(v.PostForm.Get("account")))
	return s.boardDone(ctx, v, "left", "#group", err)
}
