package store_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/store"
)

// fewerChecks is how many times a property is tried unless the command line says otherwise
// (-rapid.checks): each try works on a real database.
const fewerChecks = "25"

// writerVariable makes this test binary another process that works on the database it names.
const writerVariable = "FILIERE_TEST_WRITER"

func TestMain(m *testing.M) {
	for variable, work := range map[string]func(context.Context, string) error{writerVariable: write, tellerVariable: ring} {
		if dsn := os.Getenv(variable); dsn != "" {
			if err := work(context.Background(), dsn); err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(1)
			}
			return
		}
	}
	if err := flag.Set("rapid.checks", fewerChecks); err != nil { // before m.Run reads the command line
		panic(err)
	}
	os.Exit(m.Run())
}

// write makes links for an account and uses them, until it is killed. It says so after the first.
func write(ctx context.Context, dsn string) error {
	s, err := store.Open(ctx, dsn, time.Now)
	if err != nil {
		return err
	}
	email := fmt.Sprintf("writer-%d@example.org", os.Getpid())
	a, err := s.CreateAccount(ctx, people.ByCLI, people.Account{Email: email, Name: "Writer", Lang: "fr"})
	if err != nil {
		return err
	}
	for n := 0; ; n++ {
		if n == 1 {
			fmt.Println("writing")
		}
		secret, err := s.CreateLink(ctx, people.By(a.ID), people.LinkSignIn, a.ID)
		if err != nil {
			return err
		}
		if _, err := s.UseLink(ctx, secret, people.LinkSignIn); err != nil {
			return err
		}
		if _, _, err := s.OpenSession(ctx, a.ID, "link", "", ""); err != nil {
			return err
		}
	}
}
