package letter

import (
	"fmt"
	"net/url"
	"strings"
	"time"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/people"
)

// AlertRoute is what one of a person's routes told them, and the link that stops it.
type AlertRoute struct {
	Name string // "" for none
	Told []market.Told
	Stop string
}

// mostTold is how many alerts a message lists: the rest is a link.
const mostTold = 20

// Alerts is the message that tells a person what happened to alerts, however much: the first of it, the most
// serious before the rest, and a link to what is left. What several routes took is told once. Each route can be
// stopped by a link of its own, and all of them by stop, which mail programs offer.
func Alerts(l *locale.Locale, to people.Account, routes []AlertRoute, link func(path string) string, stop string) people.Message {
	told, since := once(routes)
	var list, stops strings.Builder
	for i, t := range told {
		if i == mostTold {
			rest := link("/alerts?" + url.Values{"since": {since.UTC().Format(time.DateOnly)}, "state": {"any"}}.Encode())
			fmt.Fprintf(&list, "%s\n%s\n\n", l.T("letter.alerts.rest", "n", len(told)-mostTold), rest)
			break
		}
		fmt.Fprintf(&list, "%s\n%s\n\n", l.T("letter.alerts.line", "severity", l.T("severity."+string(t.Severity)),
			"what", l.T("told."+string(t.What)), "name", oneLine(t.Label)), link("/alerts/"+url.PathEscape(string(t.Alert))))
	}
	for _, r := range routes {
		name := oneLine(r.Name)
		if name == "" {
			name = l.T("route.unnamed")
		}
		fmt.Fprintf(&stops, "%s\n%s\n", l.T("letter.alerts.stop", "name", name), oneLine(r.Stop))
	}
	subject := l.T("letter.alerts.subject", "n", len(told))
	if len(told) == 1 {
		subject = l.T("letter.alerts.line", "severity", l.T("severity."+string(told[0].Severity)), "what", l.T("told."+string(told[0].What)), "name", told[0].Label)
	}
	return people.Message{
		To: oneLine(to.Email), Subject: oneLine(subject), Lang: string(l.Lang), Unsubscribe: oneLine(stop),
		Body: l.T("letter.alerts.body", "name", oneLine(to.Name), "list", strings.TrimRight(list.String(), "\n"), "stops", strings.TrimRight(stops.String(), "\n"),
			"link", link("/me/alerts")),
	}
}

// once lists what some routes took, each thing once, and when the first of it was.
func once(routes []AlertRoute) (told []market.Told, since time.Time) {
	type thing struct {
		alert    market.AlertID
		what     market.Happening
		severity market.Severity
	}
	seen := map[thing]bool{}
	for _, r := range routes {
		for _, t := range r.Told {
			key := thing{t.Alert, t.What, t.Severity}
			if seen[key] {
				continue
			}
			seen[key] = true
			if told = append(told, t); since.IsZero() || t.At.Before(since) {
				since = t.At
			}
		}
	}
	return told, since
}
