package intake

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"filiere/internal/fault"
)

// Limits on what an import reads. They keep a hostile archive from filling memory or disk.
const (
	maxContent  = 256 << 20 // bytes of one decompressed file; the largest known source has 9 MB
	maxFiles    = 10_000    // files of one run, archive members included
	httpTimeout = 5 * time.Minute
)

// file is one file found, perhaps inside an archive.
type file struct {
	name string // as shown to people: path, URL or archive!member
	open func() (io.ReadCloser, error)
}

// found is the files of one run and the temporary files they rest on.
type found struct {
	list []file
	temp []string
}

func (f *found) cleanup() {
	for _, t := range f.temp {
		_ = os.Remove(t)
	}
}

// discover finds the files behind paths and URLs, in a stable order.
func discover(ctx context.Context, paths []string) (*found, error) {
	f := &found{}
	for _, p := range paths {
		if err := f.add(ctx, p); err != nil {
			f.cleanup()
			return nil, err
		}
	}
	if len(f.list) > maxFiles {
		f.cleanup()
		return nil, fault.New(fault.Invalid, "import", "%d files at once; the limit is %d", len(f.list), maxFiles)
	}
	return f, nil
}

func (f *found) add(ctx context.Context, path string) error {
	if strings.HasPrefix(path, "http://") || strings.HasPrefix(path, "https://") {
		return f.addURL(ctx, path)
	}
	info, err := os.Stat(path)
	if err != nil {
		fa := fault.New(fault.NotFound, "import", "there is no such file or folder")
		fa.File, fa.Err = path, err
		return fa
	}
	if !info.IsDir() {
		return f.addFile(path, path)
	}
	var names []string
	err = filepath.WalkDir(path, func(p string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() && !strings.HasPrefix(d.Name(), ".") {
			names = append(names, p)
		}
		return err
	})
	if err != nil {
		return &fault.Fault{Code: fault.Invalid, Op: "import", File: path, Reason: "the folder cannot be read", Err: err}
	}
	sort.Strings(names)
	for _, p := range names {
		if err := f.addFile(p, p); err != nil {
			return err
		}
	}
	return nil
}

// addFile adds a file on disk, or the members of a zip archive; name is what people see.
func (f *found) addFile(path, name string) error {
	z, err := zip.OpenReader(path)
	if errors.Is(err, zip.ErrFormat) {
		f.list = append(f.list, file{name: name, open: func() (io.ReadCloser, error) { return os.Open(path) }})
		return nil
	}
	if err != nil {
		fa := fault.New(fault.Invalid, "import", "the archive cannot be read")
		fa.File, fa.Err = name, err
		return fa
	}
	defer z.Close()
	for _, m := range z.File {
		if m.FileInfo().IsDir() || len(f.list) > maxFiles {
			continue
		}
		member := m.Name
		f.list = append(f.list, file{name: name + "!" + member, open: func() (io.ReadCloser, error) { return openMember(path, member) }})
	}
	return nil
}

// memberReader closes the archive with the member.
type memberReader struct {
	io.ReadCloser
	archive io.Closer
}

func (m memberReader) Close() error { return errors.Join(m.ReadCloser.Close(), m.archive.Close()) }

func openMember(archive, member string) (io.ReadCloser, error) {
	z, err := zip.OpenReader(archive)
	if err != nil {
		return nil, err
	}
	for _, m := range z.File {
		if m.Name == member {
			r, err := m.Open()
			if err != nil {
				z.Close()
				return nil, err
			}
			return memberReader{r, z}, nil
		}
	}
	z.Close()
	return nil, fs.ErrNotExist
}

// addURL downloads a file to a temporary place.
func (f *found) addURL(ctx context.Context, url string) error {
	path, err := download(ctx, url)
	if path != "" {
		f.temp = append(f.temp, path)
	}
	if err != nil {
		fa := fault.New(fault.Unavailable, "download", "the address could not be read")
		fa.File, fa.Err = url, err
		return fa
	}
	return f.addFile(path, url)
}

func download(ctx context.Context, url string) (path string, err error) {
	ctx, cancel := context.WithTimeout(ctx, httpTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return "", fault.New(fault.Unavailable, "", "the server answered %s", res.Status)
	}
	tmp, err := os.CreateTemp("", "filiere-import-*")
	if err != nil {
		return "", err
	}
	defer tmp.Close()
	n, err := io.Copy(tmp, io.LimitReader(res.Body, maxContent+1))
	if err == nil && n > maxContent {
		err = fault.New(fault.Invalid, "", "it is larger than %d MB", maxContent>>20)
	}
	return tmp.Name(), err
}

// gzipMagic begins every gzip stream.
var gzipMagic = []byte{0x1f, 0x8b}

// reader opens the file, decompressed if it is gzipped.
func (f file) reader() (io.ReadCloser, error) {
	r, err := f.open()
	if err != nil {
		return nil, err
	}
	magic := make([]byte, 2)
	n, err := io.ReadFull(r, magic)
	whole := io.MultiReader(bytes.NewReader(magic[:n]), r)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		r.Close()
		return nil, err
	}
	if !bytes.Equal(magic[:n], gzipMagic) {
		return memberReader{io.NopCloser(whole), r}, nil
	}
	z, err := gzip.NewReader(whole)
	if err != nil {
		r.Close()
		return nil, err
	}
	return memberReader{z, r}, nil
}

// head reads the beginning of the file.
func (f file) head() (Head, error) {
	r, err := f.reader()
	if err != nil {
		return Head{}, f.fault(err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, headSize))
	if err != nil {
		return Head{}, f.fault(err)
	}
	return newHead(decode(trimPartialRune(b))), nil
}

// trimPartialRune drops a multi-byte character cut in two by the limit, which would make the text look
// like another encoding.
func trimPartialRune(b []byte) []byte {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if !utf8.FullRune(b[len(b)-i:]) {
				return b[:len(b)-i]
			}
			break
		}
	}
	return b
}

// content reads the whole file, up to maxContent.
func (f file) content() ([]byte, error) {
	r, err := f.reader()
	if err != nil {
		return nil, f.fault(err)
	}
	defer r.Close()
	b, err := io.ReadAll(io.LimitReader(r, maxContent+1))
	if err != nil {
		return nil, f.fault(err)
	}
	if len(b) > maxContent {
		fa := fault.New(fault.Invalid, "import", "it is larger than %d MB", maxContent>>20)
		fa.File, fa.Hint = f.name, "split it into smaller files"
		return nil, fa
	}
	return b, nil
}

func (f file) fault(err error) error {
	fa := fault.New(fault.Invalid, "import", "the file cannot be read")
	fa.File, fa.Err = f.name, err
	return fa
}
