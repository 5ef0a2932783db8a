package market

import (
	"encoding/json"
	"io"
)

// textColumns are the columns of the table that hold words rather than numbers.
var textColumns = map[string]bool{
	"nomenclature": true, "occupation": true, "label": true, "level": true, "area": true, "area_label": true,
	"origin": true, "source": true,
}

// WriteJSON writes the row as one JSON object with the names of Columns, in their order; absent and
// withheld numbers are null.
func (r Row) WriteJSON(w io.Writer) error {
	fields := r.Fields()
	fields[2], fields[5], fields[len(fields)-1] = r.Label, r.AreaLabel, r.Sources // no spreadsheet guard in JSON
	buf := []byte{'{'}
	for i, name := range Columns {
		if i > 0 {
			buf = append(buf, ", "...)
		}
		buf = append(buf, `"`+name+`": `...)
		value, err := jsonField(name, fields[i])
		if err != nil {
			return err
		}
		buf = append(buf, value...)
	}
	_, err := w.Write(append(buf, '}'))
	return err
}

func jsonField(name, field string) ([]byte, error) {
	switch {
	case textColumns[name]:
		return json.Marshal(field)
	case field == "":
		return []byte("null"), nil
	}
	return []byte(field), nil
}
