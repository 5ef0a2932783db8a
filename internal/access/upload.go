package access

import (
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"

	"filiere/internal/fault"
)

// Upload is a form with files, read whole.
type Upload struct {
	Values url.Values
	Files  []UploadedFile
}

// UploadedFile is a file as it came. Its name is what the sender says, and may be anything; Media is what its
// first bytes look like.
type UploadedFile struct {
	Field, Name, Media string
	Content            []byte
}

// Uploads reads forms with files, a few at a time: each is held in memory while it is.
type Uploads struct{ places chan struct{} }

// NewUploads makes what reads so many uploads at once.
func NewUploads(atOnce int) Uploads { return Uploads{make(chan struct{}, atOnce)} }

// maxFormText bounds the text beside the files of a form.
const maxFormText = 64 << 10

// Read reads a form of at most so many files, each of at most so many bytes. The route's Body bounds them all
// together. Files left empty in the form are left out.
//
// Errors: Invalid for what is no such form, too many files or too large ones.
func (u Uploads) Read(r *http.Request, maxFiles int, maxFile int64) (Upload, error) {
	select {
	case u.places <- struct{}{}:
		defer func() { <-u.places }()
	case <-r.Context().Done():
		return Upload{}, r.Context().Err()
	}
	parts, err := r.MultipartReader()
	if err != nil {
		return Upload{}, badUpload("the form cannot be read")
	}
	form := Upload{Values: url.Values{}}
	for text := int64(maxFormText); ; {
		p, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return form, nil
		}
		if err != nil {
			return form, tooMuch(err)
		}
		most := text
		if p.FileName() != "" {
			most = maxFile
		}
		content, err := io.ReadAll(io.LimitReader(p, most+1))
		switch {
		case err != nil:
			return form, tooMuch(err)
		case int64(len(content)) > most:
			return form, badUpload("a file or a text is too large")
		case p.FileName() == "" && !isFile(p):
			text -= int64(len(content))
			form.Values.Add(p.FormName(), string(content))
		case len(content) == 0 && p.FileName() == "": // a field nobody chose a file for
		case len(form.Files) == maxFiles:
			return form, badUpload("there are too many files")
		default:
			form.Files = append(form.Files, UploadedFile{p.FormName(), p.FileName(), http.DetectContentType(content), content})
		}
	}
}

// isFile tells a file without a name from a field.
func isFile(p *multipart.Part) bool { return p.Header.Get("Content-Type") != "" }

// tooMuch is what reading a body ends in; the answer to one that is too large is the caller's.
func tooMuch(err error) error {
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return badUpload("the files have more bytes together than can be taken")
	}
	return badUpload("the form cannot be read")
}

func badUpload(format string, args ...any) error {
	f := fault.New(fault.Invalid, "read form", format, args...)
	f.Column = "files"
	return f
}

// SendFile sends what somebody uploaded: always as a download, never as a page of this site, whatever its
// content looks like.
func SendFile(w http.ResponseWriter, name, media string, content []byte) {
	h := w.Header()
	h.Set("Content-Type", media)
	h.Set("Content-Disposition", disposition(name))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	h.Set("Cache-Control", "private, no-store")
	_, _ = w.Write(content) // the reader may have left
}

// disposition names a download; what the header cannot say is left to the browser.
func disposition(name string) string {
	if d := mime.FormatMediaType("attachment", map[string]string{"filename": name}); d != "" {
		return d
	}
	return "attachment"
}
