package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/campus"
	"filiere/internal/people"
	"filiere/internal/store"
)

// defenceCommand groups what an operator reads of defences.
func (p *program) defenceCommand() *cobra.Command {
	c := p.group("defence", "cli.defence.short", "cli.defence.long")
	var asJSON bool
	list := &cobra.Command{
		Use: "list", Short: p.l.T("cli.defence.list.short"), Long: p.l.T("cli.defence.list.long"), Args: args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error { return p.listDefences(c.Context(), s, asJSON) })
		},
	}
	list.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.AddCommand(list)
	return c
}

// defenceJSON is a defence as programs read it.
type defenceJSON struct {
	ID        campus.DefenceID    `json:"id"`
	Enrolment campus.EnrolmentID  `json:"enrolment"`
	Project   string              `json:"project"`
	Label     string              `json:"label"`
	Learner   people.AccountID    `json:"learner"`
	Assessor  people.AccountID    `json:"assessor"`
	Start     time.Time           `json:"start"`
	State     campus.DefenceState `json:"state"`
}

func (p *program) listDefences(ctx context.Context, s *store.Store, asJSON bool) error {
	list, err := s.PlannedDefences(ctx, 0)
	if err != nil {
		return err
	}
	if asJSON {
		out := make([]defenceJSON, len(list))
		for i, d := range list {
			out[i] = defenceJSON{d.ID, d.Enrolment, d.Project, d.Label, d.Learner, d.Assessor, d.Start, d.State}
		}
		return writeJSON(p.stdout, out)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.defence.header"))
	for _, d := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", d.ID, d.Start.Format(time.DateTime), p.l.T("assess.defence.state."+string(d.State)), d.Label, d.Name)
	}
	return w.Flush()
}
