package store_test

import (
	"strings"
	"testing"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// brief is one a programme can be opened with.
func brief(title string) studio.Brief {
	return studio.Brief{Title: title, Level: 6, Learners: 20, Reason: "The board asked for it"}
}

// opened opens a programme without an alert, by a designer.
func opened(t *testing.T, h house) (studio.Programme, people.Actor) {
	t.Helper()
	ana := h.account(t, "ana@example.org", people.Grant{Role: people.Designer})
	p, err := h.a.OpenProgramme(t.Context(), people.By(ana.ID), brief("AI for all"), "")
	ok(t, err)
	return p, people.By(ana.ID)
}

// proposed puts an item in.
func proposed(t *testing.T, h house, by people.Actor, p studio.ProgrammeID, kind studio.ItemKind, parent, wording string) string {
	t.Helper()
	i, err := h.a.AddItem(t.Context(), by, p, kind, parent, wording)
	ok(t, err)
	return i.ID
}

// written writes a framework of three competencies with a criterion each and gives their IDs.
func written(t *testing.T, h house, by people.Actor, p studio.ProgrammeID) (competencies []string) {
	t.Helper()
	b := proposed(t, h, by, p, studio.KindBloc, "", "Bloc")
	a := proposed(t, h, by, p, studio.KindActivity, b, "Activity")
	for _, w := range []string{"Measure", "Explain", "Correct"} {
		c := proposed(t, h, by, p, studio.KindCompetency, a, w)
		proposed(t, h, by, p, studio.KindCriterion, c, "It is done")
		competencies = append(competencies, c)
	}
	return competencies
}

// projectOf assesses competencies.
func projectOf(competencies []string) studio.Project {
	pr := studio.Project{
		Title: "Project", Scenario: "A client", Hours: 40, Competencies: competencies,
		Deliverables: []studio.Deliverable{{ID: "d", Title: "Report", File: "report.pdf"}},
	}
	for _, c := range competencies {
		pr.Rubric = append(pr.Rubric, studio.RubricLine{Competency: c, Deliverable: "d", Expected: "All of it"})
	}
	return pr
}

// now reads a programme as it stands.
func now(t *testing.T, h house, id studio.ProgrammeID) studio.Programme {
	t.Helper()
	p, err := h.b.Programme(t.Context(), id)
	ok(t, err)
	return p
}

// published leads a programme to its first version.
func published(t *testing.T, h house, by people.Actor, id studio.ProgrammeID) studio.Version {
	t.Helper()
	ctx, cs := t.Context(), written(t, h, by, id)
	for _, c := range cs {
		ok(t, h.a.ApproveItem(ctx, by, id, c, 1))
	}
	_, err := h.a.AddProject(ctx, by, id, projectOf(cs))
	ok(t, err)
	ok(t, h.a.StepProgramme(ctx, by, id, studio.EventApprove, now(t, h, id).Revision))
	v, err := h.a.PublishProgramme(ctx, by, id, now(t, h, id).Revision)
	ok(t, err)
	return v
}

func TestAProgrammeIsPublishedWovenAndDraftedAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		p, ana := opened(t, h)
		v := published(t, h, ana, p.ID)
		got, err := h.b.Version(ctx, v.ID)
		ok(t, err)
		if got.Number != 1 || got.Title != "AI for all" || len(got.Framework.Competencies()) != 3 || got.Projects[0].Code != "P1" || got.PublishedBy != ana {
			t.Errorf("%+v", got)
		}
		c, err := h.b.Thread(ctx, v.Ref(), "", false)
		ok(t, err)
		if len(c.Back) != 1 || c.Back[0].Node.Ref != p.ID.Ref() {
			t.Errorf("the version came from %+v", c.Back)
		}
		told, err := h.b.Notifications(ctx, people.AccountID(ana), 0)
		if err != nil || len(told) != 1 || told[0].Kind != "programme.publish" {
			t.Errorf("told %+v, %v", told, err)
		}
		_, err = h.a.PublishProgramme(ctx, ana, p.ID, now(t, h, p.ID).Revision)
		faulty(t, fault.Conflict, err)
		_, err = h.a.AddItem(ctx, ana, p.ID, studio.KindBloc, "", "Too late")
		faulty(t, fault.Conflict, err)

		ok(t, h.a.StepProgramme(ctx, ana, p.ID, studio.EventDraft, now(t, h, p.ID).Revision))
		ok(t, h.a.StepProgramme(ctx, ana, p.ID, studio.EventApprove, now(t, h, p.ID).Revision))
		second, err := h.a.PublishProgramme(ctx, ana, p.ID, now(t, h, p.ID).Revision)
		ok(t, err)
		if second.Number != 2 || second.Framework.Blocs[0].ID != v.Framework.Blocs[0].ID {
			t.Errorf("%+v", second)
		}
		lines, total, err := h.b.Programmes(ctx, "", 10, 0)
		if err != nil || total != 1 || lines[0].Versions != 2 || lines[0].Published != second.ID || lines[0].Members != 1 {
			t.Errorf("%d in all: %+v, %v", total, lines, err)
		}
		if _, err := h.a.VerifyAudit(ctx); err != nil {
			t.Error(err)
		}
	})
}

func TestAHoleInTheMatrixKeepsAProgrammeFromPublication(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		p, ana := opened(t, h)
		cs := written(t, h, ana, p.ID)
		activity := now(t, h, p.ID).Under("")[0].ID
		activity = now(t, h, p.ID).Under(activity)[0].ID
		hole := proposed(t, h, ana, p.ID, studio.KindCompetency, activity, "Forgotten")
		proposed(t, h, ana, p.ID, studio.KindCriterion, hole, "It is done")
		for _, c := range append(cs, hole) {
			ok(t, h.a.ApproveItem(ctx, ana, p.ID, c, 1))
		}
		_, err := h.a.AddProject(ctx, ana, p.ID, projectOf(cs))
		ok(t, err)
		ok(t, h.a.StepProgramme(ctx, ana, p.ID, studio.EventApprove, now(t, h, p.ID).Revision))
		_, err = h.a.PublishProgramme(ctx, ana, p.ID, now(t, h, p.ID).Revision)
		faulty(t, fault.Conflict, err)
		if err == nil || !strings.Contains(err.Error(), "C1.4") || h.count(t, "version") != 0 {
			t.Errorf("%v", err)
		}
	})
}

func TestAProgrammeAnswersAnAlertOnce(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		alert := alarmed(t, h)[0]
		b := brief("It answers")
		b.Reason = ""
		p, err := h.a.OpenProgramme(ctx, people.ByCLI, b, alert.ID)
		ok(t, err)
		if len(p.Evidence) != 1 || p.Evidence[0].Source != alert.Evidence.Source || p.Areas[0] != alert.Evidence.Area || len(p.Group) != 0 {
			t.Errorf("%+v", p)
		}
		_, err = h.b.OpenProgramme(ctx, people.ByCLI, b, alert.ID)
		faulty(t, fault.Conflict, err)
		if !strings.Contains(fault.HintOf(err), string(p.ID)) || h.count(t, "programme") != 1 {
			t.Errorf("%v, hint %q", err, fault.HintOf(err))
		}
		a, err := h.b.Alert(ctx, alert.ID)
		if err != nil || a.Programme != string(p.ID) || a.State != market.AlertLinked {
			t.Errorf("%+v, %v", a, err)
		}
		c, err := h.b.Thread(ctx, p.ID.Ref(), "", false)
		ok(t, err)
		if len(c.Back) < 1 || c.Back[len(c.Back)-1].Node.Ref.ID != string(alert.ID) {
			t.Errorf("came from %+v", c.Back)
		}
		_, err = h.a.OpenProgramme(ctx, people.ByCLI, b, "nothing")
		faulty(t, fault.NotFound, err)
		second := alarmedSecond(t, h).ID
		for _, err := range together(6, func(i int) error {
			_, err := h.of(i).OpenProgramme(ctx, people.ByCLI, b, second)
			return err
		}) {
			if err != nil {
				faulty(t, fault.Conflict, err)
			}
		}
		if n := h.count(t, "programme"); n != 2 {
			t.Errorf("%d programmes", n)
		}
	})
}

// alarmedSecond is another alert than the first.
func alarmedSecond(t *testing.T, h house) market.Alert {
	t.Helper()
	list, _, err := h.a.Alerts(t.Context(), market.AlertFilter{}, 0, 0)
	ok(t, err)
	for _, a := range list {
		if a.Programme == "" {
			return a
		}
	}
	return list[len(list)-1]
}

func TestWhatWasChangedMeanwhileIsNotOverwritten(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		p, ana := opened(t, h)
		bloc := proposed(t, h, ana, p.ID, studio.KindBloc, "", "Bloc")
		ok(t, h.a.EditItem(ctx, ana, p.ID, bloc, "Second wording", 1))
		faulty(t, fault.Conflict, h.b.EditItem(ctx, ana, p.ID, bloc, "Stale", 1))
		faulty(t, fault.Conflict, h.b.WithdrawItem(ctx, ana, p.ID, bloc, 1))
		faulty(t, fault.Conflict, h.b.MoveItem(ctx, ana, p.ID, bloc, "", 0, 1))
		if got := now(t, h, p.ID).Items[0].Wording; got != "Second wording" {
			t.Errorf("it says %q", got)
		}
		pr, err := h.a.AddProject(ctx, ana, p.ID, studio.Project{Title: "Project", Hours: 10})
		ok(t, err)
		pr.Title = "Renamed"
		ok(t, h.a.EditProject(ctx, ana, p.ID, pr, 1))
		pr.Title = "Stale"
		faulty(t, fault.Conflict, h.b.EditProject(ctx, ana, p.ID, pr, 1))
		faulty(t, fault.Conflict, h.b.DeleteProject(ctx, ana, p.ID, pr.ID, 1))
		ok(t, h.a.ChangeBrief(ctx, ana, p.ID, brief("New title"), 1))
		faulty(t, fault.Conflict, h.b.ChangeBrief(ctx, ana, p.ID, brief("Stale"), 1))
		seen := now(t, h, p.ID)
		proposed(t, h, ana, p.ID, studio.KindBloc, "", "Another")
		faulty(t, fault.Conflict, h.a.StepProgramme(ctx, ana, p.ID, studio.EventAbandon, seen.Revision))
		ok(t, h.a.StepProgramme(ctx, ana, p.ID, studio.EventAbandon, now(t, h, p.ID).Revision))
		if seen.Title != "New title" {
			t.Errorf("%q", seen.Title)
		}
	})
}

func TestAnEditHasACompetencyApprovedAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		p, ana := opened(t, h)
		c := written(t, h, ana, p.ID)[0]
		state := func() studio.ItemState {
			i, err := now(t, h, p.ID).Item(c)
			ok(t, err)
			return i.State
		}
		criterion := now(t, h, p.ID).Under(c)[0].ID
		for name, undo := range map[string]func() error{
			"its criterion is edited": func() error { return h.a.EditItem(ctx, ana, p.ID, criterion, "It is done well", 1) },
			"another is added": func() error {
				_, err := h.a.AddItem(ctx, ana, p.ID, studio.KindCriterion, c, "And more")
				return err
			},
			"the approval is taken back": func() error { return h.a.TakeApprovalBack(ctx, ana, p.ID, c) },
			"an objection is raised": func() error {
				_, err := h.a.CommentItem(ctx, ana, p.ID, c, "It cannot be measured", true)
				return err
			},
		} {
			ok(t, h.a.ApproveItem(ctx, ana, p.ID, c, 1))
			ok(t, h.a.ApproveItem(ctx, ana, p.ID, c, 1)) // again: nothing
			if state() != studio.ItemApproved {
				t.Fatalf("before %s: %s", name, state())
			}
			ok(t, undo())
			if state() != studio.ItemProposed {
				t.Errorf("after %s: %s", name, state())
			}
			comments, err := h.a.Comments(ctx, p.ID, c)
			ok(t, err)
			for _, o := range comments {
				if o.SettledAt.IsZero() {
					ok(t, h.b.SettleObjection(ctx, ana, p.ID, o.ID, false))
				}
			}
			_ = h.a.TakeApprovalBack(ctx, ana, p.ID, c)
		}
		faulty(t, fault.Forbidden, h.a.ApproveItem(ctx, people.ByCLI, p.ID, c, 1))
		faulty(t, fault.NotFound, h.a.ApproveItem(ctx, ana, p.ID, "nothing", 1))
	})
}

func TestAnExpertIsInvitedOnceAndBelongsToOneProgramme(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		p, ana := opened(t, h)
		ask := people.Account{Email: " Ben@Example.org", Name: "Ben", Lang: "en"}
		ben, err := h.a.InviteExpert(ctx, ana, p.ID, ask)
		ok(t, err)
		again, err := h.b.InviteExpert(ctx, ana, p.ID, ask)
		ok(t, err)
		if again.ID != ben.ID || h.count(t, "programme_member") != 2 {
			t.Errorf("%+v, then %+v", ben, again)
		}
		account, err := h.b.Account(ctx, ben.ID)
		ok(t, err)
		who := people.Identity{Account: ben.ID, Grants: account.Grants}
		other := people.Ref{Kind: people.KindProgramme, ID: "other"}
		if !people.Allowed(who, people.Contribute, p.ID.Ref()) || people.Allowed(who, people.ReadProgrammes, other) || people.Allowed(who, people.ChangeProgrammes, p.ID.Ref()) {
			t.Errorf("may the wrong things with %+v", account.Grants)
		}
		mine, total, err := h.a.Programmes(ctx, ben.ID, 0, 0)
		if err != nil || total != 1 || mine[0].ID != p.ID {
			t.Errorf("%+v, %v", mine, err)
		}
		// Two of the group now: one approval is no majority, until the other has left.
		c := written(t, h, ana, p.ID)[0]
		ok(t, h.a.ApproveItem(ctx, ana, p.ID, c, 1))
		if i, _ := now(t, h, p.ID).Item(c); i.State != studio.ItemProposed {
			t.Errorf("one of two: %s", i.State)
		}
		ok(t, h.a.LeaveGroup(ctx, ana, p.ID, ben.ID))
		if i, _ := now(t, h, p.ID).Item(c); i.State != studio.ItemApproved {
			t.Errorf("one of one: %s", i.State)
		}
		account, err = h.b.Account(ctx, ben.ID)
		if err != nil || len(account.Grants) != 0 {
			t.Errorf("%+v, %v", account.Grants, err)
		}
		faulty(t, fault.NotFound, h.a.LeaveGroup(ctx, ana, p.ID, ben.ID))
		_, err = h.a.InviteExpert(ctx, ana, p.ID, people.Account{Email: "no address", Name: "x", Lang: "fr"})
		faulty(t, fault.Invalid, err)
		ok(t, h.a.SetAccountState(ctx, people.ByCLI, ben.ID, people.Suspended))
		_, err = h.a.InviteExpert(ctx, ana, p.ID, ask)
		faulty(t, fault.Forbidden, err)
	})
}

func TestItemsAndProjectsKeepTheOrderTheyAreGiven(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		p, ana := opened(t, h)
		one := proposed(t, h, ana, p.ID, studio.KindBloc, "", "One")
		proposed(t, h, ana, p.ID, studio.KindBloc, "", "Two")
		ok(t, h.a.MoveItem(ctx, ana, p.ID, one, "", 1, 1))
		if got := now(t, h, p.ID).Framework().Blocs; got[0].Title != "Two" || got[1].ID != one {
			t.Errorf("%+v", got)
		}
		ok(t, h.a.WithdrawItem(ctx, ana, p.ID, one, 1))
		if got := now(t, h, p.ID).Framework().Blocs; len(got) != 1 {
			t.Errorf("%+v", got)
		}
		ok(t, h.a.RestoreItem(ctx, ana, p.ID, one, 2))
		first, err := h.a.AddProject(ctx, ana, p.ID, studio.Project{Title: "First", Hours: 10})
		ok(t, err)
		second, err := h.a.AddProject(ctx, ana, p.ID, studio.Project{Title: "Second", Hours: 10, Deliverables: []studio.Deliverable{{Title: "It", File: "it.pdf"}}})
		ok(t, err)
		ok(t, h.a.MoveProject(ctx, ana, p.ID, second.ID, 0, 1))
		got := now(t, h, p.ID).Projects()
		if got[0].ID != second.ID || got[0].Code != "P1" || got[0].Deliverables[0].ID == "" || got[1].ID != first.ID {
			t.Errorf("%+v", got)
		}
		ok(t, h.a.DeleteProject(ctx, ana, p.ID, first.ID, 1))
		faulty(t, fault.NotFound, h.a.DeleteProject(ctx, ana, p.ID, first.ID, 1))
	})
}

func TestHostileTextIsKeptAsItIsOrRefused(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ctx := t.Context()
		p, ana := opened(t, h)
		for _, s := range []string{`'); DROP TABLE programme; --`, `<script>alert(1)</script>`, `%s %d {{.}}`, "𝔘nicode ‘é’"} {
			i, err := h.a.AddItem(ctx, ana, p.ID, studio.KindBloc, "", s)
			ok(t, err)
			if got, _ := now(t, h, p.ID).Item(i.ID); got.Wording != s {
				t.Errorf("%q became %q", s, got.Wording)
			}
		}
		for _, s := range []string{"a\x00b", "a\xffb", "a\u202eb", strings.Repeat("x", 5000), ""} {
			_, err := h.a.AddItem(ctx, ana, p.ID, studio.KindBloc, "", s)
			faulty(t, fault.Invalid, err)
			_, err = h.a.CommentItem(ctx, ana, p.ID, "nothing", s, false)
			faulty(t, fault.Invalid, err)
		}
		for _, id := range []string{"a\x00b", "a\xffb", "'--", ""} {
			_, err := h.a.Programme(ctx, studio.ProgrammeID(id))
			faulty(t, fault.NotFound, err)
			_, err = h.a.Version(ctx, studio.VersionID(id))
			faulty(t, fault.NotFound, err)
			faulty(t, fault.NotFound, h.a.EditItem(ctx, ana, p.ID, id, "x", 1))
			if err := h.a.SettleObjection(ctx, ana, p.ID, id, true); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%q: %v", id, err)
			}
			if err := h.a.LeaveGroup(ctx, ana, p.ID, people.AccountID(id)); fault.CodeOf(err) != fault.NotFound {
				t.Errorf("%q: %v", id, err)
			}
		}
	})
}
