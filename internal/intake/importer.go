package intake

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"github.com/google/uuid"

	"filiere/internal/fault"
	"filiere/internal/market"
)

// Sink is where releases go. The store satisfies it.
type Sink[B Batch] interface {
	ReleaseByContent(ctx context.Context, sha256 string) (market.Release, bool, error)
	BeginBatch(ctx context.Context, releaseID string) (B, error)
}

// Batch is the import of one file: all of it is kept, or nothing.
type Batch interface {
	Put(ctx context.Context, record any) error
	Commit(ctx context.Context, r market.Release, refusals []market.Refusal) error
	Rollback()
}

// Outcome says what became of a file.
type Outcome string

// The outcomes.
const (
	Imported  Outcome = "imported"
	Unchanged Outcome = "unchanged" // the same content is already the current release
	Skipped   Outcome = "skipped"   // no known source has this form
	Refused   Outcome = "refused"   // a known source that could not be read; nothing of it was kept
)

// Report is what became of one file.
type Report struct {
	File     string
	Dataset  string
	Outcome  Outcome
	Release  market.Release
	Refusals []market.Refusal
	Err      error // why it was refused
	Elapsed  time.Duration
}

// Progress is told how far the import of a file has come, in bytes of its content.
type Progress func(file string, done, total int64)

// maxRefusedShare is the share of unreadable rows above which a file is refused whole: it is then more
// likely misread than faulty.
const maxRefusedShare = 0.5

// Importer reads files into a sink.
type Importer[B Batch] struct {
	Sink     Sink[B]
	Sources  []Source
	Now      func() time.Time
	Progress Progress // may be nil
	Again    bool     // import what is the current release already: this program may read more of it than an earlier one
}

// Run imports everything found at the paths: files, folders, archives (.gz, .zip) and http(s) URLs.
// Files are read in the order of their stage, within a stage in the order of Sources, each in a
// transaction of its own; the reports come in the order they were made. The error is for what stops
// the whole run: a path that does not exist, a cancelled context, a database that fails.
func (im *Importer[B]) Run(ctx context.Context, paths []string, report func(Report)) error {
	files, err := discover(ctx, paths)
	if err != nil {
		return err
	}
	defer files.cleanup()
	return im.run(ctx, files.list, report)
}

// RunFS is Run over every file of a file system, such as an embedded one.
func (im *Importer[B]) RunFS(ctx context.Context, fsys fs.FS, report func(Report)) error {
	var list []file
	err := fs.WalkDir(fsys, ".", func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			list = append(list, file{name: p, open: func() (io.ReadCloser, error) { return fsys.Open(p) }})
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("list files: %w", err)
	}
	return im.run(ctx, list, report)
}

func (im *Importer[B]) run(ctx context.Context, files []file, report func(Report)) error {
	for _, f := range im.sort(files, report) {
		r := im.one(ctx, f)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		report(r)
		if r.Err != nil && fault.CodeOf(r.Err) == fault.Internal {
			return fmt.Errorf("import %s: %w", f.name, r.Err)
		}
	}
	return nil
}

// recognised is a file and the source it is of.
type recognised struct {
	file
	source Source
}

// sort puts the files of known sources in the order they must be read and reports the others as
// skipped. Within a stage the order is that of the sources, then that of discovery: where two sources
// describe the same thing the later one in the list has the last word, whatever the files are called.
func (im *Importer[B]) sort(files []file, report func(Report)) []recognised {
	var out []recognised
	rank := map[string]int{}
	for i, s := range im.Sources {
		rank[s.Dataset] = int(s.Stage)*len(im.Sources) + i
	}
	for _, f := range files {
		head, err := f.head()
		if err != nil {
			report(Report{File: f.name, Outcome: Refused, Err: err})
			continue
		}
		s, ok := im.recognise(head)
		if !ok {
			report(Report{File: f.name, Outcome: Skipped})
			continue
		}
		out = append(out, recognised{f, s})
	}
	slices.SortStableFunc(out, func(a, b recognised) int { return rank[a.source.Dataset] - rank[b.source.Dataset] })
	return out
}

func (im *Importer[B]) recognise(h Head) (Source, bool) {
	for _, s := range im.Sources {
		if s.Recognise(h) {
			return s, true
		}
	}
	return Source{}, false
}

// one imports one file.
func (im *Importer[B]) one(ctx context.Context, f recognised) Report {
	start := im.Now()
	rep := Report{File: f.name, Dataset: f.source.Dataset}
	rep.Outcome, rep.Err = im.read(ctx, f, &rep)
	if rep.Err != nil {
		rep.Outcome = Refused
		if fa, ok := errors.AsType[*fault.Fault](rep.Err); ok && fa.File == "" {
			fa.File = f.name
		}
	}
	rep.Elapsed = im.Now().Sub(start)
	return rep
}

func (im *Importer[B]) read(ctx context.Context, f recognised, rep *Report) (Outcome, error) {
	content, err := f.content()
	if err != nil {
		return Refused, err
	}
	sum := sha256.Sum256(content)
	hash := hex.EncodeToString(sum[:])
	if r, ok, err := im.Sink.ReleaseByContent(ctx, hash); err != nil || ok && !im.Again {
		if ok {
			rep.Release, rep.Dataset = r, r.Dataset
		}
		return Unchanged, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Refused, fmt.Errorf("make a release id: %w", err)
	}
	batch, err := im.Sink.BeginBatch(ctx, id.String())
	if err != nil {
		return Refused, err
	}
	defer batch.Rollback() // a no-op after Commit
	text := decode(content)
	in := &Reading{
		Context: ctx, Source: f.source, Head: newHead(text), Scope: f.source.Dataset, content: text, once: map[any]bool{},
		put:      func(rec any) error { return batch.Put(ctx, rec) },
		progress: func(done, total int64) { im.tell(f.name, done, total) },
	}
	if err := f.source.Read(in); err != nil {
		return Refused, err
	}
	rep.Dataset, rep.Refusals = in.Source.Dataset, in.refusals
	if err := in.verdict(); err != nil {
		return Refused, err
	}
	im.tell(f.name, int64(len(text)), int64(len(text)))
	rep.Release = market.Release{
		ID: id.String(), Dataset: in.Source.Dataset, Scope: in.Scope, Vintage: in.Vintage, Title: in.Source.Title,
		Producer: in.Source.Producer, Licence: in.Source.Licence, File: f.name, SHA256: hash, ImportedAt: im.Now(),
		RowsRead: in.read, RowsKept: in.kept, RowsRefused: in.refused,
	}
	return Imported, batch.Commit(ctx, rep.Release, in.refusals)
}

// verdict refuses a file of which nothing, or less than half, could be read.
func (in *Reading) verdict() error {
	if in.kept == 0 {
		return fault.New(fault.Invalid, "import", "no row could be kept of %d read", in.read)
	}
	if share := float64(in.refused) / float64(in.read); share > maxRefusedShare {
		return fault.New(fault.Invalid, "import", "%d of %d rows could not be read", in.refused, in.read)
	}
	return nil
}

func (im *Importer[B]) tell(file string, done, total int64) {
	if im.Progress != nil {
		im.Progress(file, done, total)
	}
}
