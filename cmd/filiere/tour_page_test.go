package main

import (
	"bytes"
	"cmp"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/chromedp/chromedp"
)

// picture is a step of the tour as docs/tour.md tells it.
type picture struct{ file, title, text string }

const tourPicture = "tour-%02d-%s.png"

// shows tells a step in docs/tour.md with the page as it is now, from an element on ("" for its beginning).
// The picture is taken only with -screenshots.
func (w *traveller) shows(name string, height int64, from, title, text string) {
	w.t.Helper()
	file := fmt.Sprintf(tourPicture, len(w.t.pictures)+1, name)
	w.t.pictures = append(w.t.pictures, picture{file, title, text})
	if !*screenshots {
		return
	}
	w.run("make room for a picture", chromedp.EmulateViewport(1280, height))
	scroll := `scrollTo(0, 0)`
	if from != "" {
		scroll = fmt.Sprintf(`document.querySelector(%q).scrollIntoView({behavior: "instant", block: "start"}); scrollBy({top: -16, behavior: "instant"})`, from)
	}
	eval[any](w, scroll+`; new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))`)
	shot, err := chromedp.Run(w.ctx, chromedp.CaptureScreenshot())
	if err == nil {
		shot, err = smaller(shot)
	}
	if err == nil {
		err = os.WriteFile(filepath.Join("..", "..", "docs", "img", file), shot, 0o644)
	}
	if err != nil {
		w.t.Fatalf("take the picture %s: %v", file, err)
	}
	w.run("put the window back", chromedp.EmulateViewport(1280, 1000))
}

// shades is how many colours a picture keeps: pages have few, and their text shades between two of them.
const shades = 64

// smaller writes a picture with its most frequent colours only.
func smaller(shot []byte) ([]byte, error) {
	full, err := png.Decode(bytes.NewReader(shot))
	if err != nil {
		return nil, err
	}
	bounds := full.Bounds()
	count := map[color.RGBA]int{}
	at := func(x, y int) color.RGBA {
		c := color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)
		return color.RGBA{c.R &^ 7, c.G &^ 7, c.B &^ 7, 255}
	}
	exact := map[color.RGBA]map[color.RGBA]int{} // what a coarse colour most often is
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := at(x, y)
			count[c]++
			if exact[c] == nil {
				exact[c] = map[color.RGBA]int{}
			}
			exact[c][color.RGBAModel.Convert(full.At(x, y)).(color.RGBA)]++
		}
	}
	most := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(count[b]-count[a], cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	var palette color.Palette
	nearest := map[color.RGBA]uint8{}
	for i, c := range most[:min(shades, len(most))] {
		nearest[c] = uint8(i)
		best, n := c, 0
		for e, m := range exact[c] {
			if m > n {
				best, n = e, m
			}
		}
		palette = append(palette, best)
	}
	out := image.NewPaletted(bounds, palette)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			c := at(x, y)
			i, ok := nearest[c]
			if !ok {
				i = uint8(palette.Index(c))
				nearest[c] = i
			}
			out.SetColorIndex(x, y, i)
		}
	}
	var b bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	err = encoder.Encode(&b, out)
	return b.Bytes(), err
}

const tourHead = `# The whole way

One shortage, followed from the radar to the report by eight people: an analyst, a designer, an expert, a learner, a mentor, an
assessor, a juror and a stranger who has no account. A test walks it in a real browser on the bundled sample (or on the producers'
files when ` + "`FILIERE_DATA`" + ` names their folder), then asks the API and the command line for the same. It took these pictures, in
French; the persons are invented, and fields for files and dates speak the browser's own language.

` + "```" + `
go test ./cmd/filiere -run Tour               # walk the way
go test ./cmd/filiere -run Tour -screenshots  # … and write this page and its pictures anew
` + "```" + `
`

// tells compares docs/tour.md with what was walked; with -screenshots it writes it.
func (t *tour) tells() {
	t.Helper()
	var b strings.Builder
	b.WriteString(tourHead)
	for i, p := range t.pictures {
		fmt.Fprintf(&b, "\n## %d. %s\n\n%s\n\n![%s](img/%s)\n", i+1, p.title, p.text, p.title, p.file)
	}
	file := filepath.Join("..", "..", "docs", "tour.md")
	if *screenshots {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if old, err := os.ReadFile(file); err != nil || string(old) != b.String() {
		t.Errorf("%s does not tell the tour as it was walked (%v); write it anew with -screenshots", file, err)
	}
}
