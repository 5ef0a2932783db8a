package web

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"time"
)

//go:embed static
var staticFiles embed.FS

// static serves the embedded files under addresses that hold a hash of their content, which a browser
// may therefore keep for ever.
type static struct {
	address map[string]string // "style.css" → "/static/style.1a2b3c4d.css"
	files   map[string]staticFile
	digest  string // of all files together
}

type staticFile struct {
	kind string
	body []byte // as it is
	gzip []byte // compressed; nil when that does not pay
}

func newStatic() (*static, error) {
	s := &static{address: map[string]string{}, files: map[string]staticFile{}}
	all := sha256.New()
	err := fs.WalkDir(staticFiles, "static", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		body, err := staticFiles.ReadFile(name)
		if err != nil {
			return err
		}
		sum := sha256.Sum256(body)
		all.Write(sum[:])
		s.add(strings.TrimPrefix(name, "static/"), hex.EncodeToString(sum[:4]), body)
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("read static files: %w", err)
	}
	s.digest = hex.EncodeToString(all.Sum(nil)[:8])
	return s, nil
}

func (s *static) add(name, hash string, body []byte) {
	ext := path.Ext(name)
	address := "/static/" + strings.TrimSuffix(name, ext) + "." + hash + ext
	f := staticFile{kind: mime.TypeByExtension(ext), body: body}
	if packed := gzipped([]piece{newSharedPiece(body)}); len(packed) < len(body)*9/10 {
		f.gzip = packed
	}
	s.address[name] = address
	s.files[address] = f
}

// url gives a file's address. A name that does not exist gives "", which the tests would see.
func (s *static) url(name string) string { return s.address[name] }

func (s *static) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	f, ok := s.files[r.URL.Path]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Cache-Control", "public, max-age=31536000, immutable")
	h.Set("Vary", "Accept-Encoding")
	body := f.body
	if f.gzip != nil && acceptsGzip(r) {
		h.Set("Content-Encoding", "gzip")
		body = f.gzip
	}
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(body))
}

// buildID names this build of the program: its revision and its embedded files.
func buildID(files *static) string {
	h := sha256.New()
	h.Write([]byte(files.digest))
	_ = fs.WalkDir(templateFiles, ".", func(name string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			body, _ := templateFiles.ReadFile(name)
			h.Write(body)
		}
		return nil
	})
	if info, ok := debug.ReadBuildInfo(); ok {
		i := slices.IndexFunc(info.Settings, func(s debug.BuildSetting) bool { return s.Key == "vcs.revision" })
		if i >= 0 {
			h.Write([]byte(info.Settings[i].Value))
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:6])
}
