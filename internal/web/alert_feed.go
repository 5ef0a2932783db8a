package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/market"
)

// feedEntries is how many alerts one document of the feed holds; the older ones are on the next (RFC 5005).
const feedEntries = 100

// feedParams are the parameters of the feed: those of the list.
var feedParams = []string{"q", "level", "within", "area", "occupation", "severity", "state", "family", "since", "page"}

// feedBegan is the year from which the names of feeds are ours (RFC 4151 asks for one).
const feedBegan = "2026"

// feed is an Atom document (RFC 4287).
type feed struct {
	XMLName xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang    string      `xml:"xml:lang,attr"`
	ID      string      `xml:"id"`
	Title   string      `xml:"title"`
	Updated string      `xml:"updated"`
	Author  feedAuthor  `xml:"author"`
	Links   []feedLink  `xml:"link"`
	Entries []feedEntry `xml:"entry"`
}

type feedAuthor struct {
	Name string `xml:"name"`
	URI  string `xml:"uri"`
}

type feedLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr"`
	Href string `xml:"href,attr"`
}

type feedEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Published  string         `xml:"published"`
	Updated    string         `xml:"updated"`
	Link       feedLink       `xml:"link"`
	Categories []feedCategory `xml:"category"`
	Content    feedText       `xml:"content"`
}

type feedCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr"`
}

type feedText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

// feedAddress is the address of the feed of what a list of alerts shows.
func feedAddress(v *visit) string {
	q := url.Values{}
	for _, name := range feedParams[:len(feedParams)-1] {
		if x := v.Query.Get(name); x != "" {
			q.Set(name, x)
		}
	}
	q.Set("lang", string(v.Lang))
	return "/alerts.atom?" + q.Encode()
}

// alertFeed answers with alerts as an Atom feed, the newest first, in every state unless one is asked for: a reader
// should see that an alert has ended. Its text is that of the visitor's language, or of ?lang=.
func (s *server) alertFeed(w http.ResponseWriter, r *http.Request) {
	v := s.newVisit(r, feedParams)
	var view alertListView
	view.Query, view.Family, view.Since, view.Wrong = v.Query.Get("q"), v.Query.Get("family"), v.Query.Get("since"), map[string]string{}
	f, err := s.alertFilter(r.Context(), v, &view)
	if err != nil {
		s.fail(w, s.refusedVisit(w, r), err)
		return
	}
	f.Newest, f.Unresolved = true, false
	n := pageNumber(v.Query.Get("page"))
	alerts, total, err := s.alerts.Alerts(r.Context(), f, feedEntries, (n-1)*feedEntries)
	if err != nil {
		s.fail(w, s.refusedVisit(w, r), err)
		return
	}
	origin, host := s.origin()
	doc, updated := feedOf(v.Locale, alerts, origin)
	doc.ID = "tag:" + host + "," + feedBegan + ":alerts:" + feedName(v)
	doc.Links = append(feedPages(v, origin, n, total), feedLink{"alternate", "text/html", origin + feedPage(v)})
	var text bytes.Buffer
	text.WriteString(xml.Header)
	if err := xml.NewEncoder(&text).Encode(doc); err != nil {
		s.fail(w, s.refusedVisit(w, r), err)
		return
	}
	sum := sha256.Sum256(text.Bytes())
	head := w.Header()
	head.Set("Content-Type", "application/atom+xml; charset=utf-8")
	head.Set("Content-Language", string(v.Lang))
	head.Set("Cache-Control", "public, no-cache")
	head.Set("Vary", "Accept-Language, Cookie")
	head.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	if len(alerts) == 0 {
		updated = time.Time{} // an empty feed has no time to compare with
	}
	http.ServeContent(w, r, "", updated, bytes.NewReader(text.Bytes()))
}

// origin is the site's address, and its name.
func (s *server) origin() (origin, host string) {
	if s.gate == nil {
		return "", "localhost"
	}
	return s.gate.Site().Origin(), s.gate.Site().Host()
}

// feedOf writes alerts as entries, and tells when the last of them changed.
func feedOf(l *locale.Locale, alerts []market.Alert, origin string) (feed, time.Time) {
	doc := feed{Lang: string(l.Lang), Title: l.T("site.name") + " – " + l.T("alerts.title"), Author: feedAuthor{l.T("site.name"), origin + "/"}}
	newest := time.Date(2026, time.January, 1, 0, 0, 0, 0, time.UTC) // of a feed without entries
	for i, a := range alerts {
		updated := changedAt(a)
		if i == 0 || updated.After(newest) {
			newest = updated
		}
		doc.Entries = append(doc.Entries, feedEntry{
			ID: "urn:uuid:" + string(a.ID), Title: l.T("severity."+string(a.Severity)) + " · " + a.Label(),
			Published: a.OpenedAt.UTC().Format(time.RFC3339), Updated: updated.Format(time.RFC3339),
			Link:       feedLink{"alternate", "text/html", origin + "/alerts/" + url.PathEscape(string(a.ID))},
			Categories: feedCategories(l, a), Content: feedText{"text", letter.Explain(l, a)},
		})
	}
	doc.Updated = newest.Format(time.RFC3339)
	return doc, newest
}

// feedCategories are what readers sort entries by.
func feedCategories(l *locale.Locale, a market.Alert) []feedCategory {
	return []feedCategory{
		{string(a.Severity), l.T("severity." + string(a.Severity))},
		{string(a.State), l.T("alert.state." + string(a.State))},
		{string(a.Evidence.Level), l.T("level." + string(a.Evidence.Level))},
		{string(a.Evidence.Occupation), a.Evidence.OccupationLabel},
		{string(a.Evidence.Area), a.Evidence.AreaLabel},
	}
}

// changedAt is when something last happened to an alert.
func changedAt(a market.Alert) time.Time {
	out := a.OpenedAt
	for _, t := range []time.Time{a.AcknowledgedAt, a.ResolvedAt} {
		if t.After(out) {
			out = t
		}
	}
	return out.UTC()
}

// feedName is what of a feed's address makes it another feed: the filter and the language.
func feedName(v *visit) string {
	q := url.Values{"lang": {string(v.Lang)}}
	for _, name := range feedParams[:len(feedParams)-1] {
		if x := v.Query.Get(name); x != "" {
			q.Set(name, x)
		}
	}
	return q.Encode()
}

// feedPages are the links of a feed to itself and to what stands before and after.
func feedPages(v *visit, origin string, n, total int) []feedLink {
	at := func(n int) string {
		q := url.Values{}
		for name := range v.Query {
			q.Set(name, v.Query.Get(name))
		}
		q.Set("lang", string(v.Lang))
		if q.Del("page"); n > 1 {
			q.Set("page", strconv.Itoa(n))
		}
		return origin + "/alerts.atom?" + q.Encode()
	}
	const kind = "application/atom+xml"
	links := []feedLink{{"self", kind, at(n)}, {"first", kind, at(1)}}
	if n > 1 {
		links = append(links, feedLink{"previous", kind, at(n - 1)})
	}
	if n*feedEntries < total {
		links = append(links, feedLink{"next", kind, at(n + 1)})
	}
	return links
}

// feedPage is the address of the page that lists the same.
func feedPage(v *visit) string {
	q := url.Values{"state": {anyState}}
	for _, name := range feedParams[:len(feedParams)-1] {
		if x := v.Query.Get(name); x != "" {
			q.Set(name, x)
		}
	}
	return "/alerts?" + q.Encode()
}
