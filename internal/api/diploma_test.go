package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"filiere/internal/people"
	"filiere/internal/registrar"
)

// graduated is a cohort whose learner has a diploma, and its ID.
func graduated(t testing.TB) (*cohort, string) {
	t.Helper()
	c := newCohort(t, "sqlite")
	c.defended()
	return c, c.signed()
}

// verdict is what a finding says in short.
type verdict struct {
	Verdict string
	Ours    bool
	Diploma string
	Checks  []struct{ Check, Outcome, Reason string }
}

func TestADiplomaIsReadVerifiedAndRevokedByAPI(t *testing.T) {
	c, id := graduated(t)
	at := "/diplomas/" + id
	w := c.ask(nil, "GET", at, "")
	entry := w.Body.String()
	if w.Code != 200 || w.Header().Get("X-Robots-Tag") != "noindex" || !strings.Contains(entry, `"name":"zoe"`) || !strings.Contains(entry, `"state":"issued"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), entry)
	}
	for name, a := range c.people {
		if strings.Contains(entry, string(a.ID)) || strings.Contains(entry, a.Email) {
			t.Errorf("the entry tells the account of %s: %s", name, entry)
		}
	}
	credential := c.ask(nil, "GET", at+"/credential", "")
	if credential.Header().Get("Content-Type") != "application/vc" || !strings.Contains(credential.Header().Get("Content-Disposition"), "FIL-2025-000001.json") {
		t.Errorf("the file is %v", credential.Header())
	}
	text := credential.Body.String()
	is := func(body, want string) verdict {
		t.Helper()
		v := got[verdict](t, c.want(200, nil, "POST", "/verify", body))
		if v.Verdict != want {
			t.Errorf("%s: %+v", want, v)
		}
		return v
	}
	if v := is(text, "valid"); !v.Ours || v.Diploma != id || len(v.Checks) != 6 {
		t.Errorf("%+v", v)
	}
	if v := is(strings.Replace(text, `"zoe"`, `"eve"`, 1), "invalid"); v.Diploma != "" {
		t.Errorf("a tampered credential is %+v", v)
	}
	is(strings.ReplaceAll(text, "did:web:localhost", "did:web:elsewhere.example"), "undecided")
	is(`{"type":"diploma"}`, "invalid")
	is(`{"url":"http://localhost/diplomas/`+id+`/credential.json"}`, "valid")
	for body, status := range map[string]int{
		`{"url":"http://localhost/diplomas/none/credential.json"}`: 404,
		`{"url":"file:///etc/passwd"}`:                             400,
		`{"url":""}`:                                               400,
		` `:                                                        400,
	} {
		if w := c.ask(nil, "POST", "/verify", body); w.Code != status {
			t.Errorf("%s: %d %s", body, w.Code, w.Body)
		}
	}
	c.want(415, []string{"Content-Type", "text/plain"}, "POST", "/verify", text)
	c.want(413, nil, "POST", "/verify", `{"x":"`+strings.Repeat("x", 256<<10)+`"}`)

	c.want(401, nil, "POST", at+"/revoke", `{"reason":"fraud","note":"copied"}`)
	c.want(403, c.token(c.root), "POST", at+"/revoke", `{"reason":"fraud","note":"copied"}`)
	c.want(400, c.designer, "POST", at+"/revoke", `{"reason":"whim","note":"copied"}`)
	c.want(400, c.designer, "POST", at+"/revoke", `{"reason":"fraud","note":" "}`)
	c.want(404, c.designer, "POST", "/diplomas/none/revoke", `{"reason":"fraud","note":"copied"}`)
	if out := c.want(200, c.designer, "POST", at+"/revoke", `{"reason":"fraud","note":"copied"}`); !strings.Contains(out, `"revoked_because":"fraud"`) || strings.Contains(out, "copied") {
		t.Errorf("revoked: %s", out)
	}
	c.want(409, c.designer, "POST", at+"/revoke", `{"reason":"fraud","note":"copied"}`)
	is(text, "invalid")
	c.want(404, nil, "GET", "/diplomas/none", "")
	c.want(404, nil, "GET", "/diplomas/none/credential", "")
	if out := got[listed[withID]](t, c.want(200, c.strange, "GET", "/me/diplomas", "")); len(out.Data) != 0 {
		t.Errorf("a stranger has diplomas: %+v", out)
	}
}

func TestVerifyingIsCountedByNetwork(t *testing.T) {
	c := newCohort(t, "sqlite")
	fetch := func(from string) int {
		r := c.request([]string{"Content-Type", "application/json"}, "POST", "/verify", `{"url":"http://localhost/status/9"}`)
		r.RemoteAddr = from + ":1"
		w := served(c, r)
		if w.Code == http.StatusTooManyRequests && w.Header().Get("Retry-After") == "" {
			t.Error("nobody says how long to wait")
		}
		return w.Code
	}
	last := 0
	for range people.LimitFetch.Burst + 1 {
		last = fetch("192.0.2.7")
	}
	if last != http.StatusTooManyRequests {
		t.Errorf("one address too many is answered %d", last)
	}
	if code := fetch("198.51.100.7"); code == http.StatusTooManyRequests {
		t.Error("another network waits too")
	}
}

// FuzzVerifyAPI sends bodies nobody should: nothing is found valid but what the school signed.
func FuzzVerifyAPI(f *testing.F) {
	c, id := graduated(f)
	f.Add(c.ask(nil, "GET", "/diplomas/"+id+"/credential", "").Body.Bytes())
	for _, body := range []string{
		`{"url":"http://localhost/%zz"}`, `{"url":"http://[::1"}`, `{"url":7}`, `{"url":null}`, `{"url":"http://169.254.169.254/"}`, `[`, `null`, `"x"`, `{}`,
		`{"@context":["https://www.w3.org/ns/credentials/v2"],"type":["VerifiableCredential"],"issuer":"did:web:localhost","credentialSubject":{},"proof":{}}`,
		"{\"a\":\"\xff\"}", strings.Repeat("[", 9000), `{"url":"http://localhost/status/1"}`,
	} {
		f.Add([]byte(body))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c.t = t
		r := c.request([]string{"Content-Type", "application/json"}, "POST", "/verify", string(body))
		c.now = c.now.Add(people.LimitFetch.Every) // no try is beyond a limit
		w := served(c, r)
		var v verdict
		if w.Code >= 500 && w.Code != http.StatusServiceUnavailable || json.Unmarshal(w.Body.Bytes(), &v) != nil {
			t.Errorf("%q: %d %s", body, w.Code, w.Body)
		}
		if w.Code == http.StatusOK && v.Verdict == "valid" && v.Diploma != id {
			t.Errorf("%q is found valid: %+v", body, v)
		}
	})
}

// FuzzAssessmentBody sends hostile bodies to the steps of an assessment: nothing is decided by them.
func FuzzAssessmentBody(f *testing.F) {
	c, id := graduated(f)
	jury := got[listed[withID]](f, c.want(200, c.pat, "GET", "/juries", "")).Data[0].ID
	defence := got[listed[withID]](f, c.want(200, c.bob, "GET", "/defences", "")).Data[0].ID
	e := "/enrolments/" + string(c.e.ID)
	targets := []struct {
		as           []string
		method, path string
	}{
		{c.designer, "PUT", e + "/mentor"},
		{c.designer, "POST", e + "/defences"},
		{c.designer, "POST", "/juries"},
		{c.bob, "POST", "/defences/" + defence + "/decide"},
		{c.pat, "POST", "/juries/" + jury + "/open"},
		{c.pat, "POST", "/juries/" + jury + "/deliberate"},
		{c.cookie(c.people["pat"]), "POST", "/juries/" + jury + "/sign"},
		{c.designer, "POST", "/diplomas/" + id + "/revoke"},
	}
	for i := range targets {
		for _, body := range []string{
			`{"account":"\u0000"}`, `{"project":"p1","assessor":"\ufffd","start":"9999-12-31T23:59:59Z"}`, `{"start":"0000-01-01T00:00:00Z","members":[],"candidates":["",""]}`,
			`{"present":["x"]}`, `{"enrolment":"x","blocs":[{"bloc":"b1","acquired":false,"reason":"\u202e"}]}`, `{"minutes_sha256":"x"}`, `{"reason":"fraud","note":"\u0000"}`,
			`{"outcome":"validated","assessment":{"lines":[],"competencies":[]}}`, `{}`, `[`, `null`, "{\"account\":\"\xff\"}", strings.Repeat(`{"a":`, 4000),
		} {
			f.Add(i, body)
		}
	}
	before := entryOf(f, c, id)
	f.Fuzz(func(t *testing.T, target int, body string) {
		to := targets[uint(target)%uint(len(targets))]
		w := c.tried(t, to.as, to.method, to.path, body)
		if w.Code >= 300 || !strings.HasSuffix(to.path, "/revoke") {
			if after := entryOf(t, c, id); !bytes.Equal(before, after) {
				t.Errorf("%s %s %q changes the register: %s", to.method, to.path, body, after)
			}
		} else {
			t.Skip("a good revocation")
		}
	})
}

func entryOf(t testing.TB, c *cohort, id string) []byte {
	t.Helper()
	d, err := c.office.Diploma(t.Context(), registrar.DiplomaID(id))
	if err != nil {
		t.Fatal(err)
	}
	d.State, d.Reason, d.Note = registrar.Issued, "", ""
	text, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	return text
}
