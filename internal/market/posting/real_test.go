package posting_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"filiere/internal/market/posting"
)

// TestRealPostings reads the real adverts and says how much of what they say is understood.
func TestRealPostings(t *testing.T) {
	folder := os.Getenv("FILIERE_DATA")
	if folder == "" {
		folder = "../../../../shared/data"
	}
	in, err := os.Open(filepath.Join(folder, "postings/postings.jsonl.gz"))
	if err != nil {
		t.Skip("the real adverts are not here; set FILIERE_DATA to their folder")
	}
	defer in.Close()
	read, bad, dated, paid, saysPay, mended, contract, saysContract := 0, 0, 0, 0, 0, 0, 0, 0
	masked := posting.Masked{}
	unread := map[string]int{}
	day := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC)
	posting.Feed(in, posting.Options{Name: "postings", Source: "s"}, func(e posting.Entry) bool {
		if e.Err != nil {
			t.Errorf("line %d: %v", e.Line, e.Err)
			return true
		}
		p, err := posting.Read(e.Raw, day)
		if err != nil {
			bad++
			t.Logf("line %d: %v", e.Line, err)
			return true
		}
		read++
		if !p.Published.IsZero() {
			dated++
		}
		if e.Raw.Pay != "" {
			if saysPay++; p.Pay.Said() {
				paid++
			} else {
				unread[e.Raw.Pay]++
			}
			if p.Pay.Mended {
				mended++
			}
		}
		if e.Raw.Contract != "" {
			if saysContract++; p.Contract != "" && p.Contract != posting.OtherContract {
				contract++
			}
		}
		masked.Emails, masked.Phones, masked.Names = masked.Emails+p.Masked.Emails, masked.Phones+p.Masked.Phones, masked.Names+p.Masked.Names
		return true
	})
	t.Logf("%d adverts read, %d refused; %d dated; pay %d of %d said, %d mended; contract %d of %d; masked %+v", read, bad, dated, paid, saysPay, mended, contract, saysContract, masked)
	if os.Getenv("FILIERE_UNREAD") != "" {
		for s, n := range unread {
			t.Logf("  pay %4d × %s", n, s)
		}
	}
	if read < 21_000 {
		t.Errorf("only %d adverts are read", read)
	}
}

func BenchmarkReal(b *testing.B) {
	folder := os.Getenv("FILIERE_DATA")
	in, err := os.ReadFile(filepath.Join(folder, "postings/postings.jsonl.gz"))
	if err != nil {
		b.Skip("the real adverts are not here; set FILIERE_DATA to their folder")
	}
	_ = in
	day, n := time.Date(2026, 11, 24, 0, 0, 0, 0, time.UTC), 0
	for b.Loop() {
		f, err := os.Open(filepath.Join(folder, "postings/postings.jsonl.gz"))
		if err != nil {
			b.Fatal(err)
		}
		posting.Feed(f, posting.Options{Source: "s"}, func(e posting.Entry) bool {
			_, _ = posting.Read(e.Raw, day)
			n++
			return true
		})
		f.Close()
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "adverts/s")
}
