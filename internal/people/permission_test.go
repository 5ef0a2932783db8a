package people_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/people"
)

func TestWhoMayDoWhat(t *testing.T) {
	own := people.Ref{Kind: people.KindAccount, ID: "zoe"}
	others := people.Ref{Kind: people.KindAccount, ID: "ana"}
	visitor := people.Identity{}
	member := people.Identity{Account: "zoe"}
	root := people.Identity{Account: "zoe", Grants: []people.Grant{{Role: people.Administrator}}}
	ofOne := people.Identity{Account: "zoe", Grants: []people.Grant{{Role: people.Administrator, Scope: others}}}
	with := func(i people.Identity, scopes ...people.Action) people.Identity {
		i.Scopes = append([]people.Action{}, scopes...)
		return i
	}
	file := people.Ref{Kind: people.KindEnrolment, ID: "e"}
	mentorOf := func(scope people.Ref) people.Identity {
		return people.Identity{Account: "zoe", Grants: []people.Grant{{Role: people.Mentor, Scope: scope}}}
	}
	for name, c := range map[string]struct {
		who    people.Identity
		action people.Action
		object people.Ref
		want   bool
	}{
		"a visitor reads the radar":                      {visitor, people.ReadRadar, people.Site, true},
		"a visitor reads no account":                     {visitor, people.ReadOwn, people.Ref{Kind: people.KindAccount}, false},
		"a visitor with grants is a visitor":             {people.Identity{Grants: root.Grants}, people.ReadAudit, people.Site, false},
		"a member reads their own":                       {member, people.ReadOwn, own, true},
		"a member reads nobody else's":                   {member, people.ReadOwn, others, false},
		"a member reads no audit trail":                  {member, people.ReadAudit, people.Site, false},
		"an administrator reads the audit trail":         {root, people.ReadAudit, people.Site, true},
		"an administrator changes accounts":              {root, people.ChangeAccounts, others, true},
		"an administrator is not another person":         {root, people.ChangeOwn, others, false},
		"an administrator of one object changes it":      {ofOne, people.ChangeAccounts, others, true},
		"an administrator of one object changes it only": {ofOne, people.ChangeAccounts, own, false},
		"an administrator of one object is not of all":   {ofOne, people.ReadAudit, people.Site, false},
		"a mentor of one learner reads their file":       {mentorOf(file), people.ReadEnrolments, file, true},
		"a mentor of one learner reads no other's file":  {mentorOf(file), people.ReadEnrolments, people.Ref{Kind: people.KindEnrolment, ID: "f"}, false},
		"a mentor of nobody in particular reads no file": {mentorOf(people.Ref{}), people.ReadEnrolments, file, false},
		"a mentor of files without a name reads none":    {mentorOf(people.Ref{Kind: people.KindEnrolment}), people.ReadEnrolments, people.Ref{Kind: people.KindEnrolment}, false},
		"an action on the wrong kind":                    {root, people.ReadAudit, own, false},
		"an action nobody knows":                         {root, "site.burn", people.Site, false},
		"a token within its scopes":                      {with(root, people.ReadAudit), people.ReadAudit, people.Site, true},
		"a token beyond its scopes":                      {with(root, people.ReadAudit), people.ReadOutbox, people.Site, false},
		"a token without scopes":                         {with(root), people.ReadOwn, own, false},
		"a token reads the radar":                        {with(root), people.ReadRadar, people.Site, true},
		"a token does no more than its account":          {with(member, people.ReadAudit), people.ReadAudit, people.Site, false},
	} {
		if got := people.Allowed(c.who, c.action, c.object); got != c.want {
			t.Errorf("%s: %v", name, got)
		}
	}
}

// TestMoreRolesNeverTakeRightsAwayAndATokenNeverGivesAny are laws of the table, whatever is in it.
func TestMoreRolesNeverTakeRightsAwayAndATokenNeverGivesAny(t *testing.T) {
	refs := []people.Ref{people.Site, {Kind: people.KindAccount, ID: "a"}, {Kind: people.KindAccount, ID: "b"}, {Kind: people.KindProgramme, ID: "p"}, {Kind: people.KindEnrolment, ID: "e"}, {}}
	grant := rapid.Custom(func(t *rapid.T) people.Grant {
		return people.Grant{Role: rapid.SampledFrom(people.Grantable()).Draw(t, "role"), Scope: rapid.SampledFrom(refs).Draw(t, "scope")}
	})
	rapid.Check(t, func(t *rapid.T) {
		who := people.Identity{
			Account: people.AccountID(rapid.SampledFrom([]string{"", "a", "b"}).Draw(t, "account")),
			Grants:  rapid.SliceOfN(grant, 0, 3).Draw(t, "grants"),
		}
		action, object := rapid.SampledFrom(people.Actions()).Draw(t, "action"), rapid.SampledFrom(refs).Draw(t, "object")
		allowed := people.Allowed(who, action, object)
		more := who
		more.Grants = append(slices.Clone(who.Grants), grant.Draw(t, "more"))
		if allowed && !people.Allowed(more, action, object) {
			t.Errorf("%+v may %s %+v and with one role more may not", who, action, object)
		}
		token := who
		token.Scopes = rapid.SliceOf(rapid.SampledFrom(people.Actions())).Draw(t, "scopes")
		if token.Scopes == nil {
			token.Scopes = []people.Action{}
		}
		if people.Allowed(token, action, object) && !allowed {
			t.Errorf("a token of %+v may %s %+v and the account may not", who, action, object)
		}
		open := []people.Action{people.ReadRadar, people.ReadCatalogue, people.SignIn, people.TellOutcome, people.Unsubscribe}
		if !who.SignedIn() && allowed && !slices.Contains(open, action) {
			t.Errorf("a visitor may %s", action)
		}
	})
}
