// Command filiere runs a school that listens to the labour market: it imports official figures, works
// out where which occupations lack people, and serves the pages and the API that show it.
//
// This package wires the rooms together and holds nothing else.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"filiere/internal/fault"
	"filiere/internal/locale"
)

// Exit codes.
const (
	exitDone   = 0
	exitFailed = 1
	exitUsage  = 2 // the command was called wrongly: calling it again the same way will not help
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	code := run(ctx, os.Args[1:], os.Stdout, os.Stderr, os.Getenv)
	stop()
	os.Exit(code)
}

// run is the whole program with its surroundings as parameters. It returns the exit code.
func run(ctx context.Context, args []string, stdout, stderr io.Writer, getenv func(string) string) int {
	bundle, err := locale.Load()
	if err != nil {
		fmt.Fprintln(stderr, err)
		return exitFailed
	}
	p := &program{
		bundle: bundle, l: bundle[language(args, getenv)],
		stdout: stdout, stderr: stderr, getenv: getenv, now: time.Now,
	}
	root := p.root()
	root.SetArgs(args)
	root.SetOut(stdout)
	root.SetErr(stderr)
	err = root.ExecuteContext(ctx)
	if err == nil {
		return exitDone
	}
	p.complain(err)
	return exitCode(err)
}

func exitCode(err error) int {
	if _, ok := errors.AsType[usageError](err); ok || fault.CodeOf(err) == fault.Invalid && isArgument(err) {
		return exitUsage
	}
	return exitFailed
}

// isArgument tells a fault of the command line from one of a file: files have a name.
func isArgument(err error) bool {
	f, ok := errors.AsType[*fault.Fault](err)
	return ok && f.File == ""
}

// complain tells a person what went wrong and what usually mends it.
func (p *program) complain(err error) {
	if errors.Is(err, context.Canceled) {
		fmt.Fprintln(p.stderr, p.l.T("cli.interrupted"))
		return
	}
	fmt.Fprintln(p.stderr, p.l.T("cli.error", "reason", p.text(err)))
	if hint := fault.Hint(err, p.l.Phrase); hint != "" {
		fmt.Fprintln(p.stderr, p.l.T("cli.hint", "hint", hint))
	}
}

// text is an error in the reader's language.
func (p *program) text(err error) string { return fault.Text(err, p.l.Phrase) }
