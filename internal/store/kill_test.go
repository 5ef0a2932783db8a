package store_test

import (
	"bufio"
	"bytes"
	"os"
	"os/exec"
	"testing"
	"time"

	"filiere/internal/people"
)

// writer is another process that writes until it is killed.
type writer struct {
	cmd    *exec.Cmd
	output *bufio.Reader
	errors bytes.Buffer
}

// startWriter starts a process on the database and waits until it writes.
func startWriter(t *testing.T, dsn string) *writer {
	t.Helper()
	return startProcess(t, writerVariable, dsn)
}

// startProcess starts a process that does what a variable says, and waits until it writes.
func startProcess(t *testing.T, variable, dsn string) *writer {
	t.Helper()
	w := &writer{cmd: exec.CommandContext(t.Context(), os.Args[0])}
	w.cmd.Env = append(os.Environ(), variable+"="+dsn)
	w.cmd.Stderr = &w.errors
	out, err := w.cmd.StdoutPipe()
	ok(t, err)
	ok(t, w.cmd.Start())
	w.output = bufio.NewReader(out)
	if line, err := w.output.ReadString('\n'); line != "writing\n" {
		t.Fatalf("the writer says %q, %v: %s", line, err, w.errors.String())
	}
	return w
}

// kill stops the process as a power cut would.
func (w *writer) kill(t *testing.T) {
	t.Helper()
	ok(t, w.cmd.Process.Kill())
	_ = w.cmd.Wait() // it says that it was killed
	if w.errors.Len() > 0 {
		t.Errorf("the writer had stopped by itself: %s", w.errors.String())
	}
}

// TestProcessesThatAreKilledLeaveOneUnbrokenTrailAndNothingHalfDone lets processes write at the same
// time as this one, and kills them in the middle of it.
func TestProcessesThatAreKilledLeaveOneUnbrokenTrailAndNothingHalfDone(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		for round := range 3 {
			writers := []*writer{startWriter(t, h.dsn), startWriter(t, h.dsn)}
			for i := range 20 + 7*round { // the time of that many writes of ours
				ok(t, h.of(i).AppendAudit(t.Context(), people.Event{Actor: people.BySystem, Action: "chore", Object: people.Site}))
			}
			for _, w := range writers {
				w.kill(t)
			}
			h.time.pass(time.Hour)
		}
		events, err := h.a.VerifyAudit(t.Context())
		ok(t, err)
		for _, c := range []struct{ action, rows string }{
			{people.DidCreateAccount, `account`},
			{people.DidCreateLink, `link`},
			{people.DidUseLink, `link WHERE used_at IS NOT NULL`},
			{people.DidOpenSession, `session`},
		} {
			written, err := h.a.AuditEvents(t.Context(), people.AuditFilter{Action: c.action})
			ok(t, err)
			if n := h.count(t, c.rows); n != len(written) || n == 0 {
				t.Errorf("%d rows of %s and %d events %s", n, c.rows, len(written), c.action)
			}
		}
		var actors int
		ok(t, h.a.DB().QueryRow(`SELECT count(DISTINCT actor) FROM audit_event WHERE action = 'link.use'`).Scan(&actors))
		if actors != 6 {
			t.Errorf("%d processes of 6 used links, in a trail of %d events", actors, events)
		}
	})
}
