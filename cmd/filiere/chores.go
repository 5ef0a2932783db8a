package main

import (
	"context"
	"log/slog"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
)

// sweepEvery is how often what is over (dead sessions, used links, old messages) is deleted.
const sweepEvery = 10 * time.Minute

// startChores begins the program's own chores. stop ends them and waits for the one under way.
func (p *program) startChores(ctx context.Context, s *store.Store) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	ticker := time.NewTicker(sweepEvery)
	done := make(chan struct{})
	go func() {
		defer close(done)
		sweep(ctx, s, ticker.C, slog.New(slog.NewTextHandler(p.stderr, nil)))
	}()
	return func() {
		cancel()
		<-done
		ticker.Stop()
	}
}

// sweep sweeps at once and at every tick, until the context ends. A sweep that fails is logged: the next
// one makes up for it.
func sweep(ctx context.Context, s *store.Store, tick <-chan time.Time, log *slog.Logger) {
	for {
		if err := s.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.Error("sweep", "err", err)
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
