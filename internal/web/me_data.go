package web

import (
	"bytes"
	"context"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// Archive writes what is held on a person as one zip, in a language.
type Archive func(w io.Writer, d people.PersonalData, lang string) error

func (s *server) dataRoutes() []access.Route {
	routes := []access.Route{changeOwn.show("/me/data", s.personal(s.dataPage, "done"))}
	routes = append(routes, freshOwn.change("/me/data/export", s.download(s.exportOwn), s.backTo("/me/data"))...)
	return append(routes, freshOwn.change("/me/data/erase", s.form(s.eraseOwn), s.backTo("/me/data"))...)
}

// dataView is what is held on a person and what becomes of it.
type dataView struct {
	deskView
	Email string
	Wrong map[string]string
}

func (s *server) dataPage(ctx context.Context, v *visit) (page, error) {
	return page{name: "data", title: v.T("desk.data"), data: dataView{
		deskView: s.desk(v, "desk.data"), Email: access.Who(ctx).Account.Email, Wrong: map[string]string{},
	}}, nil
}

// confirmed reports whether the address of the person to erase was typed: nobody does that by accident.
func confirmed(v *visit, a people.Account) bool {
	typed, err := people.FoldEmail(v.PostForm.Get("confirm"))
	return err == nil && typed == a.Email
}

// erasedView tells what erasing left, and why.
type erasedView struct {
	Own  bool // the person themself did it: they are signed out
	Kept []people.Kept
}

// eraseOwn erases the person who asks. There is no session any more to show anything in, so the answer is
// the page itself.
func (s *server) eraseOwn(ctx context.Context, v *visit) (page, error) {
	who := access.Who(ctx)
	view := dataView{deskView: s.desk(v, "desk.data"), Email: who.Account.Email, Wrong: map[string]string{}}
	p := page{name: "data", title: v.T("desk.data"), data: view, status: http.StatusUnprocessableEntity}
	if !confirmed(v, who.Account) {
		view.Wrong["confirm"] = v.T("erase.wrong")
		return p, nil
	}
	kept, err := s.people.EraseAccount(ctx, who.Actor(), who.Account.ID)
	if err != nil && fault.CodeOf(err) == fault.Conflict {
		view.Wrong["confirm"] = v.T("admin.wrong.last")
		return p, nil
	}
	if err != nil {
		return page{}, err
	}
	gone, err := s.gate.SignOut(v.Request)
	if err != nil {
		return page{}, err
	}
	v.Request = v.WithContext(access.With(ctx, access.Caller{})) // the page is shown to somebody who is nobody now
	return page{name: "erased", title: v.T("erased.title"), data: erasedView{Own: true, Kept: kept}, cookies: []*http.Cookie{gone}}, nil
}

// file is something to save.
type file struct {
	name  string
	write func(io.Writer) error
}

// download serves a form whose answer is a file. It is made in memory first, so that an error can still
// be told.
func (s *server) download(h func(ctx context.Context, v *visit) (file, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Cache-Control", "private, no-store")
		f, err := h(r.Context(), s.newVisit(r, nil))
		var body bytes.Buffer
		if err == nil {
			err = f.write(&body)
		}
		if err != nil {
			s.fail(w, s.refusedVisit(w, r), err)
			return
		}
		w.Header().Set("Content-Type", "application/zip")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.name}))
		_, _ = w.Write(body.Bytes()) // the reader may have left
	})
}

func (s *server) exportOwn(ctx context.Context, v *visit) (file, error) {
	return s.export(ctx, v, access.Who(ctx).Account.ID)
}

// export gives everything held on a person, and notes that it was given.
func (s *server) export(ctx context.Context, v *visit, id people.AccountID) (file, error) {
	data, err := s.people.PersonalData(ctx, id)
	if err != nil {
		return file{}, err
	}
	err = s.people.AppendAudit(ctx, people.Event{
		Actor: access.Who(ctx).Actor(), Action: people.DidExport, Object: accountRef(id),
	})
	return file{
		name:  strings.Join([]string{"filiere", data.ExportedAt.Format(time.DateOnly)}, "-") + ".zip",
		write: func(w io.Writer) error { return s.archive(w, data, string(v.Lang)) },
	}, err
}
