package web

import (
	"context"
	"mime"
	"net/http"
	"net/url"
	"strconv"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/registrar/vc"
)

// Registrar is what the pages of diplomas ask of the registrar's office. The errors are those it documents.
type Registrar interface {
	School() registrar.School
	Diploma(ctx context.Context, id registrar.DiplomaID) (registrar.Diploma, error)
	DiplomasOf(ctx context.Context, learner people.AccountID) ([]registrar.Diploma, error)
	Revoke(ctx context.Context, by people.Actor, id registrar.DiplomaID, why registrar.Reason, note string) error
	Verify(ctx context.Context, text []byte) registrar.Finding
	VerifyAt(ctx context.Context, address string) (registrar.Finding, []byte, error)
	DIDDocument(ctx context.Context) ([]byte, error)
	StatusList(ctx context.Context, id int) ([]byte, error)
}

// revokeDiploma is the kind of routes that take a diploma back.
var revokeDiploma = kindOfRoute{action: people.RevokeDiplomas, object: access.PathObject(people.KindDiploma, "id")}

func (s *server) diplomaRoutes() []access.Route {
	if s.registrar == nil {
		return nil
	}
	const one = "/diplomas/{id}"
	read := func(pattern string, h http.Handler) access.Route {
		return access.Route{Pattern: pattern, Action: people.ReadCatalogue, Handler: h}
	}
	open := func(pattern string, h func(*http.Request) (published, error)) access.Route {
		return access.Route{Pattern: pattern, Action: people.ReadCatalogue, Handler: s.serveOpenly(h), Plain: true}
	}
	routes := []access.Route{
		read("GET "+one, unlisted(s.fresh(s.diploma, "done"))),
		open("GET "+one+"/credential.json", s.credentialFile),
		open("GET "+vc.DIDPath, s.didFile),
		open("GET /status/{id}", s.statusFile),
		read("GET /verify", s.fresh(s.verifyPage, "diploma")),
		{Pattern: "POST /verify", Action: people.ReadCatalogue, Body: maxCredentialForm, Handler: unlisted(s.personal(s.verify))},
	}
	return append(routes, revokeDiploma.change(one+"/revoke", s.form(s.revokeDiploma), s.backTo(one))...)
}

// unlisted keeps a page out of search engines: a diploma is shown by whoever has its address.
func unlisted(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("X-Robots-Tag", "noindex")
		next.ServeHTTP(w, r)
	})
}

// published is a document programs of other sites read.
type published struct {
	text []byte
	kind string
	name string // of the file it is saved under, "" for none
}

// publishedFor is how long others may keep what is published, in seconds: a revocation is known to all after
// that at the latest.
const publishedFor = 300

// serveOpenly serves a document to whoever asks, from wherever: verifiers in browsers too.
func (s *server) serveOpenly(h func(*http.Request) (published, error)) http.Handler {
	return unlisted(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p, err := h(r)
		head := w.Header()
		if err != nil {
			head.Set("Cache-Control", "private, no-store")
			s.fail(w, s.refusedVisit(w, r), err)
			return
		}
		head.Set("Content-Type", p.kind)
		head.Set("Cache-Control", "public, max-age="+strconv.Itoa(publishedFor))
		head.Set("Access-Control-Allow-Origin", "*")
		head.Set("Cross-Origin-Resource-Policy", "cross-origin")
		head.Set("Content-Length", strconv.Itoa(len(p.text)))
		if p.name != "" {
			head.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": p.name}))
		}
		_, _ = w.Write(p.text) // the reader may have left
	}))
}

// The media types of what is published.
const (
	credentialType = "application/vc"
	didType        = "application/did+json"
)

func (s *server) credentialFile(r *http.Request) (published, error) {
	d, err := s.registrar.Diploma(r.Context(), registrar.DiplomaID(r.PathValue("id")))
	return published{d.Credential, credentialType, d.Number + ".json"}, err
}

func (s *server) didFile(r *http.Request) (published, error) {
	text, err := s.registrar.DIDDocument(r.Context())
	return published{text, didType, ""}, err
}

func (s *server) statusFile(r *http.Request) (published, error) {
	id, err := strconv.Atoi(r.PathValue("id"))
	if err != nil {
		return published{}, fault.New(fault.NotFound, "find", "there is no such %s", fault.Noun("status list"))
	}
	text, err := s.registrar.StatusList(r.Context(), id)
	return published{text, credentialType, ""}, err
}

// diplomaView is a diploma as everybody sees it.
type diplomaView struct {
	registrar.Diploma
	Done      string
	School    string
	IssuedOn  moment
	DecidedOn moment
	RevokedOn moment
	Thread    string
	At        string // its address
	DID       string
	MayRevoke bool
	Note      string // of its revocation, for those who may revoke
	Reasons   []option
	Typed     string
	Wrong     map[string]string
}

func (s *server) diploma(ctx context.Context, v *visit) (page, error) {
	return s.diplomaPage(ctx, v, nil)
}

func (s *server) diplomaPage(ctx context.Context, v *visit, wrong map[string]string) (page, error) {
	d, err := s.registrar.Diploma(ctx, registrar.DiplomaID(v.PathValue("id")))
	if err != nil {
		return page{}, err
	}
	school := s.registrar.School()
	view := diplomaView{
		Diploma: d, School: school.Name, DID: school.DID(), At: diplomaAddress(d.ID), Thread: threadAddress(string(d.ID)),
		IssuedOn: momentOf(v.Locale, d.IssuedAt), DecidedOn: momentOf(v.Locale, d.Jury.DecidedAt), RevokedOn: momentOf(v.Locale, d.RevokedAt),
		Typed: v.PostForm.Get("note"), Wrong: wrong,
	}
	if may := access.Who(ctx).May(people.RevokeDiplomas, d.Ref()); may {
		view.MayRevoke, view.Note = registrar.Machine().Can(d.State, registrar.Revoke), d.Note
	}
	for _, r := range registrar.Reasons() {
		view.Reasons = append(view.Reasons, option{Value: string(r), Label: v.T("diploma.reason." + string(r)), Selected: v.PostForm.Get("reason") == string(r)})
	}
	if view.Wrong == nil {
		view.Wrong = map[string]string{}
	}
	if key := "done." + v.Query.Get("done"); v.Query.Has("done") && v.Has(key) {
		view.Done = key
	}
	p := page{name: "diploma", room: "nav.verify", title: v.T("diploma.title", "title", d.Title, "name", d.Name), data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

func diplomaAddress(id registrar.DiplomaID) string { return "/diplomas/" + url.PathEscape(string(id)) }

// revokeDiploma takes a diploma back, once it was confirmed.
func (s *server) revokeDiploma(ctx context.Context, v *visit) (page, error) {
	id := registrar.DiplomaID(v.PathValue("id"))
	if v.PostForm.Get("confirm") == "" {
		return s.diplomaPage(ctx, v, map[string]string{"confirm": v.T("diploma.revoke.unconfirmed")})
	}
	err := s.registrar.Revoke(ctx, access.Who(ctx).Actor(), id, registrar.Reason(v.PostForm.Get("reason")), v.PostForm.Get("note"))
	if field, ok := wrongField(err); ok {
		return s.diplomaPage(ctx, v, map[string]string{field: inWords(v.Locale, err)})
	}
	if err != nil && fault.CodeOf(err) == fault.Conflict {
		return s.diplomaPage(ctx, v, map[string]string{"": inWords(v.Locale, err)})
	}
	return page{moved: diplomaAddress(id) + "?done=revoked"}, err
}

// inWords is what a fault says, without what was being done.
func inWords(l *locale.Locale, err error) string {
	f, ok := asFault(err)
	if !ok || f.Code == fault.Internal {
		return ""
	}
	bare := *f
	bare.Op, bare.Column, bare.Err = "", "", nil
	return fault.Text(&bare, l.Phrase)
}

// diplomaLine is one of a person's own diplomas.
type diplomaLine struct {
	URL, Title, Number string
	Revoked            bool
	At                 moment
}

// ownDiplomas lists a person's diplomas.
func (s *server) ownDiplomas(ctx context.Context, l *locale.Locale, id people.AccountID) ([]diplomaLine, error) {
	if s.registrar == nil {
		return nil, nil
	}
	list, err := s.registrar.DiplomasOf(ctx, id)
	var out []diplomaLine
	for _, d := range list {
		out = append(out, diplomaLine{
			URL: diplomaAddress(d.ID), Title: d.Title, Number: d.Number, Revoked: d.State == registrar.Revoked, At: momentOf(l, d.IssuedAt),
		})
	}
	return out, err
}
