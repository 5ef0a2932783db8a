package people

import (
	"bytes"
	"crypto/sha1"
	"encoding/hex"
	"io"
	"os"
	"strings"

	"filiere/internal/fault"
)

// LeakFile is a file of leaked passwords that is searched where it lies, whatever its size: a line for
// each, its SHA-1 in hexadecimal or at least the first shortestPrefix digits of it, in order, perhaps
// followed by a colon and a count. It is the format "ordered by hash" of Have I Been Pwned.
// SHA-1 is the format's; nothing rests on its strength.
type LeakFile struct {
	file io.ReaderAt
	size int64
}

// Bounds of a line.
const (
	shortestPrefix = 10  // 40 bits: fewer would refuse good passwords by chance
	longestLine    = 128 // 40 digits, a colon, a count, and room
)

// OpenLeakFile opens a file for as long as the program runs. It returns an error of package os, or what
// NewLeakFile returns.
func OpenLeakFile(path string) (*LeakFile, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	l, err := openedLeakFile(f)
	if err != nil {
		f.Close()
	}
	return l, err
}

func openedLeakFile(f *os.File) (*LeakFile, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	return NewLeakFile(f, info.Size())
}

// orderSamples is how many places of a file are compared before it is believed to be in order.
const orderSamples = 64

// NewLeakFile takes a file of a size. It returns an Invalid fault for one that is empty or, as far as a few
// dozen lines tell, of another format or order; it does not read it all.
func NewLeakFile(file io.ReaderAt, size int64) (*LeakFile, error) {
	l := &LeakFile{file: file, size: size}
	if size == 0 {
		return nil, badLeakFile("the file is empty")
	}
	before := ""
	for i := range int64(orderSamples) {
		start, digits, err := l.lineAfter(size / orderSamples * i)
		if err != nil {
			return nil, err
		}
		if start == size {
			break
		}
		if digits < before {
			return nil, badLeakFile("the lines are not in order")
		}
		before = digits
	}
	return l, nil
}

// Leaked reports whether a password is in the file: a binary search by bytes, some 40 reads for 40 GB.
func (l *LeakFile) Leaked(password string) (bool, error) {
	sum := sha1.Sum([]byte(NormalisePassword(password)))
	want := strings.ToUpper(hex.EncodeToString(sum[:]))
	// Invariant: a line that matches, if there is one, starts in [low, high).
	low, high := int64(0), l.size
	for low < high {
		middle := low + (high-low)/2
		start, prefix, err := l.lineAfter(middle)
		if err != nil {
			return false, err
		}
		if start >= high { // no line starts in the upper half
			high = middle
			continue
		}
		switch strings.Compare(want[:len(prefix)], prefix) {
		case 0:
			return true, nil
		case -1:
			high = middle
		case 1:
			low = start + int64(len(prefix))
		}
	}
	return false, nil
}

// lineAfter gives the first line that starts at an offset or after it: where it starts, and its digits.
// At the end of the file it gives its size.
func (l *LeakFile) lineAfter(offset int64) (start int64, digits string, err error) {
	from := max(offset-1, 0) // the byte before tells whether a line starts here
	buffer := make([]byte, 2*longestLine)
	n, err := l.file.ReadAt(buffer, from)
	if err != nil && err != io.EOF {
		return 0, "", err
	}
	text, start := buffer[:n], from
	if offset > 0 {
		end := bytes.IndexByte(text, '\n')
		if end < 0 {
			return l.size, "", l.atEnd(from, n)
		}
		text, start = text[end+1:], from+int64(end)+1
	}
	if start >= l.size {
		return l.size, "", nil
	}
	line, _, ended := bytes.Cut(text, []byte{'\n'})
	if !ended && start+int64(len(line)) < l.size {
		return 0, "", badLeakFile(notAHash)
	}
	hash, _, _ := strings.Cut(strings.TrimRight(string(line), "\r"), ":")
	if !isHashPrefix(hash) {
		return 0, "", badLeakFile(notAHash)
	}
	return start, strings.ToUpper(hash), nil
}

// atEnd tells the last line, which may lack its line break, from a line that is too long.
func (l *LeakFile) atEnd(from int64, n int) error {
	if from+int64(n) < l.size {
		return badLeakFile(notAHash)
	}
	return nil
}

const notAHash = "a line is not a SHA-1 in hexadecimal"

func isHashPrefix(s string) bool {
	return len(s) >= shortestPrefix && len(s) <= 2*sha1.Size &&
		strings.Trim(s, "0123456789abcdefABCDEF") == ""
}

func badLeakFile(format string, args ...any) error {
	f := fault.New(fault.Invalid, "read leaked passwords", format, args...)
	f.Hint = "give the file \"ordered by hash\" of Have I Been Pwned"
	return f
}
