package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// itemPageView is an item of a framework by itself.
type itemPageView struct {
	deskView
	itemView
	Title    string // of the programme
	Above    []itemView
	Parents  []itemView // where it could stand
	Position int        // among its siblings, the first being 0
	Siblings int
	By       string // who proposed it, "" when they have left
	Since    moment
	EditedOn moment
	Said     []commentView
	Approved []string // names
	MaySay   bool
	MayDrop  bool // the reader may settle anybody's objection
	Wrong    map[string]string
	Wording  string
	Comment  string
}

type commentView struct {
	studio.Comment
	On       moment
	Settled  moment
	MayClose bool
}

func (s *server) item(ctx context.Context, v *visit) (page, error) {
	return s.itemPage(ctx, v, map[string]string{})
}

func (s *server) itemPage(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	p, err := s.studio.Programme(ctx, programmeAsked(v))
	if err != nil {
		return page{}, err
	}
	i, err := p.Item(v.PathValue("item"))
	if err != nil {
		return page{}, err
	}
	who := access.Who(ctx)
	mayWrite := who.May(people.Contribute, p.ID.Ref()) && p.State.Writing()
	tree, gone := treeOf(p, who, mayWrite, v.PostForm, wrong)
	all := flat(tree)
	view := itemPageView{
		deskView: s.desk(v, "desk.studio"), Title: p.Title, Wrong: wrong, Wording: i.Wording,
		Since: momentOf(v.Locale, i.ProposedAt), EditedOn: momentOf(v.Locale, i.EditedAt), By: nameIn(p, people.AccountID(i.ProposedBy)),
		MaySay: who.May(people.Contribute, p.ID.Ref()) && p.State.Open(), MayDrop: who.May(people.ChangeProgrammes, p.ID.Ref()),
	}
	if wrong["wording"] != "" && v.PostForm.Get("parent") == "" {
		view.Wording = v.PostForm.Get("wording")
	}
	if wrong["comment"] != "" {
		view.Comment = v.PostForm.Get("comment")
	}
	view.itemView, _ = find(slices.Concat(all, gone), i.ID)
	for at := i.Parent; at != ""; {
		above, _ := find(slices.Concat(all, gone), at)
		view.Above = append([]itemView{above}, view.Above...)
		at = above.Parent
	}
	for _, o := range all {
		if o.Kind == i.Kind.Above() && i.Kind != studio.KindBloc {
			view.Parents = append(view.Parents, o)
		}
	}
	siblings := p.Under(i.Parent)
	view.Siblings = len(siblings)
	view.Position = slices.IndexFunc(siblings, func(o studio.Item) bool { return o.ID == i.ID })
	for _, a := range i.Approvals {
		view.Approved = append(view.Approved, nameIn(p, a.Account))
	}
	if view.Said, err = s.said(ctx, v, p, i, view.MayDrop && mayWrite, mayWrite); err != nil {
		return page{}, err
	}
	out := page{name: "item", title: i.Wording, data: view}
	if len(wrong) > 0 {
		out.status = http.StatusUnprocessableEntity
	}
	return out, nil
}

// said lists the comments of an item.
func (s *server) said(ctx context.Context, v *visit, p studio.Programme, i studio.Item, any, own bool) ([]commentView, error) {
	list, err := s.studio.Comments(ctx, p.ID, i.ID)
	if err != nil {
		return nil, err
	}
	var out []commentView
	for _, c := range list {
		open := c.Objection && c.SettledAt.IsZero()
		out = append(out, commentView{
			Comment: c, On: momentOf(v.Locale, c.At), Settled: momentOf(v.Locale, c.SettledAt),
			MayClose: open && (any || own && c.Account == access.Who(ctx).Account.ID),
		})
	}
	return out, nil
}

// nameIn is the name of a member, "" when they have left.
func nameIn(p studio.Programme, id people.AccountID) string {
	m, _ := p.Member(id)
	return m.Name
}

// flat lists a tree, each item before what is under it.
func flat(tree []itemView) []itemView {
	var out []itemView
	for _, i := range tree {
		out = append(append(out, i), flat(i.Below)...)
	}
	return out
}

func find(list []itemView, id string) (itemView, bool) {
	n := slices.IndexFunc(list, func(i itemView) bool { return i.ID == id })
	if n < 0 {
		return itemView{}, false
	}
	return list[n], true
}

func itemAddress(id studio.ProgrammeID, item string) string {
	return programmeAddress(id) + "/items/" + url.PathEscape(item)
}

// itemDone leads back to the item after a change, or to the board when the form stands there.
func (s *server) itemDone(ctx context.Context, v *visit, done string, err error) (page, error) {
	if v.PostForm.Get("from") == "board" {
		return s.boardDone(ctx, v, done, "#i-"+url.PathEscape(v.PathValue("item")), err)
	}
	if wrong, told := toldAt(v, err); told {
		return s.itemPage(ctx, v, wrong)
	}
	return page{moved: itemAddress(programmeAsked(v), v.PathValue("item")) + "?done=" + done}, err
}

func (s *server) addItem(ctx context.Context, v *visit) (page, error) {
	kind, parent := studio.ItemKind(v.PostForm.Get("kind")), v.PostForm.Get("parent")
	i, err := s.studio.AddItem(ctx, access.Who(ctx).Actor(), programmeAsked(v), kind, parent, v.PostForm.Get("wording"))
	return s.boardDone(ctx, v, "item", "#i-"+url.PathEscape(i.ID), err)
}

func (s *server) editItem(ctx context.Context, v *visit) (page, error) {
	err := s.studio.EditItem(ctx, access.Who(ctx).Actor(), programmeAsked(v), v.PathValue("item"), v.PostForm.Get("wording"), number(v, "revision"))
	return s.itemDone(ctx, v, "item", err)
}

func (s *server) moveItem(ctx context.Context, v *visit) (page, error) {
	err := s.studio.MoveItem(ctx, access.Who(ctx).Actor(), programmeAsked(v), v.PathValue("item"), v.PostForm.Get("parent"), number(v, "place"), number(v, "revision"))
	return s.itemDone(ctx, v, "moved", err)
}

// setItemState takes an item out of the framework, or puts it in again.
func (s *server) setItemState(ctx context.Context, v *visit) (page, error) {
	set := s.studio.WithdrawItem
	if v.PostForm.Get("state") == string(studio.ItemProposed) {
		set = s.studio.RestoreItem
	}
	err := set(ctx, access.Who(ctx).Actor(), programmeAsked(v), v.PathValue("item"), number(v, "revision"))
	return s.itemDone(ctx, v, "item", err)
}

// approveItem approves a competency, or takes the approval back.
func (s *server) approveItem(ctx context.Context, v *visit) (page, error) {
	by, id, item := access.Who(ctx).Actor(), programmeAsked(v), v.PathValue("item")
	if v.PostForm.Get("back") != "" {
		return s.itemDone(ctx, v, "unapproved", s.studio.TakeApprovalBack(ctx, by, id, item))
	}
	return s.itemDone(ctx, v, "approved", s.studio.ApproveItem(ctx, by, id, item, number(v, "revision")))
}

func (s *server) commentItem(ctx context.Context, v *visit) (page, error) {
	_, err := s.studio.CommentItem(ctx, access.Who(ctx).Actor(), programmeAsked(v), v.PathValue("item"), v.PostForm.Get("comment"), v.PostForm.Get("objection") != "")
	return s.itemDone(ctx, v, "said", err)
}

func (s *server) settleObjection(ctx context.Context, v *visit) (page, error) {
	who, id := access.Who(ctx), programmeAsked(v)
	err := s.studio.SettleObjection(ctx, who.Actor(), id, v.PostForm.Get("comment"), who.May(people.ChangeProgrammes, id.Ref()))
	if fault.CodeOf(err) == fault.NotFound {
		return page{}, err
	}
	return s.itemDone(ctx, v, "settled", err)
}
