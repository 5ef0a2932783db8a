package web

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/registrar/vc"
)

// maxCredentialForm bounds what is sent to be verified: a credential as a file, or pasted and written in the form's
// own way, which can triple it.
const maxCredentialForm = 3*vc.MaxCredential + 16<<10

// verifyView is the page that verifies credentials.
type verifyView struct {
	School string
	Typed  string // the address that was sent
	Wrong  map[string]string
	Report *reportView
}

// reportView is a report in words.
type reportView struct {
	registrar.Finding
	Checks  []checkView
	From    moment
	Page    string // of the diploma it is, "" when it is none of ours
	Revoked bool
}

// checkView is a check in words.
type checkView struct {
	Name, Outcome, Reason string
	Detail                string // what exactly is wrong
}

// verifyPage shows the form, or the report on a diploma of the register.
func (s *server) verifyPage(ctx context.Context, v *visit) (page, error) {
	id := v.Query.Get("diploma")
	if id == "" {
		return s.verifyForm(v, nil, nil), nil
	}
	if err := s.limitedByNetwork(ctx, v, people.LimitVerify); err != nil {
		return s.verifyLater(v, err)
	}
	d, err := s.registrar.Diploma(ctx, registrar.DiplomaID(id))
	if err != nil {
		return page{}, err
	}
	f := s.registrar.Verify(ctx, d.Credential)
	return s.verifyForm(v, &f, nil), nil
}

func (s *server) verifyForm(v *visit, f *registrar.Finding, wrong map[string]string) page {
	view := verifyView{School: s.registrar.School().Name, Wrong: wrong}
	if v.Form != nil {
		view.Typed = v.Form.Get("url")
	}
	if view.Wrong == nil {
		view.Wrong = map[string]string{}
	}
	if f != nil {
		view.Report = reportOf(v, *f)
	}
	p := page{name: "verify", room: "nav.verify", title: v.T("verify.title"), data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p
}

// reportOf puts a report into words.
func reportOf(v *visit, f registrar.Finding) *reportView {
	r := &reportView{Finding: f, From: momentOf(v.Locale, f.Claims.ValidFrom)}
	if f.Diploma != "" {
		r.Page = diplomaAddress(f.Diploma)
	}
	for _, c := range f.Report.Checks {
		line := checkView{
			Name: v.T("verify.check." + c.Name), Outcome: string(c.Outcome), Reason: v.T("verify.reason." + c.Name + "." + c.Reason),
		}
		if c.Reason != vc.ReasonRevoked && c.Reason != vc.ReasonChanged {
			line.Detail = inWords(v.Locale, c.Fault())
		}
		r.Revoked = r.Revoked || c.Reason == vc.ReasonRevoked
		r.Checks = append(r.Checks, line)
	}
	return r
}

// limitedByNetwork counts a try by network. It returns errWait when it is beyond the limit.
func (s *server) limitedByNetwork(ctx context.Context, v *visit, l people.Limit) error {
	if s.people == nil {
		return nil
	}
	wait, err := s.people.TakeLimit(ctx, l, s.gate.Network(v.Request))
	if err == nil && wait > 0 {
		err = errWait(wait)
	}
	return err
}

// verifyLater says how long to wait; another error passes.
func (s *server) verifyLater(v *visit, err error) (page, error) {
	wait, ok := errors.AsType[errWait](err)
	if !ok {
		return page{}, err
	}
	p := s.verifyForm(v, nil, map[string]string{"": v.T("verify.wait", "minutes", minutesOf(time.Duration(wait)))})
	p.status, p.wait = http.StatusTooManyRequests, time.Duration(wait)
	return p, nil
}

// verify verifies what was sent: a file, a text, or the address of one.
func (s *server) verify(ctx context.Context, v *visit) (page, error) {
	if err := s.limitedByNetwork(ctx, v, people.LimitVerify); err != nil {
		return s.verifyLater(v, err)
	}
	text, err := sentCredential(v)
	if err != nil {
		return page{}, err
	}
	address := strings.TrimSpace(v.Form.Get("url"))
	switch {
	case len(text) > 0:
		f := s.registrar.Verify(ctx, text)
		return s.verifyForm(v, &f, nil), nil
	case address == "":
		return s.verifyForm(v, nil, map[string]string{"": v.T("verify.nothing")}), nil
	}
	if err := s.limitedByNetwork(ctx, v, people.LimitFetch); err != nil {
		return s.verifyLater(v, err)
	}
	f, _, err := s.registrar.VerifyAt(ctx, address)
	if err != nil {
		said := inWords(v.Locale, err)
		if said == "" {
			return page{}, err
		}
		return s.verifyForm(v, nil, map[string]string{"url": said}), nil
	}
	return s.verifyForm(v, &f, nil), nil
}

// sentCredential reads the file or the text of a form, nil when neither was sent.
func sentCredential(v *visit) ([]byte, error) {
	unreadable := fault.New(fault.Invalid, "read form", "the form cannot be read")
	if media, _, _ := mime.ParseMediaType(v.Header.Get("Content-Type")); media != "multipart/form-data" {
		if err := v.ParseForm(); err != nil {
			return nil, unreadable
		}
		return []byte(strings.TrimSpace(v.Form.Get("text"))), nil
	}
	if err := v.ParseMultipartForm(maxCredentialForm); err != nil {
		return nil, unreadable
	}
	defer v.MultipartForm.RemoveAll()
	if files := v.MultipartForm.File["file"]; len(files) > 0 && files[0].Size > 0 {
		file, err := files[0].Open()
		if err != nil {
			return nil, unreadable
		}
		defer file.Close()
		return io.ReadAll(io.LimitReader(file, vc.MaxCredential+1))
	}
	return []byte(strings.TrimSpace(v.Form.Get("text"))), nil
}
