package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/market/coding"
	"filiere/internal/market/posting"
	"filiere/internal/occupation"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
	"filiere/internal/stream"
	"filiere/internal/territory"
)

// ingestFlags are how a person wants adverts taken in.
type ingestFlags struct {
	source, lang, model string
	stream              string
	columns             map[string]string
	sure                float64
	dryRun, asJSON      bool
}

func (p *program) ingestCommand() *cobra.Command {
	var f ingestFlags
	c := &cobra.Command{
		Use: "ingest PATH|-...", Short: p.l.T("cli.ingest.short"), Long: p.l.T("cli.ingest.long"),
		Example: "  filiere ingest adverts.jsonl.gz\n  filiere ingest --dry-run offers.csv --map title=libelle --map text=commentaire\n  curl -s https://example.org/offers.rss | filiere ingest --source example -",
		Args:    args(1, unlimited),
		RunE: func(c *cobra.Command, paths []string) error {
			lang, err := words.In(f.lang)
			switch {
			case err != nil:
				return usageError{err}
			case f.sure < 0 || f.sure > 1:
				return usageError{errors.New(p.l.T("cli.classify.badnumber"))}
			}
			return p.withStore(c.Context(), func(s *store.Store) error {
				r, err := p.newIngestion(c.Context(), s, lang, f)
				if err != nil {
					return err
				}
				return p.ingest(c.Context(), r, c.InOrStdin(), paths)
			})
		},
	}
	flags := c.Flags()
	flags.StringVar(&f.source, "source", "", p.l.T("cli.ingest.source"))
	flags.StringToStringVar(&f.columns, "map", nil, p.l.T("cli.ingest.map"))
	flags.Float64Var(&f.sure, "sure", 0, p.l.T("cli.classify.sure"))
	flags.StringVar(&f.lang, "text-lang", "fr", p.l.T("cli.skills.lang"))
	flags.StringVar(&f.model, "model", "", p.l.T("cli.model"))
	flags.StringVar(&f.stream, "stream", "", p.l.T("cli.stream.flag"))
	flags.BoolVar(&f.dryRun, "dry-run", false, p.l.T("cli.ingest.dryrun"))
	flags.BoolVar(&f.asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// ingestion is what adverts go through on their way in.
type ingestion struct {
	flags   ingestFlags
	store   *store.Store
	coder   *coding.Coder
	now     func() time.Time
	refused func(stream.Dead) error // keeps what is refused; nil to keep none

	mu      sync.Mutex // held to count
	total   ingestedJSON
	failing bool // what was taken last could not be kept
}

func (p *program) newIngestion(ctx context.Context, s *store.Store, lang words.Language, f ingestFlags) (*ingestion, error) {
	coder, err := p.postingCoder(ctx, s, lang, f.model)
	if err != nil {
		return nil, err
	}
	coder.Sure = f.sure
	return &ingestion{flags: f, store: s, coder: coder, now: p.now}, nil
}

// postingCoder puts together what codes adverts on their way in.
func (p *program) postingCoder(ctx context.Context, s *store.Store, lang words.Language, model string) (*coding.Coder, error) {
	places, err := s.Places(ctx)
	if err != nil {
		return nil, err
	}
	sheets, err := s.SheetsByCode(ctx)
	if err != nil {
		return nil, err
	}
	reader, err := p.classifier(ctx, s, occupation.ROME3, lang, model)
	return &coding.Coder{Places: places, Reader: reader, Sheets: sheets}, err
}

// ingestedJSON says what became of adverts.
type ingestedJSON struct {
	Read    int     `json:"read"`
	Refused int     `json:"refused"`
	Unsure  int     `json:"unsure"`    // of those read: not known what they are about
	Nowhere int     `json:"no_bassin"` // of those read: not known in which basin they are
	Seconds float64 `json:"seconds"`
	posting.Taken
}

// The adverts handed to the database together, and how many such lots may wait for it: reading stops when it is behind.
const (
	lot     = 256
	waiting = 4
)

// shownRefusals is how many refused adverts are told one by one.
const shownRefusals = 20

// ingest takes in the adverts of files, folders and standard input.
func (p *program) ingest(ctx context.Context, in *ingestion, stdin io.Reader, paths []string) error {
	start := p.now()
	files, err := allFeeds(paths)
	if err != nil {
		return err
	}
	if in.flags.dryRun {
		err = p.ingestFiles(ctx, in, stdin, files, func(ctx context.Context, some []posting.Posting) error {
			return p.showCoded(in.code(some))
		})
	} else {
		err = p.ingestThroughStream(ctx, in, stdin, files)
	}
	if err != nil {
		return err
	}
	total := in.total
	total.Seconds = p.now().Sub(start).Seconds()
	if in.flags.asJSON && !in.flags.dryRun {
		return writeJSON(p.stdout, total)
	}
	out := p.stdout
	if in.flags.dryRun {
		out = p.stderr // the adverts are on the other
	}
	fmt.Fprintln(out, p.l.T("cli.ingest.read", "read", total.Read, "refused", total.Refused, "unsure", total.Unsure, "nowhere", total.Nowhere))
	if in.flags.dryRun {
		return nil
	}
	fmt.Fprintln(out, p.l.T("cli.ingest.taken", "new", total.New, "known", total.Known, "counted", total.Counted, "reposts", total.Reposts,
		"seconds", total.Seconds, "rate", int(float64(total.Read)/max(total.Seconds, 0.001))))
	if others := total.Read - total.New - total.Known; others > 0 {
		fmt.Fprintln(out, p.l.T("cli.ingest.others", "n", others))
	}
	return nil
}

// ingestThroughStream hands adverts to the stream and works on it until all of them are taken.
func (p *program) ingestThroughStream(ctx context.Context, in *ingestion, stdin io.Reader, files []string) (err error) {
	s, err := p.openStream(ctx, in.flags.stream)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	stopWork := p.startWork(ctx, s, in)
	defer func() { err = errors.Join(err, stopWork()) }()
	in.refused = func(d stream.Dead) error { return s.Bury(ctx, d) }
	var mark uint64
	err = p.ingestFiles(ctx, in, stdin, files, func(ctx context.Context, some []posting.Posting) error {
		last, err := s.Publish(ctx, some)
		mark = max(mark, last)
		return err
	})
	if err != nil {
		return err
	}
	return s.Wait(ctx, mark)
}

// startWork runs a worker beside what hands adverts over, until it is told to stop.
func (p *program) startWork(ctx context.Context, s *stream.Stream, in *ingestion) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- s.Work(ctx, func(ctx context.Context, some []posting.Posting) (posting.Lot, error) { return p.take(ctx, in, some) })
	}()
	return func() error {
		cancel()
		return <-ended
	}
}

// take codes and keeps adverts of the stream. The first time it fails is told: the stream tries again, and a person may
// mend what is wrong meanwhile.
func (p *program) take(ctx context.Context, in *ingestion, some []posting.Posting) (posting.Lot, error) {
	coded := in.code(some)
	kept, err := in.store.TakePostings(ctx, coded)
	in.mu.Lock()
	defer in.mu.Unlock()
	if err != nil {
		if ctx.Err() == nil && !in.failing {
			p.complain(err)
			in.failing = true
		}
		return kept, err
	}
	in.failing = false
	in.total.Taken = in.total.Plus(kept.Taken)
	return kept, nil
}

// allFeeds lists the files of paths.
func allFeeds(paths []string) ([]string, error) {
	var out []string
	for _, path := range paths {
		files, err := feedsIn(path)
		if err != nil {
			return nil, err
		}
		out = append(out, files...)
	}
	return out, nil
}

// ingestFiles reads files and hands their adverts on in lots.
func (p *program) ingestFiles(ctx context.Context, in *ingestion, stdin io.Reader, files []string, hand func(context.Context, []posting.Posting) error) error {
	for _, file := range files {
		if err := p.ingestFile(ctx, in, stdin, file, hand); err != nil {
			return err
		}
	}
	return nil
}

// feedsIn lists the files of a path: itself, or what lies in a folder.
func feedsIn(path string) ([]string, error) {
	if path == "-" {
		return []string{path}, nil
	}
	var out []string
	err := filepath.WalkDir(path, func(name string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			out = append(out, name)
		}
		return err
	})
	if err != nil {
		return nil, unreadable(path, err)
	}
	return out, nil
}

// unreadable says which file of adverts cannot be read.
func unreadable(path string, err error) error {
	f := fault.New(fault.Invalid, "read adverts", "")
	f.File, f.Err = path, err
	if errors.Is(err, fs.ErrNotExist) {
		f.Code = fault.NotFound
	}
	return f
}

// ingestFile takes in one file: adverts are read while those before are handed on.
func (p *program) ingestFile(ctx context.Context, in *ingestion, stdin io.Reader, file string, hand func(context.Context, []posting.Posting) error) error {
	r := stdin
	if file != "-" {
		f, err := os.Open(file)
		if err != nil {
			return unreadable(file, err)
		}
		defer f.Close()
		r = f
	}
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	lots := make(chan []posting.Posting, waiting)
	var broken error
	go func() {
		defer close(lots)
		broken = p.gather(ctx, in, r, file, lots)
	}()
	for some := range lots {
		if err := hand(ctx, some); err != nil {
			stop()
			for range lots { // whoever gathers ends
			}
			return err
		}
		in.count(len(some))
	}
	return broken
}

// gather reads adverts and hands them on in lots. It says so when the file cannot be read to its end.
func (p *program) gather(ctx context.Context, in *ingestion, r io.Reader, file string, lots chan<- []posting.Posting) error {
	source := in.flags.source
	if source == "" {
		source = sourceOf(file)
	}
	var broken error
	some := make([]posting.Posting, 0, lot)
	send := func() bool {
		select {
		case lots <- some:
			some = make([]posting.Posting, 0, lot)
			return true
		case <-ctx.Done():
			return false
		}
	}
	posting.Feed(r, posting.Options{Name: file, Source: source, Map: in.flags.columns}, func(e posting.Entry) bool {
		if e.Broken() {
			broken = e.Err
			return false
		}
		a, err := posting.Read(e.Raw, in.now())
		if err = cmp.Or(e.Err, at(err, file, e.Line)); err != nil {
			broken = p.refuse(in, e, err, file)
			return broken == nil
		}
		some = append(some, a)
		return len(some) < lot || send()
	})
	if len(some) > 0 {
		send()
	}
	return cmp.Or(ctx.Err(), broken)
}

// at tells where the advert stands that a fault is about.
func at(err error, file string, line int) error {
	var f *fault.Fault
	if errors.As(err, &f) {
		f.File, f.Line = file, line
	}
	return err
}

// refuse counts a refused advert, tells the first ones, and keeps it among the dead where it can be replayed.
func (p *program) refuse(in *ingestion, e posting.Entry, err error, file string) error {
	in.total.Refused++
	switch {
	case in.total.Refused <= shownRefusals:
		fmt.Fprintln(p.stderr, p.text(err))
	case in.total.Refused == shownRefusals+1:
		fmt.Fprintln(p.stderr, p.l.T("cli.ingest.more"))
	}
	if in.refused == nil {
		return nil
	}
	dead := stream.Dead{At: in.now().UTC(), Reason: err.Error(), File: file, Line: e.Line}
	if e.Err == nil {
		dead.Raw = &e.Raw
	}
	return in.refused(dead)
}

// sourceOf names a source after its file.
func sourceOf(file string) string {
	if file == "-" {
		return "stdin"
	}
	name, _, _ := strings.Cut(filepath.Base(file), ".")
	return name
}

// code codes adverts, on all cores.
func (in *ingestion) code(some []posting.Posting) []posting.Coded {
	coded := make([]posting.Coded, len(some))
	var hands sync.WaitGroup
	workers := runtime.GOMAXPROCS(0)
	for w := range workers {
		hands.Go(func() {
			for i := w; i < len(some); i += workers {
				coded[i] = in.coder.Code(some[i], in.now())
			}
		})
	}
	hands.Wait()
	in.mu.Lock()
	defer in.mu.Unlock()
	for _, c := range coded {
		if c.Occupation == "" {
			in.total.Unsure++
		}
		if c.Bassin == "" {
			in.total.Nowhere++
		}
	}
	return coded
}

// count counts adverts that were handed on.
func (in *ingestion) count(n int) {
	in.mu.Lock()
	defer in.mu.Unlock()
	in.total.Read += n
}

// codedJSON is an advert as it would be kept.
type codedJSON struct {
	Source      string           `json:"source"`
	Number      string           `json:"number"`
	Title       string           `json:"title"`
	Employer    string           `json:"employer,omitempty"`
	Day         string           `json:"day"`
	Occupation  occupation.ID    `json:"occupation,omitempty"`
	Probability float64          `json:"probability,omitempty"`
	Commune     territory.ID     `json:"commune,omitempty"`
	Departement territory.ID     `json:"departement,omitempty"`
	Bassin      territory.ID     `json:"bassin,omitempty"`
	Contract    posting.Contract `json:"contract,omitempty"`
	PayLow      float64          `json:"pay_low,omitempty"`
	PayHigh     float64          `json:"pay_high,omitempty"`
	Masked      posting.Masked   `json:"masked"`
	Text        string           `json:"text,omitempty"`
}

// showCoded prints adverts as JSON lines.
func (p *program) showCoded(coded []posting.Coded) error {
	lines := json.NewEncoder(p.stdout)
	for _, c := range coded {
		err := lines.Encode(codedJSON{
			c.Source, c.Number, c.Title, c.Employer, c.Day(), c.Occupation, c.Probability, c.Commune, c.Departement, c.Bassin,
			c.Contract, c.Pay.Low, c.Pay.High, c.Masked, c.Text,
		})
		if err != nil {
			return err
		}
	}
	return nil
}
