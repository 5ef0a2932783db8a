// Package letter writes the messages people get by e-mail: one link each, in their language, and nothing
// a reader or a machine could take for something else.
//
// It only writes them; the outbox keeps them (store) and the post carries them (mail).
package letter

import (
	"strings"
	"time"
	"unicode"

	"filiere/internal/locale"
	"filiere/internal/people"
)

// SignIn is the message with a link that signs in.
func SignIn(l *locale.Locale, to people.Account, link string) people.Message {
	return compose(l, "sign_in", to, link, people.LinkSignIn)
}

// Invitation is the message with the link that opens a new account.
func Invitation(l *locale.Locale, to people.Account, link string) people.Message {
	return compose(l, "invite", to, link, people.LinkInvite)
}

// Recovery is the message with the link for whoever lost their means to sign in.
func Recovery(l *locale.Locale, to people.Account, link string) people.Message {
	return compose(l, "recovery", to, link, people.LinkRecovery)
}

// Changed is the message that something that opens an account was added, changed or removed: deed is what
// the audit trail calls it. It names nothing a person typed, and its link, to their settings, opens only to
// who signs in.
func Changed(l *locale.Locale, to people.Account, deed, link string) people.Message {
	return people.Message{
		To:      oneLine(to.Email),
		Subject: oneLine(l.T("letter.changed.subject")),
		Body:    l.T("letter.changed.body", "name", oneLine(to.Name), "what", l.T("letter.deed."+deed), "link", oneLine(link)),
		Lang:    string(l.Lang),
	}
}

// Outcome is the message that asks a graduate, six months after, what became of them.
func Outcome(l *locale.Locale, to people.Account, title, link string, life time.Duration) people.Message {
	return people.Message{
		To:      oneLine(to.Email),
		Subject: oneLine(l.T("letter.outcome.subject")),
		Body:    l.T("letter.outcome.body", "name", oneLine(to.Name), "title", oneLine(title), "link", oneLine(link), "days", int(life.Hours()/24)),
		Lang:    string(l.Lang),
	}
}

// Programme is what an expert is invited to.
type Programme struct {
	Title string
	Path  string // of its page
}

// Expert is the message with the link that signs an expert in and leads to their programme.
func Expert(l *locale.Locale, to people.Account, link string, p Programme) people.Message {
	m := compose(l, "expert", to, link, people.LinkInvite)
	m.Body = l.T("letter.expert.body", "name", oneLine(to.Name), "title", oneLine(p.Title), "link", oneLine(link),
		"days", int(people.LinkInvite.Life().Hours()/24))
	return m
}

func compose(l *locale.Locale, kind string, to people.Account, link string, purpose people.Purpose) people.Message {
	life := purpose.Life()
	return people.Message{
		To:      oneLine(to.Email),
		Subject: oneLine(l.T("letter." + kind + ".subject")),
		Body: l.T("letter."+kind+".body", "name", oneLine(to.Name), "link", oneLine(link),
			"minutes", int(life.Minutes()), "days", int(life.Hours()/24)),
		Lang: string(l.Lang),
	}
}

// oneLine keeps what people typed from ending a header line, or from looking like lines of ours: anything
// that breaks or reorders a line becomes a space.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Zl, r) || unicode.Is(unicode.Zp, r)
	}), " ")
}
