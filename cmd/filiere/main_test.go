package main

import (
	"context"
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the program a command that scripts can run.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"filiere": func() { os.Exit(run(context.Background(), os.Args[1:], os.Stdout, os.Stderr, os.Getenv)) },
		"tamper":  tamper,
		"unpack":  unpack,
	})
}

// TestTheCommandLine plays the scripts in testdata/script: each is a story a person could type.
func TestTheCommandLine(t *testing.T) {
	if testing.Short() {
		t.Skip("every line starts the program, which takes the race detector many minutes; what it runs is tested room by room")
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("FILIERE_DB", env.WorkDir+"/filiere.db")
			env.Setenv("FILIERE_LANG", "en")
			return nil
		},
		RequireExplicitExec: true,
	})
}
