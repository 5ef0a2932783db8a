package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
)

// codedAdverts writes a file of made-up adverts of two trades.
func codedAdverts(t *testing.T, employer string) string {
	t.Helper()
	var b bytes.Buffer
	for i := range 12 {
		fmt.Fprintf(&b, `{"titre":"Boulanger %d (H/F)","description":"Vous pétrissez le pain","rome_code":"D1107","entreprise":"%s","source":"a"}`+"\n", i, employer)
		fmt.Fprintf(&b, `{"titre":"Soudeur %d","rome_code":"H2913","lieu":"%s %d","source":"b"}`+"\n", i, employer, i)
	}
	name := filepath.Join(t.TempDir(), "adverts.jsonl")
	if err := os.WriteFile(name, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAdvertsAreTrainedOnAndMeasured(t *testing.T) {
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out, said bytes.Buffer
	p := &program{
		bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &said, now: time.Now,
		getenv: func(string) string { return "" }, db: filepath.Join(t.TempDir(), "f.db"),
	}
	run := func(args ...string) error {
		out.Reset()
		c := p.newEvaluatePostings()
		c.SetArgs(args)
		c.SilenceErrors, c.SilenceUsage = true, true
		return c.ExecuteContext(t.Context())
	}
	learned, fresh := codedAdverts(t, "Maison"), codedAdverts(t, "Ailleurs")
	if err := run(learned); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("without a model: %v", err)
	}
	if err := run(learned, "--folds", "3"); fault.CodeOf(err) != fault.Invalid {
		t.Errorf("without sheets: %v", err)
	}
	if err := p.withStore(t.Context(), func(s *store.Store) error {
		fillSheets(t, s)
		_, report, err := p.trainPostings(t.Context(), s, nil, learned, "")
		if report.Adverts != 24 || report.Sheets != 2 {
			t.Errorf("trained on %+v", report)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	if err := run(learned, "--json"); err != nil || !strings.Contains(out.String(), `"left_out": 24`) || !strings.Contains(out.String(), `"way": "unseen"`) {
		t.Errorf("adverts trained on: %v, %s", err, out.String())
	}
	if err := run(learned); err != nil || !strings.Contains(out.String(), "learned from all 24") || strings.Contains(out.String(), "A@1") {
		t.Errorf("only adverts trained on, for a person: %v, %s", err, out.String())
	}
	if err := run(fresh, "--apart", "a"); err != nil || !strings.Contains(out.String(), "title and text, sources apart  12       1.000") {
		t.Errorf("other adverts: %v, %s", err, out.String())
	}
	if err := run(fresh, "--folds", "3", "--group", "title"); err != nil || !strings.Contains(out.String(), "3 folds") {
		t.Errorf("folds: %v, %s", err, out.String())
	}
	if err := run(fresh, "--group", "luck"); err == nil {
		t.Error("any grouping will do")
	}
}

func fillSheets(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := context.Background()
	b, err := s.BeginBatch(ctx, "rome")
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range []any{
		occupation.Occupation{ID: "rome3-D1102", Label: "Boulangerie", Definition: "Fait le pain"},
		occupation.Title{Occupation: "rome3-D1102", Label: "Boulanger / Boulangère"},
		occupation.Occupation{ID: "rome3-H2913", Label: "Soudage manuel"},
		occupation.Title{Occupation: "rome3-H2913", Label: "Soudeur / Soudeuse"},
		occupation.Occupation{ID: "rome4-D1107", Label: "Boulanger bio"},
		occupation.Crosswalk{From: "rome4-D1107", To: "rome3-D1102", Quality: occupation.Official},
	} {
		if err := b.Put(ctx, r); err != nil {
			t.Fatal(err)
		}
	}
	r := market.Release{
		ID: "rome", Dataset: "rome", Scope: "all", Vintage: "1", Title: "rome", Producer: "test", Licence: "none", File: "test.csv", SHA256: "rome",
		ImportedAt: time.Now(), RowsKept: 6,
	}
	if err := b.Commit(ctx, r, nil); err != nil {
		t.Fatal(err)
	}
}
