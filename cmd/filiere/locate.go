package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/store"
	"filiere/internal/territory"
	"filiere/internal/territory/place"
)

func (p *program) locateCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "locate [FILE|-]", Short: p.l.T("cli.locate.short"), Long: p.l.T("cli.locate.long"),
		Example: "  echo \"69 - LYON 08\" | filiere locate\n  filiere locate --json places.txt > communes.jsonl",
		Args:    args(0, 1),
		RunE: func(c *cobra.Command, named []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				l, err := newLocator(c.Context(), s)
				if err != nil {
					return err
				}
				return p.locate(l, c.InOrStdin(), nth(named, 0), asJSON)
			})
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// locator finds places and knows the names of what it finds.
type locator struct {
	finder *place.Finder
	labels map[territory.ID]string
}

// locatedLevels are the areas a place is told of, smallest first.
var locatedLevels = []territory.Level{territory.Commune, territory.Bassin, territory.ZoneEmploi, territory.Departement, territory.Region}

// newLocator reads the names. It returns a NotFound fault before communes were imported.
func newLocator(ctx context.Context, s *store.Store) (*locator, error) {
	f, err := s.Places(ctx)
	if err != nil {
		return nil, err
	}
	l := &locator{finder: f, labels: map[territory.ID]string{}}
	for _, level := range locatedLevels {
		areas, err := s.Areas(ctx, level, territory.DefaultZoning(level))
		if err != nil {
			return nil, err
		}
		if level == territory.Commune && len(areas) == 0 {
			none := fault.New(fault.NotFound, "locate", "no list of communes was imported")
			none.Hint = "import the communes, their zonings and their postal codes first: filiere import FOLDER"
			return nil, none
		}
		for _, a := range areas {
			l.labels[a.ID] = a.Label
		}
	}
	return l, nil
}

// locatedJSON is what a written place means.
type locatedJSON struct {
	Line     int                  `json:"line"`
	Text     string               `json:"text"`
	How      place.How            `json:"how"`
	Communes []areaJSON           `json:"communes"` // several where any may be meant
	Areas    map[string]*areaJSON `json:"areas"`    // by level: what all the communes share
}

// areaJSON is an area by code and name.
type areaJSON struct {
	ID    territory.ID `json:"id"`
	Label string       `json:"label"`
}

func (l *locator) locate(line int, text string) locatedJSON {
	found := l.finder.Find(place.Written{Text: text})
	out := locatedJSON{Line: line, Text: text, How: found.How, Communes: []areaJSON{}, Areas: map[string]*areaJSON{}}
	for _, id := range found.Communes {
		out.Communes = append(out.Communes, areaJSON{id, l.labels[id]})
	}
	for _, level := range locatedLevels {
		if id, ok := l.finder.Area(found, territory.DefaultZoning(level)); ok {
			out.Areas[string(level)] = &areaJSON{id, l.labels[id]}
		}
	}
	return out
}

// locate reads places, one a line.
func (p *program) locate(l *locator, stdin io.Reader, file string, asJSON bool) error {
	in, shown := stdin, "-"
	if file != "" && file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return misplaced(file, 0, err)
		}
		defer f.Close()
		in, shown = f, file
	}
	out := bufio.NewWriter(p.stdout)
	encoder := json.NewEncoder(out)
	lines, n := bufio.NewScanner(in), 0
	for lines.Scan() {
		n++
		text := strings.TrimSpace(strings.ToValidUTF8(strings.TrimPrefix(lines.Text(), "\ufeff"), "\ufffd"))
		if text == "" {
			continue
		}
		j := l.locate(n, text)
		if !asJSON {
			p.showLocated(out, j)
			continue
		}
		if err := encoder.Encode(j); err != nil {
			return err
		}
	}
	if err := lines.Err(); err != nil {
		return errors.Join(misplaced(shown, n+1, err), out.Flush())
	}
	return out.Flush()
}

// misplaced says where a file of places cannot be read.
func misplaced(file string, line int, err error) error {
	f := fault.New(fault.Invalid, "read places", "")
	f.File, f.Line, f.Err = file, line, err
	if errors.Is(err, os.ErrNotExist) {
		f.Code = fault.NotFound
	}
	if errors.Is(err, bufio.ErrTooLong) {
		f.Err = fault.New(fault.Invalid, "", "the line is longer than %d bytes", bufio.MaxScanTokenSize)
	}
	return f
}

// showLocated prints what one place means.
func (p *program) showLocated(out *bufio.Writer, j locatedJSON) {
	fmt.Fprintf(out, "%s\n  %s\n", j.Text, p.l.T("cli.locate.how."+string(j.How)))
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	if len(j.Communes) > 1 {
		names := make([]string, len(j.Communes))
		for i, c := range j.Communes {
			names[i] = c.Label
		}
		fmt.Fprintf(t, "  %s\t\t%s\n", p.l.T("cli.locate.any"), strings.Join(names, ", "))
	}
	for _, level := range locatedLevels {
		if a := j.Areas[string(level)]; a != nil {
			fmt.Fprintf(t, "  %s\t%s\t%s\n", p.l.T("level."+string(level)), a.ID, a.Label)
		}
	}
	_ = t.Flush() // the writer under it keeps the error
}
