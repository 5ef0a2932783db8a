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
	"filiere/internal/studio"
)

// juryCommand groups what an operator reads of juries.
func (p *program) juryCommand() *cobra.Command {
	c := p.group("jury", "cli.jury.short", "cli.jury.long")
	c.AddCommand(p.juryListCommand(), p.juryShowCommand())
	return c
}

// juryJSON is a session as programs read it.
type juryJSON struct {
	ID          campus.JuryID    `json:"id"`
	Version     studio.VersionID `json:"version"`
	Start       time.Time        `json:"start"`
	Place       string           `json:"place"`
	State       campus.JuryState `json:"state"`
	Members     []memberJSON     `json:"members,omitempty"`
	Candidates  []candidateJSON  `json:"candidates,omitempty"`
	SignedAt    time.Time        `json:"signed_at,omitzero"`
	Minutes     string           `json:"minutes,omitempty"`
	MinutesHash string           `json:"minutes_sha256,omitempty"`
}

type memberJSON struct {
	Account   people.AccountID `json:"account"`
	President bool             `json:"president"`
	Present   bool             `json:"present"`
	SignedAt  time.Time        `json:"signed_at,omitzero"`
}

type candidateJSON struct {
	Enrolment campus.EnrolmentID    `json:"enrolment"`
	Learner   people.AccountID      `json:"learner"`
	Blocs     []campus.BlocDecision `json:"blocs,omitempty"`
}

func toJuryJSON(j campus.Jury) juryJSON {
	out := juryJSON{
		ID: j.ID, Version: j.Version, Start: j.Start, Place: j.Place, State: j.State, SignedAt: j.SignedAt, Minutes: j.Minutes, MinutesHash: j.MinutesHash,
	}
	for _, m := range j.Members {
		out.Members = append(out.Members, memberJSON{m.Account, m.President, m.Present, m.SignedAt})
	}
	for _, c := range j.Candidates {
		out.Candidates = append(out.Candidates, candidateJSON{c.Enrolment, c.Learner, c.Blocs})
	}
	return out
}

func (p *program) juryListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.jury.list.short"), Long: p.l.T("cli.jury.list.long"), Args: args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error { return p.listJuries(c.Context(), s, asJSON) })
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) listJuries(ctx context.Context, s *store.Store, asJSON bool) error {
	list, err := s.Juries(ctx, 0)
	if err != nil {
		return err
	}
	if asJSON {
		out := make([]juryJSON, len(list))
		for i, j := range list {
			out[i] = toJuryJSON(j)
			out[i].Minutes = ""
		}
		return writeJSON(p.stdout, out)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.jury.header"))
	for _, j := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", j.ID, j.Start.Format(time.DateTime), p.l.T("assess.jury.state."+string(j.State)), j.Place)
	}
	return w.Flush()
}

func (p *program) juryShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show ID", Short: p.l.T("cli.jury.show.short"), Long: p.l.T("cli.jury.show.long"), Args: args(1, 1),
		RunE: func(c *cobra.Command, a []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				j, err := s.Jury(c.Context(), campus.JuryID(a[0]))
				if err != nil || asJSON {
					return firstOf(err, func() error { return writeJSON(p.stdout, toJuryJSON(j)) })
				}
				return p.showJury(j)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// firstOf is an error, or what comes of going on.
func firstOf(err error, next func() error) error {
	if err != nil {
		return err
	}
	return next()
}

// showJury prints a session: its minutes once there are any, else who is convened.
func (p *program) showJury(j campus.Jury) error {
	fmt.Fprintf(p.stdout, "%s  %s  %s\n", j.ID, j.Start.Format(time.DateTime), p.l.T("assess.jury.state."+string(j.State)))
	if j.Minutes != "" {
		_, err := fmt.Fprintf(p.stdout, "\n%s\nSHA-256 %s\n", j.Minutes, j.MinutesHash)
		return err
	}
	for _, m := range j.Members {
		fmt.Fprintf(p.stdout, "  %s\n", m.Name)
	}
	for _, c := range j.Candidates {
		fmt.Fprintf(p.stdout, "  %s: %s\n", p.l.T("assess.candidates"), c.Name)
	}
	return nil
}
