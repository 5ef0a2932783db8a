// Package access is the gate every request goes through: it finds out who asks, decides whether they
// may, and only then lets the page or the API answer.
//
// Words. A surface is a set of routes that refuse in the same way: the pages, the API. A route names the
// action it is (people.Action) and the object it is done to; there is no way to serve anything without.
// A caller is who asks: a visitor, a person through a session's cookie, or a program through a token.
// A refusal says why the gate stayed shut; the surface puts it into words.
//
// The rules are not here: people.Allowed decides. The package is the part of the HTTP adapters that pages
// and API must share, so that there is one gate and not two; it knows no page and no database.
//
// The gate also does what is true of every answer: security headers, refusal of requests other sites
// make a browser send (http.CrossOriginProtection), limits on methods and bodies, panics.
package access
