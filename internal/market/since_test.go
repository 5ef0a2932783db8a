package market

import (
	"testing"
	"time"
)

func TestATimeToCountFromIsADateOrATimeBack(t *testing.T) {
	for typed, want := range map[string]time.Time{
		"2026-01-31": time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC), " 30d ": noon.Add(-30 * 24 * time.Hour), "48h": noon.Add(-48 * time.Hour),
		"2w": noon.Add(-14 * 24 * time.Hour), "0d": noon,
	} {
		if got, err := ParseSince(typed, noon); err != nil || !got.Equal(want) {
			t.Errorf("%q: %v, %v", typed, got, err)
		}
	}
	for _, typed := range []string{"", "d", "30", "-3d", "+3d", "3.5d", "3m", "2026-13-01", "99999999999999999999d", "4000000w", "yesterday"} {
		if got, err := ParseSince(typed, noon); err == nil {
			t.Errorf("%q was read as %v", typed, got)
		}
	}
}

func FuzzParseSince(f *testing.F) {
	f.Add("30d")
	f.Add("2026-01-31")
	f.Fuzz(func(t *testing.T, s string) {
		if got, err := ParseSince(s, noon); err == nil && (got.Year() < 0 || got.Year() > 9999) {
			t.Errorf("%q: %v", s, got)
		}
	})
}
