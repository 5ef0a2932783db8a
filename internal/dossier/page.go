package dossier

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"
	"reflect"
	"strings"
	"time"

	"filiere/internal/locale"
	"filiere/internal/people"
)

//go:embed page.html
var pageText string

var pageTemplate = template.Must(template.New("page").Parse(pageText))

// view is the page. A section is a table of records, each a row.
type view struct {
	Lang, Title, Intro, None string
	Sections                 []section
}

type section struct {
	Title   string
	Columns []string
	Rows    [][]string
}

// writePage writes the page. It follows the fields of people.PersonalData as they stand, so that what
// is exported is shown: a section is a field that is a record or a list of records, named in the
// catalogue by its JSON name.
func writePage(w io.Writer, l *locale.Locale, d people.PersonalData) error {
	v := view{
		Lang: string(l.Lang), Title: l.T("dossier.title"), None: l.T("dossier.none"),
		Intro: l.T("dossier.intro", "time", moment(d.ExportedAt), "file", dataFile),
	}
	all := reflect.ValueOf(d)
	for i := range all.NumField() {
		field := all.Field(i)
		switch {
		case field.Type() == reflect.TypeFor[time.Time]():
		case field.Kind() == reflect.Struct:
			one := reflect.Append(reflect.MakeSlice(reflect.SliceOf(field.Type()), 0, 1), field)
			v.Sections = append(v.Sections, sectionOf(l, name(all.Type().Field(i)), one))
		case field.Kind() == reflect.Slice:
			v.Sections = append(v.Sections, sectionOf(l, name(all.Type().Field(i)), field))
		}
	}
	return pageTemplate.Execute(w, v)
}

// sectionOf makes a section of a list of records.
func sectionOf(l *locale.Locale, key string, records reflect.Value) section {
	s := section{Title: l.T("dossier.section." + key)}
	record := records.Type().Elem()
	for i := range record.NumField() {
		s.Columns = append(s.Columns, l.T("dossier.field."+name(record.Field(i))))
	}
	for i := range records.Len() {
		row := make([]string, record.NumField())
		for j := range row {
			row[j] = text(records.Index(i).Field(j).Interface())
		}
		s.Rows = append(s.Rows, row)
	}
	return s
}

// name is a field's name in JSON.
func name(f reflect.StructField) string {
	n, _, _ := strings.Cut(f.Tag.Get("json"), ",")
	return n
}

// text is a value as a person reads it.
func text(v any) string {
	switch v := v.(type) {
	case time.Time:
		return moment(v)
	case []people.Action:
		words := make([]string, len(v))
		for i, a := range v {
			words[i] = string(a)
		}
		return strings.Join(words, ", ")
	}
	return fmt.Sprint(v)
}

// moment is a time in full, "" for none: a record needs no reader's time zone.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02 15:04:05 UTC")
}
