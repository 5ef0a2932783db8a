package webhook

import (
	"strconv"
	"time"
)

// mostRetryAfter is the longest another program may ask to be left alone: the longest wait of the schedule.
const mostRetryAfter = 24 * time.Hour

// httpDate is how dates are to be written; those who read them take two older ways too (RFC 9110, 5.6.7).
const httpDate = "Mon, 02 Jan 2006 15:04:05 GMT"

// The statuses that say to come back later.
const (
	statusTooMany     = 429
	statusUnavailable = 503
)

// retryAfter reads how long the other side asks to be left alone, in seconds or until a date (RFC 9110, 10.2.3),
// with the two statuses that mean it. What is no wait is 0: the schedule stands alone.
func retryAfter(status int, text string, now time.Time) time.Duration {
	if text == "" || status != statusTooMany && status != statusUnavailable {
		return 0
	}
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, mostRetryAfter)
	}
	for _, layout := range []string{httpDate, time.RFC850, time.ANSIC} {
		if date, err := time.Parse(layout, text); err == nil {
			return min(max(date.Sub(now), 0), mostRetryAfter)
		}
	}
	return 0
}
