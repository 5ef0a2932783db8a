package people

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"html"
	"io"
	"reflect"
	"strings"
	"time"
)

// Section is a part of a person's data as a table: what it holds, the names of its columns, its rows.
// Names are those of the JSON; a page puts them into words.
type Section struct {
	Name    string
	Columns []string
	Rows    [][]string
	Held    bool // a table of another room: its name and those of its columns stand as they are
}

// Sections lays all of a person's data out in tables, in the order of PersonalData. It goes by the fields
// of the types, so that what is in the JSON is on the page.
func (d PersonalData) Sections() []Section {
	var out []Section
	all := reflect.ValueOf(d)
	for i := range all.NumField() {
		records := all.Field(i)
		switch {
		case records.Type() == reflect.TypeFor[[]HeldTable](): // below, one section each
			continue
		case records.Kind() == reflect.Slice:
		case records.Type() == reflect.TypeFor[AccountRecord]():
			one := reflect.MakeSlice(reflect.SliceOf(records.Type()), 0, 1)
			records = reflect.Append(one, records)
		default:
			continue // when it was exported is no data on the person
		}
		out = append(out, sectionOf(jsonName(all.Type().Field(i)), records))
	}
	for _, h := range d.Held {
		out = append(out, Section{Name: h.Table, Columns: h.Columns, Rows: h.Rows, Held: true})
	}
	return out
}

// sectionOf makes a table of a slice of records.
func sectionOf(name string, records reflect.Value) Section {
	record := records.Type().Elem()
	s := Section{Name: name}
	for i := range record.NumField() {
		s.Columns = append(s.Columns, jsonName(record.Field(i)))
	}
	for i := range records.Len() {
		var row []string
		for j := range record.NumField() {
			row = append(row, cellText(records.Index(i).Field(j)))
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

func jsonName(f reflect.StructField) string {
	name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return name
}

// cellText writes a value for a person: times to the second, lists joined.
func cellText(v reflect.Value) string {
	switch x := v.Interface().(type) {
	case time.Time:
		if x.IsZero() {
			return ""
		}
		return x.UTC().Format("2006-01-02 15:04:05 UTC")
	case []Action:
		names := make([]string, len(x))
		for i, a := range x {
			names[i] = string(a)
		}
		return strings.Join(names, ", ")
	}
	return fmt.Sprint(v.Interface())
}

// Words puts a key of the catalogue into words of a language; pairs are the parameters.
type Words func(key string, pairs ...any) string

// WriteZip writes a person's data as one archive: data.json for programs and index.html, in a language,
// for the person. It returns an error only when w does.
func (d PersonalData) WriteZip(w io.Writer, lang string, text Words) error {
	z := zip.NewWriter(w)
	data, err := json.MarshalIndent(d, "", "  ")
	if err != nil {
		return fmt.Errorf("write personal data: %w", err)
	}
	for _, file := range []struct {
		name    string
		content []byte
	}{{"data.json", data}, {"index.html", []byte(d.page(lang, text))}} {
		f, err := z.CreateHeader(&zip.FileHeader{Name: file.name, Method: zip.Deflate, Modified: d.ExportedAt})
		if err != nil {
			return fmt.Errorf("write %s: %w", file.name, err)
		}
		if _, err := f.Write(file.content); err != nil {
			return fmt.Errorf("write %s: %w", file.name, err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("end the archive: %w", err)
	}
	return nil
}

// page writes the data as a page that needs nothing else and runs nothing: it is opened from a disk.
func (d PersonalData) page(lang string, text Words) string {
	say := func(key string, pairs ...any) string { return html.EscapeString(text("personal."+key, pairs...)) }
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html>
<html lang="%s">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>%s</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; margin: 2rem; color: #1b1b1b; background: #fff }
div { overflow-x: auto } table { border-collapse: collapse }
th, td { border: 1px solid #767676; padding: .25rem .5rem; text-align: left; vertical-align: top }
</style>
<main>
<h1>%[2]s</h1>
<p>%s</p>
`, html.EscapeString(lang), say("title"), say("intro", "when", d.ExportedAt.UTC().Format("2006-01-02 15:04:05 UTC")))
	for _, s := range d.Sections() {
		s.writeHTML(&b, say)
	}
	b.WriteString("</main>\n</html>\n")
	return b.String()
}

// writeHTML writes a section with its heading. say gives escaped text.
func (s Section) writeHTML(b *strings.Builder, say Words) {
	heading := func() string {
		if s.Held {
			return say("section.held", "table", s.Name)
		}
		return say("section." + s.Name)
	}
	column := func(name string) string {
		if s.Held {
			return html.EscapeString(name)
		}
		return say("column." + name)
	}
	fmt.Fprintf(b, "<h2 id=\"%[1]s\">%[2]s</h2>\n", html.EscapeString(s.Name), heading())
	if len(s.Rows) == 0 {
		fmt.Fprintf(b, "<p>%s</p>\n", say("none"))
		return
	}
	// Scrolled by keyboard too, a wide table needs to take the focus and to have a name.
	fmt.Fprintf(b, "<div role=\"region\" tabindex=\"0\" aria-labelledby=\"%s\">\n<table>\n<thead><tr>", html.EscapeString(s.Name))
	for _, c := range s.Columns {
		fmt.Fprintf(b, "<th scope=\"col\">%s</th>", column(c))
	}
	b.WriteString("</tr></thead>\n<tbody>\n")
	for _, row := range s.Rows {
		b.WriteString("<tr>")
		for _, cell := range row {
			fmt.Fprintf(b, "<td>%s</td>", html.EscapeString(cell))
		}
		b.WriteString("</tr>\n")
	}
	b.WriteString("</tbody>\n</table>\n</div>\n")
}
