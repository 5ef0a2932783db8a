package access_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"filiere/internal/access"
)

func upload(t *testing.T, files map[string]string) *http.Request {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("comment", "here it is")
	for name, content := range files {
		p, err := w.CreateFormFile("d1", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = p.Write([]byte(content))
	}
	_ = w.Close()
	r := httptest.NewRequest("POST", "/", &body)
	r.Header.Set("Content-Type", w.FormDataContentType())
	return r
}

func TestAFormWithFilesIsReadWithinLimits(t *testing.T) {
	u := access.NewUploads(1)
	form, err := u.Read(upload(t, map[string]string{"page.html": "<script>alert(1)</script>"}), 1, 100)
	if err != nil || form.Values.Get("comment") != "here it is" || len(form.Files) != 1 || !strings.HasPrefix(form.Files[0].Media, "text/html") {
		t.Errorf("%+v, %v", form, err)
	}
	if _, err := u.Read(upload(t, map[string]string{"a": strings.Repeat("x", 101)}), 1, 100); err == nil {
		t.Error("a file of more bytes was taken")
	}
	if _, err := u.Read(upload(t, map[string]string{"a": "x", "b": "y"}), 1, 100); err == nil {
		t.Error("more files were taken")
	}
	if _, err := u.Read(httptest.NewRequest("POST", "/", strings.NewReader("a=b")), 1, 100); err == nil {
		t.Error("what is no such form was taken")
	}
}

func TestAnUploadedFileIsNeverAPage(t *testing.T) {
	w := httptest.NewRecorder()
	access.SendFile(w, "été\".html", "text/html", []byte("<script>alert(1)</script>"))
	h := w.Header()
	if !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("%v", h)
	}
}

func FuzzUpload(f *testing.F) {
	f.Add([]byte("--b\r\nContent-Disposition: form-data; name=\"d\"; filename=\"x\"\r\n\r\ny\r\n--b--\r\n"))
	u := access.NewUploads(8)
	f.Fuzz(func(t *testing.T, body []byte) {
		r := httptest.NewRequest("POST", "/", bytes.NewReader(body))
		r.Header.Set("Content-Type", "multipart/form-data; boundary=b")
		form, err := u.Read(r, 3, 50)
		if err == nil && len(form.Files) > 3 {
			t.Errorf("%d files", len(form.Files))
		}
		for _, file := range form.Files {
			if len(file.Content) > 50 {
				t.Errorf("%d bytes", len(file.Content))
			}
			access.SendFile(httptest.NewRecorder(), file.Name, file.Media, file.Content)
		}
	})
}
