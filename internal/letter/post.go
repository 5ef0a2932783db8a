package letter

import (
	"context"
	"net/url"

	"filiere/internal/locale"
	"filiere/internal/people"
)

// Outbox is where links are made and messages wait.
type Outbox interface {
	CreateLink(ctx context.Context, by people.Actor, purpose people.Purpose, id people.AccountID) (secret string, err error)
	EnqueueMail(ctx context.Context, m people.Message) error
}

// Post makes links for people and puts the messages that carry them in the outbox. Pages, API and command
// line share it, so that an invitation is the same wherever it comes from.
type Post struct {
	Outbox  Outbox
	Locales locale.Bundle
	Link    func(path string) string // the full address of a path of the site
}

// Invite sends the link that opens a new account.
//
// Errors: NotFound when there is no such account, Forbidden when it is not active.
func (p Post) Invite(ctx context.Context, by people.Actor, a people.Account) error {
	return p.send(ctx, by, a, people.LinkInvite, "/invite/", Invitation)
}

// Recover sends the link that lets a person back in. Errors: those of Invite.
func (p Post) Recover(ctx context.Context, by people.Actor, a people.Account) error {
	return p.send(ctx, by, a, people.LinkRecovery, "/recover/", Recovery)
}

// InviteExpert sends the link that signs an expert in and leads to their programme. Errors: those of Invite.
func (p Post) InviteExpert(ctx context.Context, by people.Actor, a people.Account, to Programme) error {
	secret, err := p.Outbox.CreateLink(ctx, by, people.LinkInvite, a.ID)
	if err != nil {
		return err
	}
	lang, _ := locale.Parse(a.Lang)
	return p.Outbox.EnqueueMail(ctx, Expert(p.Locales[lang], a, p.Link("/invite/"+secret+"?next="+url.QueryEscape(to.Path)), to))
}

func (p Post) send(ctx context.Context, by people.Actor, a people.Account, purpose people.Purpose, path string,
	write func(*locale.Locale, people.Account, string) people.Message,
) error {
	secret, err := p.Outbox.CreateLink(ctx, by, purpose, a.ID)
	if err != nil {
		return err
	}
	lang, _ := locale.Parse(a.Lang)
	return p.Outbox.EnqueueMail(ctx, write(p.Locales[lang], a, p.Link(path+secret)))
}
