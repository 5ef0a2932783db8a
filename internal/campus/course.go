package campus

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// Course is a text to learn from, in parts and chapters, as its author wrote it in a folder of Markdown.
type Course struct {
	ID      CourseID `json:"-"`
	Slug    string   `json:"slug"` // the folder's name: a course imported again under it is the same course
	Lang    string   `json:"lang"` // fr or en
	Version string   `json:"version"`
	Hours   int      `json:"hours"` // of reading and exercise, estimated
	Licence string   `json:"licence"`
	Title   string   `json:"title"`
	Summary string   `json:"summary"` // Markdown
	Parts   []Part   `json:"parts"`
	Files   []File   `json:"files"`

	Revision   int       `json:"-"` // 1, 2, 3…: counts the imports that changed something
	Hash       string    `json:"-"` // SHA-256 of the content
	ImportedAt time.Time `json:"-"` // of the revision
}

// Part is a part of a course.
type Part struct {
	Slug     string    `json:"slug"`
	Title    string    `json:"title"`
	Intro    string    `json:"intro"` // Markdown
	Chapters []Chapter `json:"chapters"`
	Quiz     *Quiz     `json:"quiz"` // nil: none
}

// Chapter is what is read at one sitting.
type Chapter struct {
	Slug  string `json:"slug"`
	Title string `json:"title"`
	Body  string `json:"body"` // Markdown

	Hash string `json:"-"` // Seal of the above, where it was worked out before
}

// File is an image of a course.
type File struct {
	Part  string `json:"part"` // slug of the part it belongs to; "" for the course's own
	Name  string `json:"name"`
	Media string `json:"media"` // image/png or image/jpeg
	Data  []byte `json:"data"`
}

// Seal computes the hash of a course's content.
func (c Course) Seal() string {
	c.Files = slices.Clone(c.Files)
	slices.SortFunc(c.Files, func(a, b File) int { return cmp.Or(strings.Compare(a.Part, b.Part), strings.Compare(a.Name, b.Name)) })
	return sealOf(c)
}

// Seal gives the hash of a chapter: progress says which text was read.
func (c Chapter) Seal() string {
	if c.Hash != "" {
		return c.Hash
	}
	return sealOf(c)
}

// Seal computes the hash of a quiz: a result says which questions were answered.
func (q Quiz) Seal() string { return sealOf(q) }

func sealOf(v any) string {
	b, err := json.Marshal(v)
	if err != nil { // cannot happen: the types hold strings, numbers and bytes
		panic(err)
	}
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:])
}

// Chapters counts the chapters of a course.
func (c Course) Chapters() (n int) {
	for _, p := range c.Parts {
		n += len(p.Chapters)
	}
	return n
}

// Quizzes counts the quizzes of a course.
func (c Course) Quizzes() (n int) {
	for _, p := range c.Parts {
		if p.Quiz != nil {
			n++
		}
	}
	return n
}

// Part finds a part by its slug.
func (c Course) Part(slug string) (Part, bool) {
	for _, p := range c.Parts {
		if p.Slug == slug {
			return p, true
		}
	}
	return Part{}, false
}

// Chapter finds a chapter by its slug.
func (p Part) Chapter(slug string) (Chapter, bool) {
	for _, c := range p.Chapters {
		if c.Slug == slug {
			return c, true
		}
	}
	return Chapter{}, false
}

// Seal computes the hash of an image.
func (f File) Seal() string { return sealOf(f) }
