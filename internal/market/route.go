package market

import (
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// RouteID names a route of alerts for ever (UUIDv7).
type RouteID string

// Route says of which alerts somebody is told, and how. A person's own routes tell them, on their page or by
// e-mail; a route to a webhook belongs to the school.
type Route struct {
	ID        RouteID           `json:"id"`
	Owner     string            `json:"owner,omitempty"` // the account it tells; "" for a webhook
	Means     Means             `json:"means"`
	Name      string            `json:"name"` // what its keeper calls it
	Least     Severity          `json:"least"`
	Levels    []territory.Level `json:"levels"`   // none: all
	Area      territory.ID      `json:"area"`     // itself and what lies in it; "" or FR: everywhere
	Families  []occupation.ID   `json:"families"` // domains and families; none: all
	URL       string            `json:"url,omitempty"`
	Paused    bool              `json:"paused"`
	CreatedAt time.Time         `json:"created_at"`
}

// Means is how a route tells.
type Means string

// The means.
const (
	ByPage    Means = "page"    // on the person's page
	ByMail    Means = "e-mail"  // by e-mail, gathered in one message
	ByWebhook Means = "webhook" // to another program
)

// MeansList lists the means.
func MeansList() []Means { return []Means{ByPage, ByMail, ByWebhook} }

// ParseMeans reads a means. It returns an Invalid fault that lists them.
func ParseMeans(s string) (Means, error) {
	if m := Means(s); slices.Contains(MeansList(), m) {
		return m, nil
	}
	f := fault.New(fault.Invalid, "read means", "nobody is told by %q", s)
	f.Column, f.Hint = "means", "the means are page, e-mail and webhook"
	return "", f
}

// The bounds of a route.
const (
	maxRouteName     = 80 // characters
	maxRouteFamilies = 30
	MaxOwnRoutes     = 20 // of one person
	MaxWebhooks      = 50 // of the school
)

// Check completes a route as somebody typed it. loopback lets a webhook reach this machine.
//
// Errors: Invalid at the field "means", "name", "least", "levels", "area", "families" or "url".
func (r Route) Check(loopback bool) (Route, error) {
	r.Name = strings.Join(strings.Fields(r.Name), " ")
	r.Families = slices.Compact(slices.Sorted(slices.Values(r.Families)))
	levels := slices.DeleteFunc(AlertLevels(), func(l territory.Level) bool { return !slices.Contains(r.Levels, l) })
	switch {
	case !slices.Contains(MeansList(), r.Means):
		return r, invalidRoute("means", "say how: page, e-mail or webhook")
	case (r.Owner == "") != (r.Means == ByWebhook):
		return r, invalidRoute("means", "a person is told on their page or by e-mail; a webhook belongs to nobody")
	case utf8.RuneCountInString(r.Name) > maxRouteName || !utf8.ValidString(r.Name) || strings.ContainsFunc(r.Name, unicode.IsControl):
		return r, invalidRoute("name", "a name is one line of %d characters at most", maxRouteName)
	case r.Least.Rank() < 0:
		return r, invalidRoute("least", "say from which severity on")
	case slices.ContainsFunc(r.Levels, func(l territory.Level) bool { return !slices.Contains(AlertLevels(), l) }):
		return r, invalidRoute("levels", "alerts are of the levels country, region, departement and bassin")
	case r.Area != "" && r.Area.Level() == "":
		return r, invalidRoute("area", "no area is called so")
	case len(r.Families) > maxRouteFamilies:
		return r, invalidRoute("families", "a route has at most %d families", maxRouteFamilies)
	}
	for _, f := range r.Families {
		if id, err := occupation.ParseFamily(string(f)); err != nil || id != f {
			return r, invalidRoute("families", "%q is no family of occupations", string(f))
		}
	}
	r.Levels = levels
	if r.Means != ByWebhook {
		r.URL = ""
		return r, nil
	}
	var err error
	r.URL, err = CheckWebhookURL(r.URL, loopback)
	return r, err
}

func invalidRoute(field, format string, args ...any) error {
	f := fault.New(fault.Invalid, "check route", format, args...)
	f.Column = field
	return f
}

// AlertLevels are the levels of areas alerts are opened for, the widest first.
func AlertLevels() []territory.Level {
	return []territory.Level{territory.Country, territory.Region, territory.Departement, territory.Bassin}
}

// Happening is what happens to an alert that somebody may want to be told.
type Happening string

// What people are told of.
const (
	AlertOpens    Happening = "opened"
	AlertRises    Happening = "raised" // its severity did
	AlertResolves Happening = "resolved"
)

// Told is one thing that happened to an alert, with all that routes ask about it.
type Told struct {
	Alert       AlertID
	What        Happening
	Severity    Severity // at that moment
	At          time.Time
	Occupations []occupation.ID // the alert's own, then those of other lists that correspond to it
	Level       territory.Level
	Area        territory.ID
	Region      territory.ID // the région the area lies in, "" for the country
	Departement territory.ID // the département it mostly lies in
	Label       string       // the alert's
}

// Takes reports whether a route tells of what happened. A paused route tells of nothing, and none of what
// happened before it was made.
func (r Route) Takes(t Told) bool {
	return !r.Paused && !t.At.Before(r.CreatedAt) && r.Covers(t)
}

// Covers reports whether what happened is of the severity, level, area and family a route asks for.
func (r Route) Covers(t Told) bool {
	return t.Severity.Rank() >= r.Least.Rank() &&
		(len(r.Levels) == 0 || slices.Contains(r.Levels, t.Level)) &&
		r.coversArea(t) && r.coversFamily(t)
}

func (r Route) coversArea(t Told) bool {
	return r.Area == "" || r.Area == territory.France || slices.Contains([]territory.ID{t.Area, t.Region, t.Departement}, r.Area)
}

func (r Route) coversFamily(t Told) bool {
	return len(r.Families) == 0 || slices.ContainsFunc(r.Families, func(f occupation.ID) bool {
		return slices.ContainsFunc(t.Occupations, func(o occupation.ID) bool { return o.In(f) })
	})
}

// PreviewLife is how far back the preview of a route looks.
const PreviewLife = 90 * 24 * time.Hour

// Preview counts the alerts of which a route would have told, had it been there: each once.
func (r Route) Preview(told []Told) int {
	seen := map[AlertID]bool{}
	for _, t := range told {
		if r.Covers(t) {
			seen[t.Alert] = true
		}
	}
	return len(seen)
}
