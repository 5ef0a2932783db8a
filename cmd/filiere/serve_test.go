package main

import (
	"bufio"
	"context"
	"io"
	"strings"
	"testing"
	"time"

	"filiere/internal/locale"
	"filiere/internal/store/storetest"
)

func TestServeIssuesNoDiplomaInTheNameOfAnAddressItGuessed(t *testing.T) {
	for _, c := range []struct {
		name, public string
		demo, want   bool
	}{
		{"no address", "", false, true},
		{"an address", "https://school.example", false, false},
		{"the demonstration", "", true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			bundle, err := locale.Load()
			if err != nil {
				t.Fatal(err)
			}
			said, out := io.Pipe()
			p := &program{
				bundle: bundle, l: bundle[locale.English], stdout: io.Discard, stderr: out, now: time.Now,
				getenv: func(string) string { return "" }, publicURL: c.public, demo: c.demo, db: t.TempDir() + "/filiere.db",
			}
			ctx, cancel := context.WithCancel(t.Context())
			ready := make(chan struct{})
			go func() {
				defer io.Copy(io.Discard, said)
				for lines := bufio.NewScanner(said); lines.Scan(); {
					if strings.Contains(lines.Text(), "http://") {
						close(ready)
						return
					}
				}
			}()
			s, done := storetest.Open(t, "sqlite"), make(chan error, 1)
			go func() { done <- p.serve(ctx, s, "localhost:0") }()
			select {
			case <-ready:
			case err := <-done:
				t.Fatal(err)
			}
			cancel()
			if err := <-done; err != nil {
				t.Error(err)
			}
			if p.guessed != c.want {
				t.Errorf("the address is guessed: %v, want %v", p.guessed, c.want)
			}
		})
	}
}
