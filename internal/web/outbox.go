package web

import (
	"context"
	"html/template"
	"regexp"
	"strings"

	"filiere/internal/access"
	"filiere/internal/people"
)

// latestMails is how many messages the outbox shows.
const latestMails = 100

// outboxView is what the program sent to people, or would send.
type outboxView struct {
	deskView
	Open  bool // the texts are shown
	Mails []mailView
}

// mailView is a message.
type mailView struct {
	ID, To, Subject, State, Error string
	Lang                          string
	At, Sent                      moment
	Attempts                      int
	Body                          template.HTML
}

// outbox lists the messages, newest first. Their texts hold links that sign in as whoever they are for,
// so they are shown only where the site says that nothing else carries them to people (Config.OpenOutbox).
func (s *server) outbox(ctx context.Context, v *visit) (page, error) {
	mails, err := s.people.Mails(ctx, latestMails)
	if err != nil {
		return page{}, err
	}
	view := outboxView{deskView: s.desk(v, "desk.outbox"), Open: s.openOutbox}
	for _, m := range mails {
		line := mailView{
			ID: m.ID, To: m.To, Subject: m.Subject, Lang: m.Lang, State: mailState(m), Error: m.LastError,
			At: momentOf(v.Locale, m.CreatedAt), Sent: momentOf(v.Locale, m.SentAt), Attempts: m.Attempts,
		}
		if s.openOutbox {
			line.Body = withLinks(m.Body, s.gate.Site().Origin())
		}
		view.Mails = append(view.Mails, line)
	}
	return page{name: "outbox", title: v.T("desk.outbox"), data: view}, nil
}

// mailState names where a message stands.
func mailState(m people.Message) string {
	switch {
	case !m.SentAt.IsZero():
		return "sent"
	case m.GivenUp():
		return "given_up"
	case m.Attempts > 0:
		return "retrying"
	}
	return "waiting"
}

// address finds what looks like a link in plain text.
var address = regexp.MustCompile(`https?://[^\s<>"']+`)

// withLinks writes a text as HTML in which links to our own site can be followed. Whatever else a message
// holds, other links among it, stays text: what people type is part of messages.
func withLinks(body, origin string) template.HTML {
	var b strings.Builder
	last := 0
	for _, at := range address.FindAllStringIndex(body, -1) {
		text := body[at[0]:at[1]]
		if path, ours := strings.CutPrefix(text, origin); ours && safePath(path) {
			b.WriteString(template.HTMLEscapeString(body[last:at[0]]))
			b.WriteString(`<a href="` + template.HTMLEscapeString(path) + `">` + template.HTMLEscapeString(text) + `</a>`)
			last = at[1]
		}
	}
	b.WriteString(template.HTMLEscapeString(body[last:]))
	return template.HTML(b.String()) //nolint:gosec // every part was escaped
}

// safePath tells a path on our site from what a browser would take for another host.
func safePath(path string) bool { return strings.HasPrefix(path, "/") && access.Local(path) != "/" }
