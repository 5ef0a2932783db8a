package campus

import "time"

// Reading notes that a learner has read a chapter.
type Reading struct {
	Course  CourseID
	Part    string // slug
	Chapter string // slug
	Hash    string // of the chapter as it was read
	At      time.Time
}

// Progress is how far a learner is in a course as it stands.
type Progress struct {
	Course   CourseID
	Chapters int // of the course
	Read     int // of them, read as they stand
	Quizzes  int // of the course
	Answered int // of them
	Results  []QuizResult

	read map[[2]string]string
}

// ProgressIn works out how far a learner is. What was read of chapters that are gone does not count, nor
// do chapters that were rewritten since.
func ProgressIn(c Course, readings []Reading, results []QuizResult) Progress {
	p := Progress{Course: c.ID, Chapters: c.Chapters(), Quizzes: c.Quizzes(), read: map[[2]string]string{}}
	for _, r := range readings {
		if r.Course == c.ID {
			p.read[[2]string{r.Part, r.Chapter}] = r.Hash
		}
	}
	for _, part := range c.Parts {
		for _, ch := range part.Chapters {
			if p.ChapterState(part.Slug, ch) == ReadAsItStands {
				p.Read++
			}
		}
		if part.Quiz == nil {
			continue
		}
		for _, r := range results {
			if r.Course == c.ID && r.Part == part.Slug {
				p.Answered++
				p.Results = append(p.Results, r)
			}
		}
	}
	return p
}

// ChapterState is what a learner has of a chapter.
type ChapterState string

// The states of a chapter.
const (
	Unread         ChapterState = "unread"
	ReadAsItStands ChapterState = "read"
	ReadBefore     ChapterState = "changed" // it was rewritten since
)

// ChapterState tells what the learner has of a chapter.
func (p Progress) ChapterState(part string, c Chapter) ChapterState {
	switch p.read[[2]string{part, c.Slug}] {
	case "":
		return Unread
	case c.Seal():
		return ReadAsItStands
	}
	return ReadBefore
}

// Result finds what was reached in the quiz of a part.
func (p Progress) Result(part string) (QuizResult, bool) {
	for _, r := range p.Results {
		if r.Part == part {
			return r, true
		}
	}
	return QuizResult{}, false
}

// Done reports whether everything was read and every quiz answered.
func (p Progress) Done() bool { return p.Read == p.Chapters && p.Answered == p.Quizzes }
