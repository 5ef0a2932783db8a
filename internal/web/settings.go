package web

import (
	"context"
	"net/http"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/mission"
	"filiere/internal/people"
	"filiere/internal/territory"
)

// settingsView is what a person chooses about themself and their pages.
type settingsView struct {
	deskView
	Email, Name, Lang string
	Chosen            Theme
	Places            []territory.Area // to live in; none without the mission
	Place             string
	Few               int // below so many people in a place nothing is published of it
	Wrong             map[string]string
}

func (s *server) settings(ctx context.Context, v *visit) (page, error) {
	a := access.Who(ctx).Account
	view := settingsView{Name: a.Name, Lang: a.Lang, Chosen: parseTheme(a.Theme), Wrong: map[string]string{}}
	if s.mission != nil {
		var err error
		if view.Place, err = s.mission.Place(ctx, a.ID); err != nil {
			return page{}, err
		}
	}
	return s.settingsPage(ctx, v, view)
}

func (s *server) settingsPage(ctx context.Context, v *visit, view settingsView) (page, error) {
	view.deskView = s.desk(v, "desk.settings")
	view.Email = access.Who(v.Context()).Account.Email
	if s.mission != nil {
		var err error
		view.Few = mission.FewestShown
		if view.Places, err = s.reader.Areas(ctx, territory.Departement, ""); err != nil {
			return page{}, err
		}
	}
	p := page{name: "settings", title: v.T("desk.settings"), data: view}
	if len(view.Wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// tellPlace keeps where a person says they live, when the form asks it.
func (s *server) tellPlace(ctx context.Context, v *visit, view *settingsView) error {
	if s.mission == nil || !v.PostForm.Has("place") {
		return nil
	}
	view.Place = v.PostForm.Get("place")
	err := s.mission.TellPlace(ctx, access.Who(ctx).Account.ID, view.Place)
	if fault.CodeOf(err) == fault.Invalid {
		view.Wrong["place"] = v.T("outcome.wrong.area")
		return nil
	}
	return err
}

// changeSettings keeps a person's choices, on their account and in this browser.
func (s *server) changeSettings(ctx context.Context, v *visit) (page, error) {
	a := access.Who(ctx).Account
	view := settingsView{Chosen: parseTheme(v.PostForm.Get("theme")), Wrong: map[string]string{}}
	view.Name, view.Lang = named(v, view.Wrong)
	if err := s.tellPlace(ctx, v, &view); err != nil {
		return page{}, err
	}
	if len(view.Wrong) > 0 {
		return s.settingsPage(ctx, v, view)
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
