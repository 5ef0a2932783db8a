package studio_test

import (
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/fault"
	"filiere/internal/lifecycle"
	"filiere/internal/studio"
	"filiere/internal/territory"
)

func TestTheLivesOfProgrammesAndItemsMakeSense(t *testing.T) {
	if err := studio.ProgrammeMachine().Check(); err != nil {
		t.Error(err)
	}
	if err := studio.ItemMachine().Check(); err != nil {
		t.Error(err)
	}
}

// TestNoWayLeadsToPublishedPastTheApproval walks programmes at random, good ones and ones with a gap.
func TestNoWayLeadsToPublishedPastTheApproval(t *testing.T) {
	events := []lifecycle.Event{studio.EventApprove, studio.EventRevise, studio.EventDraft, studio.EventAbandon, studio.EventPublish, "jump"}
	rapid.Check(t, func(t *rapid.T) {
		p := whole()
		p.State = studio.ProgrammeMachine().Initial
		gap := rapid.Bool().Draw(t, "gap")
		if gap {
			add(&p, "c4", true)
		}
		for range rapid.IntRange(1, 20).Draw(t, "steps") {
			before, e := p.State, rapid.SampledFrom(events).Draw(t, "event")
			var err error
			if e == studio.EventPublish {
				if _, err = studio.Publish(p, "v", noon, "ana"); err == nil {
					p.State, p.Versions = studio.Published, p.Versions+1
				}
			} else {
				p.State, err = p.Step(e)
			}
			if err != nil && p.State != before {
				t.Fatalf("%s was refused and moved the programme", e)
			}
			if !slices.Contains(studio.ProgrammeMachine().States(), p.State) {
				t.Fatalf("%q is no state", p.State)
			}
			if p.State == studio.Published && (gap || p.Versions == 0 || before != studio.Approved && before != studio.Published) {
				t.Fatalf("published from %q", before)
			}
		}
	})
	p := whole()
	if _, err := p.Step(studio.EventPublish); fault.CodeOf(err) != fault.Internal {
		t.Errorf("published without a version: %v", err)
	}
}

func TestAFrameworkIsApprovedOnceEveryCompetencyIs(t *testing.T) {
	p := whole()
	p.State, p.Drafts = studio.Drafting, nil
	if next, err := p.Step(studio.EventApprove); next != studio.Approved || err != nil {
		t.Errorf("%q, %v", next, err)
	}
	item(&p, "c2").State = studio.ItemProposed
	next, err := p.Step(studio.EventApprove)
	faulty(t, fault.Conflict, err)
	if next != studio.Drafting || !strings.Contains(err.Error(), "C1.2") {
		t.Errorf("%q, %v", next, err)
	}
}

func TestABriefIsCheckedFieldByField(t *testing.T) {
	good := studio.Brief{Title: " AI  for all ", Level: 5, Learners: 30, Areas: []territory.ID{"FR", "dep-2A", "be2019-8401"}}
	b, err := good.Check("alert")
	if err != nil || b.Title != "AI for all" {
		t.Errorf("%+v, %v", b, err)
	}
	for name, c := range map[string]struct {
		spoil func(*studio.Brief)
		field string
	}{
		"no title":               {func(b *studio.Brief) { b.Title = " " }, "title"},
		"a title without an end": {func(b *studio.Brief) { b.Title = strings.Repeat("x", 201) }, "title"},
		"a title turned round":   {func(b *studio.Brief) { b.Title = "a\u202eb" }, "title"},
		"half a character":       {func(b *studio.Brief) { b.Title = "a\xff" }, "title"},
		"a zero in the summary":  {func(b *studio.Brief) { b.Summary = "a\x00b" }, "summary"},
		"level 9":                {func(b *studio.Brief) { b.Level = 9 }, "level"},
		"nobody expected":        {func(b *studio.Brief) { b.Learners = 0 }, "learners"},
		"an area that is none":   {func(b *studio.Brief) { b.Areas = []territory.ID{"dep-<b>"} }, "areas"},
		"no alert and no reason": {nil, "reason"},
	} {
		b, alert := good, "alert"
		if c.spoil == nil {
			alert = ""
		} else {
			c.spoil(&b)
		}
		_, err := b.Check(alert)
		faulty(t, fault.Invalid, err)
		if f, is := err.(*fault.Fault); !is || f.Column != c.field { //nolint:errorlint // not wrapped
			t.Errorf("%s: %v", name, err)
		}
	}
}
