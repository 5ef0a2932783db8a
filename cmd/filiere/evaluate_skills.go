package main

import (
	"encoding/json"
	"io"
	"os"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
)

// newEvaluateSkills makes the command that holds what is found in adverts against spans that were read.
func (p *program) newEvaluateSkills() *cobra.Command {
	var asJSON bool
	var draw int
	var seed uint64
	c := &cobra.Command{
		Use: "skills SET FILE", Short: p.l.T("cli.evaluate.skills.short"), Long: p.l.T("cli.evaluate.skills.long"),
		Example: "  filiere evaluate skills internal/occupation/skill/testdata/judged.fr.jsonl postings.jsonl.gz\n  filiere evaluate skills --draw 200 --seed 7 - postings.jsonl.gz > to-judge.jsonl",
		Args:    args(2, 2),
		RunE: func(c *cobra.Command, named []string) error {
			fr, err := words.In("fr")
			if err != nil {
				return err
			}
			return p.withStore(c.Context(), func(s *store.Store) error {
				g, err := s.Gazetteer(c.Context(), fr)
				if err != nil {
					return err
				}
				if g.Labels() == 0 {
					return noSkills()
				}
				adverts, err := textsOf(c.InOrStdin(), named[1])
				if err != nil {
					return err
				}
				if draw > 0 {
					return p.drawSpans(g.Draw(adverts, draw, seed))
				}
				return p.evaluateSkills(g, named[0], adverts, asJSON)
			})
		},
	}
	c.Flags().IntVar(&draw, "draw", 0, p.l.T("cli.evaluate.skills.draw"))
	c.Flags().Uint64Var(&seed, "seed", 1, p.l.T("cli.evaluate.skills.seed"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// textsOf reads the adverts that have a text.
func textsOf(stdin io.Reader, file string) ([]skill.Text, error) {
	var out []skill.Text
	err := eachAdvert(stdin, file, func(a advert.Advert) error {
		if a.Text != "" {
			out = append(out, skill.Text{Source: a.Source, ID: a.ID, Text: a.Text})
		}
		return nil
	})
	return out, err
}

func (p *program) drawSpans(drawn []skill.Judged) error {
	lines := json.NewEncoder(p.stdout)
	for _, j := range drawn {
		if err := lines.Encode(j); err != nil {
			return err
		}
	}
	return nil
}

// precisionJSON is the evaluation as programs read it.
type precisionJSON struct {
	Right     int     `json:"right"`
	Wrong     int     `json:"wrong"`
	Doubtful  int     `json:"doubtful"`
	Changed   int     `json:"changed"`
	Gone      int     `json:"gone"`
	GoneWrong int     `json:"gone_wrong"`
	Missing   int     `json:"missing"`
	Precision float64 `json:"precision"`
	Weighed   float64 `json:"precision_weighed"`
	Adverts   int     `json:"adverts"`
	PerSecond float64 `json:"adverts_per_second"`
}

func (p *program) evaluateSkills(g *skill.Gazetteer, file string, adverts []skill.Text, asJSON bool) error {
	f, err := os.Open(file)
	if err != nil {
		return badAdvert(file, 0, err)
	}
	defer f.Close()
	set, err := skill.ReadJudged(f)
	if err != nil {
		return badAdvert(file, 0, err)
	}
	begun := time.Now()
	r := g.Judge(set, adverts)
	j := precisionJSON{
		Right: r.Right, Wrong: r.Wrong, Doubtful: r.Doubtful, Changed: r.Changed, Gone: r.Gone, GoneWrong: r.GoneWrong, Missing: r.Missing,
		Precision: r.Share(), Weighed: r.Weighed, Adverts: len(adverts), PerSecond: float64(len(adverts)) / time.Since(begun).Seconds(),
	}
	if asJSON {
		return json.NewEncoder(p.stdout).Encode(j)
	}
	p.say("cli.evaluate.skills.result", "right", j.Right, "wrong", j.Wrong, "doubtful", j.Doubtful, "changed", j.Changed, "gone", j.Gone,
		"missing", j.Missing, "precision", p.l.Number(j.Precision, 3), "weighed", p.l.Number(j.Weighed, 3), "adverts", j.Adverts)
	return nil
}
