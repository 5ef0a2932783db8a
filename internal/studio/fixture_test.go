package studio_test

import (
	"fmt"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// whole is a programme with nothing in the way of publication: one bloc, one activity, three competencies
// with a criterion each, one project; a group of three.
func whole() studio.Programme {
	p := studio.Programme{
		ID: "p", State: studio.Approved,
		Brief: studio.Brief{Title: "Title", Level: 6, Learners: 20, Reason: "asked for"},
		Group: []studio.Member{
			{Account: "ana", Role: people.Designer, Active: true},
			{Account: "ben", Role: people.Expert, Active: true},
			{Account: "zoe", Role: people.Expert, Active: true},
		},
		Items: []studio.Item{
			{ID: "b", Kind: studio.KindBloc, Place: 1, Wording: "Bloc", State: studio.ItemProposed},
			{ID: "a", Parent: "b", Kind: studio.KindActivity, Place: 1, Wording: "Activity", State: studio.ItemProposed},
		},
	}
	pr := studio.Project{
		ID: "x", Title: "Project", Scenario: "A client", Hours: 40,
		Deliverables: []studio.Deliverable{{ID: "d", Title: "Report", File: "report.pdf"}},
	}
	for i := range 3 {
		c := fmt.Sprintf("c%d", i+1)
		p.Items = append(p.Items,
			studio.Item{ID: c, Parent: "a", Kind: studio.KindCompetency, Place: i + 1, Wording: "Do " + c, State: studio.ItemApproved, Revision: 1},
			studio.Item{ID: "k" + c, Parent: c, Kind: studio.KindCriterion, Place: 1, Wording: "It is done", State: studio.ItemProposed})
		pr.Competencies = append(pr.Competencies, c)
		pr.Rubric = append(pr.Rubric, studio.RubricLine{Competency: c, Deliverable: "d", Expected: "All of it"})
	}
	p.Drafts = []studio.ProjectDraft{{Project: pr, Place: 1, Revision: 1}}
	return p
}

// faulty fails the test unless an error is a fault of a code.
func faulty(t testing.TB, want fault.Code, err error) {
	t.Helper()
	if err == nil || fault.CodeOf(err) != want {
		t.Errorf("got error %v, want one that is %s", err, want)
	}
}
