package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

// advert is one advert as it comes: a line of JSON, or a whole text.
type advert struct {
	ID          string `json:"id"`
	Source      string `json:"source"`
	Titre       string `json:"titre"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Text        string `json:"text"`

	line int
}

// title is the advert's title, clean.
func (a advert) title() (string, error) { return words.Clean(first(a.Titre, a.Title)) }

// body is the advert's text, clean.
func (a advert) body() (string, error) { return words.Clean(first(a.Description, a.Text)) }

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// longestAdvert is the longest line read: a text of the longest kind, each character of it written as \u0000, and
// other fields besides.
const longestAdvert = 8 * words.MaxText

// eachAdvert hands every advert of a file to f: of one that begins with a brace, each line; of another, the whole.
// "-" and "" are stdin. A line that cannot be read, or that f cannot do with, is a fault that says
// where it stands.
func eachAdvert(stdin io.Reader, name string, f func(advert) error) error {
	in, shown, err := openAdverts(stdin, name)
	if err != nil {
		return err
	}
	defer in.Close()
	r := bufio.NewReaderSize(in, 1<<16)
	if head, err := r.Peek(2); err == nil && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(r)
		if err != nil {
			return badAdvert(shown, 0, err)
		}
		r = bufio.NewReaderSize(z, 1<<16)
	}
	if !isLines(r) {
		text, err := io.ReadAll(io.LimitReader(r, words.MaxText+1))
		if err != nil {
			return badAdvert(shown, 0, err)
		}
		if err := f(advert{Text: string(text), line: 1}); err != nil {
			return badAdvert(shown, 0, err)
		}
		return nil
	}
	return eachLine(r, shown, f)
}

// openAdverts opens a file by name and says what to call it in a fault.
func openAdverts(stdin io.Reader, name string) (io.ReadCloser, string, error) {
	if name == "" || name == "-" {
		return io.NopCloser(stdin), "-", nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, name, badAdvert(name, 0, err)
	}
	return f, name, nil
}

// isLines tells whether what comes is JSON lines: the first sign that is no blank is a brace.
func isLines(r *bufio.Reader) bool {
	for n := 64; ; n *= 2 {
		head, err := r.Peek(n)
		head = bytes.TrimLeft(bytes.TrimPrefix(head, []byte("\ufeff")), " \t\r\n")
		if len(head) > 0 {
			return head[0] == '{'
		}
		if err != nil {
			return false
		}
	}
}

func eachLine(r io.Reader, shown string, f func(advert) error) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, longestAdvert)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimPrefix(bytes.TrimSpace(lines.Bytes()), []byte("\ufeff"))
		if len(line) == 0 {
			continue
		}
		a, err := readAdvert(line)
		a.line = n
		if err == nil {
			err = f(a)
		}
		if err != nil {
			return badAdvert(shown, n, err)
		}
	}
	if err := lines.Err(); err != nil {
		return badAdvert(shown, n+1, err)
	}
	return nil
}

// readAdvert reads one line of JSON.
func readAdvert(line []byte) (advert, error) {
	var a advert
	if err := json.Unmarshal(line, &a); err != nil {
		var kind *json.UnmarshalTypeError
		if errors.As(err, &kind) {
			return a, fault.New(fault.Invalid, "", "%q is no text", kind.Field)
		}
		return a, fault.New(fault.Invalid, "", "not a line of JSON")
	}
	if strings.TrimSpace(a.Titre+a.Title+a.Description+a.Text) == "" {
		return a, fault.New(fault.Invalid, "", "no titre, description, title or text")
	}
	return a, nil
}

// badAdvert says where the advert stands that could not be read.
func badAdvert(file string, line int, err error) error {
	f := fault.New(fault.Invalid, "read adverts", "")
	f.File, f.Line, f.Err = file, line, err
	if errors.Is(err, os.ErrNotExist) {
		f.Code = fault.NotFound
	}
	if errors.Is(err, bufio.ErrTooLong) {
		f.Err = fault.New(fault.Invalid, "", "the line is longer than %d bytes", longestAdvert)
	}
	return f
}
