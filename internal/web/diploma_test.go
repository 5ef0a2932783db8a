package web_test

import (
	"bytes"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"filiere/internal/access"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/registrar/registrartest"
	"filiere/internal/web"
)

// registry is a site with one diploma, and the diploma.
func registry(t testing.TB) (http.Handler, *registrar.Office, registrar.Diploma) {
	t.Helper()
	o, _ := registrartest.Office(t, "https://school.example", "d1")
	d := registrartest.Issued(t, o, "d1")
	log := slog.New(slog.DiscardHandler)
	pages, err := web.New(web.Config{Reader: openStore(t), Registrar: o, Now: now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	gate, err := access.New(access.Config{PublicURL: "https://school.example", Now: now, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	mux, err := gate.Mux(pages)
	if err != nil {
		t.Fatal(err)
	}
	return mux, o, d
}

// visit asks a site for a page, in English.
func visit(t testing.TB, site http.Handler, method, address, kind string, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	r := httptest.NewRequest(method, "https://school.example"+address, bytes.NewReader(body))
	r.Header.Set("Accept-Language", "en")
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w
}

// sent verifies a text as the page's form sends it as a file.
func sent(t testing.TB, site http.Handler, text []byte) string {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreateFormFile("file", "diploma.json")
	if err != nil {
		t.Fatal(err)
	}
	part.Write(text)
	form.Close()
	return visit(t, site, http.MethodPost, "/verify", form.FormDataContentType(), body.Bytes()).Body.String()
}

func TestADiplomaHasAPublicPageAndAFile(t *testing.T) {
	site, _, d := registry(t)
	page := visit(t, site, http.MethodGet, "/diplomas/"+string(d.ID), "", nil)
	if page.Code != http.StatusOK || page.Header().Get("X-Robots-Tag") != "noindex" {
		t.Errorf("status %d, %v", page.Code, page.Header())
	}
	for _, want := range []string{"Zoé Le", "Data à l’école", "FIL-2026-000001", "C2.1", "Draw a figure", "This diploma stands", "did:web:school.example", "/thread/"} {
		if !strings.Contains(page.Body.String(), want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	file := visit(t, site, http.MethodGet, "/diplomas/"+string(d.ID)+"/credential.json", "", nil)
	if !bytes.Equal(file.Body.Bytes(), d.Credential) || file.Header().Get("Content-Type") != "application/vc" || file.Header().Get("Access-Control-Allow-Origin") != "*" {
		t.Errorf("the file %v is not what was signed", file.Header())
	}
	for _, address := range []string{"/diplomas/none", "/diplomas/none/credential.json", "/status/2", "/status/x", "/verify?diploma=none"} {
		if w := visit(t, site, http.MethodGet, address, "", nil); w.Code != http.StatusNotFound {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
	for _, address := range []string{"/.well-known/did.json", "/status/1"} {
		if w := visit(t, site, http.MethodGet, address, "", nil); w.Code != http.StatusOK || !strings.HasPrefix(w.Body.String(), "{") {
			t.Errorf("%s: status %d", address, w.Code)
		}
	}
}

func TestThePageTellsAGoodDiplomaFromATamperedAndARevokedOne(t *testing.T) {
	site, o, d := registry(t)
	says := func(text []byte, want string) {
		t.Helper()
		if page := sent(t, site, text); !strings.Contains(page, want) {
			t.Errorf("the page does not say %q:\n%s", want, page)
		}
	}
	says(d.Credential, "This diploma is genuine and stands")
	tampered := bytes.Replace(d.Credential, []byte("Zoé"), []byte("Zoë"), 1)
	says(tampered, "This file is no valid diploma")
	if strings.Contains(sent(t, site, tampered), "Zoë") {
		t.Error("the page repeats what a tampered file says")
	}
	says([]byte("hello"), "This file is no valid diploma")
	pasted := url.Values{"text": {string(d.Credential)}}
	if w := visit(t, site, http.MethodPost, "/verify", "application/x-www-form-urlencoded", []byte(pasted.Encode())); !strings.Contains(w.Body.String(), "genuine") {
		t.Error("a pasted diploma was not found good")
	}
	at := url.Values{"url": {"https://school.example/diplomas/" + string(d.ID) + "/credential.json"}}
	if w := visit(t, site, http.MethodPost, "/verify", "application/x-www-form-urlencoded", []byte(at.Encode())); !strings.Contains(w.Body.String(), "genuine") {
		t.Error("a diploma by its address was not found good")
	}
	if w := visit(t, site, http.MethodPost, "/verify", "application/x-www-form-urlencoded", nil); w.Code != http.StatusUnprocessableEntity {
		t.Errorf("nothing sent: status %d", w.Code)
	}
	if err := o.Revoke(t.Context(), people.ByCLI, d.ID, registrar.Fraud, "a secret note"); err != nil {
		t.Fatal(err)
	}
	says(d.Credential, "This diploma is revoked")
	page := visit(t, site, http.MethodGet, "/diplomas/"+string(d.ID), "", nil).Body.String()
	if !strings.Contains(page, "This diploma was revoked") || strings.Contains(page, "secret note") || strings.Contains(page, "<form method=\"post\" action=\"/diplomas") {
		t.Error("the page does not say it is revoked, or says too much")
	}
}

// FuzzVerifyPage sends the page credentials nobody wrote.
func FuzzVerifyPage(f *testing.F) {
	site, _, d := registry(f)
	f.Add(d.Credential, "https://school.example/status/1")
	f.Add([]byte("{"), "https://school.example/%zz")
	f.Fuzz(func(t *testing.T, text []byte, address string) {
		form := url.Values{"text": {string(text)}, "url": {address}}
		w := visit(t, site, http.MethodPost, "/verify", "application/x-www-form-urlencoded", []byte(form.Encode()))
		if w.Code >= http.StatusInternalServerError && w.Code != http.StatusServiceUnavailable {
			t.Errorf("status %d", w.Code)
		}
	})
}
