package mission

import (
	"strconv"
	"strings"
	"time"

	"filiere/internal/fault"
)

// The tables a report can be read as.
const (
	FiguresTable         = "figures"
	AreasTable           = "areas"
	RoadmapTable         = "roadmap"
	RecommendationsTable = "recommendations"
)

// Tables lists them.
func Tables() []string {
	return []string{FiguresTable, AreasTable, RoadmapTable, RecommendationsTable}
}

// Table gives one of the report's tables, its names of columns first. It returns a NotFound fault for a
// table that is none.
func (r Report) Table(name string) ([][]string, error) {
	var rows [][]string
	switch name {
	case FiguresTable:
		rows = append(rows, []string{"indicator", "year", "value", "unit", "of", "few", "target", "at", "hash"})
		for _, f := range r.Figures {
			rows = append(rows, f.fields())
		}
	case AreasTable:
		rows = append(rows, []string{"indicator", "area", "label", "people", "population", "share", "few"})
		for _, f := range r.Figures {
			for _, a := range f.ByArea {
				rows = append(rows, append([]string{string(f.Indicator)}, a.fields()...))
			}
		}
	case RoadmapTable:
		rows = append(rows, []string{"id", "objective", "title", "due_on", "standing", "promised_at", "settled_at", "reason"})
		for _, p := range r.Roadmap {
			rows = append(rows, []string{
				string(p.ID), string(p.Objective), p.Title, p.DueOn.Format(time.DateOnly), string(p.Standing), moment(p.PromisedAt), moment(p.SettledAt), p.Reason,
			})
		}
	case RecommendationsTable:
		rows = append(rows, []string{"id", "made_at", "text", "state", "answer", "changed_at"})
		for _, c := range r.Recommendations {
			rows = append(rows, []string{string(c.ID), moment(c.MadeAt), c.Text, string(c.State), c.Answer, moment(c.ChangedAt)})
		}
	default:
		return nil, fault.New(fault.NotFound, "read report", "no table of a report is called %q", strings.ToValidUTF8(name, "?"))
	}
	return rows, nil
}

// fields are the figure as a row; what is not said is empty.
func (f Figure) fields() []string {
	of := strconv.Itoa(f.Of)
	if f.Few {
		of = ""
	}
	return []string{string(f.Indicator), strconv.Itoa(f.Year), number(f.Value), string(f.Unit), of, strconv.FormatBool(f.Few), number(f.Target), moment(f.At), f.Hash}
}

func (a AreaHead) fields() []string {
	people, share := strconv.Itoa(a.People), number(&a.Share)
	if a.Few {
		people, share = "", ""
	}
	return []string{string(a.Area), a.Label, people, strconv.Itoa(a.Population), share, strconv.FormatBool(a.Few)}
}

func number(v *float64) string {
	if v == nil {
		return ""
	}
	return strconv.FormatFloat(*v, 'f', -1, 64)
}

// moment is a time as tables have it, empty for none.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
