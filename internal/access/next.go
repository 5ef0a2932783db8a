package access

import (
	"net/http"
	"net/url"
	"strings"
)

// Local keeps a redirect on this site: an absolute path with its query stays, anything else becomes "/".
// Browsers read a backslash as a slash and two slashes as another host, written out or percent-encoded.
func Local(s string) string {
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "" || u.Host != "" || u.User != nil || u.Opaque != "" || strings.ContainsFunc(s, isControl) ||
		!strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, "\\") || strings.Contains(s, "\\") {
		return "/"
	}
	back := url.URL{Path: u.Path, RawQuery: u.RawQuery}
	return back.String()
}

func isControl(r rune) bool { return r < ' ' || r == 0x7f }

// SignInPath is the page a refused visitor is sent to.
const SignInPath = "/sign-in"

// signInFor is the sign-in page that leads back to where a request wanted to go. What was posted cannot
// be posted again, so the way back from a form is the page it stood on.
func signInFor(r *http.Request, again bool) string {
	q := url.Values{}
	if next := cameFrom(r); next != "/" {
		q.Set("next", next)
	}
	if again {
		q.Set("again", "1")
	}
	if len(q) == 0 {
		return SignInPath
	}
	return SignInPath + "?" + q.Encode()
}

func cameFrom(r *http.Request) string {
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		return Local(r.URL.RequestURI())
	}
	from, err := url.Parse(r.Referer())
	if err != nil || from.Host != r.Host {
		return "/"
	}
	return Local(from.RequestURI())
}
