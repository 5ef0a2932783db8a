package advert

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"errors"
	"io"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

// Limits of a file of adverts.
const (
	MaxAdverts  = 2_000_000
	MaxLine     = 8 * words.MaxText // a text of the longest kind, each character written \u00e9, and other fields
	maxExpanded = 8 << 30           // bytes a compressed file may grow to
	peeked      = 64 << 10
)

// bom is the mark some programs begin a file with.
var bom = []byte("\ufeff")

// Read gives every advert of a file to yield: of a file that begins with a brace, each line that is not blank; of
// another, the whole, as a text without a title. The file may be compressed with gzip. name is what faults call
// it. Read stops at the first line that is no advert, with an Invalid fault that says file, line and reason, and
// at the first error of yield, which it returns as it is.
func Read(r io.Reader, name string, yield func(Advert) error) error {
	return (&file{name: name, yield: yield}).read(r, true)
}

// ReadLines is Read for files that have to be JSON lines: a plain text is an Invalid fault.
func ReadLines(r io.Reader, name string, yield func(Advert) error) error {
	return (&file{name: name, yield: yield}).read(r, false)
}

// file is a file that is being read.
type file struct {
	name  string
	yield func(Advert) error
	count int
}

// misread says where the advert stands that could not be read.
func (f *file) misread(line int, cause error) error {
	out := fault.New(fault.Invalid, "read adverts", "")
	out.File, out.Line, out.Err = f.name, line, cause
	return out
}

func (f *file) read(r io.Reader, texts bool) error {
	plain, err := decompress(r)
	if err != nil {
		return f.misread(0, fault.New(fault.Invalid, "", "the file is not compressed as it says"))
	}
	if texts && !isLines(plain) {
		return f.text(plain)
	}
	return f.lines(plain)
}

// text gives the whole file.
func (f *file) text(r io.Reader) error {
	b, err := io.ReadAll(io.LimitReader(r, words.MaxText+1))
	if err != nil {
		return f.misread(0, err)
	}
	text, err := words.Clean(string(bytes.TrimPrefix(b, bom)))
	if err != nil {
		return f.misread(0, err)
	}
	return f.yield(Advert{Text: text, Line: 1, Whole: true})
}

func (f *file) lines(r io.Reader) error {
	lines := bufio.NewScanner(r)
	lines.Buffer(nil, MaxLine)
	n := 0
	for lines.Scan() {
		n++
		line := bytes.TrimSpace(lines.Bytes())
		if n == 1 {
			line = bytes.TrimSpace(bytes.TrimPrefix(line, bom))
		}
		if len(line) == 0 {
			continue
		}
		if err := f.line(line, n); err != nil {
			return err
		}
	}
	switch err := lines.Err(); {
	case errors.Is(err, bufio.ErrTooLong):
		return f.misread(n+1, fault.New(fault.Invalid, "", "the line is longer than %d bytes", MaxLine))
	case err != nil:
		return f.misread(n+1, err)
	}
	return nil
}

func (f *file) line(line []byte, n int) error {
	if f.count++; f.count > MaxAdverts {
		return f.misread(n, fault.New(fault.Invalid, "", "the file has more than %d adverts", MaxAdverts))
	}
	a, err := Parse(line)
	if err != nil {
		return f.misread(n, err)
	}
	a.Line = n
	return f.yield(a)
}

// isLines tells whether what comes is JSON lines: the first sign that is no blank is a brace.
func isLines(r *bufio.Reader) bool {
	for n := 64; ; n *= 2 {
		head, err := r.Peek(n)
		if yes, sure := isObject(head); sure || err != nil {
			return yes
		}
	}
}

func decompress(r io.Reader) (*bufio.Reader, error) {
	b := bufio.NewReaderSize(r, peeked)
	if magic, _ := b.Peek(2); len(magic) < 2 || magic[0] != 0x1f || magic[1] != 0x8b {
		return b, nil
	}
	z, err := gzip.NewReader(b)
	if err != nil {
		return nil, err
	}
	return bufio.NewReaderSize(&bounded{z, maxExpanded}, peeked), nil
}

// bounded is a reader that ends in a fault when more comes than it may.
type bounded struct {
	r    io.Reader
	left int64
}

func (b *bounded) Read(p []byte) (int, error) {
	n, err := b.r.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return 0, fault.New(fault.Invalid, "", "the file grows to more than %d bytes", int64(maxExpanded))
	}
	return n, err
}
