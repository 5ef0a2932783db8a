package web

import (
	"context"
	"errors"
	"testing"

	"filiere/internal/occupation"
)

// changing is a Reader that says something new each time.
type changing struct {
	Reader
	asked int
	err   error
}

func (c *changing) Children(_ context.Context, id occupation.ID) ([]occupation.Occupation, error) {
	c.asked++
	return []occupation.Occupation{{ID: id}}, c.err
}

func TestWhatWasReadOfAnOccupationIsKeptForItsVersion(t *testing.T) {
	source := &changing{}
	r := &remembering{Reader: source}
	first, second := context.WithValue(t.Context(), versionKey{}, "1"), context.WithValue(t.Context(), versionKey{}, "2")
	for i, step := range []struct {
		what  string
		ctx   context.Context
		id    occupation.ID
		err   error
		asked int
	}{
		{"the first time", first, "rome3-A1101", nil, 1},
		{"again", first, "rome3-A1101", nil, 1},
		{"another occupation", first, "rome3-A1102", nil, 2},
		{"a new version", second, "rome3-A1101", nil, 3},
		{"again in the new version", second, "rome3-A1101", nil, 3},
		{"a request without a version", t.Context(), "rome3-A1101", nil, 4},
		{"a failure", second, "rome3-A1103", errors.New("broken"), 5},
		{"after the failure", second, "rome3-A1103", nil, 6},
	} {
		source.err = step.err
		got, err := r.Children(step.ctx, step.id)
		if source.asked != step.asked || !errors.Is(err, step.err) || (err == nil && got[0].ID != step.id) {
			t.Errorf("%d, %s: asked %d times, want %d; %v, %v", i, step.what, source.asked, step.asked, got, err)
		}
	}
}
