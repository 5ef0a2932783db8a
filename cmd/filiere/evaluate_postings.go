package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/coder"
	"filiere/internal/occupation/reading"
	"filiere/internal/store"
)

// postingFlags are how adverts are to be coded and counted.
type postingFlags struct {
	model, group string
	apart        []string
	folds        int
	titles       bool
	asJSON       bool
}

// newEvaluatePostings makes the command that measures how well adverts are coded.
func (p *program) newEvaluatePostings() *cobra.Command {
	var f postingFlags
	c := &cobra.Command{
		Use: "postings FILE", Short: p.l.T("cli.postings.short"), Long: p.l.T("cli.postings.long"),
		Example: "  filiere evaluate postings adverts.jsonl.gz\n  filiere evaluate postings adverts.jsonl.gz --folds 5 --group title\n  filiere evaluate postings adverts.jsonl.gz --held-titles --json",
		Args:    args(1, 1),
		RunE: func(c *cobra.Command, named []string) error {
			by, err := coder.ParseGrouping(f.group)
			if err != nil {
				return usageError{err}
			}
			if f.titles && f.folds > 0 {
				return usageError{errors.New(p.l.T("cli.exclusive"))}
			}
			adverts, err := readPostings(c.InOrStdin(), named[0])
			if err != nil {
				return err
			}
			e, err := p.evaluatePostings(c.Context(), adverts, f, by)
			if err != nil {
				return err
			}
			if f.asJSON {
				return writeJSON(p.stdout, e)
			}
			return p.showPostings(e)
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.model, "model", "", p.l.T("cli.postings.model"))
	flags.IntVar(&f.folds, "folds", 0, p.l.T("cli.postings.folds"))
	flags.StringVar(&f.group, "group", string(coder.ByAdvert), p.l.T("cli.postings.group"))
	flags.StringSliceVar(&f.apart, "apart", nil, p.l.T("cli.postings.apart"))
	flags.BoolVar(&f.titles, "held-titles", false, p.l.T("cli.postings.titles"))
	flags.BoolVar(&f.asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) evaluatePostings(ctx context.Context, adverts []coder.Advert, f postingFlags, by coder.Grouping) (e coder.Evaluation, err error) {
	if f.folds == 0 && !f.titles {
		m, err := p.readCoder(f.model)
		if err != nil {
			return e, err
		}
		return coder.Evaluate(ctx, m, adverts, by, f.apart)
	}
	return e, p.withStore(ctx, func(s *store.Store) error {
		in, err := s.CoderInput(ctx)
		if err != nil {
			return err
		}
		in.Adverts = adverts
		fmt.Fprintln(p.stderr, p.l.T("cli.postings.wait"))
		if f.folds > 0 {
			e, err = coder.CrossValidate(ctx, in, f.folds, by, f.apart)
			return err
		}
		later, err := s.LaterTitles(ctx)
		if err != nil {
			return err
		}
		e, err = coder.HoldOutTitles(ctx, in, later)
		return err
	})
}

// trainPostings teaches a coder the adverts of a file and writes its model, whole or not at all. It gives the name
// of the file written.
func (p *program) trainPostings(ctx context.Context, s *store.Store, stdin io.Reader, file, model string) (string, coder.Report, error) {
	adverts, err := readPostings(stdin, file)
	if err != nil {
		return "", coder.Report{}, err
	}
	in, err := s.CoderInput(ctx)
	if err != nil {
		return "", coder.Report{}, err
	}
	in.Adverts = adverts
	m, report, err := coder.Train(ctx, in)
	if err != nil {
		return "", coder.Report{}, err
	}
	name, err := p.modelPath(model, reading.Adverts)
	if err != nil {
		return "", coder.Report{}, err
	}
	b, err := m.MarshalBinary()
	if err != nil {
		return "", coder.Report{}, err
	}
	return name, report, placeFile(name, b)
}

// placeFile writes a file beside its place and moves it there, so that nobody ever reads half of it.
func placeFile(name string, b []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
		return fmt.Errorf("write model: %w", err)
	}
	f, err := os.CreateTemp(filepath.Dir(name), filepath.Base(name)+".*")
	if err != nil {
		return fmt.Errorf("write model: %w", err)
	}
	defer os.Remove(f.Name()) // it is gone when all went well
	_, err = io.Copy(f, bytes.NewReader(b))
	if err := errors.Join(err, f.Close()); err != nil {
		return fmt.Errorf("write model: %w", err)
	}
	return os.Rename(f.Name(), name)
}

// inFile says which file a fault is in.
func inFile(name string, err error) error {
	if f, ok := errors.AsType[*fault.Fault](err); ok {
		in := *f
		in.File = name
		return &in
	}
	return err
}

// readCoder reads the model that codes adverts.
func (p *program) readCoder(named string) (*coder.Model, error) {
	name, err := p.modelPath(named, reading.Adverts)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if errors.Is(err, os.ErrNotExist) {
		missing := fault.New(fault.NotFound, "read coder", "there is no model that codes adverts")
		missing.File = name
		missing.Advise("train one with filiere train --postings, or measure with --folds")
		return nil, missing
	}
	if err != nil {
		return nil, fmt.Errorf("open model: %w", err)
	}
	defer f.Close()
	m, err := coder.ReadModel(f)
	if err != nil {
		return nil, inFile(name, err)
	}
	return m, nil
}

// readPostings reads the adverts of a file that somebody coded.
func readPostings(stdin io.Reader, name string) ([]coder.Advert, error) {
	in, shown, err := openAdverts(stdin, name)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var out []coder.Advert
	err = advert.ReadLines(in, shown, func(a advert.Advert) error {
		if l, ok := coder.Learnable(a); ok {
			out = append(out, l)
		}
		return nil
	})
	return out, err
}

func (p *program) showPostings(e coder.Evaluation) error {
	fmt.Fprintln(p.stdout, p.l.T("cli.postings."+string(e.Way), "folds", e.Folds, "left", e.LeftOut))
	if e.Title.All.Adverts == 0 {
		said := "cli.postings.nocode"
		if e.LeftOut > 0 {
			said = "cli.postings.allknown"
		}
		fmt.Fprintln(p.stdout, p.l.T(said, "left", e.LeftOut, "unknown", e.Unknown))
		return nil
	}
	if e.Grouping != "" {
		fmt.Fprintln(p.stdout, p.l.T("cli.postings.by_"+string(e.Grouping)))
	}
	w := tabwriter.NewWriter(p.stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.postings.header"))
	row := func(name string, s *coder.Score) {
		if s != nil {
			fmt.Fprintf(w, "%s\t%d\t%.3f\t%.3f\t%.3f\t%d\t%.3f\t%.3f\t%.3f\n",
				p.l.T("cli.postings."+name), s.Adverts, s.First, s.Five, s.Macro, s.Sheets, s.Coverage, s.Accuracy, s.Calibration)
		}
	}
	row("title", &e.Title.All)
	row("title_apart", e.Title.Apart)
	if e.Whole != nil {
		row("whole", &e.Whole.All)
		row("whole_apart", e.Whole.Apart)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(p.stdout, p.l.T("cli.postings.trained", "adverts", e.Trained.Adverts, "titles", e.Trained.Titles, "input", fmt.Sprintf("%.12s", e.Trained.Input)))
	return nil
}
