package api

import (
	"encoding/csv"
	"encoding/json"
	"errors"
	"net/http"
)

// reply is an answer: as JSON, and for tables as rows of CSV.
type reply struct {
	body    any
	columns []string
	// rows writes each row of the table; made only when CSV is asked for.
	rows func(row func([]string) error) error
	// name is the file name a browser saves the table under.
	name string
	// raw and media replace the body: the OpenAPI document.
	raw   []byte
	media string
}

// list is the JSON of a list that is given whole.
type list[T any] struct {
	Data []T `json:"data"`
}

// tableOf makes the reply of a list that is given whole.
func tableOf[T, J any](name string, columns []string, items []T, toJSON func(T) J, fields func(T) []string) reply {
	data := make([]J, len(items))
	for i, it := range items {
		data[i] = toJSON(it)
	}
	return reply{body: list[J]{data}, name: name, columns: columns, rows: func(row func([]string) error) error {
		for _, it := range items {
			if err := row(fields(it)); err != nil {
				return err
			}
		}
		return nil
	}}
}

// write sends the answer. It returns an error only while nothing has been sent: after that a connection
// that breaks off is all a reader can be told.
func (p reply) write(w http.ResponseWriter, r *http.Request, asCSV bool) error {
	switch {
	case asCSV:
		return p.writeCSV(w, r)
	case p.raw != nil:
		w.Header().Set("Content-Type", p.media)
		if r.Method != http.MethodHead {
			_, _ = w.Write(p.raw)
		}
		return nil
	}
	buf, err := json.Marshal(p.body)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	_, _ = w.Write(append(buf, '\n'))
	return nil
}

// errHead ends the making of rows that a HEAD request does not want.
var errHead = errors.New("no body wanted")

func (p reply) writeCSV(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Content-Type", "text/csv; charset=utf-8; header=present")
	w.Header().Set("Content-Disposition", `inline; filename="`+p.name+`.csv"`)
	out := csv.NewWriter(w)
	sent := false
	begin := func() error {
		if sent {
			return nil
		}
		sent = true
		return out.Write(p.columns)
	}
	err := p.rows(func(fields []string) error {
		if r.Method == http.MethodHead {
			return errHead
		}
		if err := begin(); err != nil {
			return err
		}
		return out.Write(fields)
	})
	switch {
	case errors.Is(err, errHead):
		return nil
	case err != nil && !sent:
		w.Header().Del("Content-Disposition")
		return err
	case err != nil:
		panic(http.ErrAbortHandler) // a table cut short must not look whole
	}
	if err := begin(); err != nil {
		return nil // the reader went away
	}
	out.Flush()
	return nil
}
