package web

import (
	"context"
	"fmt"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/markdown"
)

// quizView is a quiz to answer, or what was answered.
type quizView struct {
	courseFrame
	Part          partView
	Title         string
	Questions     []questionView
	Action        string // where answers go
	Marked        bool
	Score, Total  int
	Result        campus.QuizResult
	Before, After step
}

type questionView struct {
	Name        string // of its fields
	Number      int
	Text        template.HTML
	Several     bool
	Options     []optionView
	Explanation template.HTML
	Right       bool // the answer was
}

type optionView struct {
	Value         int
	Text          template.HTML
	Chosen, Right bool
}

// line gives an author's words as HTML that stands in a line.
func line(source string) template.HTML {
	return template.HTML(markdown.Line(source)) //nolint:gosec // sanitised there
}

// inQuiz reads the quiz the address names.
func (s *server) inQuiz(ctx context.Context, v *visit) (quizView, campus.Quiz, error) {
	f, err := s.inCourse(ctx, v)
	if err != nil {
		return quizView{}, campus.Quiz{}, err
	}
	view := quizView{courseFrame: f}
	if view.Part, err = f.pathPart(v); err != nil {
		return view, campus.Quiz{}, err
	}
	q, err := s.campus.Quiz(ctx, f.Course.ID, view.Part.Slug)
	if err != nil {
		return view, q, err
	}
	view.Title, view.Result = q.Title, view.Part.Result
	view.Action = view.Part.At + "/quiz"
	if f.Enrolment != "" {
		view.Action = learningAddress(f.Enrolment) + "/quiz"
	}
	view.Before, view.After = f.around(view.Part.At + "/quiz")
	return view, q, nil
}

// show fills in the questions, with a mark when there is one.
func (view *quizView) show(q campus.Quiz, answers campus.Answers, mark *campus.Mark) {
	for i, question := range q.Questions {
		out := questionView{
			Name: "q" + strconv.Itoa(i), Number: i + 1, Several: question.Several(),
			Text: template.HTML(markdown.Render(question.Text, markdown.Place{Images: filesOf(view.Course.ID, view.Part.Slug), Under: 2})), //nolint:gosec // sanitised there
		}
		var chosen []int
		if i < len(answers) {
			chosen = answers[i]
		}
		for j, o := range question.Options {
			out.Options = append(out.Options, optionView{Value: j, Text: line(o.Text), Chosen: slices.Contains(chosen, j), Right: o.Right})
		}
		if mark != nil {
			out.Right = mark.Right[i]
			out.Explanation = written(question.Explanation, markdown.Place{Under: 2})
		}
		view.Questions = append(view.Questions, out)
	}
	if mark != nil {
		view.Marked, view.Score, view.Total = true, mark.Score, mark.Total
	}
}

// quiz shows a quiz, or one of the reader's own attempts at it.
func (s *server) quiz(ctx context.Context, v *visit) (page, error) {
	view, q, err := s.inQuiz(ctx, v)
	if err != nil {
		return page{}, err
	}
	p := page{name: "quiz", title: q.Title, room: "nav.courses"}
	n, err := strconv.Atoi(v.Query.Get("attempt"))
	if who := access.Who(ctx); err == nil && who.SignedIn() {
		a, err := s.campus.Attempt(ctx, who.Account.ID, view.Course.ID, view.Part.Slug, n)
		if err != nil {
			return page{}, err
		}
		if mark, err := q.Grade(a.Answers); err == nil && a.Hash == q.Seal() {
			view.show(q, a.Answers, &mark)
			p.data = view
			return p, nil
		}
	}
	view.show(q, nil, nil)
	p.data = view
	return p, nil
}

// answersOf reads the answers of a form.
func answersOf(form url.Values, questions int) (campus.Answers, error) {
	out := make(campus.Answers, questions)
	for i := range out {
		for _, text := range form[fmt.Sprint("q", i)] {
			n, err := strconv.Atoi(text)
			if err != nil || len(out[i]) == campus.MaxOptions {
				return nil, fault.New(fault.Invalid, "read answers", "an option is a number")
			}
			out[i] = append(out[i], n)
		}
	}
	return out, nil
}

// tryQuiz grades the answers of somebody who learns on no path: nothing is kept.
func (s *server) tryQuiz(ctx context.Context, v *visit) (page, error) {
	view, q, err := s.inQuiz(ctx, v)
	if err != nil {
		return page{}, err
	}
	answers, err := answersOf(v.PostForm, len(q.Questions))
	if err != nil {
		return page{}, err
	}
	mark, err := q.Grade(answers)
	if err != nil {
		return page{}, err
	}
	view.show(q, answers, &mark)
	return page{name: "quiz", title: q.Title, room: "nav.courses", data: view}, nil
}

// answerQuiz grades and keeps a learner's answers.
func (s *server) answerQuiz(ctx context.Context, v *visit) (page, error) {
	course, part := campus.CourseID(v.PostForm.Get("course")), v.PostForm.Get("part")
	answers, err := answersOf(v.PostForm, campus.MaxQuestions)
	if err != nil {
		return page{}, err
	}
	for len(answers) > 0 && answers[len(answers)-1] == nil {
		answers = answers[:len(answers)-1]
	}
	a, _, err := s.campus.AnswerQuiz(ctx, pathEnrolment(v), course, part, answers)
	return page{moved: courseAddress(course, part, "quiz") + "?attempt=" + strconv.Itoa(a.Number)}, err
}
