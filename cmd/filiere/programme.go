package main

import (
	"context"
	"fmt"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/studio"
)

// programmeCommand groups what is done with programmes in the making.
func (p *program) programmeCommand() *cobra.Command {
	c := p.group("programme", "cli.programme.short", "cli.programme.long")
	c.AddCommand(p.programmeListCommand(), p.programmeShowCommand(), p.programmeExportCommand(), p.programmeImportCommand())
	return c
}

func (p *program) programmeListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.programme.list.short"), Long: p.l.T("cli.programme.list.long"), Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			list, _, err := s.Programmes(ctx, "", 0, 0)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, append([]studio.Line{}, list...))
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.programme.header"))
			for _, l := range list {
				fmt.Fprintf(w, "%s\t%s\t%d\t%d\t%d\t%s\n", l.ID, p.l.T("programme.state."+string(l.State)), l.Level, l.Members, l.Versions, shorten(l.Title, 60))
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// programmeJSON is a programme in the making as programs read it.
type programmeJSON struct {
	ID       studio.ProgrammeID `json:"id"`
	State    studio.State       `json:"state"`
	Alert    string             `json:"alert"`
	OpenedAt time.Time          `json:"opened_at"`
	Versions int                `json:"versions"`
	Members  int                `json:"members"`
	studio.Design
	Obstacles []obstacleJSON `json:"obstacles"`
}

type obstacleJSON struct {
	Gap  studio.Gap `json:"gap"`
	Code string     `json:"code"`
	ID   string     `json:"id"`
}

func (p *program) programmeShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show ID", Short: p.l.T("cli.programme.show.short"), Long: p.l.T("cli.programme.show.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			pr, err := s.Programme(ctx, studio.ProgrammeID(named[0]))
			if err != nil {
				return err
			}
			if !asJSON {
				p.showProgramme(pr)
				return nil
			}
			out := programmeJSON{
				ID: pr.ID, State: pr.State, Alert: pr.Alert, OpenedAt: pr.OpenedAt, Versions: pr.Versions, Members: len(pr.Group),
				Design: pr.Design(), Obstacles: []obstacleJSON{},
			}
			for _, o := range pr.Obstacles() {
				out.Obstacles = append(out.Obstacles, obstacleJSON(o))
			}
			return writeJSON(p.stdout, out)
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// showProgramme prints a programme: what stands of it, and what stands in the way of its publication.
func (p *program) showProgramme(pr studio.Programme) {
	fmt.Fprintf(p.stdout, "%s (%s, %s)\n", pr.Title, p.l.T("programme.state."+string(pr.State)), p.l.T("studio.level", "n", pr.Level))
	p.printDesign(pr.Framework(), pr.Projects())
	for _, o := range pr.Obstacles() {
		fmt.Fprintf(p.stdout, "! %s %s\n", o.Code, p.l.T("gap."+string(o.Gap)))
	}
}

// printDesign prints a framework and projects, each line with its code.
func (p *program) printDesign(f studio.Framework, projects []studio.Project) {
	codes := f.Codes()
	for _, b := range f.Blocs {
		fmt.Fprintf(p.stdout, "%s %s\n", b.Code, b.Title)
		for _, a := range b.Activities {
			fmt.Fprintf(p.stdout, "  %s %s\n", a.Code, a.Title)
			for _, c := range a.Competencies {
				fmt.Fprintf(p.stdout, "    %s %s\n", c.Code, c.Statement)
			}
		}
	}
	for _, pr := range projects {
		var assessed []string
		for _, c := range pr.Competencies {
			assessed = append(assessed, codes[c])
		}
		fmt.Fprintf(p.stdout, "%s %s (%s)\n", pr.Code, pr.Title, strings.Join(assessed, ", "))
	}
}

func (p *program) programmeExportCommand() *cobra.Command {
	return &cobra.Command{
		Use: "export ID", Short: p.l.T("cli.programme.export.short"), Long: p.l.T("cli.programme.export.long"), Args: args(1, 1),
		Example: "  filiere programme export ID > programme.json",
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			pr, err := s.Programme(ctx, studio.ProgrammeID(named[0]))
			if err != nil {
				return err
			}
			return writeJSON(p.stdout, pr.Design())
		}),
	}
}

// proposed counts what an import put in.
type proposed struct {
	Items    int `json:"items"`
	Projects int `json:"projects"`
}

func (p *program) programmeImportCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "import ID FILE", Short: p.l.T("cli.programme.import.short"), Long: p.l.T("cli.programme.import.long"), Args: args(2, 2),
		Example: "  filiere programme import ID programme.json",
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			d, err := readDesign(named[1])
			if err != nil {
				return err
			}
			n, err := proposeDesign(ctx, s, studio.ProgrammeID(named[0]), d)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, n)
			}
			p.say("cli.programme.imported", "items", n.Items, "projects", n.Projects)
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func readDesign(name string) (studio.Design, error) {
	file, err := os.Open(name)
	if err != nil {
		f := fault.New(fault.NotFound, "read programme", "there is no such file or folder")
		f.File = name
		return studio.Design{}, f
	}
	defer file.Close()
	d, err := studio.ReadDesign(file)
	if f, is := err.(*fault.Fault); is { //nolint:errorlint // a fresh fault
		f.File = name
	}
	return d, err
}

// proposeDesign puts into a programme what it does not have of a design. Done again it adds nothing.
func proposeDesign(ctx context.Context, s *store.Store, id studio.ProgrammeID, d studio.Design) (proposed, error) {
	var n proposed
	pr, err := s.Programme(ctx, id)
	if err != nil {
		return n, err
	}
	ours := map[string]string{}
	add := func(kind studio.ItemKind, theirs, parent, wording string) (string, error) {
		i, there := pr.Standing(kind, parent, wording)
		if !there {
			if i, err = s.AddItem(ctx, people.ByCLI, id, kind, parent, wording); err != nil {
				return "", err
			}
			n.Items++
		}
		ours[theirs] = i.ID
		return i.ID, nil
	}
	if err := eachItem(d.Framework, add); err != nil {
		return n, err
	}
	titles := map[string]bool{}
	for _, draft := range pr.Drafts {
		titles[draft.Title] = true
	}
	for _, project := range d.Projects {
		if titles[strings.Join(strings.Fields(project.Title), " ")] {
			continue
		}
		if _, err := s.AddProject(ctx, people.ByCLI, id, renamed(project, ours)); err != nil {
			return n, err
		}
		n.Projects++
	}
	return n, nil
}

// eachItem walks a framework from the whole to the part. add gives the ID of what the next stands under.
func eachItem(f studio.Framework, add func(kind studio.ItemKind, id, parent, wording string) (string, error)) error {
	for _, b := range f.Blocs {
		bloc, err := add(studio.KindBloc, b.ID, "", b.Title)
		if err != nil {
			return err
		}
		for _, a := range b.Activities {
			activity, err := add(studio.KindActivity, a.ID, bloc, a.Title)
			if err != nil {
				return err
			}
			for _, c := range a.Competencies {
				competency, err := add(studio.KindCompetency, c.ID, activity, c.Statement)
				if err != nil {
					return err
				}
				for _, k := range c.Criteria {
					if _, err := add(studio.KindCriterion, k.ID, competency, k.Statement); err != nil {
						return err
					}
				}
			}
		}
	}
	return nil
}

// renamed is a project about our competencies. One the framework does not have keeps its name, and is
// refused by it.
func renamed(pr studio.Project, ours map[string]string) studio.Project {
	name := func(theirs string) string {
		if id := ours[theirs]; id != "" {
			return id
		}
		return theirs
	}
	out := pr
	out.ID, out.Competencies, out.Rubric = "", nil, nil
	for _, c := range pr.Competencies {
		out.Competencies = append(out.Competencies, name(c))
	}
	for _, l := range pr.Rubric {
		l.Competency = name(l.Competency)
		out.Rubric = append(out.Rubric, l)
	}
	return out
}
