package campus

import (
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// Path is a way through a published version: its projects in order, with courses that help with them.
type Path struct {
	ID        PathID
	Version   studio.VersionID
	Title     string
	Courses   []CourseID // recommended, in the order they are best read
	Open      bool       // whether learners may begin it
	Enrolled  int        // how many learners ever began it
	CreatedAt time.Time
	CreatedBy people.Actor
}

// The bounds of a path.
const (
	MaxPathTitle   = 200 // bytes
	MaxPathCourses = 50
)

// Check tells whether a path can be. It returns an Invalid fault that names the field.
func (p Path) Check() (Path, error) {
	p.Title = strings.TrimSpace(p.Title)
	switch {
	case p.Version == "":
		return p, wrongPath("version", "a path leads through a published version")
	case p.Title == "" || len(p.Title) > MaxPathTitle || !utf8.ValidString(p.Title) || strings.ContainsFunc(p.Title, isControl):
		return p, wrongPath("title", "a title is one line of at most %d bytes", MaxPathTitle)
	case len(p.Courses) > MaxPathCourses:
		return p, wrongPath("course", "a path recommends at most %d courses", MaxPathCourses)
	}
	for i, c := range p.Courses {
		if c == "" || slices.Contains(p.Courses[:i], c) {
			return p, wrongPath("course", "each course is recommended once")
		}
	}
	return p, nil
}

func wrongPath(field, format string, args ...any) error {
	f := fault.New(fault.Invalid, "make path", format, args...)
	f.Column = field
	return f
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }
