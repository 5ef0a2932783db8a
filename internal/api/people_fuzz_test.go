package api_test

import (
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"filiere/internal/people"
	"filiere/internal/store/storetest"
)

// deans are an administrator just signed in, at a school on each engine: one of the databases refuses
// texts the other takes.
func deans(f *testing.F) (schools []*school, cookies [][]string) {
	f.Helper()
	for _, engine := range storetest.Engines() {
		k := schoolOver(f, storetest.Open(f, engine), nil)
		schools, cookies = append(schools, k), append(cookies, k.cookie(k.root))
	}
	return schools, cookies
}

// tried sends a request and checks what must hold of every answer: it is JSON, no fault of ours, what the
// document says, and it tells which kind of mistake it is.
func (k *school) tried(t *testing.T, as []string, method, path, body string) *httptest.ResponseRecorder {
	t.Helper()
	k.t = t
	w := k.ask(as, method, path, body)
	if w.Code >= http.StatusInternalServerError {
		t.Errorf("%s %q %q: status %d", method, path, body, w.Code)
	}
	if w.Code >= http.StatusBadRequest {
		var p struct {
			Status int
			Code   string
		}
		if err := json.Unmarshal(w.Body.Bytes(), &p); err != nil || p.Status != w.Code || p.Code == "" || p.Code == "internal" {
			t.Errorf("%s %q %q: %d says %s", method, path, body, w.Code, w.Body)
		}
	}
	return w
}

// FuzzBody: a JSON body changes what it may by rules that hold for all, or nothing; nobody gets a role, an
// address or a token's scope that the rules refuse.
func FuzzBody(f *testing.F) {
	schools, cookies := deans(f)
	targets := []struct{ method, path string }{
		{"PATCH", "/me"}, {"POST", "/me/tokens"}, {"POST", "/accounts"}, {"PATCH", "/accounts/{ada}"}, {"PATCH", "/accounts/{root}"},
	}
	for i := range targets {
		for _, body := range []string{
			`{"name":"Zoë","lang":"fr","theme":"dark"}`, `{"name":"\u0000","lang":"xx"}`, `{"name":"a\u202eb"}`, `{"Name":null,"NAME":"x"}`,
			`{"name":"ci","scopes":["own.read"],"expires_at":"2025-04-01T00:00:00Z"}`, `{"name":"ci","scopes":["king"],"expires_at":"9999-99-99"}`,
			`{"email":"eve@example.org","name":"Eve","lang":"en","grants":[{"role":"expert","scope_kind":"programme","scope_id":"p1"}]}`,
			`{"email":"x@y.z","name":"X","lang":"fr","grants":[{"role":"administrator","scope_kind":"\u0000","scope_id":"\ufffd"}]}`,
			`{"state":"suspended"}`, `{"state":"erased"}`, `{"id":"x","created_at":0}`, `{}{}`, `[`, `null`, `{"name":` + strings.Repeat("[", 5000),
			`{"name":"` + strings.Repeat("é", 9000) + `"}`, "{\"name\":\"\xff\"}", `{"expires_at":"2025-03-04T00:00:00+99:99"}`,
		} {
			f.Add(i, body)
		}
	}
	f.Fuzz(func(t *testing.T, target int, body string) {
		to := targets[uint(target)%uint(len(targets))]
		for i, k := range schools {
			path := strings.NewReplacer("{ada}", string(k.ada.ID), "{root}", string(k.root.ID)).Replace(to.path)
			w := k.tried(t, cookies[i], to.method, path, body)
			if body == "" && w.Code < http.StatusBadRequest {
				t.Errorf("%s %s does something without a body: %d", to.method, path, w.Code)
			}
			if len(body) > 16<<10 && w.Code < http.StatusBadRequest {
				t.Errorf("%d bytes are taken: %d", len(body), w.Code)
			}
			all, _, err := k.store.Accounts(t.Context(), "", 0, 0)
			if err != nil {
				t.Fatal(err)
			}
			for _, a := range all {
				if a.State == people.Erased {
					t.Errorf("%s %s %q erases %+v", to.method, path, body, a)
				} else if checked, err := a.Check(); err != nil || checked.Name != a.Name || checked.Email != a.Email {
					t.Errorf("%s %s %q leaves %+v: %v", to.method, path, body, a, err)
				}
				if a.ID == k.root.ID && !a.IsAdministrator() {
					t.Errorf("%s %s %q takes the last administrator away", to.method, path, body)
				}
			}
			if w.Code != http.StatusCreated {
				continue
			}
			if to.path == "/accounts" { // make room for the next
				_, err = k.store.EraseAccount(t.Context(), people.ByCLI, newest(all, k))
				if err != nil {
					t.Fatal(err)
				}
				continue
			}
			tokens, err := k.store.Tokens(t.Context(), k.root.ID)
			if err != nil || len(tokens) != 1 {
				t.Fatalf("%d tokens, %v", len(tokens), err)
			}
			made := tokens[0]
			if err := people.CheckScopes(people.Identity{Account: k.root.ID, Grants: k.root.Grants}, made.Scopes); err != nil || len(made.Scopes) == 0 ||
				made.ExpiresAt.After(storetest.Clock().Add(people.TokenLifetime)) || !made.ExpiresAt.After(storetest.Clock()) {
				t.Errorf("%q makes the token %+v: %v", body, made, err)
			}
			if err := k.store.RevokeToken(t.Context(), people.ByCLI, k.root.ID, made.ID); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// newest is the account that is none of the three the school began with.
func newest(all []people.Account, k *school) people.AccountID {
	for _, a := range all {
		if !slices.Contains([]people.AccountID{k.root.ID, k.ada.ID, k.bob.ID}, a.ID) {
			return a.ID
		}
	}
	return ""
}

// FuzzPeopleQuery: lists of accounts and of the trail are as long as asked and never longer, hold what
// was asked for, and lead to a next page of this address.
func FuzzPeopleQuery(f *testing.F) {
	schools, cookies := deans(f)
	paths := []string{"/accounts", "/audit", "/audit/verify", "/me/sessions", "/me/tokens", "/accounts/{typed}", "/accounts/{typed}/export"}
	for i := range paths {
		for _, q := range []string{
			"search=ad&limit=1&offset=1", "search=%25_%5C%00", "search=%ff", "limit=0", "limit=1001", "limit=1&limit=2", "offset=1000001", "king=1", "%zz", ";",
			"actor=cli&action=account.&kind=account&object=x&before=9&limit=1", "actor=%00", "before=0", "before=9223372036854775807", "before=99999999999999999999",
			"limit=1&action=" + strings.Repeat("x", 201),
		} {
			f.Add(i, "nobody", q)
		}
	}
	f.Add(5, "\x00\xff", "")
	f.Fuzz(func(t *testing.T, target int, typed, query string) {
		path := strings.ReplaceAll(paths[uint(target)%uint(len(paths))], "{typed}", url.PathEscape(typed))
		if typed == "" || typed == "." || typed == ".." || strings.Contains(typed, "/") {
			path = strings.Replace(path, url.PathEscape(typed), "x", 1)
		}
		if _, err := url.ParseRequestURI("/api/v1" + path + "?" + query); err != nil || strings.ContainsAny(query, " \r\n") {
			return // no such request line arrives
		}
		if q, _ := url.ParseQuery(query); slices.ContainsFunc(slices.Collect(maps.Values(q)), func(v []string) bool { return slices.Contains(v, "") }) {
			return // a field of a form that was left empty counts as not there, which the document has no word for
		}
		for i, k := range schools {
			w := k.tried(t, cookies[i], "GET", path+"?"+query, "")
			var page struct {
				Data []struct {
					Email, Name, Action, Actor string
					Seq                        int64
				}
				Next *string
			}
			if w.Code != http.StatusOK || json.Unmarshal(w.Body.Bytes(), &page) != nil {
				continue
			}
			q, err := url.ParseQuery(query)
			if err != nil || !utf8.ValidString(query) && len(page.Data) > 1000 {
				t.Fatalf("%s?%q is answered: %v", path, query, err)
			}
			for _, e := range page.Data {
				if path == "/audit" && (!strings.HasPrefix(e.Action, q.Get("action")) || q.Get("actor") != "" && e.Actor != q.Get("actor")) {
					t.Errorf("%q finds %+v", query, e)
				}
			}
			if page.Next != nil {
				at, err := url.Parse(*page.Next)
				if err != nil || at.Path != "/api/v1"+path || at.Host != "" {
					t.Fatalf("%s?%s leads to %q: %v", path, query, *page.Next, err)
				}
				if again := k.tried(t, cookies[i], "GET", path+"?"+at.RawQuery, ""); again.Code != http.StatusOK {
					t.Errorf("the next page of %s?%s is %d", path, query, again.Code)
				}
			}
		}
	})
}

// FuzzGrantPath: a role given by its address is one of the table's, whole, and is taken by the same address.
func FuzzGrantPath(f *testing.F) {
	schools, cookies := deans(f)
	for _, s := range [][3]string{
		{"mentor", "", ""},
		{"expert", "programme", "p1"},
		{"expert", "", ""},
		{"administrator", "site", "x"},
		{"king", "\x00", "\xff"},
		{"learner", "programme", "a/b"},
		{"learner", "programme", ".."},
		{"learner", "programme", strings.Repeat("x", 101)},
		{"learner", "\u202e", "é"},
	} {
		f.Add(s[0], s[1], s[2])
	}
	f.Fuzz(func(t *testing.T, role, kind, scope string) {
		path := "/grants/" + url.PathEscape(role)
		if kind != "" && scope != "" {
			path += "/" + url.PathEscape(kind) + "/" + url.PathEscape(scope)
		}
		for _, part := range []string{role, kind, scope} {
			if part == "." || part == ".." || strings.Contains(part, "/") || role == "" {
				return // another address
			}
		}
		for i, k := range schools {
			at := "/accounts/" + string(k.bob.ID) + path
			given := k.tried(t, cookies[i], "PUT", at, "")
			a, err := k.store.Account(t.Context(), k.bob.ID)
			if err != nil {
				t.Fatal(err)
			}
			for _, g := range a.Grants {
				if err := g.Check(); err != nil {
					t.Errorf("%s gives %+v: %v", at, g, err)
				}
			}
			if given.Code == http.StatusNoContent {
				if taken := k.tried(t, cookies[i], "DELETE", at, ""); taken.Code != http.StatusNoContent {
					t.Errorf("%s is given and cannot be taken: %d %s", at, taken.Code, taken.Body)
				}
				if role == string(people.Learner) && !strings.Contains(path[len("/grants/"):], "/") { // bob's own, taken with it
					if err := k.store.GiveGrant(t.Context(), people.ByCLI, k.bob.ID, people.Grant{Role: people.Learner}); err != nil {
						t.Fatal(err)
					}
				}
			} else if len(a.Grants) != 1 {
				t.Errorf("%s is %d and leaves %+v", at, given.Code, a.Grants)
			}
		}
	})
}
