package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/occupation/words"
	"filiere/internal/store"
	"filiere/internal/stream"
)

// openStream opens the stream of adverts: the one named, that of FILIERE_STREAM, or one beside the database.
func (p *program) openStream(ctx context.Context, url string) (*stream.Stream, error) {
	if url = cmp.Or(url, p.getenv("FILIERE_STREAM")); url != "" {
		return stream.Open(ctx, stream.Place{URL: url})
	}
	dsn, err := p.database()
	if err != nil {
		return nil, err
	}
	dir := strings.TrimSuffix(dsn, filepath.Ext(dsn)) + ".stream"
	if strings.Contains(dsn, "://") { // a database on a server has no place beside it
		folder, err := p.dataFolder()
		if err != nil {
			return nil, err
		}
		dir = filepath.Join(folder, "stream")
	}
	return stream.Open(ctx, stream.Place{Dir: dir})
}

// workerReports is how often a worker says what it did.
const workerReports = 10 * time.Second

func (p *program) workerCommand() *cobra.Command {
	var f ingestFlags
	c := &cobra.Command{
		Use: "worker", Short: p.l.T("cli.worker.short"), Long: p.l.T("cli.worker.long"),
		Example: "  filiere worker\n  filiere worker --stream nats://n1:4222,nats://n2:4222,nats://n3:4222 --db postgres://filiere@db/filiere",
		Args:    args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			lang, err := words.In(f.lang)
			switch {
			case err != nil:
				return usageError{err}
			case f.sure < 0 || f.sure > 1:
				return usageError{errors.New(p.l.T("cli.classify.badnumber"))}
			}
			return p.withStore(c.Context(), func(s *store.Store) error {
				in, err := p.newIngestion(c.Context(), s, lang, f)
				if err != nil {
					return err
				}
				return p.work(c.Context(), in)
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.stream, "stream", "", p.l.T("cli.stream.flag"))
	flags.Float64Var(&f.sure, "sure", 0, p.l.T("cli.classify.sure"))
	flags.StringVar(&f.lang, "text-lang", "fr", p.l.T("cli.skills.lang"))
	flags.StringVar(&f.model, "model", "", p.l.T("cli.model"))
	return c
}

// work takes adverts from the stream until the context ends.
func (p *program) work(ctx context.Context, in *ingestion) (err error) {
	s, err := p.openStream(ctx, in.flags.stream)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	b, err := s.Backlog(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintln(p.stderr, p.l.T("cli.worker.ready", "waiting", b.Waiting+b.Underway, "dead", b.Dead))
	stop := p.startWork(ctx, s, in)
	tick := time.NewTicker(workerReports)
	defer tick.Stop()
	told := 0
	for {
		select {
		case <-ctx.Done():
			err := stop()
			p.reportWork(in, &told)
			return err
		case <-tick.C:
			p.reportWork(in, &told)
		}
	}
}

// reportWork says what a worker did, if it did anything since it said so last.
func (p *program) reportWork(in *ingestion, told *int) {
	in.mu.Lock()
	t := in.total
	in.mu.Unlock()
	if done := t.New + t.Known; done > *told {
		*told = done
		fmt.Fprintln(p.stderr, p.l.T("cli.worker.did", "new", t.New, "known", t.Known, "counted", t.Counted, "reposts", t.Reposts))
	}
}
