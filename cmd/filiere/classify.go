package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/reading"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
)

// classifyFlags are how a person wants titles read.
type classifyFlags struct {
	to, lang, model string
	top             int
	sure            float64
	asJSON          bool
}

// targets are the nomenclatures titles are linked to, by what --to calls them.
var targets = map[string]occupation.Nomenclature{"rome": occupation.ROME4, "rome3": occupation.ROME3, "esco": occupation.ESCO}

func (p *program) classifyCommand() *cobra.Command {
	var f classifyFlags
	c := &cobra.Command{
		Use: "classify [FILE|-]", Short: p.l.T("cli.classify.short"), Long: p.l.T("cli.classify.long"),
		Example: "  echo \"Chef de rang H/F - CDI\" | filiere classify\n  filiere classify --to esco --top 3 titles.txt\n  filiere classify --json adverts.jsonl > coded.jsonl",
		Args:    args(0, 1),
		RunE: func(c *cobra.Command, named []string) error {
			n, known := targets[f.to]
			lang, err := words.In(f.lang)
			switch {
			case !known:
				return usageError{errors.New(p.l.T("cli.classify.badto", "to", f.to))}
			case f.top < 1 || f.sure < 0 || f.sure > 1:
				return usageError{errors.New(p.l.T("cli.classify.badnumber"))}
			case err != nil:
				return usageError{err}
			}
			return p.withStore(c.Context(), func(s *store.Store) error {
				r, err := p.classifier(c.Context(), s, n, lang, f.model)
				if err != nil {
					return err
				}
				read := func(title, text string) ([]reading.Candidate, float64) {
					list, sure := r.Link(n, title, text, f.top)
					if c.Flags().Changed("sure") {
						sure = f.sure
					}
					return list, sure
				}
				return p.classify(read, c.InOrStdin(), nth(named, 0), f)
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.to, "to", "rome", p.l.T("cli.classify.to"))
	flags.IntVar(&f.top, "top", 5, p.l.T("cli.classify.top"))
	flags.Float64Var(&f.sure, "sure", 0, p.l.T("cli.classify.sure"))
	flags.StringVar(&f.lang, "text-lang", "fr", p.l.T("cli.skills.lang"))
	flags.StringVar(&f.model, "model", "", p.l.T("cli.model"))
	flags.BoolVar(&f.asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// classifier puts together what reads titles, or adverts, in one nomenclature. Models that are missing are said on
// stderr; one that is spoiled is an error.
func (p *program) classifier(ctx context.Context, s *store.Store, n occupation.Nomenclature, lang words.Language, model string) (*reading.Reader, error) {
	r, err := p.reader(ctx, s, lang, wanted{to: []occupation.Nomenclature{n}, model: model})
	if err == nil {
		err = spoiled(r)
	}
	if err != nil {
		return nil, err
	}
	if slices.ContainsFunc(r.Lacks(), func(l reading.Lack) bool { return l.Model == reading.Titles }) {
		fmt.Fprintln(p.stderr, p.l.T("cli.untrained"))
	}
	return r, nil
}

// ranker reads the ranker of a model; without one, it is the rule of thumb, which stderr is told.
func (p *program) ranker(file string) (match.Ranker, error) {
	m, err := p.readModel(file)
	switch {
	case file == "" && errors.Is(err, fs.ErrNotExist):
		fmt.Fprintln(p.stderr, p.l.T("cli.untrained"))
		return match.Fixed{}, nil
	case err != nil:
		return nil, err
	}
	return &m.Ranker, nil
}

func (p *program) readModel(named string) (*match.Model, error) {
	name, err := p.modelPath(named, reading.Titles)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, fmt.Errorf("open model: %w", err)
	}
	defer f.Close()
	m, err := match.ReadModel(f)
	if err != nil {
		return nil, inFile(name, err)
	}
	return m, nil
}

// titleJSON is how one title was read.
type titleJSON struct {
	ID      string      `json:"id,omitempty"`
	Line    int         `json:"line"`
	Title   string      `json:"title"`
	Unsure  bool        `json:"unsure"` // no occupation is likely enough
	Matches []matchJSON `json:"matches"`
}

type matchJSON struct {
	Occupation  string  `json:"occupation"`
	Label       string  `json:"label"`
	Probability float64 `json:"probability"`
}

func (p *program) classify(read func(title, text string) (list []reading.Candidate, sure float64), stdin io.Reader, file string, f classifyFlags) error {
	out := bufio.NewWriter(p.stdout)
	lines := json.NewEncoder(out)
	err := eachTitle(stdin, file, func(a advert.Advert, title, text string) error {
		list, sure := read(title, text)
		j := titleJSON{ID: a.ID, Line: a.Line, Title: title, Unsure: len(list) == 0 || list[0].Probability < sure, Matches: []matchJSON{}}
		for _, c := range list {
			j.Matches = append(j.Matches, matchJSON{string(c.ID), c.Label, c.Probability})
		}
		if f.asJSON {
			return lines.Encode(j)
		}
		p.showTitle(out, j)
		return nil
	})
	return errors.Join(err, out.Flush())
}

// showTitle prints how one title was read.
func (p *program) showTitle(out *bufio.Writer, j titleJSON) {
	fmt.Fprintln(out, j.Title)
	if j.Unsure {
		fmt.Fprintln(out, "  "+p.l.T("cli.classify.unsure"))
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, x := range j.Matches {
		fmt.Fprintf(t, "  %s\t%s\t%s\n", p.l.Percent(x.Probability, 0), x.Occupation, x.Label)
	}
	_ = t.Flush() // the writer under it keeps the error
}

// eachTitle hands every title of a file to f, with the text under it: of JSON lines, each one's; of a text, each line
// that is not empty, as a title without a text.
func eachTitle(stdin io.Reader, file string, f func(a advert.Advert, title, text string) error) error {
	return eachAdvert(stdin, file, func(a advert.Advert) error {
		if !a.Whole {
			return f(a, a.Title, a.Text)
		}
		first := a.Line
		for i, line := range strings.Split(a.Text, "\n") {
			if line = strings.TrimSpace(line); line == "" {
				continue
			}
			a.Line = first + i
			if err := f(a, line, ""); err != nil {
				return err
			}
		}
		return nil
	})
}

// noMelo says that a folder holds no dataset of the benchmark.
func noMelo(dir string, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s: %w", dir, err)
	}
	f := fault.New(fault.NotFound, "read benchmark", "%s holds no dataset of MELO", dir)
	f.Hint = "it has to hold queries.tsv, corpus_elements.tsv, annotations.tsv and concept_mapping.tsv"
	return f
}
