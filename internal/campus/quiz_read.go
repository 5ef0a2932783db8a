package campus

import (
	"strings"
	"unicode"
)

// ParseQuiz reads a quiz: its title, then questions with their options and explanation. file names it in
// faults.
//
// It returns an Invalid fault, with the line, for what is no quiz.
func ParseQuiz(file, text string) (Quiz, error) {
	p := quizParser{file: file}
	for i, line := range strings.Split(text, "\n") {
		p.line = i + 1
		if err := p.take(strings.TrimRightFunc(line, unicode.IsSpace)); err != nil {
			return Quiz{}, err
		}
	}
	if err := p.endQuestion(); err != nil {
		return Quiz{}, err
	}
	if len(p.quiz.Questions) == 0 {
		return Quiz{}, wrongCourse(file, p.line, "the quiz has no question")
	}
	return p.quiz, nil
}

// quizParser takes a quiz line by line.
type quizParser struct {
	file string
	line int
	quiz Quiz

	began int      // line of the question being read; 0 for none
	now   Question // being read
	part  quizPart // of the question
}

// quizPart is where in a question the parser is.
type quizPart int

const (
	inText quizPart = iota
	inOptions
	inExplanation
)

func (p *quizParser) take(line string) error {
	if p.quiz.Title == "" {
		if line == "" {
			return nil
		}
		title, ok := strings.CutPrefix(line, "# ")
		if title = strings.TrimSpace(title); !ok || title == "" || len(title) > MaxCourseTitle {
			return wrongCourse(p.file, p.line, "the text does not begin with its title")
		}
		p.quiz.Title = title
		return nil
	}
	if text, ok := strings.CutPrefix(line, "## "); ok {
		return p.begin(strings.TrimSpace(text))
	}
	if p.began == 0 {
		if line == "" {
			return nil
		}
		return wrongCourse(p.file, p.line, "a question begins with ## and a space")
	}
	return p.within(line)
}

// begin ends one question and begins the next.
func (p *quizParser) begin(text string) error {
	if err := p.endQuestion(); err != nil {
		return err
	}
	if text == "" {
		return wrongCourse(p.file, p.line, "the question has no text")
	}
	if len(p.quiz.Questions) == MaxQuestions {
		return wrongCourse(p.file, p.line, "a quiz has at most %d questions", MaxQuestions)
	}
	p.began, p.now, p.part = p.line, Question{Text: text}, inText
	return nil
}

// within takes a line of a question.
func (p *quizParser) within(line string) error {
	option, right, isOption := optionOf(line)
	quote, isQuote := strings.CutPrefix(line, ">")
	switch {
	case isOption && p.part != inExplanation:
		if option == "" {
			return wrongCourse(p.file, p.line, "the option has no text")
		}
		if len(p.now.Options) == MaxOptions {
			return wrongCourse(p.file, p.line, "a question has at most %d options", MaxOptions)
		}
		p.part = inOptions
		p.now.Options = append(p.now.Options, Option{Text: option, Right: right})
	case isQuote && p.part != inText:
		p.part = inExplanation
		p.now.Explanation += strings.TrimPrefix(quote, " ") + "\n"
	case p.part == inText:
		p.now.Text += "\n" + line
	case line == "":
	case p.part == inOptions && strings.HasPrefix(line, "  "):
		last := &p.now.Options[len(p.now.Options)-1]
		last.Text += "\n" + strings.TrimSpace(line)
	default:
		f := wrongCourse(p.file, p.line, "after the options of a question comes its explanation or the next question")
		f.Hint = "an option reads - [x] right or - [ ] wrong; an explanation begins with >"
		return f
	}
	return nil
}

// optionOf reads "- [x] text".
func optionOf(line string) (text string, right, ok bool) {
	for _, mark := range []string{"- [x]", "- [X]", "- [ ]"} {
		if text, ok := strings.CutPrefix(line, mark); ok && (text == "" || text[0] == ' ') {
			return strings.TrimSpace(text), mark != "- [ ]", true
		}
	}
	return "", false, false
}

// endQuestion checks the question that was read and keeps it.
func (p *quizParser) endQuestion() error {
	if p.began == 0 {
		return nil
	}
	right := 0
	for _, o := range p.now.Options {
		if o.Right {
			right++
		}
	}
	switch {
	case len(p.now.Options) < 2:
		return wrongCourse(p.file, p.began, "a question has two options or more")
	case right == 0:
		return wrongCourse(p.file, p.began, "no option of the question is right")
	}
	p.now.Text, p.now.Explanation = trimBlank(p.now.Text), trimBlank(p.now.Explanation)
	p.quiz.Questions = append(p.quiz.Questions, p.now)
	p.began = 0
	return nil
}
