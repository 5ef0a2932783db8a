package web

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
)

func TestWhatManyAskForAtOnceIsReadOnce(t *testing.T) {
	var m memo[string]
	var asked atomic.Int64
	var readers sync.WaitGroup
	for range 20 {
		readers.Go(func() {
			got, err := m.get(t.Context(), "1", "key", func(context.Context) (string, error) {
				return fmt.Sprint("read ", asked.Add(1)), nil
			})
			if got != "read 1" || err != nil {
				t.Errorf("%q, %v", got, err)
			}
		})
	}
	readers.Wait()
}

func TestWhatFailsIsNotKept(t *testing.T) {
	var m memo[string]
	broken := errors.New("broken")
	for i := range 100 {
		if _, err := m.get(t.Context(), "1", fmt.Sprint(i), func(context.Context) (string, error) { return "", broken }); !errors.Is(err, broken) {
			t.Fatalf("the failure is %v", err)
		}
	}
	if len(m.byKey) > 0 {
		t.Errorf("%d failures take memory", len(m.byKey))
	}
	if got, err := m.get(t.Context(), "1", "1", func(context.Context) (string, error) { return "mended", nil }); got != "mended" || err != nil {
		t.Errorf("after a failure: %q, %v", got, err)
	}
}
