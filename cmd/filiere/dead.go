package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/stream"
)

func (p *program) deadCommand() *cobra.Command {
	var address string
	c := &cobra.Command{
		Use: "dead", Short: p.l.T("cli.dead.short"), Long: p.l.T("cli.dead.long"),
		Example: "  filiere dead list\n  filiere dead show 12\n  filiere dead replay --all",
		Args:    args(0, unlimited), RunE: p.noCommand,
	}
	c.PersistentFlags().StringVar(&address, "stream", "", p.l.T("cli.stream.flag"))
	c.AddCommand(p.deadListCommand(&address), p.deadShowCommand(&address),
		p.deadDeedCommand(&address, "replay", func(ctx context.Context, s *stream.Stream, d stream.Dead) error { return s.Replay(ctx, d, p.now()) }),
		p.deadDeedCommand(&address, "drop", func(ctx context.Context, s *stream.Stream, d stream.Dead) error { return s.Drop(ctx, d.Seq) }))
	return c
}

// withStream runs f with the stream open.
func (p *program) withStream(ctx context.Context, address string, f func(*stream.Stream) error) (err error) {
	s, err := p.openStream(ctx, address)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	return f(s)
}

func (p *program) deadListCommand(address *string) *cobra.Command {
	var top int
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.dead.list"), Args: args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStream(c.Context(), *address, func(s *stream.Stream) error {
				list := []stream.Dead{}
				err := s.Dead(c.Context(), 0, func(d stream.Dead) bool {
					list = append(list, d)
					return top == 0 || len(list) < top
				})
				switch {
				case err != nil:
					return err
				case asJSON:
					return writeJSON(p.stdout, list)
				case len(list) == 0:
					fmt.Fprintln(p.stderr, p.l.T("cli.dead.none"))
					return nil
				}
				return p.showDead(list)
			})
		},
	}
	c.Flags().IntVar(&top, "top", 50, p.l.T("cli.dead.top"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// showDead prints dead adverts as a table.
func (p *program) showDead(list []stream.Dead) error {
	t := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	for _, d := range list {
		source, number := d.Number()
		fmt.Fprintf(t, "%d\t%s\t%s\t%s\t%.40s\t%s\n", d.Seq, d.At.Format("2006-01-02 15:04"), source, number, d.Title(), d.Reason)
	}
	return t.Flush()
}

func (p *program) deadShowCommand(address *string) *cobra.Command {
	return &cobra.Command{
		Use: "show NUMBER", Short: p.l.T("cli.dead.show"), Args: args(1, 1),
		RunE: func(c *cobra.Command, numbers []string) error {
			seq, err := deadNumber(numbers[0], p)
			if err != nil {
				return err
			}
			return p.withStream(c.Context(), *address, func(s *stream.Stream) error {
				d, err := s.DeadAdvert(c.Context(), seq)
				if err != nil {
					return err
				}
				return writeJSON(p.stdout, d)
			})
		},
	}
}

func deadNumber(s string, p *program) (uint64, error) {
	n, err := strconv.ParseUint(s, 10, 64)
	if err != nil || n == 0 {
		return 0, usageError{errors.New(p.l.T("cli.dead.badnumber", "given", s))}
	}
	return n, nil
}

// deadDeedCommand is a command that does something with the dead adverts named, or all of them.
func (p *program) deadDeedCommand(address *string, name string, do func(context.Context, *stream.Stream, stream.Dead) error) *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: name + " NUMBER...|--all", Short: p.l.T("cli.dead." + name), Args: args(0, unlimited),
		RunE: func(c *cobra.Command, numbers []string) error {
			if all == (len(numbers) > 0) {
				return usageError{errors.New(p.l.T("cli.dead.which"))}
			}
			return p.withStream(c.Context(), *address, func(s *stream.Stream) error {
				list, err := p.chosenDead(c.Context(), s, numbers)
				if err != nil {
					return err
				}
				return p.doToDead(c.Context(), s, list, name, do)
			})
		},
	}
	c.Flags().BoolVar(&all, "all", false, p.l.T("cli.dead.all"))
	return c
}

// chosenDead gives the dead adverts that are named, all of them when none is.
func (p *program) chosenDead(ctx context.Context, s *stream.Stream, numbers []string) ([]stream.Dead, error) {
	var list []stream.Dead
	if len(numbers) == 0 {
		err := s.Dead(ctx, 0, func(d stream.Dead) bool {
			list = append(list, d)
			return true
		})
		return list, err
	}
	for _, n := range numbers {
		seq, err := deadNumber(n, p)
		if err != nil {
			return nil, err
		}
		d, err := s.DeadAdvert(ctx, seq)
		if err != nil {
			return nil, err
		}
		list = append(list, d)
	}
	return list, nil
}

// doToDead does something to each; one that fails is told, and the others are done all the same.
func (p *program) doToDead(ctx context.Context, s *stream.Stream, list []stream.Dead, name string, do func(context.Context, *stream.Stream, stream.Dead) error) error {
	done := 0
	for _, d := range list {
		if err := do(ctx, s, d); err != nil {
			fmt.Fprintf(p.stderr, "%d: %s\n", d.Seq, p.text(err))
			continue
		}
		done++
	}
	fmt.Fprintln(p.stdout, p.l.T("cli.dead."+name+".done", "n", done, "kept", len(list)-done))
	return nil
}
