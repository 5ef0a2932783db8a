package campus_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"filiere/internal/campus"
	"filiere/internal/fault"
)

// aQuiz draws a quiz whose questions each have something right.
func aQuiz() *rapid.Generator[campus.Quiz] {
	return rapid.Custom(func(t *rapid.T) campus.Quiz {
		var q campus.Quiz
		for range rapid.IntRange(1, 6).Draw(t, "questions") {
			rights := rapid.SliceOfN(rapid.Bool(), 2, 6).Draw(t, "rights")
			rights[rapid.IntRange(0, len(rights)-1).Draw(t, "right")] = true
			var question campus.Question
			for _, r := range rights {
				question.Options = append(question.Options, campus.Option{Text: "o", Right: r})
			}
			q.Questions = append(q.Questions, question)
		}
		return q
	})
}

func rightAnswers(q campus.Quiz) campus.Answers {
	a := make(campus.Answers, len(q.Questions))
	for i, question := range q.Questions {
		for j, o := range question.Options {
			if o.Right {
				a[i] = append(a[i], j)
			}
		}
	}
	return a
}

func TestTheRightAnswersAndNoOthersAreRight(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		q := aQuiz().Draw(t, "quiz")
		a := rightAnswers(q)
		if m, err := q.Grade(a); err != nil || m.Score != m.Total || m.Total != len(q.Questions) {
			t.Fatalf("right answers give %+v, %v", m, err)
		}
		i := rapid.IntRange(0, len(a)-1).Draw(t, "question")
		n := rapid.IntRange(0, len(q.Questions[i].Options)-1).Draw(t, "option")
		if at := slices.Index(a[i], n); at >= 0 {
			a[i] = slices.Delete(a[i], at, at+1)
		} else {
			a[i] = append(a[i], n)
		}
		m, err := q.Grade(a)
		if err != nil || m.Score != m.Total-1 || m.Right[i] {
			t.Fatalf("one option off gives %+v, %v", m, err)
		}
		if m, err := q.Grade(nil); err != nil || m.Score != 0 {
			t.Fatalf("no answer gives %+v, %v", m, err)
		}
	})
}

func TestAnswersThatCannotBeAreRefused(t *testing.T) {
	q := campus.Quiz{Questions: []campus.Question{{Options: []campus.Option{{Right: true}, {}}}}}
	for name, a := range map[string]campus.Answers{
		"beyond the options": {{2}}, "below them": {{-1}}, "twice": {{0, 0}}, "beyond the questions": {{0}, {0}},
	} {
		if _, err := q.Grade(a); err == nil || fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheBestResultIsKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var r campus.QuizResult
		best := -1.0
		for i, n := range rapid.SliceOfN(rapid.IntRange(0, 5), 1, 10).Draw(t, "scores") {
			total := rapid.IntRange(max(n, 1), 6).Draw(t, "total")
			best = max(best, float64(n)/float64(total))
			r = r.With(campus.Attempt{Number: i + 1, Score: n, Total: total})
			if got := float64(r.Best) / float64(r.Total); got != best || r.Attempts != i+1 {
				t.Fatalf("after %d of %d: %+v, best is %v", n, total, r, best)
			}
		}
	})
}

func TestProgressCountsWhatWasReadAsItStands(t *testing.T) {
	c := campus.Course{ID: "c", Parts: []campus.Part{{
		Slug: "p", Quiz: &campus.Quiz{}, Chapters: []campus.Chapter{{Slug: "same"}, {Slug: "rewritten", Body: "new"}, {Slug: "new"}},
	}}}
	old := campus.Chapter{Slug: "rewritten", Body: "old"}
	p := campus.ProgressIn(c, []campus.Reading{
		{Course: "c", Part: "p", Chapter: "same", Hash: c.Parts[0].Chapters[0].Seal()},
		{Course: "c", Part: "p", Chapter: "rewritten", Hash: old.Seal()},
		{Course: "c", Part: "p", Chapter: "gone", Hash: "x"},
		{Course: "other", Part: "p", Chapter: "new", Hash: c.Parts[0].Chapters[2].Seal()},
	}, []campus.QuizResult{{Course: "c", Part: "p", Best: 1, Total: 2}, {Course: "c", Part: "gone"}})
	if p.Read != 1 || p.Chapters != 3 || p.Answered != 1 || p.Quizzes != 1 || p.Done() {
		t.Errorf("got %+v", p)
	}
	var states []campus.ChapterState
	for _, ch := range c.Parts[0].Chapters {
		states = append(states, p.ChapterState("p", ch))
	}
	if !slices.Equal(states, []campus.ChapterState{campus.ReadAsItStands, campus.ReadBefore, campus.Unread}) {
		t.Errorf("states %v", states)
	}
}
