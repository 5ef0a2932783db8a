package web

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Later does what must not make an answer wait: a message to a person who has an account takes longer
// than none to one who has not, and whoever measures the answer must not learn which it was.
//
// Whoever makes one calls Wait before the program ends, so that nothing is lost.
type Later struct {
	log   *slog.Logger
	tasks sync.WaitGroup
	slots chan struct{}
}

const (
	laterAtOnce = 8                // tasks at the same time; the others wait their turn
	laterLimit  = 30 * time.Second // for one task
)

// NewLater makes a Later that tells failures to a log.
func NewLater(log *slog.Logger) *Later {
	return &Later{log: log, slots: make(chan struct{}, laterAtOnce)}
}

// Do runs a task soon. ctx gives it its values; it goes on when the request is over.
func (l *Later) Do(ctx context.Context, what string, task func(context.Context) error) {
	ctx = context.WithoutCancel(ctx)
	l.tasks.Go(func() {
		l.slots <- struct{}{}
		defer func() { <-l.slots }()
		ctx, cancel := context.WithTimeout(ctx, laterLimit)
		defer cancel()
		if err := task(ctx); err != nil {
			l.log.ErrorContext(ctx, "task after an answer failed", "task", what, "err", err)
		}
	})
}

// Wait returns when every task is done.
func (l *Later) Wait() { l.tasks.Wait() }
