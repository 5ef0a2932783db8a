package intake

import (
	"context"
	"os"
	"reflect"
	"testing"
	"testing/fstest"
	"time"

	"filiere/internal/market"
)

// memory is a sink that keeps what it is given; it is enough to see what a source emits.
type memory struct {
	records  []any
	releases []market.Release
	refusals []market.Refusal
	begun    int
}

func (m *memory) ReleaseByContent(_ context.Context, sha256 string) (market.Release, bool, error) {
	for _, r := range m.releases {
		if r.SHA256 == sha256 {
			return r, true, nil
		}
	}
	return market.Release{}, false, nil
}

func (m *memory) BeginBatch(context.Context, string) (*memoryBatch, error) {
	m.begun++
	return &memoryBatch{sink: m}, nil
}

type memoryBatch struct {
	sink    *memory
	records []any
}

func (b *memoryBatch) Put(_ context.Context, record any) error {
	b.records = append(b.records, record)
	return nil
}

func (b *memoryBatch) Commit(_ context.Context, r market.Release, refusals []market.Refusal) error {
	b.sink.records = append(b.sink.records, b.records...)
	b.sink.releases = append(b.sink.releases, r)
	b.sink.refusals = append(b.sink.refusals, refusals...)
	return nil
}

func (b *memoryBatch) Rollback() {}

// importer reads into memory with the whole catalogue.
func importer(m *memory) *Importer[*memoryBatch] {
	return &Importer[*memoryBatch]{Sink: m, Sources: Catalogue(), Now: func() time.Time { return time.Unix(0, 0) }}
}

// readSample imports one file with the whole catalogue.
func readSample(t testing.TB, content string) (Report, *memory) {
	t.Helper()
	m := &memory{}
	var last Report
	fsys := fstest.MapFS{"sample": {Data: []byte(content)}}
	if err := importer(m).RunFS(context.Background(), fsys, func(r Report) { last = r }); err != nil {
		t.Fatal(err)
	}
	return last, m
}

// sample is a made-up file of a few lines and what must come out of it.
type sample struct {
	name     string
	content  string
	dataset  string
	vintage  string
	scope    string // the dataset when empty
	records  []any
	refusals []market.Refusal
}

// checkSamples reads each sample and compares everything that comes out.
func checkSamples(t *testing.T, samples []sample) {
	t.Helper()
	for _, s := range samples {
		t.Run(s.name, func(t *testing.T) {
			rep, m := readSample(t, s.content)
			if rep.Outcome != Imported || rep.Dataset != s.dataset {
				t.Fatalf("got %s %q (%v), want imported %q", rep.Outcome, rep.Dataset, rep.Err, s.dataset)
			}
			if rep.Release.Vintage != s.vintage {
				t.Errorf("vintage %q, want %q", rep.Release.Vintage, s.vintage)
			}
			if want := orElse(s.scope, s.dataset); rep.Release.Scope != want {
				t.Errorf("scope %q, want %q", rep.Release.Scope, want)
			}
			compareRecords(t, m.records, s.records)
			compareRefusals(t, rep.Refusals, s.refusals)
			if rep.Release.RowsRead != rep.Release.RowsKept+rep.Release.RowsRefused {
				t.Errorf("%d rows read, %d kept, %d refused", rep.Release.RowsRead, rep.Release.RowsKept, rep.Release.RowsRefused)
			}
		})
	}
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

func compareRecords(t *testing.T, got, want []any) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		switch {
		case i >= len(want):
			t.Errorf("record %d: %#v is too many", i, got[i])
		case i >= len(got):
			t.Errorf("record %d: %#v is missing", i, want[i])
		case !reflect.DeepEqual(got[i], want[i]):
			t.Errorf("record %d:\n got %#v\nwant %#v", i, got[i], want[i])
		}
	}
}

func compareRefusals(t *testing.T, got, want []market.Refusal) {
	t.Helper()
	if len(got) == 0 && len(want) == 0 {
		return
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("refusals:\n got %+v\nwant %+v", got, want)
	}
}

// figures is an observation's values.
func figures(values map[market.Measure]market.Value) (out [market.MeasureCount]market.Value) {
	for m, v := range values {
		out[m] = v
	}
	return out
}

// dataFolder finds the real data, or skips the test.
func dataFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv("FILIERE_DATA")
	if folder == "" {
		t.Skip("set FILIERE_DATA to the folder of the producers' files")
	}
	return folder
}
