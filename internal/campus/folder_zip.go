package campus

import (
	"archive/zip"
	"bytes"
	"io"
	"io/fs"
	"path"
	"strings"

	"filiere/internal/fault"
)

// MaxCourseZip bounds a packed course.
const MaxCourseZip = 16 << 20

// ReadCourseZip reads a course from a zip that holds its folder, or what the folder holds; then slug is its
// name.
//
// Errors: Invalid, as ReadCourse, and for an archive that is none or says that it unpacks to more than a
// course may be.
func ReadCourseZip(data []byte, slug string) (Course, error) {
	if len(data) > MaxCourseZip {
		return Course{}, wrongCourse("", 0, "the archive has more than %d bytes", MaxCourseZip)
	}
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		return Course{}, wrongCourse("", 0, "this is not a zip archive")
	}
	if len(z.File) > MaxCourseFiles {
		return Course{}, wrongCourse("", 0, "a course has at most %d files", MaxCourseFiles)
	}
	var total uint64
	seen := map[string]bool{}
	for _, f := range z.File {
		if total += f.UncompressedSize64; f.UncompressedSize64 > MaxCourseBytes || total > MaxCourseBytes {
			return Course{}, wrongCourse("", 0, "the course has more than %d bytes", MaxCourseBytes)
		}
		if name := strings.TrimSuffix(f.Name, "/"); !fs.ValidPath(name) || seen[name] || strings.Contains(name, `\`) {
			return Course{}, wrongCourse("", 0, "the archive has a file twice, or one outside its folder")
		} else {
			seen[name] = true
		}
	}
	if seen[readme] {
		return ReadCourse(z, slug)
	}
	top, err := onlyFolder(z)
	if err != nil {
		return Course{}, err
	}
	folder, err := fs.Sub(z, top)
	if err != nil {
		return Course{}, wrongCourse(top, 0, "the file cannot be read")
	}
	return ReadCourse(folder, top)
}

// onlyFolder finds the one folder an archive holds.
func onlyFolder(z fs.FS) (string, error) {
	entries, err := fs.ReadDir(z, ".")
	if err != nil {
		return "", wrongCourse("", 0, "this is not a zip archive")
	}
	top := ""
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".") || e.Name() == "__MACOSX" {
			continue
		}
		if !e.IsDir() || top != "" {
			return "", wrongCourse(e.Name(), 0, "the archive holds the course's folder and nothing else")
		}
		top = e.Name()
	}
	if top == "" {
		return "", wrongCourse("", 0, "the archive is empty")
	}
	return top, nil
}

// WriteCourseZip writes a course as a zip of its folder. Writing the same course gives the same bytes.
func WriteCourseZip(w io.Writer, c Course) error {
	z := zip.NewWriter(w)
	err := WriteCourse(c, func(name string, data []byte) error {
		f, err := z.CreateHeader(&zip.FileHeader{Name: path.Join(c.Slug, name), Method: zip.Deflate})
		if err != nil {
			return err
		}
		_, err = f.Write(data)
		return err
	})
	if err == nil {
		err = z.Close()
	}
	if err != nil {
		return &fault.Fault{Code: fault.Internal, Op: "write course", Err: err}
	}
	return nil
}
