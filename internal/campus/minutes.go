package campus

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"strings"
	"time"

	"filiere/internal/studio"
)

// HashMinutes is what a signature is given for: the SHA-256 of the minutes' text, in hexadecimal.
func HashMinutes(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// compose writes the minutes. Everybody signs one text, so it is in both languages of the site; the same
// session always gives the same text, and everything decided is in it.
func (j Jury) compose(v studio.Version) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("PROCÈS-VERBAL DE JURY / JURY MINUTES")
	line("")
	line("Session / Session: %s", j.ID)
	line("Certification / Certification: %s, version %d (%s)", oneLine(v.Title), v.Number, v.ID)
	line("SHA-256 de la version / of the version: %s", v.Hash)
	line("Convoqué pour / Convened for: %s", minutesTime(j.Start))
	if j.Place != "" {
		line("Lieu / Place: %s", oneLine(j.Place))
	}
	line("Ouvert / Opened: %s", minutesTime(j.OpenedAt))
	line("Clos / Closed: %s", minutesTime(j.ClosedAt))
	line("")
	line("MEMBRES / MEMBERS")
	present := 0
	for _, m := range j.Members {
		role, there := "membre / member", "absent(e) / absent"
		if m.President {
			role = "président(e) / president"
		}
		if m.Present {
			there = "présent(e) / present"
			present++
		}
		line("- %s (%s), %s, %s", oneLine(m.Name), m.Account, role, there)
	}
	line("Quorum: %d / %d, atteint / met", present, len(j.Members))
	line("")
	line("DÉCISIONS / DECISIONS")
	for _, c := range j.Candidates {
		line("")
		line("%s (%s), parcours / enrolment %s", oneLine(c.Name), c.Learner, c.Enrolment)
		for i, d := range c.Blocs {
			bloc := v.Framework.Blocs[i]
			verdict := "acquis / acquired"
			if !d.Acquired {
				verdict = "non acquis / not acquired: " + oneLine(d.Reason)
			}
			line("- %s %s: %s", bloc.Code, oneLine(bloc.Title), verdict)
		}
	}
	return b.String()
}

// oneLine keeps what people typed from looking like another line of the minutes.
func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func minutesTime(t time.Time) string { return t.UTC().Format("2006-01-02 15:04 UTC") }
