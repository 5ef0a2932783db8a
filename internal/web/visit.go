package web

import (
	"net/http"
	"net/url"
	"strings"

	"filiere/internal/access"
	"filiere/internal/locale"
)

// Theme is how a reader wants pages lit.
type Theme string

// The themes; the empty one follows the reader's system.
const (
	System Theme = ""
	Light  Theme = "light"
	Dark   Theme = "dark"
)

// parseTheme reads a theme; what is none follows the system.
func parseTheme(s string) Theme {
	if t := Theme(s); t == Light || t == Dark {
		return t
	}
	return System
}

// The cookies that keep a reader's choices. They hold nothing else and need no consent.
const (
	langCookie  = "lang"
	themeCookie = "theme"
	keepChoices = 365 * 24 * 60 * 60 // seconds
)

// visit is one request with its reader's choices.
type visit struct {
	*http.Request
	*locale.Locale
	Theme Theme
	Query url.Values // only the parameters the page declares

	accounts bool // the site has accounts
	signing  bool // the page is one of the sign-in's own

	shared map[string]piece // pieces the page holds with others, by the names of their marks
}

// newVisit reads the choices: ?lang=, then the cookie, then Accept-Language.
func (s *server) newVisit(r *http.Request, params []string) *visit {
	all := r.URL.Query()
	v := &visit{Request: r, Query: url.Values{}, accounts: s.people != nil}
	for _, p := range params {
		if x := strings.TrimSpace(all.Get(p)); x != "" {
			v.Query.Set(p, x)
		}
	}
	lang, asked := locale.Parse(all.Get("lang"))
	if !asked {
		lang, asked = locale.Parse(cookie(r, langCookie))
	}
	if !asked {
		lang = locale.Match(r.Header.Get("Accept-Language"))
	}
	v.Locale = s.locales[lang]
	v.Theme = parseTheme(cookie(r, themeCookie))
	return v
}

// address is the page's canonical address: path and declared parameters.
func (v *visit) address() string {
	if len(v.Query) == 0 {
		return v.URL.EscapedPath()
	}
	return v.URL.EscapedPath() + "?" + v.Query.Encode()
}

// with is the page's address with a parameter set, or removed when the value is "".
func (v *visit) with(name, value string) string {
	q := url.Values{}
	for k, vs := range v.Query {
		q[k] = vs
	}
	if value == "" {
		q.Del(name)
	} else {
		q.Set(name, value)
	}
	if len(q) == 0 {
		return v.URL.EscapedPath()
	}
	return v.URL.EscapedPath() + "?" + q.Encode()
}

func cookie(r *http.Request, name string) string {
	c, err := r.Cookie(name)
	if err != nil {
		return ""
	}
	return c.Value
}

func setChoice(w http.ResponseWriter, r *http.Request, name, value string) {
	http.SetCookie(w, choiceCookie(r, name, value))
}

// choiceCookie is the cookie of a choice; none takes it away.
func choiceCookie(r *http.Request, name, value string) *http.Cookie {
	c := &http.Cookie{
		Name: name, Value: value, Path: "/", MaxAge: keepChoices,
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: r.TLS != nil,
	}
	if value == "" {
		c.MaxAge = -1
	}
	return c
}

// preferences keeps the theme a reader chose, on their account too if they have one, and goes back to where they were.
func (s *server) preferences(w http.ResponseWriter, r *http.Request) {
	const maxForm = 4 << 10
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	if err := r.ParseForm(); err != nil {
		http.Error(w, http.StatusText(http.StatusBadRequest), http.StatusBadRequest)
		return
	}
	theme := parseTheme(r.PostForm.Get("theme"))
	if err := s.keepTheme(r.Context(), theme); err != nil {
		s.fail(w, s.refusedVisit(w, r), err)
		return
	}
	setChoice(w, r, themeCookie, string(theme))
	http.Redirect(w, r, access.Local(r.PostForm.Get("back")), http.StatusSeeOther)
}
