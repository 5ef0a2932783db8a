package thread_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/thread"
)

func chain() thread.Chain {
	at := time.Date(2026, time.March, 1, 0, 0, 0, 0, time.UTC)
	path := people.Ref{Kind: people.KindPath, ID: "p"}
	mine, other := people.Ref{Kind: people.KindEnrolment, ID: "mine"}, people.Ref{Kind: people.KindEnrolment, ID: "theirs"}
	step := func(r people.Ref, owner people.AccountID) thread.Step {
		return thread.Step{Node: thread.Node{Ref: r, Label: "label of " + r.ID, At: at, Owner: owner}, Link: thread.Link{From: path, To: r, By: "ana", Because: "decision of " + r.ID}, Lead: 36 * time.Hour}
	}
	return thread.Chain{
		Focus: thread.Node{Ref: path, Label: "Path", At: at}, Forward: []thread.Step{step(mine, "zoe"), step(other, "bob")},
		Tallies: []thread.Tally{{Kind: people.KindEnrolment, Count: 2, First: at, Last: at}},
	}
}

func TestWhatConcernsAnotherIsHiddenFromProgramsToo(t *testing.T) {
	text, err := json.Marshal(chain().For("zoe", false).Seen())
	if err != nil {
		t.Fatal(err)
	}
	if got := string(text); strings.Contains(got, "theirs") || !strings.Contains(got, "label of mine") || strings.Contains(got, "ana") {
		t.Errorf("seen by zoe: %s", got)
	}
	text, err = json.Marshal(chain().For("", true).Seen())
	if err != nil || !strings.Contains(string(text), "theirs") {
		t.Errorf("seen by the team: %s, %v", text, err)
	}
}

func TestTheChainAsDataHasLeadTimesInDays(t *testing.T) {
	s := chain().Seen()
	if s.Forward[0].LeadDays != 1.5 || s.Forward[0].From.ID != "p" || s.Tallies[0].Count != 2 || s.Back == nil {
		t.Errorf("seen %+v", s)
	}
	if thread.Days(47*time.Hour) != 1 {
		t.Error("a day not over counts")
	}
}
