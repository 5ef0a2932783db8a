package architecture

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filiere/internal/campus"
	"filiere/internal/lifecycle"
	"filiere/internal/market"
	"filiere/internal/mission"
	"filiere/internal/registrar"
	"filiere/internal/shop"
	"filiere/internal/studio"
)

// life is a machine with the sentence that says what it is the life of.
type life struct {
	title, what string
	draw        func() string
	check       func() error
}

func lifeOf[S ~string](title, what string, m lifecycle.Machine[S]) life {
	return life{title, what, m.Draw, m.Check}
}

// lives are the machines of every room, in the order of the way. A room that has another adds it here.
func lives() []life {
	return []life{
		lifeOf("Alert", "A shortage that was noticed: `internal/market/alert.go`.", market.AlertMachine()),
		lifeOf("Rule", "A version of a rule that opens alerts: `internal/market/rule.go`.", market.RuleMachine()),
		lifeOf("Programme", "A programme in the making: `internal/studio/programme.go`.", studio.ProgrammeMachine()),
		lifeOf("Item of a framework", "What is proposed and approved by the group: `internal/studio/item.go`.", studio.ItemMachine()),
		lifeOf("Enrolment", "A learner on a path: `internal/campus/enrolment.go`.", campus.EnrolmentMachine()),
		lifeOf("Work", "A learner's project: `internal/campus/work.go`.", campus.WorkMachine()),
		lifeOf("Mentor session", "An hour with a mentor: `internal/campus/session.go`.", campus.SessionMachine()),
		lifeOf("Defence", "A project defended: `internal/campus/defence.go`.", campus.DefenceMachine()),
		lifeOf("Jury", "A session of a jury: `internal/campus/jury.go`.", campus.JuryMachine()),
		lifeOf("Diploma", "What was issued: `internal/registrar/diploma.go`.", registrar.Machine()),
		lifeOf("Outcome", "What became of a graduate: `internal/mission/outcome.go`.", mission.OutcomeMachine()),
		lifeOf("Subscription", "What opens e-books: `internal/shop/subscription.go`.", shop.Machine()),
		lifeOf("Promise", "An item of the roadmap: `internal/mission/roadmap.go`.", mission.PromiseMachine()),
		lifeOf("Recommendation", "What the committee asked for: `internal/mission/recommendation.go`.", mission.RecommendationMachine()),
	}
}

func TestLifecyclePageDrawsTheMachines(t *testing.T) {
	var b strings.Builder
	b.WriteString("# Lifecycles\n\n<!-- Written by go test ./internal/architecture -run TestLifecyclePage -update; do not edit. -->\n\n" +
		"What has a life has a table of its states and of what moves it from one to the next (`internal/lifecycle`). The code asks\n" +
		"the table before every change, so nothing gets round it; this page is drawn from the same tables. Who may move what is\n" +
		"another table: [permissions.md](permissions.md).\n")
	for _, l := range lives() {
		if err := l.check(); err != nil {
			t.Errorf("%s: %v", l.title, err)
		}
		b.WriteString("\n## " + l.title + "\n\n" + l.what + "\n\n```mermaid\n" + l.draw() + "```\n")
	}
	file := filepath.Join(root, "docs", "lifecycles.md")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if read(t, file) != b.String() {
		t.Errorf("%s does not draw the machines as they are; draw them anew with -update", file)
	}
}

func TestEveryMachineIsOnTheLifecyclePage(t *testing.T) {
	made := submatches(`func (\w*Machine)\(\) lifecycle\.Machine\[`, sources(t, "internal/*/*.go"))
	if n := len(lives()); len(made) != n {
		t.Errorf("the rooms make %d machines (%v), the page draws %d: add the missing ones to lives", len(made), made, n)
	}
}
