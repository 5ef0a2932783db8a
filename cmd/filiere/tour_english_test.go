package main

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"

	"filiere/internal/people"
)

// token makes a token of somebody's account.
func (w *traveller) token(scopes ...people.Action) string {
	w.t.Helper()
	secret, err := w.t.store.CreateToken(w.t.ctx, people.By(w.account.ID), people.Token{Account: w.account.ID, Name: "Tour", Scopes: scopes})
	if err != nil {
		w.t.Fatal(err)
	}
	return secret
}

// asks sends a request to the API in English and gives the status and the text of the answer.
func (t *tour) asks(method, path, token string) (int, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.ctx, method, t.url+"/api/v1"+path, strings.NewReader("{}"))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Accept-Language", "en")
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(text) {
		t.Errorf("%s %s answers no JSON: %s", method, path, text)
	}
	return answer.StatusCode, string(text)
}

// asksInEnglish asks the API and the command line what the pages showed.
func (t *tour) asksInEnglish() {
	juror := t.juror.token(people.SitInJury)
	assessor := t.assessor.token(people.ReadOwn, people.Assess)
	for _, q := range []struct {
		path, token string
		want        []string
	}{
		{"/alerts/" + t.alert, "", []string{`"monitored"`, t.programme}},
		{"/versions/" + t.version, "", []string{"Reprendre le parc d’une mairie", t.programme}},
		{"/defences/" + t.defence, assessor, []string{`"validated"`}},
		{"/juries/" + t.jury, juror, []string{`"signed"`, "Salle du conseil"}},
		{"/mission/reports/2026", "", []string{"Ouvrir un parcours d’exploitation informatique"}},
		{"/thread/" + t.diploma, "", []string{`"figures"`, `"alert"`, `"programme"`, `"version"`, `"path"`, `"enrolment"`, `"defence"`, `"decision"`, `"diploma"`, `"outcome"`, `"report"`}},
		{"/thread/" + t.alert, "", []string{`"programme"`, `"version"`, `"path"`, `"diploma"`}},
	} {
		status, text := t.asks(http.MethodGet, q.path, q.token)
		for _, word := range q.want {
			if status != http.StatusOK || !strings.Contains(text, word) {
				t.Errorf("GET %s answers %d without %s: %s", q.path, status, word, text)
				break
			}
		}
	}
	for _, q := range []struct {
		method, path, token string
		want                int
	}{
		{http.MethodPost, "/alerts/" + t.alert + "/acknowledge", "", http.StatusUnauthorized},
		{http.MethodPost, "/alerts/" + t.alert + "/acknowledge", t.classmate.token(people.HandleAlerts), http.StatusForbidden},
		{http.MethodGet, "/defences/" + t.defence, t.mentor.token(people.Assess), http.StatusForbidden},
		{http.MethodGet, "/juries/" + t.jury, t.learner.token(people.SitInJury), http.StatusForbidden},
		{http.MethodGet, "/juries/" + t.jury, "", http.StatusUnauthorized},
	} {
		if status, text := t.asks(q.method, q.path, q.token); status != q.want {
			t.Errorf("%s %s answers %d, not %d: %s", q.method, q.path, status, q.want, text)
		}
	}
	for _, q := range []struct {
		args string
		want []string
	}{
		{"thread " + t.diploma, []string{"Alert", "Programme", "Defence", "Diploma", "Outcome", "2026-03-16"}},
		{"thread " + t.alert, []string{"Published version", "Diploma"}},
		{"alerts show " + t.alert, []string{"France"}},
		{"diploma list", []string{t.number, "Inès Martin"}},
		{"jury show " + t.jury, []string{"Henri Faure"}},
		{"mission report --year 2026", []string{"kept", "Ouvrir un parcours d’exploitation informatique"}},
		{"audit verify", nil},
	} {
		out := t.must(strings.Fields(q.args)...)
		for _, word := range q.want {
			if !strings.Contains(out, word) {
				t.Errorf("filiere %s does not say %q:\n%s", q.args, word, out)
			}
		}
	}
}
