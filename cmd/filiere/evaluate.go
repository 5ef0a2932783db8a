package main

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
)

func (p *program) evaluateCommand() *cobra.Command {
	c := p.group("evaluate", "cli.evaluate.short", "cli.evaluate.long")
	c.AddCommand(p.evaluateMeloCommand(), p.newEvaluatePostings(), p.newEvaluateSkills(), p.newEvaluateSurges())
	return c
}

// meloFlags are how the benchmark is to be run.
type meloFlags struct {
	model, lang string
	asJSON      bool
}

func (p *program) evaluateMeloCommand() *cobra.Command {
	var f meloFlags
	c := &cobra.Command{
		Use: "melo DIR", Short: p.l.T("cli.melo.short"), Long: p.l.T("cli.melo.long"),
		Example: "  filiere evaluate melo melo-fr\n  filiere evaluate melo melo-fr --json",
		Args:    args(1, 1),
		RunE: func(c *cobra.Command, named []string) error {
			b, err := match.ReadMelo(os.DirFS(named[0]))
			if err != nil {
				return noMelo(named[0], err)
			}
			code := cmp.Or(f.lang, b.Language)
			lang, err := words.In(code)
			if err != nil {
				return usageError{err}
			}
			return p.withStore(c.Context(), func(s *store.Store) error { return p.evaluateMelo(c.Context(), s, b, lang, f) })
		},
	}
	c.Flags().StringVar(&f.model, "model", "", p.l.T("cli.model"))
	c.Flags().StringVar(&f.lang, "text-lang", "", p.l.T("cli.melo.lang"))
	c.Flags().BoolVar(&f.asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// meloJSON is one way the benchmark was run.
type meloJSON struct {
	Ranker    string `json:"ranker"` // trained, taxonomy
	TrainedOn string `json:"trained_on,omitempty"`
	match.MeloFigures
}

// evaluateMelo runs the benchmark with the trained ranker, if there is one, and with names and structure alone.
func (p *program) evaluateMelo(ctx context.Context, s *store.Store, b *match.Melo, lang words.Language, f meloFlags) error {
	t, err := p.surroundings(ctx, s)
	if err != nil {
		return err
	}
	t = b.Within(t)
	ranker, err := p.ranker(f.model)
	if err != nil {
		return err
	}
	var runs []meloJSON
	run := func(name, on string, t match.Taxonomy, r match.Ranker) error {
		figures, err := b.Evaluate(ctx, match.New(lang, t, r))
		runs = append(runs, meloJSON{name, on, figures})
		return err
	}
	if _, untaught := ranker.(match.Fixed); !untaught {
		m, err := p.readModel(f.model)
		if err != nil {
			return err
		}
		on := fmt.Sprintf("%d titles tied by closeMatch or broadMatch, %d labels of ESCO; taxonomy %.12s", m.Training.Tied, m.Training.Own, m.Taxonomy)
		if err := run("trained", on, t.Unanswered(), ranker); err != nil {
			return err
		}
	}
	if err := run("taxonomy", "", t.Untied(), match.Fixed{}); err != nil {
		return err
	}
	if f.asJSON {
		return writeJSON(p.stdout, runs)
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.melo.header"))
	for _, r := range runs {
		for _, o := range []struct {
			name string
			f    match.Figures
		}{{"concept", r.ConceptFirst}, {"label", r.LabelOrder}} {
			fmt.Fprintf(w, "%s\t%s\t%.4f\t%.4f\t%.4f\t%.4f\n", p.l.T("cli.melo."+r.Ranker), p.l.T("cli.melo."+o.name), o.f.MRR, o.f.A1, o.f.A5, o.f.A10)
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	last := runs[len(runs)-1]
	fmt.Fprintln(p.stdout, p.l.T("cli.melo.queries", "n", last.Queries, "known", last.Known, "labels", b.Labels()))
	if on := runs[0].TrainedOn; on != "" {
		fmt.Fprintln(p.stdout, p.l.T("cli.melo.trainedon", "on", on))
	}
	return nil
}

// surroundings is what was imported around ESCO. The benchmark can be run on a database without any: then no title
// has a sheet.
func (p *program) surroundings(ctx context.Context, s *store.Store) (match.Taxonomy, error) {
	t, err := s.Taxonomy(ctx, occupation.ESCO)
	if fault.CodeOf(err) == fault.NotFound {
		fmt.Fprintln(p.stderr, p.l.T("cli.melo.alone"))
		return match.Taxonomy{}, nil
	}
	return t, err
}
