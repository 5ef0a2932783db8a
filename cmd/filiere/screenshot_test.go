package main

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"

	"filiere/internal/locale"
)

var screenshots = flag.Bool("screenshots", false, "take the pictures of docs/img anew, on the producers' files")

// TestTakeTheScreenshotsOfTheDocs makes the pictures the documentation shows, from the real program on the
// producers' files: go test ./cmd/filiere -run Screenshots -screenshots
func TestTakeTheScreenshotsOfTheDocs(t *testing.T) {
	if !*screenshots {
		t.Skip("takes pictures only with -screenshots")
	}
	dir := os.Getenv("FILIERE_DATA")
	if dir == "" {
		t.Fatal("set FILIERE_DATA to the folder of the producers' files")
	}
	dsn := filepath.Join(t.TempDir(), "filiere.db")
	var out bytes.Buffer
	bundle, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	p := &program{bundle: bundle, l: bundle[locale.English], stdout: &out, stderr: &out, getenv: func(string) string { return "" }, now: time.Now}
	for _, args := range [][]string{{"demo", "--load-only"}, {"import", dir}} {
		root := p.root()
		root.SetArgs(append([]string{"--db", dsn}, args...))
		if err := root.ExecuteContext(context.Background()); err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out.String())
		}
	}
	base, ctx := site(t, p, dsn), browser(t)
	for _, shot := range []struct {
		file, page, lang string
		dark             bool
		width, height    int64
	}{
		{"home-en.png", "/?level=bassin", "en", false, 1280, 1000},
		{"map-fr.png", "/map?occupation=rome3-M1805&level=bassin", "fr", false, 1280, 1150},
		{"occupation-en.png", "/occupations/fap2009-V1Z80", "en", false, 1280, 1400},
		{"area-fr.png", "/areas/be2019-8401", "fr", false, 1280, 1100},
		{"area-dark-phone.png", "/areas/be2019-8401", "fr", true, 390, 844},
		{"method-en.png", "/method", "en", false, 1280, 1400},
	} {
		if err := chromedp.Do(ctx, chromedp.EmulateViewport(shot.width, shot.height)); err != nil {
			t.Fatal(err)
		}
		visit(t, ctx, base, shot.page, shot.lang, shot.dark)
		png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join("..", "..", "docs", "img", shot.file), png, 0o644); err != nil {
			t.Fatal(err)
		}
	}
}
