package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/intake"
	"filiere/internal/market"
	"filiere/internal/store"
)

func (p *program) importCommand() *cobra.Command {
	var asJSON, again bool
	c := &cobra.Command{
		Use:     "import PATH...",
		Short:   p.l.T("cli.import.short"),
		Long:    p.l.T("cli.import.long"),
		Example: "  filiere import ./data\n  filiere import bmo_2024.csv.gz https://example.org/tensions.zip",
		Args:    args(1, unlimited),
		RunE: func(c *cobra.Command, paths []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				return p.importPaths(c.Context(), s, paths, again, asJSON)
			})
		},
	}
	c.Flags().BoolVar(&again, "again", false, p.l.T("cli.import.again"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// importPaths imports, recomputes what changed and prints the summary.
func (p *program) importPaths(ctx context.Context, s *store.Store, paths []string, again, asJSON bool) error {
	var reports []intake.Report
	err := p.runImport(ctx, s, paths, again, func(r intake.Report) { reports = append(reports, r) }, p.progressBar())
	if err != nil {
		return err
	}
	if err := p.refresh(ctx, s); err != nil {
		return err
	}
	if err := p.summarise(ctx, s, reports, asJSON); err != nil {
		return err
	}
	return failedImports(reports)
}

func (p *program) runImport(ctx context.Context, s *store.Store, paths []string, again bool, report func(intake.Report), bar *bar) error {
	im := intake.Importer[*store.Batch]{Sink: s, Sources: intake.Catalogue(), Now: p.now, Progress: bar.show, Again: again}
	return im.Run(ctx, paths, func(r intake.Report) {
		bar.finish(p.reportLine(r))
		report(r)
	})
}

// refresh recomputes cells and the search index when something was imported since the last time.
func (p *program) refresh(ctx context.Context, s *store.Store) error {
	stale, err := s.Stale(ctx)
	if err != nil || !stale {
		return err
	}
	start := p.now()
	result, err := s.Recompute(ctx, market.Dares2020())
	if err != nil {
		return err
	}
	if err := s.RebuildSearch(ctx); err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, p.l.T("cli.computed", "cells", len(result.Cells), "seconds", p.now().Sub(start).Seconds()))
	return nil
}

// failedImports makes the command fail when a known file was refused.
func failedImports(reports []intake.Report) error {
	n := 0
	for _, r := range reports {
		if r.Outcome == intake.Refused {
			n++
		}
	}
	if n == 0 {
		return nil
	}
	f := fault.New(fault.Unavailable, "import", "%d file(s) refused; nothing of them was kept", n)
	f.Hint = "the reasons stand in the summary above"
	return f
}

// reportLine is the line a finished file leaves on the terminal.
func (p *program) reportLine(r intake.Report) string {
	switch r.Outcome {
	case intake.Imported:
		return p.l.T("cli.import.done", "file", r.File, "dataset", r.Dataset, "kept", r.Release.RowsKept,
			"read", r.Release.RowsRead, "refused", r.Release.RowsRefused)
	case intake.Unchanged:
		return p.l.T("cli.import.unchanged", "file", r.File, "dataset", r.Dataset)
	case intake.Skipped:
		return p.l.T("cli.import.skipped", "file", r.File)
	}
	return p.l.T("cli.import.refused", "file", r.File, "reason", p.text(r.Err))
}

// fileSummary is one file of the summary, as JSON.
type fileSummary struct {
	File     string           `json:"file"`
	Outcome  intake.Outcome   `json:"outcome"`
	Dataset  string           `json:"dataset,omitempty"`
	Release  string           `json:"release,omitempty"`
	Vintage  string           `json:"vintage,omitempty"`
	Read     int              `json:"rows_read"`
	Kept     int              `json:"rows_kept"`
	Refused  int              `json:"rows_refused"`
	Unjoined []store.Unjoined `json:"unjoined,omitempty"`
	Error    string           `json:"error,omitempty"`
	Seconds  float64          `json:"seconds"`
}

func summaryOf(r intake.Report) fileSummary {
	f := fileSummary{
		File: r.File, Outcome: r.Outcome, Dataset: r.Dataset, Release: r.Release.ID, Vintage: r.Release.Vintage,
		Read: r.Release.RowsRead, Kept: r.Release.RowsKept, Refused: r.Release.RowsRefused, Seconds: r.Elapsed.Seconds(),
	}
	if r.Err != nil {
		f.Error = r.Err.Error()
	}
	return f
}

// summarise prints what was read, kept and refused, and the codes that did not join.
func (p *program) summarise(ctx context.Context, s *store.Store, reports []intake.Report, asJSON bool) error {
	files := make([]fileSummary, len(reports))
	for i, r := range reports {
		files[i] = summaryOf(r)
		if r.Outcome == intake.Imported {
			unjoined, err := s.Unjoined(ctx, r.Release.ID)
			if err != nil {
				return err
			}
			files[i].Unjoined = unjoined
		}
	}
	if asJSON {
		return writeJSON(p.stdout, files)
	}
	p.printSummary(files)
	return nil
}

func (p *program) printSummary(files []fileSummary) {
	var read, kept, refused int
	count := map[intake.Outcome]int{}
	for _, f := range files {
		count[f.Outcome]++
		if f.Outcome == intake.Imported {
			read, kept, refused = read+f.Read, kept+f.Kept, refused+f.Refused
		}
	}
	fmt.Fprintln(p.stdout, p.l.T("cli.import.total", "imported", count[intake.Imported], "unchanged", count[intake.Unchanged],
		"skipped", count[intake.Skipped], "refused", count[intake.Refused]))
	fmt.Fprintln(p.stdout, p.l.T("cli.import.rows", "read", read, "kept", kept, "refused", refused))
	for _, f := range files {
		if len(f.Unjoined) > 0 {
			fmt.Fprintln(p.stdout, p.l.T("cli.import.unjoined", "file", f.File, "codes", len(f.Unjoined), "examples", examples(f.Unjoined)))
		}
		if f.Refused > 0 || len(f.Unjoined) > 0 {
			fmt.Fprintln(p.stdout, "  "+p.l.T("cli.import.see", "release", f.Release))
		}
	}
}

// examplesShown is how many codes a summary names.
const examplesShown = 5

func examples(unjoined []store.Unjoined) string {
	var codes []string
	for _, u := range unjoined[:min(examplesShown, len(unjoined))] {
		codes = append(codes, u.Code)
	}
	if len(unjoined) > examplesShown {
		codes = append(codes, "…")
	}
	return strings.Join(codes, ", ")
}

func writeJSON(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	return e.Encode(v)
}

// bar shows how far a file has come, on a terminal only.
type bar struct {
	w        io.Writer
	terminal bool
	last     time.Time
	now      func() time.Time
}

// barEvery keeps the bar from costing more than the import.
const barEvery = 100 * time.Millisecond

const barWidth = 24

func (p *program) progressBar() *bar {
	return &bar{w: p.stderr, terminal: isTerminal(p.stderr), now: p.now}
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	if !ok {
		return false
	}
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

func (b *bar) show(file string, done, total int64) {
	if !b.terminal || total <= 0 || b.now().Sub(b.last) < barEvery {
		return
	}
	b.last = b.now()
	full := int(barWidth * done / total)
	fmt.Fprintf(b.w, "\r\x1b[K%s%s %3d %%  %s", strings.Repeat("█", full), strings.Repeat("░", barWidth-full), 100*done/total, file)
}

// finish replaces the bar with a line that stays.
func (b *bar) finish(line string) {
	if b.terminal {
		fmt.Fprint(b.w, "\r\x1b[K")
	}
	fmt.Fprintln(b.w, line)
}
