package web

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"filiere/internal/access"
	"filiere/internal/fault"
)

// page is a handler's answer: which template, and what it shows.
type page struct {
	name   string // template, without ".html"
	title  string // of the document, in the reader's language
	room   string // the entry of the main navigation it belongs to
	data   any
	status int    // 0 is 200
	moved  string // not "": the address to send the reader to instead

	feed    string         // the address of an Atom feed of what the page lists
	script  string         // the static file of the page's script, for what cannot be done without
	cookies []*http.Cookie // to set
	wait    time.Duration  // until it makes sense to try again; 0: at once
}

// handler answers a visit with a page.
type handler func(ctx context.Context, v *visit) (page, error)

// page serves a handler whose page depends on nothing but the cells, its address, language and theme.
// Parameters not named are ignored, so that they cannot multiply the pages kept.
func (s *server) page(h handler, params ...string) http.Handler {
	return s.serve(h, keptByAll, nil, params)
}

// pageBeside serves a handler whose page depends on one thing more, which beside names in a few letters and
// at little cost: it is asked at every visit.
func (s *server) pageBeside(h handler, beside func(*visit) string, params ...string) http.Handler {
	return s.serve(h, keptByAll, beside, params)
}

// fresh serves a handler whose page may change at any time.
func (s *server) fresh(h handler, params ...string) http.Handler {
	return s.serve(h, checkedAnew, nil, params)
}

// keeping says who may keep a page.
type keeping int

const (
	keptByAll   keeping = iota // the same for every visitor until the cells change
	checkedAnew                // browsers may, and ask each time whether it has changed
	keptNowhere                // it is for one person, or holds a secret
)

func (s *server) serve(h handler, keep keeping, beside func(*visit) string, params []string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		v := s.newVisit(r, params)
		if lang := r.URL.Query().Get("lang"); lang == string(v.Lang) {
			setChoice(w, r, langCookie, lang)
		}
		head := w.Header()
		head.Set("Content-Type", "text/html; charset=utf-8")
		head.Set("Content-Language", string(v.Lang))
		head.Set("Cache-Control", "private, no-cache")
		// What a signed-in person sees bears their name: their browser may not keep it. Its body is everybody's.
		signedIn := access.Who(r.Context()).SignedIn()
		if keep == keptNowhere || signedIn {
			head.Set("Cache-Control", "private, no-store")
		}
		head.Set("Vary", "Accept-Encoding, Accept-Language, Cookie")
		key := ""
		if keep == keptByAll {
			key = s.key(v, beside)
		}
		if key != "" {
			if !signedIn && s.unchanged(w, r, key) {
				return
			}
			if b, ok := s.cache.get(key); ok {
				s.write(w, v, http.StatusOK, b)
				return
			}
		}
		s.make(w, v, h, key)
	})
}

// unchanged names a page's content, and answers a reader who has it already.
func (s *server) unchanged(w http.ResponseWriter, r *http.Request, key string) bool {
	tag := `W/"` + key + `"`
	w.Header().Set("ETag", tag)
	if !matches(r.Header.Get("If-None-Match"), tag) {
		return false
	}
	w.WriteHeader(http.StatusNotModified)
	return true
}

// make renders a page that is not in the cache, and keeps it when it has a key.
func (s *server) make(w http.ResponseWriter, v *visit, h handler, key string) {
	select {
	case s.work <- struct{}{}:
		defer func() { <-s.work }()
	case <-v.Context().Done():
		return // nobody is waiting any more
	}
	p, err := h(v.Context(), v)
	if err == nil {
		p.headers(w)
	}
	if err == nil && p.moved != "" {
		http.Redirect(w, v.Request, p.moved, http.StatusSeeOther)
		return
	}
	var made body
	if err == nil {
		made, err = s.render(v, p)
	}
	if err != nil {
		if errors.Is(err, context.Canceled) {
			return // nobody is waiting any more
		}
		w.Header().Del("ETag")
		s.fail(w, v, err)
		return
	}
	if key != "" && p.status == 0 {
		s.cache.put(key, made)
	}
	s.write(w, v, max(p.status, http.StatusOK), made)
}

// render makes the body of a page.
func (s *server) render(v *visit, p page) (body, error) {
	html := buffers.Get().(*bytes.Buffer)
	defer buffers.Put(html)
	html.Reset()
	if err := s.pages.render(html, v, p); err != nil {
		return body{}, err
	}
	return newBody(html.Bytes(), v.shared)
}

// buffers are what pages are written to before they are compressed.
var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// write sends a body to its reader.
func (s *server) write(w http.ResponseWriter, v *visit, status int, b body) {
	var who bytes.Buffer
	if err := s.pages.who(&who, v); err != nil {
		s.log.ErrorContext(v.Context(), "header of a page failed", "err", err) // the page is whole without it
		who.Reset()
	}
	packed := b.with(storedPiece(who.Bytes()))
	if acceptsGzip(v.Request) {
		w.Header().Set("Content-Encoding", "gzip")
	} else if plain, err := expand(packed); err == nil {
		packed = plain
	}
	w.Header().Set("Content-Length", strconv.Itoa(len(packed)))
	w.WriteHeader(status)
	_, _ = w.Write(packed) // the reader may have left
}

// key names a page's exact content, "" while there is no version to name it by. beside is what the page depends
// on besides, nil for nothing.
func (s *server) key(v *visit, beside func(*visit) string) string {
	version, err := s.reader.CellVersion(v.Context())
	if err != nil || version == "" {
		return ""
	}
	v.Request = v.WithContext(context.WithValue(v.Context(), versionKey{}, version))
	parts := []string{s.build, version, v.address(), string(v.Lang), string(v.Theme)}
	if beside != nil {
		parts = append(parts, beside(v))
	}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:16])
}

// versionKey is where a request keeps the version its page is made of: it is read once.
type versionKey struct{}

// version is the version of the cells a page is made of.
func (s *server) version(ctx context.Context) (string, error) {
	if version, ok := ctx.Value(versionKey{}).(string); ok {
		return version, nil
	}
	return s.reader.CellVersion(ctx)
}

// matches reports whether an If-None-Match header names the tag.
func matches(header, tag string) bool {
	for t := range strings.SplitSeq(header, ",") {
		if t = strings.TrimSpace(t); t == tag || t == "*" || "W/"+t == tag {
			return true
		}
	}
	return false
}

// statusOf maps fault codes to HTTP.
var statusOf = map[fault.Code]int{
	fault.Invalid:     http.StatusBadRequest,
	fault.NotFound:    http.StatusNotFound,
	fault.Conflict:    http.StatusConflict,
	fault.Forbidden:   http.StatusForbidden,
	fault.Unavailable: http.StatusServiceUnavailable,
	fault.Internal:    http.StatusInternalServerError,
}

// fail renders an error's page. The text of the error goes to the log, never to the reader.
func (s *server) fail(w http.ResponseWriter, v *visit, err error) {
	code := fault.CodeOf(err)
	status, ok := statusOf[code]
	if !ok {
		code, status = fault.Internal, http.StatusInternalServerError
	}
	if status >= http.StatusInternalServerError {
		s.log.ErrorContext(v.Context(), "page failed", "path", v.URL.Path, "err", err)
	}
	s.failWith(w, v, code, status)
}

// failWith renders the page of a code under a status.
func (s *server) failWith(w http.ResponseWriter, v *visit, code fault.Code, status int) {
	p := page{name: "error", title: v.T("error." + string(code) + ".title"), data: string(code), status: status}
	made, err := s.render(v, p)
	if err != nil {
		s.log.ErrorContext(v.Context(), "error page failed", "err", err)
		http.Error(w, http.StatusText(status), status)
		return
	}
	s.write(w, v, status, made)
}

// notFound answers every address that has no page.
func (s *server) notFound(_ context.Context, v *visit) (page, error) {
	return page{}, fault.New(fault.NotFound, "serve", "no page at %q", v.URL.Path)
}
