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

// pathCommand groups what is done with paths.
func (p *program) pathCommand() *cobra.Command {
	c := p.group("path", "cli.path.short", "cli.path.long")
	c.AddCommand(p.pathCreateCommand(), p.pathListCommand())
	return c
}

// pathJSON is a path as programs read it, in the words of the API.
type pathJSON struct {
	ID        campus.PathID     `json:"id"`
	Version   studio.VersionID  `json:"version"`
	Title     string            `json:"title"`
	Open      bool              `json:"open"`
	Enrolled  int               `json:"enrolled"`
	CreatedAt time.Time         `json:"created_at"`
	Courses   []campus.CourseID `json:"courses,omitempty"`
}

func toPathJSON(x campus.Path) pathJSON {
	return pathJSON{ID: x.ID, Version: x.Version, Title: x.Title, Open: x.Open, Enrolled: x.Enrolled, CreatedAt: x.CreatedAt, Courses: x.Courses}
}

func (p *program) pathCreateCommand() *cobra.Command {
	var asJSON bool
	var title string
	var courses []string
	c := &cobra.Command{
		Use: "create VERSION", Short: p.l.T("cli.path.create.short"), Long: p.l.T("cli.path.create.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			var ids []campus.CourseID
			for _, name := range courses {
				c, err := courseNamed(ctx, s, name)
				if err != nil {
					return err
				}
				ids = append(ids, c.ID)
			}
			made, err := s.CreatePath(ctx, people.ByCLI, studio.VersionID(named[0]), title, ids)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, toPathJSON(made))
			}
			p.say("cli.path.created", "title", made.Title, "id", string(made.ID))
			return nil
		}),
	}
	c.Flags().StringVar(&title, "title", "", p.l.T("cli.path.create.title"))
	c.Flags().StringSliceVar(&courses, "course", nil, p.l.T("cli.path.create.course"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) pathListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.path.list.short"), Long: p.l.T("cli.path.list.long"), Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			list, err := s.Paths(ctx, "", "", 0)
			if err != nil {
				return err
			}
			if asJSON {
				out := make([]pathJSON, len(list))
				for i, x := range list {
					out[i] = toPathJSON(x)
				}
				return writeJSON(p.stdout, out)
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.path.list.header"))
			for _, x := range list {
				fmt.Fprintf(w, "%s\t%s\t%t\t%d\n", x.ID, x.Title, x.Open, x.Enrolled)
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// enrolmentJSON is an enrolment as programs read it, in the words of the API.
type enrolmentJSON struct {
	ID         campus.EnrolmentID    `json:"id"`
	Path       campus.PathID         `json:"path"`
	Version    studio.VersionID      `json:"version"`
	Learner    people.AccountID      `json:"learner"`
	State      campus.EnrolmentState `json:"state"`
	EnrolledAt time.Time             `json:"enrolled_at"`
	ChangedAt  time.Time             `json:"changed_at"`
}

// enrolmentsCommand lists who is on a path.
func (p *program) enrolmentsCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "enrolments PATH", Short: p.l.T("cli.enrolments.short"), Long: p.l.T("cli.enrolments.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			x, err := s.Path(ctx, campus.PathID(named[0]))
			if err != nil {
				return err
			}
			list, err := s.Learners(ctx, x.ID, "", 0)
			if err != nil {
				return err
			}
			if asJSON {
				out := make([]enrolmentJSON, len(list))
				for i, l := range list {
					out[i] = enrolmentJSON(l.Enrolment)
				}
				return writeJSON(p.stdout, out)
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.enrolments.header"))
			for _, l := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\n", l.ID, l.Email, l.State, l.EnrolledAt.Format(time.DateOnly))
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}
