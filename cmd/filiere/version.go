package main

import (
	"context"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/store"
	"filiere/internal/studio"
)

// versionCommand groups what is read of published versions.
func (p *program) versionCommand() *cobra.Command {
	c := p.group("version", "cli.version.short", "cli.version.long")
	c.AddCommand(p.versionListCommand(), p.versionShowCommand())
	return c
}

// versionLineJSON is a version without its content.
type versionLineJSON struct {
	ID          studio.VersionID   `json:"id"`
	Programme   studio.ProgrammeID `json:"programme"`
	Number      int                `json:"number"`
	Title       string             `json:"title"`
	Level       int                `json:"level"`
	Alert       string             `json:"alert"`
	PublishedAt time.Time          `json:"published_at"`
	Hash        string             `json:"hash"`
}

func (p *program) versionListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.version.list.short"), Long: p.l.T("cli.version.list.long"), Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			list, _, err := s.Versions(ctx, 0, 0)
			if err != nil {
				return err
			}
			if asJSON {
				out := make([]versionLineJSON, len(list))
				for i, v := range list {
					out[i] = versionLineJSON{v.ID, v.Programme, v.Number, v.Title, v.Level, v.Alert, v.PublishedAt, v.Hash}
				}
				return writeJSON(p.stdout, out)
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.version.header"))
			for _, v := range list {
				fmt.Fprintf(w, "%s\t%d\t%s\t%d\t%s\n", v.ID, v.Number, v.PublishedAt.UTC().Format(time.DateOnly), v.Level, shorten(v.Title, 60))
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) versionShowCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "show ID", Short: p.l.T("cli.version.show.short"), Long: p.l.T("cli.version.show.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			v, err := s.Version(ctx, studio.VersionID(named[0]))
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, v)
			}
			fmt.Fprintf(p.stdout, "%s (%s, %s, %s)\n", v.Title, p.l.T("version.n", "n", v.Number), p.l.T("studio.level", "n", v.Level), v.PublishedAt.UTC().Format(time.DateOnly))
			p.printDesign(v.Framework, v.Projects)
			fmt.Fprintf(p.stdout, "SHA-256 %s\n", v.Hash)
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}
