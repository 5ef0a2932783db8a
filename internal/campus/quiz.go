package campus

import (
	"slices"
	"time"

	"filiere/internal/fault"
)

// Quiz is the assessment of a part.
type Quiz struct {
	Title     string     `json:"title"`
	Questions []Question `json:"questions"`
}

// Question has one or more right options.
type Question struct {
	Text        string   `json:"text"` // Markdown
	Options     []Option `json:"options"`
	Explanation string   `json:"explanation"` // Markdown; "" when there is none
}

// Option is a possible answer.
type Option struct {
	Text  string `json:"text"` // Markdown
	Right bool   `json:"right"`
}

// Several reports whether more than one option is right.
func (q Question) Several() bool {
	n := 0
	for _, o := range q.Options {
		if o.Right {
			n++
		}
	}
	return n > 1
}

// Answers are the options chosen, question by question, by their numbers from 0.
type Answers [][]int

// Mark is what came of a quiz.
type Mark struct {
	Right []bool // question by question
	Score int    // how many are right
	Total int
}

// Grade marks the answers to a quiz. A question is right when exactly its right options are chosen; one
// left out is wrong.
//
// Errors: Invalid for an answer to a question or with an option the quiz does not have, or one chosen
// twice.
func (q Quiz) Grade(a Answers) (Mark, error) {
	m := Mark{Total: len(q.Questions), Right: make([]bool, len(q.Questions))}
	if len(a) > len(q.Questions) {
		return Mark{}, wrongAnswer(len(q.Questions)+1, "the quiz has %d questions", len(q.Questions))
	}
	for i, question := range q.Questions {
		var chosen []int
		if i < len(a) {
			chosen = a[i]
		}
		for j, n := range chosen {
			if n < 0 || n >= len(question.Options) || slices.Contains(chosen[:j], n) {
				return Mark{}, wrongAnswer(i+1, "no such option, or chosen twice: %d", n)
			}
		}
		m.Right[i] = question.right(chosen)
		if m.Right[i] {
			m.Score++
		}
	}
	return m, nil
}

// right reports whether exactly the right options are chosen.
func (q Question) right(chosen []int) bool {
	for i, o := range q.Options {
		if o.Right != slices.Contains(chosen, i) {
			return false
		}
	}
	return true
}

func wrongAnswer(question int, format string, args ...any) error {
	f := fault.New(fault.Invalid, "grade quiz", format, args...)
	f.Column, f.Line = "answers", question
	return f
}

// Attempt is one time a learner answered the quiz of a part.
type Attempt struct {
	Number  int // 1, 2, 3…
	Answers Answers
	Score   int
	Total   int
	Hash    string // of the quiz as it was
	At      time.Time
}

// QuizResult is what a learner reached in the quiz of a part.
type QuizResult struct {
	Course   CourseID
	Part     string
	Best     int // score of the best attempt
	Total    int // of the best attempt
	Attempts int
	LastAt   time.Time
}

// MaxAttempts bounds how often one quiz is answered, so that nobody fills the database with it.
const MaxAttempts = 100

// With is the result after one more attempt: the best share is kept, the later of two equals.
func (r QuizResult) With(a Attempt) QuizResult {
	if r.Attempts == 0 || a.Score*r.Total >= r.Best*a.Total {
		r.Best, r.Total = a.Score, a.Total
	}
	r.Attempts, r.LastAt = a.Number, a.At
	return r
}
