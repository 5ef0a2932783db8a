package studio_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

func TestAVersionHoldsWhatStandsWithCodesInOrder(t *testing.T) {
	p := whole()
	p.Versions = 1
	p.Items = append(p.Items,
		studio.Item{ID: "b0", Kind: studio.KindBloc, Place: 2, Wording: "Gone", State: studio.ItemWithdrawn},
		studio.Item{ID: "c9", Parent: "a", Kind: studio.KindCompetency, Place: 0, Wording: "First", State: studio.ItemWithdrawn})
	v, err := studio.Publish(p, "v", noon, "ana")
	if err != nil {
		t.Fatal(err)
	}
	var codes []string
	for _, c := range v.Framework.Competencies() {
		codes = append(codes, c.Code+" "+c.ID)
	}
	if got := strings.Join(codes, ", "); got != "C1.1 c1, C1.2 c2, C1.3 c3" {
		t.Errorf("competencies %s", got)
	}
	if v.Number != 2 || v.Framework.Blocs[0].Code != "B1" || v.Framework.Blocs[0].Activities[0].Code != "A1.1" || v.Projects[0].Code != "P1" || len(v.Framework.Blocs) != 1 {
		t.Errorf("%+v", v)
	}
	if err := v.CheckSeal(); err != nil {
		t.Error(err)
	}
	v.Framework.Blocs[0].Title = "Another"
	faulty(t, fault.Internal, v.CheckSeal())
}

func TestPublicationNamesWhatStandsInItsWay(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(*studio.Programme)
		want  string
	}{
		"not approved":          {func(p *studio.Programme) { p.State = studio.Drafting }, `the state is "drafting"`},
		"a hole in the matrix":  {func(p *studio.Programme) { add(p, "c4", true) }, "competencies assessed by no project: C1.4"},
		"two holes":             {func(p *studio.Programme) { add(p, "c4", true); add(p, "c5", true) }, "assessed by no project: C1.4, C1.5"},
		"no criterion":          {func(p *studio.Programme) { withdraw(p, "kc2") }, "without criterion: C1.2"},
		"not approved by group": {func(p *studio.Programme) { item(p, "c1").State = studio.ItemProposed }, "not approved: C1.1"},
		"a bloc without competency": {func(p *studio.Programme) {
			p.Items = append(p.Items, studio.Item{ID: "b2", Kind: studio.KindBloc, Place: 2, Wording: "Empty", State: studio.ItemProposed})
		}, "blocs without competency: B2"},
		"an activity without competency": {func(p *studio.Programme) {
			p.Items = append(p.Items, studio.Item{ID: "a2", Parent: "b", Kind: studio.KindActivity, Place: 2, Wording: "Empty", State: studio.ItemProposed})
		}, "activities without competency: A1.2"},
		"no bloc":             {func(p *studio.Programme) { withdraw(p, "b") }, "the framework has no bloc"},
		"no project":          {func(p *studio.Programme) { p.Drafts = nil }, "there is no project"},
		"no scenario":         {func(p *studio.Programme) { p.Drafts[0].Scenario = "" }, "without scenario: P1"},
		"no deliverable":      {func(p *studio.Programme) { p.Drafts[0].Deliverables = nil }, "without deliverable: P1"},
		"two competencies":    {func(p *studio.Programme) { p.Drafts[0].Competencies = p.Drafts[0].Competencies[:2] }, "do not assess 3 to 5"},
		"a competency gone":   {func(p *studio.Programme) { withdraw(p, "c3") }, "do not assess 3 to 5"},
		"a rubric with a gap": {func(p *studio.Programme) { p.Drafts[0].Rubric = p.Drafts[0].Rubric[1:] }, "rubric says nothing of a competency: P1"},
	} {
		t.Run(name, func(t *testing.T) {
			p := whole()
			c.spoil(&p)
			_, err := studio.Publish(p, "v", noon, people.ByCLI)
			faulty(t, fault.Conflict, err)
			if err != nil && !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %q, want %q in it", err, c.want)
			}
		})
	}
}

func item(p *studio.Programme, id string) *studio.Item {
	i := slices.IndexFunc(p.Items, func(i studio.Item) bool { return i.ID == id })
	return &p.Items[i]
}

func withdraw(p *studio.Programme, id string) { item(p, id).State = studio.ItemWithdrawn }

// add puts one more approved competency in, with a criterion if so wished.
func add(p *studio.Programme, id string, criterion bool) {
	p.Items = append(p.Items, studio.Item{ID: id, Parent: "a", Kind: studio.KindCompetency, Place: len(p.Items), Wording: "Do " + id, State: studio.ItemApproved})
	if criterion {
		p.Items = append(p.Items, studio.Item{ID: "k" + id, Parent: id, Kind: studio.KindCriterion, Place: 1, Wording: "Done", State: studio.ItemProposed})
	}
}

func rank(covered bool) int {
	if covered {
		return 1
	}
	return 0
}

// TestPublicationSucceedsIfAndOnlyIfEverythingIsThere draws frameworks and projects at random and works out
// by itself whether they may be published.
func TestPublicationSucceedsIfAndOnlyIfEverythingIsThere(t *testing.T) {
	published := 0
	rapid.Check(t, func(t *rapid.T) {
		p := whole()
		// Half of them are drawn without a fault, since few would be whole by chance.
		spoilt := rapid.Bool().Draw(t, "spoilt")
		sizes := []int{3, 4, 5}
		if spoilt {
			p.State = rapid.SampledFrom([]studio.State{studio.Approved, studio.Approved, studio.Approved, studio.Drafting, studio.Published}).Draw(t, "state")
			sizes = []int{2, 3, 3, 4, 4, 5, 5, 5, 5, 6}
		}
		fine := p.State == studio.Approved
		rare := func(label string) bool { return spoilt && rapid.IntRange(0, 19).Draw(t, label) == 0 }
		for i := range rapid.IntRange(0, 6).Draw(t, "more competencies") {
			id := fmt.Sprintf("more%d", i)
			bare := rare("bare " + id)
			add(&p, id, !bare)
			if rare("unapproved " + id) {
				item(&p, id).State, bare = studio.ItemProposed, true
			}
			fine = fine && !bare
		}
		var all []string
		for _, c := range p.Framework().Competencies() {
			all = append(all, c.ID)
		}
		covered := map[string]bool{}
		for _, c := range p.Drafts[0].Competencies {
			covered[c] = true
		}
		for i := range rapid.IntRange(0, 4).Draw(t, "more projects") {
			pr := p.Drafts[0].Project
			pr.ID, pr.Competencies, pr.Rubric = fmt.Sprintf("x%d", i), nil, nil
			perm := rapid.Permutation(all).Draw(t, "order")
			if !spoilt {
				// What no project assesses yet comes first.
				slices.SortStableFunc(perm, func(a, b string) int { return rank(covered[a]) - rank(covered[b]) })
			}
			n := min(rapid.SampledFrom(sizes).Draw(t, "competencies"), len(perm))
			fine = fine && n >= 3 && n <= 5
			for _, c := range perm[:n] {
				pr.Competencies = append(pr.Competencies, c)
				if rare("no line for " + c) {
					fine = false
					continue
				}
				covered[c] = true
				pr.Rubric = append(pr.Rubric, studio.RubricLine{Competency: c, Deliverable: "d", Expected: "It"})
			}
			p.Drafts = append(p.Drafts, studio.ProjectDraft{Project: pr, Place: i + 2})
		}
		fine = fine && len(covered) == len(all)
		v, err := studio.Publish(p, "v", noon, people.ByCLI)
		if (err == nil) != fine {
			t.Fatalf("fine is %v, but publishing says %v", fine, err)
		}
		if err != nil && fault.CodeOf(err) != fault.Conflict {
			t.Fatalf("refused with %v", err)
		}
		if fine {
			published++
			for _, row := range v.Coverage().Rows {
				if !row.Covered() {
					t.Fatalf("%s was published and is assessed nowhere", row.Code)
				}
			}
		}
	})
	if published == 0 {
		t.Error("nothing that was drawn could be published")
	}
}
