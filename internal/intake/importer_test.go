package intake

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"filiere/internal/fault"
	"filiere/internal/market"
)

func TestFilesAreReadInTheOrderTheyNeedEachOther(t *testing.T) {
	var got []string
	files := fstest.MapFS{
		"1": {Data: []byte("fap,Tension ,Année\nA0Z40,-0.5,2011\n")},
		"2": {Data: []byte("Fap;Rome;intitule_rome\nA0Z40;A1416;Polyculture\n")},
		"3": {Data: []byte("code_rome,code_fiche_em,code_ogr,libelle_rome,statut\nA1101,1,10,Conduite,1\n")},
		"4": {Data: []byte(zonesSample)},
		"5": {Data: []byte("?")},
	}
	err := importer(&memory{}).RunFS(context.Background(), files, func(r Report) { got = append(got, r.File) })
	if want := []string{"5", "4", "3", "2", "1"}; err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

func TestAFileOfWhichHalfCannotBeReadIsRefusedWhole(t *testing.T) {
	const header = "ZE2020,LIBZE2020,NB_COM\n"
	for _, c := range []struct {
		name, rows string
		want       Outcome
	}{
		{"half", "0051,Alençon,1\nx,y,z\n", Imported},
		{"more than half", "0051,Alençon,1\nx,y,z\nx,y,z\n", Refused},
		{"all", "x,y,z\n", Refused},
		{"none to read", "", Refused},
	} {
		t.Run(c.name, func(t *testing.T) {
			rep, m := readSample(t, header+c.rows)
			if rep.Outcome != c.want || (len(m.records) == 0) != (c.want == Refused) {
				t.Errorf("got %s with %d records (%v), want %s", rep.Outcome, len(m.records), rep.Err, c.want)
			}
		})
	}
}

func TestRefusalsAreCountedBeyondTheOnesKept(t *testing.T) {
	const bad = maxRefusalsKept + 10
	rep, _ := readSample(t, "ZE2020,LIBZE2020,NB_COM\n"+strings.Repeat("0051,Alençon,1\n", bad)+strings.Repeat("x,y,z\n", bad))
	if rep.Release.RowsRefused != bad || len(rep.Refusals) != maxRefusalsKept {
		t.Errorf("%d refused, %d kept, want %d and %d", rep.Release.RowsRefused, len(rep.Refusals), bad, maxRefusalsKept)
	}
}

func TestACancelledImportStops(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	m := &memory{}
	err := importer(m).RunFS(ctx, fstest.MapFS{"a": {Data: []byte(zonesSample)}}, func(Report) {})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("got %v, want cancelled", err)
	}
}

// failing is a sink whose database is gone.
type failing struct{ memory }

func (f *failing) BeginBatch(context.Context, string) (*memoryBatch, error) {
	return nil, errors.New("the disk is full")
}

func TestADatabaseThatFailsStopsTheRun(t *testing.T) {
	im := &Importer[*memoryBatch]{Sink: &failing{}, Sources: Catalogue(), Now: importer(nil).Now}
	err := im.RunFS(context.Background(), fstest.MapFS{"a": {Data: []byte(zonesSample)}}, func(Report) {})
	if err == nil || fault.CodeOf(err) != fault.Internal {
		t.Errorf("got %v, want an internal fault", err)
	}
}

func TestEverySourceSaysWhereItComesFrom(t *testing.T) {
	seen := map[string]bool{}
	for _, s := range Catalogue() {
		if seen[s.Dataset] {
			t.Errorf("two sources are called %q", s.Dataset)
		}
		seen[s.Dataset] = true
		if s.Dataset == exchange.Dataset {
			continue // its files state their own
		}
		if s.Title == "" || s.Producer == "" || s.Licence == "" || s.Recognise == nil || s.Read == nil {
			t.Errorf("%s lacks a title, a producer, a licence or a reader", s.Dataset)
		}
	}
}

func TestEachSampleHeaderFitsOneSourceOnly(t *testing.T) {
	for _, header := range sampleHeaders {
		h := newHead([]byte(header))
		var fits []string
		for _, s := range Catalogue() {
			if s.Recognise(h) {
				fits = append(fits, s.Dataset)
			}
		}
		if len(fits) != 1 {
			t.Errorf("%q fits %q", header, fits)
		}
	}
}

func TestNumbers(t *testing.T) {
	for in, want := range map[string]market.Value{
		"12": market.Is(12), "16,5": market.Is(16.5), "1 234,5": market.Is(1234.5), "1\u202f234": market.Is(1234), "-0.5": market.Is(-0.5),
		"5.1e3": market.Is(5100), "": {}, "NA": {}, "nd": {}, "null": {}, "*": market.Secret(),
	} {
		rep, m := readSample(t, "fap,Tension ,Année\nA0Z40,\""+in+"\",2011\n")
		if len(m.records) != 1 {
			t.Errorf("%q was refused: %v %v", in, rep.Refusals, rep.Err)
			continue
		}
		if got := m.records[0].(market.Observation).Values[market.Tension]; got != want {
			t.Errorf("%q reads as %v, want %v", in, got, want)
		}
	}
	for _, in := range []string{"abc", "1,2,3", "1.2.3", "--1", "NaN", "Inf", "-Infinity", "1e999", "0x10", "0x1p-2", "1_000", "12 ans", "<10"} {
		if f, err := parseNumber(in); err == nil {
			t.Errorf("%q reads as %g, want a refusal", in, f)
		}
	}
}
