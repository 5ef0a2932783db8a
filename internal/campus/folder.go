package campus

import (
	"bytes"
	"errors"
	"image"
	_ "image/jpeg" // the images of courses
	_ "image/png"
	"io"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"filiere/internal/fault"
)

// The bounds of a course's folder. They are far above what a good course needs, and keep one upload from
// filling memory or disk.
const (
	MaxCourseBytes  = 24 << 20 // all files together, unpacked
	MaxCourseFiles  = 1000
	MaxMarkdown     = 256 << 10 // one text: about eighty printed pages
	MaxImage        = 2 << 20
	MaxImageSide    = 6000 // pixels
	MaxParts        = 40
	MaxChapters     = 60 // of a part
	MaxQuestions    = 60 // of a quiz
	MaxOptions      = 10 // of a question
	MaxCourseHours  = 2000
	MaxSlug         = 80
	MaxCourseTitle  = 200
	maxFrontMatter  = 40 // lines
	maxFieldOfFront = 200
)

// The names of a course's folder.
const (
	readme   = "README.md"
	quizFile = "quiz.md"
)

var (
	slugForm    = regexp.MustCompile(`^[a-z0-9]+(?:-[a-z0-9]+)*$`)
	partForm    = regexp.MustCompile(`^\d{2,3}-([a-z0-9]+(?:-[a-z0-9]+)*)$`)
	chapterForm = regexp.MustCompile(`^\d{2,3}-([a-z0-9]+(?:-[a-z0-9]+)*)\.md$`)
	imageForm   = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]*\.(?:png|jpg|jpeg)$`)
	imageInText = regexp.MustCompile(`!\[[^\]\n]*\]\(\s*<?([^)\s>]*)`)
)

// reserved are slugs that would hide a page.
var reserved = []string{"files", "quiz"}

// ReadCourse reads a course from its folder, whose name is slug. docs/courses.md describes the format.
//
// Errors: Invalid, with file and line, for a folder that is not a course; what the file system returns.
func ReadCourse(folder fs.FS, slug string) (Course, error) {
	c := Course{Slug: slug}
	if len(slug) > MaxSlug || !slugForm.MatchString(slug) {
		f := wrongCourse("", 0, "%q cannot be the name of a course's folder", slug)
		f.Hint = "small letters, digits and hyphens: ai-for-everyone"
		return c, f
	}
	r := &folderReader{fs: folder}
	entries, err := r.list(".")
	if err != nil {
		return c, err
	}
	text, err := r.text(readme)
	if err != nil {
		return c, err
	}
	if err := c.readFront(text); err != nil {
		return c, err
	}
	for _, e := range entries {
		if err := r.courseEntry(&c, e); err != nil {
			return c, err
		}
	}
	if len(c.Parts) == 0 {
		return c, wrongCourse("", 0, "the course has no part")
	}
	return c, c.checkImages()
}

// courseEntry reads what stands in the course's folder itself.
func (r *folderReader) courseEntry(c *Course, e fs.DirEntry) error {
	name := e.Name()
	switch part := partForm.FindStringSubmatch(name); {
	case e.IsDir() && part != nil:
		if len(c.Parts) == MaxParts {
			return wrongCourse(name, 0, "a course has at most %d parts", MaxParts)
		}
		if _, twice := c.Part(part[1]); twice || slices.Contains(reserved, part[1]) || len(part[1]) > MaxSlug {
			return wrongCourse(name, 0, "a part cannot be called %q, or another is already", part[1])
		}
		p, err := r.part(c, name, part[1])
		c.Parts = append(c.Parts, p)
		return err
	case !e.IsDir() && name == readme:
		return nil
	case !e.IsDir() && imageForm.MatchString(name):
		return r.image(c, "", name, name)
	}
	return notOfACourse(name)
}

func notOfACourse(name string) error {
	f := wrongCourse(name, 0, "this is no file of a course")
	f.Hint = "a course holds README.md, parts 01-name, chapters 01-name.md, quiz.md and images in png or jpg"
	return f
}

// part reads a part's folder.
func (r *folderReader) part(c *Course, dir, slug string) (Part, error) {
	p := Part{Slug: slug}
	entries, err := r.list(dir)
	if err != nil {
		return p, err
	}
	text, err := r.text(path.Join(dir, readme))
	if err != nil {
		return p, err
	}
	if p.Title, p.Intro, err = titled(path.Join(dir, readme), 1, text); err != nil {
		return p, err
	}
	for _, e := range entries {
		if err := r.partEntry(c, &p, dir, e); err != nil {
			return p, err
		}
	}
	if len(p.Chapters) == 0 {
		return p, wrongCourse(dir, 0, "the part has no chapter")
	}
	return p, nil
}

func (r *folderReader) partEntry(c *Course, p *Part, dir string, e fs.DirEntry) error {
	name, file := e.Name(), path.Join(dir, e.Name())
	chapter := chapterForm.FindStringSubmatch(name)
	switch {
	case e.IsDir():
		return notOfACourse(file)
	case name == readme:
		return nil
	case name == quizFile:
		text, err := r.text(file)
		if err != nil {
			return err
		}
		q, err := ParseQuiz(file, text)
		p.Quiz = &q
		return err
	case imageForm.MatchString(name):
		return r.image(c, p.Slug, name, file)
	case chapter == nil:
		return notOfACourse(file)
	case len(p.Chapters) == MaxChapters:
		return wrongCourse(file, 0, "a part has at most %d chapters", MaxChapters)
	}
	if _, twice := p.Chapter(chapter[1]); twice || slices.Contains(reserved, chapter[1]) || len(chapter[1]) > MaxSlug {
		return wrongCourse(file, 0, "a chapter cannot be called %q, or another is already", chapter[1])
	}
	text, err := r.text(file)
	if err != nil {
		return err
	}
	ch := Chapter{Slug: chapter[1]}
	if ch.Title, ch.Body, err = titled(file, 1, text); err != nil {
		return err
	}
	p.Chapters = append(p.Chapters, ch)
	return nil
}

// folderReader reads files within the bounds.
type folderReader struct {
	fs    fs.FS
	files int
	bytes int64
}

// list gives what a folder holds, in order, hidden files left out.
func (r *folderReader) list(dir string) ([]fs.DirEntry, error) {
	entries, err := fs.ReadDir(r.fs, dir)
	if err != nil {
		return nil, unreadable(dir, err)
	}
	entries = slices.DeleteFunc(entries, func(e fs.DirEntry) bool { return strings.HasPrefix(e.Name(), ".") })
	if r.files += len(entries); r.files > MaxCourseFiles {
		return nil, wrongCourse(dir, 0, "a course has at most %d files", MaxCourseFiles)
	}
	slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
	return entries, nil
}

// unreadable tells why a file cannot be read, without the paths of the machine.
func unreadable(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return wrongCourse(name, 0, "the file is missing")
	}
	f := wrongCourse(name, 0, "the file cannot be read")
	f.Err = err
	return f
}

// read reads a file up to a limit.
func (r *folderReader) read(name string, limit int64) ([]byte, error) {
	file, err := r.fs.Open(name)
	if err != nil {
		return nil, unreadable(name, err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, unreadable(name, err)
	}
	if !info.Mode().IsRegular() {
		return nil, notOfACourse(name)
	}
	data, err := io.ReadAll(io.LimitReader(file, limit+1)) // what a zip says of sizes may be a lie
	if err != nil {
		return nil, unreadable(name, err)
	}
	if int64(len(data)) > limit {
		return nil, wrongCourse(name, 0, "the file has more than %d bytes", limit)
	}
	if r.bytes += int64(len(data)); r.bytes > MaxCourseBytes {
		return nil, wrongCourse(name, 0, "the course has more than %d bytes", MaxCourseBytes)
	}
	return data, nil
}

// text reads a Markdown file, its lines ended by \n.
func (r *folderReader) text(name string) (string, error) {
	data, err := r.read(name, MaxMarkdown)
	if err != nil {
		return "", err
	}
	return normalised(name, data)
}

// normalised checks that a file is text.
func normalised(name string, data []byte) (string, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	for i, line := range bytes.Split(data, []byte("\n")) {
		if !utf8.Valid(line) || bytes.ContainsRune(line, 0) {
			return "", wrongCourse(name, i+1, "the line is not text in UTF-8")
		}
	}
	return string(data), nil
}

// image reads an image and checks that it is one.
func (r *folderReader) image(c *Course, part, name, file string) error {
	data, err := r.read(file, MaxImage)
	if err != nil {
		return err
	}
	want := "jpeg"
	if strings.HasSuffix(name, ".png") {
		want = "png"
	}
	size, kind, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil || kind != want {
		return wrongCourse(file, 0, "this is not an image of the kind its name says")
	}
	if size.Width > MaxImageSide || size.Height > MaxImageSide {
		return wrongCourse(file, 0, "the image is more than %d pixels wide or high", MaxImageSide)
	}
	c.Files = append(c.Files, File{Part: part, Name: name, Media: "image/" + kind, Data: data})
	return nil
}

// readFront reads the course's README: front matter, title, summary.
func (c *Course) readFront(text string) error {
	lines := strings.Split(text, "\n")
	if strings.TrimRight(lines[0], " ") != "---" {
		f := wrongCourse(readme, 1, "the file does not begin with its front matter")
		f.Hint = "begin with a line of ---, then lang: fr, version: 1.0, hours: 5, licence: CC BY-SA 4.0, then a line of ---"
		return f
	}
	seen := map[string]bool{}
	for i, line := range lines[1:] {
		n := i + 2
		line = strings.TrimSpace(line)
		if line == "---" {
			return c.readTitle(n, strings.Join(lines[n:], "\n"))
		}
		if n > maxFrontMatter {
			break
		}
		if line == "" {
			continue
		}
		key, value, ok := strings.Cut(line, ":")
		key, value = strings.TrimSpace(key), strings.Trim(strings.TrimSpace(value), `"'`)
		if !ok || seen[key] {
			return wrongCourse(readme, n, "a line of the front matter reads key: value, each key once")
		}
		seen[key] = true
		if err := c.setFront(n, key, value); err != nil {
			return err
		}
	}
	return wrongCourse(readme, 1, "the front matter does not end")
}

func (c *Course) setFront(line int, key, value string) error {
	if len(value) > maxFieldOfFront || strings.ContainsFunc(value, isControl) {
		return wrongCourse(readme, line, "the value has more than %d bytes, or is not one line", maxFieldOfFront)
	}
	switch key {
	case "lang":
		if value != "fr" && value != "en" {
			return wrongCourse(readme, line, "a course is in fr or en, not %q", value)
		}
		c.Lang = value
	case "version":
		c.Version = value
	case "licence":
		c.Licence = value
	case "hours":
		n, err := strconv.Atoi(value)
		if err != nil || n < 0 || n > MaxCourseHours {
			return wrongCourse(readme, line, "hours are a whole number from 0 to %d, not %q", MaxCourseHours, value)
		}
		c.Hours = n
	default:
		return wrongCourse(readme, line, "%q is no key of the front matter", key)
	}
	return nil
}

func (c *Course) readTitle(line int, text string) (err error) {
	if c.Lang == "" {
		return wrongCourse(readme, 1, "the front matter does not say the language")
	}
	c.Title, c.Summary, err = titled(readme, line+1, text)
	return err
}

// titled splits a text into the title on its first line and the rest. first is the number of its line.
func titled(file string, first int, text string) (title, rest string, err error) {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		if strings.TrimSpace(line) == "" {
			continue
		}
		title, ok := strings.CutPrefix(line, "# ")
		title = strings.TrimSpace(title)
		if !ok || title == "" {
			return "", "", wrongCourse(file, first+i, "the text does not begin with its title")
		}
		if len(title) > MaxCourseTitle || strings.ContainsFunc(title, isControl) {
			return "", "", wrongCourse(file, first+i, "a title has at most %d bytes, on one line", MaxCourseTitle)
		}
		return title, trimBlank(strings.Join(lines[i+1:], "\n")), nil
	}
	return "", "", wrongCourse(file, first, "the text does not begin with its title")
}

// trimBlank takes away blank lines at both ends, and spaces at the end.
func trimBlank(s string) string {
	s = strings.TrimRight(s, " \t\n")
	for {
		line, rest, ok := strings.Cut(s, "\n")
		if !ok || strings.TrimSpace(line) != "" {
			return s
		}
		s = rest
	}
}

// checkImages refuses a text that shows an image the course does not hold: pages load nothing from
// elsewhere.
func (c Course) checkImages() error {
	have := map[[2]string]bool{}
	for _, f := range c.Files {
		have[[2]string{f.Part, f.Name}] = true
	}
	check := func(part, where, text string) error {
		for _, name := range imagesIn(text) {
			if !have[[2]string{part, name}] {
				return wrongCourse(where, 0, "the text shows an image that is not in its folder: %q", name)
			}
		}
		return nil
	}
	if err := check("", readme, c.Summary); err != nil {
		return err
	}
	for _, p := range c.Parts {
		if err := check(p.Slug, path.Join(p.Slug, readme), p.Intro); err != nil {
			return err
		}
		for _, ch := range p.Chapters {
			if err := check(p.Slug, path.Join(p.Slug, ch.Slug+".md"), ch.Body); err != nil {
				return err
			}
		}
	}
	return nil
}

// imagesIn lists the images a Markdown text shows, code left out.
func imagesIn(text string) (names []string) {
	fence := ""
	for line := range strings.SplitSeq(text, "\n") {
		mark := strings.TrimLeft(line, " ")
		switch {
		case fence != "":
			if strings.HasPrefix(mark, fence) {
				fence = ""
			}
			continue
		case strings.HasPrefix(mark, "```"):
			fence = "```"
			continue
		case strings.HasPrefix(mark, "~~~"):
			fence = "~~~"
			continue
		case strings.HasPrefix(line, "    "), strings.Contains(line, "`"):
			continue // code, or may be
		}
		for _, m := range imageInText.FindAllStringSubmatch(line, -1) {
			names = append(names, m[1])
		}
	}
	return names
}

// wrongCourse is a fault of a course's folder.
func wrongCourse(file string, line int, format string, args ...any) *fault.Fault {
	f := fault.New(fault.Invalid, "read course", format, args...)
	f.File, f.Line = file, line
	return f
}
