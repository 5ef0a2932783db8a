package main

import (
	"bufio"
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/advert"
	"filiere/internal/occupation/reading"
	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
)

func (p *program) skillsCommand() *cobra.Command {
	var asJSON bool
	var lang string
	c := &cobra.Command{
		Use: "skills [FILE|-]", Short: p.l.T("cli.skills.short"), Long: p.l.T("cli.skills.long"),
		Example: "  filiere skills advert.txt\n  filiere skills --json adverts.jsonl > skills.jsonl\n  echo \"Conduite d'engins de chantier, anglais courant\" | filiere skills",
		Args:    args(0, 1),
		RunE: func(c *cobra.Command, named []string) error {
			in, err := words.In(lang)
			if err != nil {
				return usageError{err}
			}
			return p.withStore(c.Context(), func(s *store.Store) error {
				r, err := p.reader(c.Context(), s, in, wanted{skills: true})
				if err != nil {
					return err
				}
				if !r.FindsSkills() {
					return noSkills()
				}
				return p.skills(r, c.InOrStdin(), nth(named, 0), asJSON)
			})
		},
	}
	c.Flags().StringVar(&lang, "text-lang", "fr", p.l.T("cli.skills.lang"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// noSkills says that there is nothing to look for.
func noSkills() error {
	f := fault.New(fault.NotFound, "find skills", "no list of skills was imported")
	f.Hint = "import the ROME or the ESCO first: filiere import FOLDER"
	return f
}

// nth is the nth of the names a command was given, "" when there are fewer.
func nth(named []string, n int) string {
	if n < len(named) {
		return named[n]
	}
	return ""
}

// advertJSON is what was found in one advert; places are bytes of text, which is the cleaned one.
type advertJSON struct {
	ID    string     `json:"id,omitempty"`
	Line  int        `json:"line"`
	Text  string     `json:"text"`
	Spans []spanJSON `json:"spans"`
}

type spanJSON struct {
	Start  int         `json:"start"`
	End    int         `json:"end"`
	Text   string      `json:"text"`
	Skills []skillJSON `json:"skills"`
}

type skillJSON struct {
	ID    string               `json:"id"`
	Label string               `json:"label"`
	Kind  occupation.SkillKind `json:"kind"`
}

// skills prints the skills of every advert of a file.
func (p *program) skills(r *reading.Reader, stdin io.Reader, file string, asJSON bool) error {
	out := bufio.NewWriter(p.stdout)
	lines := json.NewEncoder(out)
	err := eachAdvert(stdin, file, func(a advert.Advert) error {
		text := cmp.Or(a.Text, a.Title) // a title alone is read too
		spans := r.Skills(text)
		if asJSON {
			return lines.Encode(toAdvertJSON(a, text, spans))
		}
		p.showSkills(out, a, text, spans)
		return nil
	})
	return errors.Join(err, out.Flush())
}

func toAdvertJSON(a advert.Advert, text string, spans []skill.Span) advertJSON {
	j := advertJSON{ID: a.ID, Line: a.Line, Text: text, Spans: []spanJSON{}}
	for _, s := range spans {
		one := spanJSON{Start: s.Start, End: s.End, Text: text[s.Start:s.End]}
		for _, k := range s.Skills {
			one.Skills = append(one.Skills, skillJSON{k.ID, k.Label, k.Kind})
		}
		j.Spans = append(j.Spans, one)
	}
	return j
}

// showSkills prints the spans of one advert as a table, a line for each skill.
func (p *program) showSkills(out *bufio.Writer, a advert.Advert, text string, spans []skill.Span) {
	fmt.Fprintln(out, p.l.T("cli.skills.advert", "line", a.Line, "title", cmp.Or(a.Title, a.ID)))
	if len(spans) == 0 {
		fmt.Fprintln(out, "  "+p.l.T("cli.skills.none"))
		return
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	for _, s := range spans {
		place, as := fmt.Sprintf("%d-%d", s.Start, s.End), text[s.Start:s.End]
		for _, k := range s.Skills {
			fmt.Fprintf(t, "  %s\t%s\t%s\t%s\n", place, as, k.ID, k.Label)
			place, as = "", ""
		}
	}
	_ = t.Flush() // the writer under it keeps the error
}
