package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
)

// courseCommand groups what is done with courses.
func (p *program) courseCommand() *cobra.Command {
	c := p.group("course", "cli.course.short", "cli.course.long")
	c.AddCommand(p.courseImportCommand(), p.courseListCommand(), p.courseShowCommand(), p.courseExportCommand(), p.courseEpubCommand())
	return c
}

// courseJSON is a course as programs read it, in the words of the API.
type courseJSON struct {
	ID         campus.CourseID `json:"id"`
	Slug       string          `json:"slug"`
	Title      string          `json:"title"`
	Lang       string          `json:"lang"`
	Version    string          `json:"version"`
	Hours      int             `json:"hours"`
	Licence    string          `json:"licence"`
	Revision   int             `json:"revision"`
	ImportedAt time.Time       `json:"imported_at"`
	Changed    *bool           `json:"changed,omitempty"`
	Parts      []campus.Part   `json:"parts,omitempty"`
}

func toCourseJSON(c campus.Course) courseJSON {
	return courseJSON{
		ID: c.ID, Slug: c.Slug, Title: c.Title, Lang: c.Lang, Version: c.Version, Hours: c.Hours, Licence: c.Licence,
		Revision: c.Revision, ImportedAt: c.ImportedAt, Parts: c.Parts,
	}
}

func (p *program) courseImportCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "import DIR|ZIP", Short: p.l.T("cli.course.import.short"), Long: p.l.T("cli.course.import.long"),
		Example: "  filiere course import ./ai-for-everyone\n  filiere course import ai-for-everyone.zip",
		Args:    args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			c, err := readCourse(named[0])
			if err != nil {
				return err
			}
			kept, changed, err := s.ImportCourse(ctx, people.ByCLI, c)
			if err != nil {
				return err
			}
			if asJSON {
				out := toCourseJSON(kept)
				out.Parts, out.Changed = nil, &changed
				return writeJSON(p.stdout, out)
			}
			key := "cli.course.unchanged"
			if changed {
				key = "cli.course.imported"
			}
			p.say(key, "title", kept.Title, "id", string(kept.ID), "revision", kept.Revision, "chapters", c.Chapters(), "quizzes", c.Quizzes())
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// readCourse reads a course from a folder or a zip.
func readCourse(name string) (campus.Course, error) {
	full, err := filepath.Abs(name)
	if err != nil {
		return campus.Course{}, err
	}
	info, err := os.Stat(full)
	if err != nil {
		f := fault.New(fault.NotFound, "read course", "there is no such file or folder")
		f.File = name
		return campus.Course{}, f
	}
	if info.IsDir() {
		return campus.ReadCourse(os.DirFS(full), filepath.Base(full))
	}
	file, err := os.Open(full)
	if err != nil {
		return campus.Course{}, err
	}
	defer file.Close()
	data, err := io.ReadAll(io.LimitReader(file, campus.MaxCourseZip+1))
	if err != nil {
		return campus.Course{}, err
	}
	return campus.ReadCourseZip(data, strings.TrimSuffix(filepath.Base(full), ".zip"))
}

func (p *program) courseListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.course.list.short"), Long: p.l.T("cli.course.list.long"), Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			list, err := s.Courses(ctx, "", 0)
			if err != nil {
				return err
			}
			if asJSON {
				out := make([]courseJSON, len(list))
				for i, c := range list {
					out[i] = toCourseJSON(c)
				}
				return writeJSON(p.stdout, out)
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.course.list.header"))
			for _, c := range list {
				fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\n", c.Slug, c.Title, c.Lang, c.Revision, c.ID)
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) courseShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show COURSE", Short: p.l.T("cli.course.show.short"), Long: p.l.T("cli.course.show.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			c, err := courseNamed(ctx, s, named[0])
			if err != nil {
				return err
			}
			if asJSON {
				whole, err := s.Course(ctx, c.ID)
				if err != nil {
					return err
				}
				return writeJSON(p.stdout, toCourseJSON(whole))
			}
			fmt.Fprintf(p.stdout, "%s (%s)\n", c.Title, c.ID)
			for _, part := range c.Parts {
				fmt.Fprintf(p.stdout, "  %s\n", part.Title)
				for _, ch := range part.Chapters {
					fmt.Fprintf(p.stdout, "    %s\n", ch.Title)
				}
				if part.Quiz != nil {
					fmt.Fprintf(p.stdout, "    ? %s\n", part.Quiz.Title)
				}
			}
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// courseNamed finds a course by the name of its folder or its ID.
func courseNamed(ctx context.Context, s *store.Store, name string) (campus.Course, error) {
	c, err := s.CourseBySlug(ctx, name)
	if err != nil && fault.CodeOf(err) == fault.NotFound {
		return s.Outline(ctx, campus.CourseID(name))
	}
	return c, err
}

func (p *program) courseExportCommand() *cobra.Command {
	return &cobra.Command{
		Use: "export COURSE DIR|ZIP", Short: p.l.T("cli.course.export.short"), Long: p.l.T("cli.course.export.long"), Args: args(2, 2),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			c, err := courseNamed(ctx, s, named[0])
			if err != nil {
				return err
			}
			if c, err = s.Course(ctx, c.ID); err != nil {
				return err
			}
			if err := exportCourse(c, named[1]); err != nil {
				return err
			}
			p.say("cli.course.exported", "title", c.Title, "file", named[1])
			return nil
		}),
	}
}

// exportCourse writes a course as a zip or into a folder that is not there yet.
func exportCourse(c campus.Course, to string) error {
	if strings.HasSuffix(to, ".zip") {
		var b bytes.Buffer
		if err := campus.WriteCourseZip(&b, c); err != nil {
			return err
		}
		return os.WriteFile(to, b.Bytes(), 0o644) //nolint:gosec // a course is public
	}
	if err := os.Mkdir(to, 0o755); err != nil { //nolint:gosec // a course is public
		f := fault.New(fault.Invalid, "export course", "the folder is there already, or cannot be made")
		f.File, f.Err = to, err
		return f
	}
	return campus.WriteCourse(c, func(name string, data []byte) error {
		full := filepath.Join(to, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(full), 0o755); err != nil { //nolint:gosec // a course is public
			return err
		}
		return os.WriteFile(full, data, 0o644) //nolint:gosec // a course is public
	})
}
