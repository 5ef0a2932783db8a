package web

import (
	"bytes"
	"html/template"
	"testing"
)

func TestAPageIsCutAtItsMarks(t *testing.T) {
	shared := map[string]piece{"map": newSharedPiece([]byte("<path/>"))}
	b, err := newBody([]byte("<header>\x00who\x00</header><svg>\x00map\x00</svg>"), shared)
	if err != nil {
		t.Fatal(err)
	}
	for _, who := range []string{"", "Ada", "Grace"} {
		plain, err := expand(b.with(storedPiece([]byte(who))))
		if want := "<header>" + who + "</header><svg><path/></svg>"; err != nil || string(plain) != want {
			t.Errorf("%q, %v; want %q", plain, err, want)
		}
	}
	if _, err := newBody([]byte("\x00other\x00"), shared); err == nil {
		t.Error("a mark nobody made a piece for is taken")
	}
}

func TestATextThatLooksLikeAMarkStaysText(t *testing.T) {
	page := template.Must(template.New("").Parse(`<title>{{.}}</title><a href="/x?q={{.}}" title="{{.}}">{{.}}</a><textarea>{{.}}</textarea>`))
	var html bytes.Buffer
	forged := "\x00who\x00"
	if err := page.Execute(&html, forged); err != nil {
		t.Fatal(err)
	}
	html.WriteString(template.HTMLEscapeString(forged))
	if bytes.Contains(html.Bytes(), []byte(markSign)) {
		t.Errorf("a mark was forged: %q", html.Bytes())
	}
}

func TestABodyCountsOnlyWhatIsItsOwn(t *testing.T) {
	own, outlines := newPiece(bytes.Repeat([]byte("own"), 99)), newSharedPiece(bytes.Repeat([]byte("outline"), 9999))
	with, without := body{before: []piece{own, outlines}}, body{before: []piece{own}}
	if with.size()-without.size() != pieceOverhead {
		t.Errorf("a shared piece counts %d bytes", with.size()-without.size())
	}
}
