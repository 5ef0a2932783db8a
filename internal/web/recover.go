package web

import (
	"context"

	"filiere/internal/people"
)

// recover explains how to find the way back in.
func (s *server) recover(_ context.Context, v *visit) (page, error) {
	return s.recoverPage(v, signView{}), nil
}

func (s *server) recoverPage(v *visit, view signView) page {
	p := s.signPage(v, "recover", v.T("recover.title"), view)
	p.script = ""
	return p
}

// askRecovery sends a recovery link, with the care askLink takes.
func (s *server) askRecovery(ctx context.Context, v *visit) (page, error) {
	view := signView{Wrong: map[string]string{}}
	view.Email = asked(v, view.Wrong)
	if len(view.Wrong) > 0 {
		return s.recoverPage(v, view), nil
	}
	if err := s.limited(ctx, v, people.LimitLink, view.Email); err != nil {
		return tooSoon(v, s.recoverPage(v, view), err)
	}
	s.later.Do(ctx, "send a recovery link", func(ctx context.Context) error {
		return s.mailLink(ctx, view.Email, people.LinkRecovery, welcomePath)
	})
	return page{moved: "/sign-in/link/sent"}, nil
}

func (s *server) showRecovery(ctx context.Context, v *visit) (page, error) {
	a, err := s.byLink(ctx, v, people.LinkRecovery)
	if err != nil {
		return s.deadLink(v, err)
	}
	return s.openPage(v, "recover.open.", a), nil
}

// useRecovery signs in whoever holds a recovery link and every other device out: one of them may be why
// it was needed. Passkeys and password stay until the person changes them, having just signed in.
func (s *server) useRecovery(ctx context.Context, v *visit) (page, error) {
	a, err := s.takeLink(ctx, v, people.LinkRecovery)
	if err != nil {
		return s.deadLink(v, err)
	}
	if err := s.people.CloseSessions(ctx, people.By(a.ID), a.ID, ""); err != nil {
		return page{}, err
	}
	return s.enter(v, a, meansRecovery, welcomePath)
}
