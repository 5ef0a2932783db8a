package web

import (
	"context"
	"net/http"

	"filiere/internal/access"
	"filiere/internal/people"
)

// settingsView is what a person chooses about themself and their pages.
type settingsView struct {
	deskView
	Email, Name, Lang string
	Chosen            Theme
	Wrong             map[string]string
}

func (s *server) settings(ctx context.Context, v *visit) (page, error) {
	a := access.Who(ctx).Account
	return s.settingsPage(v, settingsView{Name: a.Name, Lang: a.Lang, Chosen: parseTheme(a.Theme), Wrong: map[string]string{}}), nil
}

func (s *server) settingsPage(v *visit, view settingsView) page {
	view.deskView = s.desk(v, "desk.settings")
	view.Email = access.Who(v.Context()).Account.Email
	p := page{name: "settings", title: v.T("desk.settings"), data: view}
	if len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p
}

// changeSettings keeps a person's choices, on their account and in this browser.
func (s *server) changeSettings(ctx context.Context, v *visit) (page, error) {
	a := access.Who(ctx).Account
	view := settingsView{Chosen: parseTheme(v.PostForm.Get("theme")), Wrong: map[string]string{}}
	view.Name, view.Lang = named(v, view.Wrong)
	if len(view.Wrong) > 0 {
		return s.settingsPage(v, view), nil
	}
	a.Name, a.Lang, a.Theme = view.Name, view.Lang, string(view.Chosen)
	if err := s.people.ChangeProfile(ctx, people.By(a.ID), a.ID, a.Name, a.Lang, a.Theme); err != nil {
		return page{}, err
	}
	return page{moved: "/me/settings?done=settings", cookies: choicesOf(v.Request, a)}, nil
}

// keepTheme keeps the theme a signed-in person chose at the foot of a page.
func (s *server) keepTheme(ctx context.Context, theme Theme) error {
	a := access.Who(ctx).Account
	if s.people == nil || a.ID == "" || a.Theme == string(theme) {
		return nil
	}
	return s.people.ChangeProfile(ctx, people.By(a.ID), a.ID, a.Name, a.Lang, string(theme))
}
