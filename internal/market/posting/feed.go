package posting

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"filiere/internal/fault"
)

// Entry is one advert of a feed, or why there is none at that place.
type Entry struct {
	Raw  Raw
	Line int   // where it stands, counted from 1; in a list that is not written in lines, its place in the list
	Err  error // an Invalid fault with file, line and reason; the feed goes on after it unless it is Broken
}

// Broken tells whether nothing after an entry can be read.
func (e Entry) Broken() bool { return e.Err != nil && e.Line == 0 }

// Limits of a feed.
const (
	maxLine     = 8 << 20 // bytes of one advert
	maxExpanded = 64 << 30
	maxColumns  = 400
)

// Options say how a feed is to be read.
type Options struct {
	Name   string            // what faults call it
	Source string            // of adverts that name none
	Map    map[string]string // columns by the field they hold, for tables whose names are not known: {"titre": "libellé poste"}
}

// Feed reads adverts from what a source sends: JSON lines, a JSON list, an answer of the API of France Travail
// ("resultats"), schema.org JobPosting in JSON-LD (also "@graph"), RSS 2.0, Atom, or CSV; compressed with gzip or not. The
// form is told by the content. It hands each advert to yield until that returns false. An advert that cannot be read is
// an entry with a fault, and the rest is read all the same.
func Feed(r io.Reader, o Options, yield func(Entry) bool) {
	f := &feed{Options: o, yield: yield}
	in, err := f.open(r)
	if err != nil {
		f.broken(err)
		return
	}
	switch first := firstSign(in); first {
	case 0:
	case '<':
		f.readXML(in)
	case '[':
		f.readList(in)
	case '{':
		f.readLines(in, true)
	default:
		f.readTable(in)
	}
}

type feed struct {
	Options
	yield func(Entry) bool
}

// open takes compression and the byte order mark off.
func (f *feed) open(r io.Reader) (*bufio.Reader, error) {
	in := bufio.NewReaderSize(r, 1<<16)
	if head, err := in.Peek(2); err == nil && head[0] == 0x1f && head[1] == 0x8b {
		z, err := gzip.NewReader(in)
		if err != nil {
			return nil, err
		}
		in = bufio.NewReaderSize(io.LimitReader(z, maxExpanded), 1<<16)
	}
	if head, err := in.Peek(3); err == nil && bytes.Equal(head, []byte("\ufeff")) {
		_, _ = in.Discard(3) // it was peeked at, so it is there
	}
	return in, nil
}

// firstSign is the first sign that is no blank, 0 where there is none.
func firstSign(r *bufio.Reader) byte {
	for {
		c, err := r.ReadByte()
		if err != nil {
			return 0
		}
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			_ = r.UnreadByte() // it was just read
			return c
		}
	}
}

// broken hands on why nothing more can be read.
func (f *feed) broken(err error) {
	e := fault.New(fault.Invalid, "read adverts", "")
	e.File, e.Err = f.Name, err
	f.yield(Entry{Err: e})
}

// fail hands on why one advert cannot be read.
func (f *feed) fail(line int, err error) bool {
	e := fault.New(fault.Invalid, "read adverts", "")
	e.File, e.Line, e.Err = f.Name, line, err
	return f.yield(Entry{Line: line, Err: e})
}

// notJSON says what is wrong with a line without showing it.
func notJSON() error { return fault.New(fault.Invalid, "", "not a line of JSON") }

// tooLong says that one advert is longer than is read.
func tooLong() error {
	return fault.New(fault.Invalid, "", "the advert is longer than %d bytes", maxLine)
}

// readLines reads an object a line. If the whole may be one object, a first line that is none by itself may be its
// beginning.
func (f *feed) readLines(in *bufio.Reader, mayBeOne bool) {
	for n := 1; ; n++ {
		line, err := readLine(in)
		if errors.Is(err, bufio.ErrTooLong) {
			if !f.fail(n, tooLong()) {
				return
			}
			continue
		}
		if line = bytes.TrimSpace(line); len(line) > 0 {
			if n == 1 && mayBeOne && !json.Valid(line) {
				f.readObject(io.MultiReader(bytes.NewReader(line), strings.NewReader("\n"), in))
				return
			}
			if !f.readJSON(n, line) {
				return
			}
		}
		switch {
		case errors.Is(err, io.EOF):
			return
		case err != nil:
			f.broken(err)
			return
		}
	}
}

// readLine reads to the end of a line. One that is too long is read over, and said so.
func readLine(in *bufio.Reader) ([]byte, error) {
	var out []byte
	long := false
	for {
		part, err := in.ReadSlice('\n')
		if long = long || len(out)+len(part) > maxLine; !long {
			out = append(out, part...)
		}
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			continue
		case long && (err == nil || errors.Is(err, io.EOF)): // at the end, the next call says so
			return nil, bufio.ErrTooLong
		}
		return out, err
	}
}

// readObject reads one object that is written over several lines, bounded as one advert of a list of many is. What turns
// out to be no such object is lines of which the first is bad.
func (f *feed) readObject(in io.Reader) {
	const most = 32 * maxLine // an answer of an API holds 150 adverts
	b, err := io.ReadAll(io.LimitReader(in, most+1))
	switch {
	case err != nil:
		f.broken(err)
	case len(b) <= most && json.Valid(b):
		f.readJSON(1, b)
	default:
		f.readLines(bufio.NewReaderSize(io.MultiReader(bytes.NewReader(b), in), 1<<16), false)
	}
}

// readList reads a JSON list of objects.
func (f *feed) readList(in io.Reader) {
	d := json.NewDecoder(in)
	if _, err := d.Token(); err != nil {
		f.broken(notJSON())
		return
	}
	for n := 1; d.More(); n++ {
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			f.broken(notJSON())
			return
		}
		if !f.readJSON(n, one) {
			return
		}
	}
	if _, err := d.Token(); err != nil {
		f.broken(fault.New(fault.Invalid, "", "the list is cut off"))
	}
}

// readJSON reads one object: an advert, or what holds several.
func (f *feed) readJSON(line int, b []byte) bool {
	if len(b) > maxLine && !bytes.Contains(b[:min(len(b), 4096)], []byte("resultats")) && !bytes.Contains(b[:min(len(b), 4096)], []byte("@graph")) {
		return f.fail(line, tooLong())
	}
	d := json.NewDecoder(bytes.NewReader(b))
	d.UseNumber()
	var v map[string]any
	if err := d.Decode(&v); err != nil {
		return f.fail(line, notJSON())
	}
	for _, holder := range []string{"resultats", "@graph", "itemListElement"} {
		list, ok := v[holder].([]any)
		if !ok {
			continue
		}
		for i, one := range list {
			if item, ok := one.(map[string]any); ok && item["item"] != nil {
				one = item["item"] // of an ItemList
			}
			if !f.hand(i+1, flatten(one)) {
				return false
			}
		}
		return true
	}
	return f.hand(line, flatten(v))
}

// hand hands on an advert.
func (f *feed) hand(line int, r record) bool {
	raw := r.raw(f.Source)
	if raw.Title == "" && raw.Text == "" {
		return f.fail(line, fault.New(fault.Invalid, "", "it has neither a title nor a text"))
	}
	return f.yield(Entry{Raw: raw, Line: line})
}

// readTable reads CSV with the separator its first line has most of.
func (f *feed) readTable(in *bufio.Reader) {
	head, _ := in.Peek(1 << 12)
	first, _, _ := bytes.Cut(head, []byte("\n"))
	r := csv.NewReader(in)
	r.Comma, r.LazyQuotes, r.FieldsPerRecord, r.ReuseRecord = separator(first), true, -1, true
	columns, err := f.columns(r)
	if err != nil {
		f.broken(err)
		return
	}
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return
		}
		line, _ := r.FieldPos(0)
		if err != nil {
			f.broken(err)
			return
		}
		one := record{}
		for i, v := range row {
			if i < len(columns) {
				one[columns[i]] = v
			}
		}
		if !f.hand(line, one) {
			return
		}
	}
}

// columns reads the names of a table, those that Map gives another meaning changed.
func (f *feed) columns(r *csv.Reader) ([]string, error) {
	head, err := r.Read()
	if err != nil {
		return nil, err
	}
	if len(head) > maxColumns {
		return nil, fault.New(fault.Invalid, "", "the table has more than %d columns", maxColumns)
	}
	meant := map[string]string{}
	for field, column := range f.Map {
		meant[fieldName(column)] = fieldName(field)
	}
	out, titled := make([]string, len(head)), false
	for i, h := range head {
		out[i] = fieldName(h)
		if m, ok := meant[out[i]]; ok {
			out[i] = m
		}
		titled = titled || record{out[i]: "x"}.get(title) != ""
	}
	if !titled {
		f := fault.New(fault.Invalid, "", "it is neither JSON, RSS, Atom nor a table with a column of titles")
		f.Hint = "say which column holds them: --map title=COLUMN"
		return nil, f
	}
	return out, nil
}

// separator is what parts the columns of a line.
func separator(line []byte) rune {
	best, most := ',', bytes.Count(line, []byte(","))
	for _, c := range ";\t|" {
		if n := bytes.Count(line, []byte(string(c))); n > most {
			best, most = c, n
		}
	}
	return best
}

// readXML reads the items of RSS and the entries of Atom.
func (f *feed) readXML(in io.Reader) {
	d := xml.NewDecoder(in)
	d.Strict = true
	d.Entity = xml.HTMLEntity
	n := 0
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			f.broken(fault.New(fault.Invalid, "", "it is not well-formed XML"))
			return
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "item" && start.Name.Local != "entry" {
			continue
		}
		n++
		one, err := readItem(d)
		if err != nil {
			f.broken(fault.New(fault.Invalid, "", "it is not well-formed XML"))
			return
		}
		if !f.hand(n, one) {
			return
		}
	}
	if n == 0 {
		f.broken(fault.New(fault.Invalid, "", "it is XML without an item of RSS or an entry of Atom"))
	}
}

// readItem reads an item to its end; what lies inside its elements counts as theirs.
func readItem(d *xml.Decoder) (record, error) {
	one, depth, name := record{}, 0, ""
	var inside strings.Builder
	for {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		switch t := token.(type) {
		case xml.StartElement:
			if depth++; depth == 1 {
				name = fieldName(t.Name.Local)
				inside.Reset()
				for _, a := range t.Attr {
					if a.Name.Local == "href" && one[name+".href"] == "" {
						one[name+".href"] = a.Value
					}
				}
			}
		case xml.CharData:
			if inside.Len()+len(t) <= maxLine {
				inside.Write(t)
			}
		case xml.EndElement:
			if depth == 0 {
				return one, nil
			}
			if depth--; depth == 0 && len(one) < maxFields && one[name] == "" {
				one[name] = inside.String()
			}
		}
	}
}
