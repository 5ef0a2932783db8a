package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
)

// choresEvery is how often chores are done: what is over (dead sessions, used links, old messages) is
// deleted, graduates who are due are asked what became of them, and the database's planner learns of tables
// that have grown.
const choresEvery = 10 * time.Minute

// chore is something the program does by itself, again and again.
type chore struct {
	name string
	do   func(context.Context) error
}

func (p *program) chores(s *store.Store) []chore {
	return []chore{
		{"sweep", s.Sweep},
		{"statistics", s.KeepStatistics},
		{"judge estimates on unseen sheets", s.JudgeUnseen},
		{"evaluate alerts", func(ctx context.Context) error { _, err := s.EvaluateAlerts(ctx, people.BySystem, false); return err }},
		{"ask graduates", func(ctx context.Context) error { _, err := p.askGraduates(ctx, s); return err }},
	}
}

// startChores begins the program's own chores. stop ends them and waits for the one under way.
func (p *program) startChores(ctx context.Context, s *store.Store) (stop func(), err error) {
	site, err := access.ParseSite(p.publicURL)
	if err != nil {
		return nil, err
	}
	office, err := p.office(s, site, false)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithCancel(ctx)
	log := slog.New(slog.NewTextHandler(p.stderr, nil))
	ticker, toIssue := time.NewTicker(choresEvery), time.NewTicker(issueEvery)
	var done sync.WaitGroup
	done.Go(func() { doChores(ctx, p.chores(s), ticker.C, log) })
	done.Go(func() { issueDiplomas(ctx, office, toIssue.C, log) })
	stopTelling := p.tellAlerts(ctx, s, site, log)
	return func() {
		cancel()
		stopTelling()
		done.Wait()
		ticker.Stop()
		toIssue.Stop()
	}, nil
}

// doChores does every chore at once and at every tick, until the context ends. A chore that fails is
// logged: the next time makes up for it.
func doChores(ctx context.Context, chores []chore, tick <-chan time.Time, log *slog.Logger) {
	for {
		for _, c := range chores {
			if err := c.do(ctx); err != nil && ctx.Err() == nil {
				log.Error("chore failed", "chore", c.name, "err", err)
			}
		}
		select {
		case <-tick:
		case <-ctx.Done():
			return
		}
	}
}

// leaksVariable names a file of leaked passwords of the operator's, ordered by hash.
const leaksVariable = "FILIERE_LEAKED_PASSWORDS"

// leaks are the lists a new password must not be in: the one that comes with the program, and the
// operator's.
func (p *program) leaks() ([]people.LeakList, error) {
	lists := []people.LeakList{people.CommonLeaks()}
	path := p.getenvOr(leaksVariable)
	if path == "" {
		return lists, nil
	}
	file, err := people.OpenLeakFile(path)
	if err != nil {
		return nil, &fault.Fault{Code: fault.Invalid, Op: "serve", Column: leaksVariable, File: path, Err: err}
	}
	return append(lists, file), nil
}
