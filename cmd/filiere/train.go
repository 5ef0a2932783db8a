package main

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"filiere/internal/occupation"
	"filiere/internal/occupation/coder"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/reading"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
)

// trainFlags are what is to be taught, and where it goes.
type trainFlags struct {
	model, lang, postings string
	asJSON                bool
}

func (p *program) trainCommand() *cobra.Command {
	var f trainFlags
	c := &cobra.Command{
		Use: "train", Short: p.l.T("cli.train.short"), Long: p.l.T("cli.train.long"),
		Example: "  filiere train\n  filiere train --postings adverts.jsonl.gz\n  filiere train --model titles.model --json",
		Args:    args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			in, err := words.In(f.lang)
			if err != nil {
				return usageError{err}
			}
			return p.withStore(c.Context(), func(s *store.Store) error { return p.train(c.Context(), s, in, c.InOrStdin(), f) })
		},
	}
	c.Flags().StringVar(&f.postings, "postings", "", p.l.T("cli.train.postings"))
	c.Flags().StringVar(&f.model, "model", "", p.l.T("cli.model"))
	c.Flags().StringVar(&f.lang, "text-lang", "fr", p.l.T("cli.train.lang"))
	c.Flags().BoolVar(&f.asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// trainJSON says what was taught, and on what.
type trainJSON struct {
	File     string         `json:"file"`
	Taxonomy string         `json:"taxonomy"`
	Training match.Training `json:"training"`
	Coder    *coderJSON     `json:"coder,omitempty"`
}

type coderJSON struct {
	File string `json:"file"`
	coder.Report
}

// train teaches the ranker of titles and, where adverts are given, the coder of adverts. A model is written whole
// or not at all.
func (p *program) train(ctx context.Context, s *store.Store, lang words.Language, stdin io.Reader, f trainFlags) error {
	fmt.Fprintln(p.stderr, p.l.T("cli.train.wait"))
	done, err := p.trainTitles(ctx, s, lang, f.model)
	if err != nil {
		return err
	}
	if f.postings != "" {
		file, report, err := p.trainPostings(ctx, s, stdin, f.postings, "")
		if err != nil {
			return fmt.Errorf("train on adverts: %w", err)
		}
		done.Coder = &coderJSON{file, report}
	}
	if f.asJSON {
		return writeJSON(p.stdout, done)
	}
	fmt.Fprintln(p.stdout, p.l.T("cli.train.done", "file", done.File, "tied", done.Training.Tied, "own", done.Training.Own,
		"right", p.l.Percent(done.Training.Right, 1)))
	if done.Coder != nil {
		fmt.Fprintln(p.stdout, p.l.T("cli.train.coded", "file", done.Coder.File, "adverts", done.Coder.Adverts, "titles", done.Coder.Titles))
	}
	return nil
}

func (p *program) trainTitles(ctx context.Context, s *store.Store, lang words.Language, model string) (trainJSON, error) {
	t, err := s.Taxonomy(ctx, occupation.ESCO)
	if err != nil {
		return trainJSON{}, err
	}
	ranker, training, err := match.Train(ctx, lang, t)
	if err != nil {
		return trainJSON{}, fmt.Errorf("train: %w", err)
	}
	name, err := p.modelPath(model, reading.Titles)
	if err != nil {
		return trainJSON{}, err
	}
	m := match.NewModel(lang.Code(), t, ranker, training)
	var b bytes.Buffer
	if _, err := m.WriteTo(&b); err != nil {
		return trainJSON{}, err
	}
	return trainJSON{File: name, Taxonomy: m.Taxonomy, Training: training}, placeFile(name, b.Bytes())
}
