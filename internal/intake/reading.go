package intake

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"io"
	"math"
	"strconv"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/territory"
)

// maxRefusalsKept bounds the refused rows a release remembers one by one; all are counted.
const maxRefusalsKept = 1000

// maxValueShown shortens a refused value, in bytes: reports are read by people.
const maxValueShown = 120

// Reading is one file being read by a Source.
type Reading struct {
	Context context.Context
	Source  Source // what the file was recognised as; a file that names its own source may change it
	Head    Head
	Scope   string // set by the source: what of the dataset the file covers
	Vintage string // set by the source: edition as the content states it

	content  []byte // UTF-8
	put      func(any) error
	progress func(done, total int64)

	once                map[any]bool // records emitted by EmitOnce
	read, kept, refused int
	refusals            []market.Refusal
}

// Bytes is the whole content, decoded to UTF-8.
func (in *Reading) Bytes() []byte { return in.content }

// Emit hands a record on. Sources of tables use Row.Emit instead, which holds a row's records back
// until the row is known to be sound.
func (in *Reading) Emit(record any) error { return in.put(record) }

// Count adds to the rows read and kept, for sources that are no tables.
func (in *Reading) Count(read, kept int) { in.read += read; in.kept += kept }

// Refuse reports a row that could not be read.
func (in *Reading) Refuse(line int, column, value, reason string) {
	in.refused++
	if len(in.refusals) < maxRefusalsKept {
		in.refusals = append(in.refusals, market.Refusal{Line: line, Column: column, Value: shorten(value), Reason: reason})
	}
}

func shorten(s string) string {
	if len(s) <= maxValueShown {
		return s
	}
	return strings.ToValidUTF8(s[:maxValueShown], "") + "…"
}

// Table reads the content as a table with a header and calls each for every data row.
func (in *Reading) Table(each func(*Row)) error { return in.TableFrom(0, each) }

// TableFrom is Table for files with a preamble: the header is the record with that index (0-based).
func (in *Reading) TableFrom(header int, each func(*Row)) error {
	c := newCSV(bytes.NewReader(in.content), in.Head.Comma)
	var columns map[string]int
	row := &Row{in: in, positions: map[string]int{}}
	for n := 0; ; n++ {
		record, err := c.Read()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return csvFault(err)
		}
		if n < header {
			continue
		}
		if n == header {
			columns = indexColumns(record)
			row.columns, row.width = columns, len(record)
			continue
		}
		row.line, _ = c.FieldPos(0)
		if err := in.oneRow(row, record, each); err != nil {
			return err
		}
		if n%1024 == 0 {
			in.progress(c.InputOffset(), int64(len(in.content)))
			if err := in.Context.Err(); err != nil {
				return err
			}
		}
	}
}

func indexColumns(header []string) map[string]int {
	columns := make(map[string]int, len(header))
	for i, name := range header {
		if k := columnKey(name); k != "" {
			if _, twice := columns[k]; !twice {
				columns[k] = i
			}
		}
	}
	return columns
}

// oneRow reads one record: blank ones are passed over, a fault in any column refuses the whole row.
func (in *Reading) oneRow(row *Row, record []string, each func(*Row)) error {
	if blank(record) {
		return nil
	}
	in.read++
	row.record, row.records, row.skipped, row.bad = record, row.records[:0], false, false
	each(row)
	if row.bad || row.skipped {
		return nil
	}
	in.kept++
	return in.putAll(row.records)
}

func (in *Reading) putAll(records []any) error {
	for _, r := range records {
		if o, repeated := r.(once); repeated {
			if in.once[o.record] {
				continue
			}
			in.once[o.record] = true
			r = o.record
		}
		if err := in.put(r); err != nil {
			return err
		}
	}
	return nil
}

func blank(record []string) bool {
	for _, f := range record {
		if strings.TrimSpace(f) != "" {
			return false
		}
	}
	return true
}

func csvFault(err error) error {
	f := fault.New(fault.Invalid, "read table", "the table is not well formed")
	if p, ok := errors.AsType[*csv.ParseError](err); ok {
		f.Line, err = p.Line, p.Err
	}
	f.Err = err
	return f
}

// Row is one data row. Its getters report a value that cannot be read, which refuses the row.
type Row struct {
	in      *Reading
	columns map[string]int // folded column name → position
	// positions remembers where the columns a source asks for stand.
	positions map[string]int
	width     int
	record    []string
	line      int
	records   []any
	skipped   bool
	bad       bool
}

// Emit hands a record on once the row is known to be sound.
func (r *Row) Emit(record any) { r.records = append(r.records, record) }

// once marks a record that is handed on the first time only.
type once struct{ record any }

// EmitOnce is Emit for a record that many rows repeat, such as the area a figure is for; record must be
// comparable.
func (r *Row) EmitOnce(record any) {
	if !r.in.once[record] {
		r.Emit(once{record})
	}
}

// Skip passes over a row that is sound but holds nothing to keep (a footer, a subtotal).
func (r *Row) Skip() {
	if !r.bad && !r.skipped {
		r.skipped = true
		r.in.read--
	}
}

// Refuse refuses the row because of one column.
func (r *Row) Refuse(column, reason string) {
	if r.bad {
		return
	}
	r.bad = true
	value := ""
	if column != "" {
		value = r.Text(column)
	} else {
		value = strings.Join(r.record, string(r.in.Head.Comma))
	}
	r.in.Refuse(r.line, column, value, reason)
}

// Text is the trimmed value of a column, "" when the row is short or the column is not there.
func (r *Row) Text(column string) string {
	i := r.position(column)
	if i < 0 || i >= len(r.record) {
		return ""
	}
	return strings.TrimSpace(r.record[i])
}

// position is where a column stands, -1 when the table has no such column. Names are folded once.
func (r *Row) position(column string) int {
	i, known := r.positions[column]
	if !known {
		var ok bool
		if i, ok = r.columns[columnKey(column)]; !ok {
			i = -1
		}
		r.positions[column] = i
	}
	return i
}

// Required is Text for a value that must not be empty.
func (r *Row) Required(column string) string {
	s := r.Text(column)
	if s == "" || s == "NA" {
		r.Refuse(column, "a value is required here")
	}
	return s
}

// Number reads a figure: "" and "NA" are absent, "*" is withheld under statistical secrecy, a decimal
// comma or point is understood.
func (r *Row) Number(column string) market.Value {
	s := r.Text(column)
	switch s {
	case "", "NA", "nd", "n.d.", "null":
		return market.Value{}
	case "*":
		return market.Secret()
	}
	f, err := parseNumber(s)
	if err != nil {
		r.Refuse(column, "not a number")
		return market.Value{}
	}
	return market.Is(f)
}

// Count is Number for a quantity that cannot be negative.
func (r *Row) Count(column string) market.Value {
	v := r.Number(column)
	if v.Known() && v.Float < 0 {
		r.Refuse(column, "a count cannot be negative")
	}
	return v
}

// Class reads a class 1–5; "" and "NA" are absent.
func (r *Row) Class(column string) market.Value {
	v := r.Number(column)
	if v.Known() && (v.Float < 1 || v.Float > 5 || v.Float != math.Trunc(v.Float)) {
		r.Refuse(column, "a class is a whole number from 1 to 5")
	}
	return v
}

// earliestYear and latestYear bound the years we believe: outside them a column was misread.
const earliestYear, latestYear = 1900, 2100

// Year reads a year.
func (r *Row) Year(column string) int {
	v := r.Number(column)
	if !v.Known() || v.Float < earliestYear || v.Float > latestYear || v.Float != math.Trunc(v.Float) {
		r.Refuse(column, "not a year")
		return 0
	}
	return int(v.Float)
}

// Area reads an area code of a zoning; a blank one is territory.Unlocated. A code that went through a
// spreadsheet ("84.0", "1" for "01") is mended.
func (r *Row) Area(z territory.Zoning, column string) territory.ID {
	id := territory.Make(z, strings.TrimSuffix(r.Text(column), ".0"))
	if id != territory.Unlocated && !shaped(id.Code(), areaShapes[z]...) {
		r.Refuse(column, "not an area code of this zoning")
	}
	return id
}

var numberMender = strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".", "%", "")

// parseNumber reads a decimal number; the other notations of Go's own numbers are none of a producer's.
func parseNumber(s string) (float64, error) {
	if strings.ContainsAny(s, "xX_") {
		return 0, strconv.ErrSyntax
	}
	f, err := strconv.ParseFloat(s, 64)
	if err != nil {
		f, err = strconv.ParseFloat(numberMender.Replace(s), 64)
	}
	if err == nil && (math.IsNaN(f) || math.IsInf(f, 0)) {
		err = strconv.ErrRange
	}
	return f, err
}
