package campus

import (
	"path"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/studio"
)

// The limits of a submission. A deliverable is a report, a notebook, slides, an archive of code; films are
// shown at the defence.
const (
	MaxFile       = 20 << 20 // bytes of one file: a report with many pictures
	MaxSubmission = 60 << 20 // bytes of all files of one submission: what one slow line carries in minutes
	MaxFiles      = 20       // files of one submission: each deliverable and some annexes
	MaxFileName   = 120      // bytes of a name: every file system takes it
	MaxComment    = 4000     // bytes of what the learner says about it
)

// SubmissionKind tells what was handed in.
type SubmissionKind string

// The kinds of submissions.
const (
	WholeWork SubmissionKind = "work" // all deliverables, to be defended
	Fix       SubmissionKind = "fix"  // what a conditional outcome asked for
)

// Submission is what a learner handed in for a project.
type Submission struct {
	ID        SubmissionID
	Enrolment EnrolmentID
	Project   string
	Learner   people.AccountID
	Number    int // 1, 2… for the project
	Kind      SubmissionKind
	Comment   string
	Files     []SubmittedFile
	At        time.Time
}

// SubmittedFile is one file of a submission. Its content is kept once under its SHA-256, whoever handed it in.
type SubmittedFile struct {
	Deliverable string // ID; "" for an annex
	Name        string
	Media       string // as its content says, not as its sender did
	Size        int64
	SHA256      string
	Content     []byte // only while it is handed in or read
}

// CheckFileName tells whether a name can stand on every file system and in every header. It returns an
// Invalid fault for one that names a folder, is hidden or holds control characters.
func CheckFileName(name string) error {
	switch {
	case name == "" || len(name) > MaxFileName || !utf8.ValidString(name):
		return invalid("check file", "files", "a file's name is 1 to 120 bytes of text")
	case path.Base(name) != name || strings.ContainsAny(name, `/\:*?"<>|`) || strings.HasPrefix(name, ".") || strings.TrimSpace(name) != name:
		return invalid("check file", "files", "a file's name holds none of / \\ : * ? \" < > | and does not begin with a dot")
	case strings.ContainsFunc(name, func(r rune) bool { return isNoText(r) || r == '\n' || r == '\t' || isDirection(r) }):
		return invalid("check file", "files", "a file's name holds characters that are no text")
	}
	return nil
}

// isDirection reports the characters that turn text around: they make "exe.pdf" look like something else.
func isDirection(r rune) bool {
	return (r >= 0x202a && r <= 0x202e) || (r >= 0x2066 && r <= 0x2069) || r == 0x200e || r == 0x200f || r == 0xfeff
}

// Check tells whether a submission can be handed in for a project. The whole work has a file for each
// deliverable; a fix has at least one file.
//
// Errors: Invalid, with "files" or "comment" as the field.
func (s Submission) Check(p studio.Project) (Submission, error) {
	var err error
	if s.Comment, err = checkText("hand in a project", "comment", s.Comment, MaxComment); err != nil {
		return s, err
	}
	if len(s.Files) == 0 || len(s.Files) > MaxFiles {
		return s, invalid("hand in a project", "files", "a submission has 1 to 20 files")
	}
	if err := checkFiles(s.Files, p); err != nil {
		return s, err
	}
	if s.Kind == Fix {
		return s, nil
	}
	for _, d := range p.Deliverables {
		if !slices.ContainsFunc(s.Files, func(f SubmittedFile) bool { return f.Deliverable == d.ID }) {
			f := fault.New(fault.Invalid, "hand in a project", "the deliverable %q is missing", d.Title)
			f.Column = "files"
			return s, f
		}
	}
	return s, nil
}

func checkFiles(files []SubmittedFile, p studio.Project) error {
	names, total := map[string]bool{}, int64(0)
	for _, f := range files {
		if err := CheckFileName(f.Name); err != nil {
			return err
		}
		known := f.Deliverable == "" || slices.ContainsFunc(p.Deliverables, func(d studio.Deliverable) bool { return d.ID == f.Deliverable })
		switch folded := strings.ToLower(f.Name); {
		case !known:
			return invalid("hand in a project", "files", "a file is for a deliverable the project does not have")
		case names[folded]:
			return invalid("hand in a project", "files", "two files have the same name")
		case f.Size <= 0:
			return invalid("hand in a project", "files", "a file is empty")
		case f.Size > MaxFile:
			return invalid("hand in a project", "files", "a file has more than 20 MB")
		default:
			names[folded] = true
		}
		if total += f.Size; total > MaxSubmission {
			return invalid("hand in a project", "files", "the files have more than 60 MB together")
		}
	}
	return nil
}
