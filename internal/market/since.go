package market

import (
	"strconv"
	"strings"
	"time"

	"filiere/internal/fault"
)

// sinceUnits are the units a time back can be given in.
var sinceUnits = map[byte]time.Duration{'h': time.Hour, 'd': 24 * time.Hour, 'w': 7 * 24 * time.Hour}

// maxSince bounds a time back: nothing here is older.
const maxSince = 100 * 365 * 24 * time.Hour

// ParseSince reads the time something is asked for from: a date (2026-01-31, from its midnight UTC) or a time
// back from now in hours, days or weeks (48h, 30d, 12w). It returns an Invalid fault for anything else.
func ParseSince(s string, now time.Time) (time.Time, error) {
	s = strings.TrimSpace(s)
	if day, err := time.Parse(time.DateOnly, s); err == nil {
		return day, nil
	}
	if len(s) > 1 {
		n, err := strconv.ParseUint(s[:len(s)-1], 10, 31)
		if unit, ok := sinceUnits[s[len(s)-1]]; ok && err == nil && time.Duration(n) <= maxSince/unit {
			return now.Add(-time.Duration(n) * unit), nil
		}
	}
	f := fault.New(fault.Invalid, "read since", "%q is no time to count from", s)
	f.Hint = "write a date (2026-01-31) or a time back (48h, 30d, 12w)"
	return time.Time{}, f
}
