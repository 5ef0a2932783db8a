package campus

import (
	"fmt"
	"path"
	"strings"
)

// WriteCourse writes a course as the folder ReadCourse reads: what comes in goes out. put is given each
// file by its path within the folder.
func WriteCourse(c Course, put func(name string, data []byte) error) error {
	front := fmt.Sprintf("---\nlang: %s\nversion: %s\nhours: %d\nlicence: %s\n---\n\n", c.Lang, c.Version, c.Hours, c.Licence)
	if err := put(readme, []byte(front+titledText(c.Title, c.Summary))); err != nil {
		return err
	}
	dirs := map[string]string{"": ""}
	for i, p := range c.Parts {
		dir := fmt.Sprintf("%02d-%s", i+1, p.Slug)
		dirs[p.Slug] = dir
		if err := writePart(dir, p, put); err != nil {
			return err
		}
	}
	for _, f := range c.Files {
		if err := put(path.Join(dirs[f.Part], f.Name), f.Data); err != nil {
			return err
		}
	}
	return nil
}

func writePart(dir string, p Part, put func(string, []byte) error) error {
	if err := put(path.Join(dir, readme), []byte(titledText(p.Title, p.Intro))); err != nil {
		return err
	}
	for i, ch := range p.Chapters {
		if err := put(path.Join(dir, fmt.Sprintf("%02d-%s.md", i+1, ch.Slug)), []byte(titledText(ch.Title, ch.Body))); err != nil {
			return err
		}
	}
	if p.Quiz == nil {
		return nil
	}
	return put(path.Join(dir, quizFile), []byte(p.Quiz.text()))
}

func titledText(title, rest string) string {
	if rest == "" {
		return "# " + title + "\n"
	}
	return "# " + title + "\n\n" + rest + "\n"
}

// text writes a quiz as ParseQuiz reads it.
func (q Quiz) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n", q.Title)
	for _, question := range q.Questions {
		fmt.Fprintf(&b, "\n## %s\n\n", question.Text)
		for _, o := range question.Options {
			mark := " "
			if o.Right {
				mark = "x"
			}
			fmt.Fprintf(&b, "- [%s] %s\n", mark, strings.ReplaceAll(o.Text, "\n", "\n  "))
		}
		if question.Explanation != "" {
			fmt.Fprintf(&b, "\n> %s\n", strings.ReplaceAll(question.Explanation, "\n", "\n> "))
		}
	}
	return b.String()
}
