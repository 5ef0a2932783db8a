package api

import (
	"context"
	"strconv"

	"filiere/internal/people"
	"filiere/internal/studio"
)

// Library is what the routes of published versions ask of the store. The errors are those the store
// documents.
type Library interface {
	Versions(ctx context.Context, limit, offset int) ([]studio.Version, int, error)
	Version(ctx context.Context, id studio.VersionID) (studio.Version, error)
}

// versionDeeds are the routes of published versions.
func versionDeeds() []deed {
	return []deed{
		{pattern: "GET /versions", action: people.ReadCatalogue, params: []string{"limit", "offset"}, do: (*desk).listVersions},
		{pattern: "GET /versions.csv", action: people.ReadCatalogue, do: (*desk).versionTable},
		{pattern: "GET /versions/{id}", action: people.ReadCatalogue, do: (*desk).version},
	}
}

// versionPage is a part of the list of versions.
type versionPage struct {
	Data   []versionLine `json:"data"`
	Total  int           `json:"total"`
	Limit  int           `json:"limit"`
	Offset int           `json:"offset"`
	Next   *string       `json:"next"`
}

// versionLine is a version without its content.
type versionLine struct {
	ID        studio.VersionID   `json:"id"`
	Programme studio.ProgrammeID `json:"programme"`
	Number    int                `json:"number"`
	Title     string             `json:"title"`
	Level     int                `json:"level"`
	Alert     string             `json:"alert"`
	Hash      string             `json:"hash"`
}

func (d *desk) listVersions(c call) (outcome, error) {
	limit, offset, err := c.page()
	if err != nil {
		return outcome{}, err
	}
	found, total, err := d.library.Versions(c.Context(), limit, offset)
	if err != nil {
		return outcome{}, err
	}
	out := versionPage{Data: []versionLine{}, Total: total, Limit: limit, Offset: offset}
	for _, v := range found {
		out.Data = append(out.Data, versionLine{v.ID, v.Programme, v.Number, v.Title, v.Level, v.Alert, v.Hash})
	}
	if offset+limit < total {
		out.Next = c.next("offset", strconv.Itoa(offset+limit))
	}
	return outcome{body: out}, nil
}

// versionTable is the list as CSV.
func (d *desk) versionTable(c call) (outcome, error) {
	found, _, err := d.library.Versions(c.Context(), maxTableRows, 0)
	rows := [][]string{studio.VersionColumns()}
	for _, v := range found {
		rows = append(rows, v.Fields())
	}
	return csvFile("versions.csv", rows), err
}

// version is a version as it was published, whole.
func (d *desk) version(c call) (outcome, error) {
	v, err := d.library.Version(c.Context(), studio.VersionID(c.PathValue("id")))
	return outcome{body: v}, err
}
