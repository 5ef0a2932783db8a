package intake

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"filiere/internal/fault"
)

const zonesSample = "ZE2020,LIBZE2020,NB_COM\n0051,Alençon,185\n"

func gzipped(t testing.TB, content string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	if _, err := io.WriteString(z, content); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

type member struct{ name, content string }

func zipped(t testing.TB, members ...member) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, m := range members {
		w, err := z.Create(m.name)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(w, m.content); err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// write puts files in a new folder.
func write(t testing.TB, files map[string][]byte) string {
	t.Helper()
	folder := t.TempDir()
	for name, content := range files {
		p := filepath.Join(folder, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(p), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(p, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// run imports paths and tells what became of each file, without the folder's name.
func run(t testing.TB, folder string, paths ...string) (outcomes []string, err error) {
	t.Helper()
	err = importer(&memory{}).Run(context.Background(), paths, func(r Report) {
		name := strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(r.File, folder)), "/")
		outcomes = append(outcomes, name+": "+string(r.Outcome))
	})
	return outcomes, err
}

func TestFilesAreFoundWhereverTheyAre(t *testing.T) {
	folder := write(t, map[string][]byte{
		"plain/zones.csv":      []byte(zonesSample),
		"plain/note.txt":       []byte("nothing we know"),
		"plain/.hidden":        []byte(zonesSample),
		"plain/deep/x.gz":      gzipped(t, "CATEGORIE_SPECIALITE;LIBELLE_LONG\n1;UN\n"),
		"plain/packed.bin":     zipped(t, member{"in/fap.csv", "fap;libelle_appellation_long\nA0Z40;Un,Deux\n"}, member{"in/", ""}, member{"readme", "?"}),
		"single/naf.csv":       []byte("rome_id,rome_label,naf_id,naf_label,hirings\nA1101,C,0111Z,N,1\n"),
		"empty/nothing-at-all": {},
	})
	cases := []struct {
		name  string
		paths []string
		want  []string
	}{
		{"a folder, its archives and what is compressed in it", []string{filepath.Join(folder, "plain")}, []string{
			"plain/note.txt: skipped", "plain/packed.bin!readme: skipped",
			"plain/zones.csv: imported", "plain/packed.bin!in/fap.csv: imported", "plain/deep/x.gz: imported",
		}},
		{"a file", []string{filepath.Join(folder, "single", "naf.csv")}, []string{"single/naf.csv: imported"}},
		{"the same file twice", []string{filepath.Join(folder, "single"), filepath.Join(folder, "single", "naf.csv")}, []string{
			"single/naf.csv: imported", "single/naf.csv: unchanged",
		}},
		{"an empty file", []string{filepath.Join(folder, "empty")}, []string{"empty/nothing-at-all: skipped"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			got, err := run(t, folder, c.paths...)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(got, c.want) {
				t.Errorf("\n got %q\nwant %q", got, c.want)
			}
		})
	}
}

func TestAPathThatDoesNotExistStopsTheRun(t *testing.T) {
	folder := t.TempDir()
	got, err := run(t, folder, folder, filepath.Join(folder, "nowhere.csv"))
	if fault.CodeOf(err) != fault.NotFound || len(got) != 0 {
		t.Errorf("got %v and %q, want not found and nothing read", err, got)
	}
}

func TestAnAddressIsDownloaded(t *testing.T) {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/zones.csv":
			_, _ = io.WriteString(w, zonesSample)
		case "/zones.zip":
			_, _ = w.Write(zipped(t, member{"zones.csv", zonesSample + "0052,Arles,20\n"}))
		case "/zones.gz":
			_, _ = w.Write(gzipped(t, zonesSample+"0053,Avignon,36\n"))
		default:
			http.NotFound(w, r)
		}
	}))
	defer server.Close()
	got, err := run(t, server.URL, server.URL+"/zones.csv", server.URL+"/zones.zip", server.URL+"/zones.gz")
	want := []string{"zones.csv: imported", "zones.zip!zones.csv: imported", "zones.gz: imported"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
	if _, err := run(t, server.URL, server.URL+"/missing"); fault.CodeOf(err) != fault.Unavailable {
		t.Errorf("a missing address gives %v, want unavailable", err)
	}
}

func TestDownloadsLeaveNoTemporaryFile(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, zonesSample) }))
	defer server.Close()
	if _, err := run(t, server.URL, server.URL+"/zones.csv"); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(os.TempDir()); len(left) != 0 {
		t.Errorf("%d temporary files are left", len(left))
	}
}

func TestHostileArchivesAreRefusedOrHarmless(t *testing.T) {
	t.Run("a member named to escape its folder is only a name", func(t *testing.T) {
		folder := write(t, map[string][]byte{"a/b/evil.zip": zipped(t, member{"../../escaped.csv", zonesSample}, member{"/escaped.csv", zonesSample + "0052,Arles,20\n"})})
		got, err := run(t, folder, filepath.Join(folder, "a"))
		want := []string{"a/b/evil.zip!../../escaped.csv: imported", "a/b/evil.zip!/escaped.csv: imported"}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q (%v), want %q", got, err, want)
		}
		if _, err := os.Stat(filepath.Join(folder, "escaped.csv")); err == nil {
			t.Error("a file was written outside the archive")
		}
	})
	t.Run("a bomb is refused at the limit", func(t *testing.T) {
		if testing.Short() {
			t.Skip("it unpacks 256 MB")
		}
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, _ = io.WriteString(z, "ZE2020,LIBZE2020,NB_COM\n")
		zeros := make([]byte, 1<<20)
		for range maxContent>>20 + 1 {
			_, _ = z.Write(zeros)
		}
		_ = z.Close()
		folder := write(t, map[string][]byte{"bomb.csv.gz": b.Bytes()})
		var report Report
		err := importer(&memory{}).Run(context.Background(), []string{folder}, func(r Report) { report = r })
		if err != nil || report.Outcome != Refused || !strings.Contains(report.Err.Error(), "larger than 256 MB") {
			t.Errorf("got %s: %v, %v", report.Outcome, report.Err, err)
		}
	})
	t.Run("an archive of too many files is refused", func(t *testing.T) {
		members := make([]member, maxFiles+1)
		folder := write(t, map[string][]byte{"many.zip": zipped(t, members...)})
		if _, err := run(t, folder, folder); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("got %v, want invalid", err)
		}
	})
	t.Run("a broken stream is refused, the rest is read", func(t *testing.T) {
		whole := gzipped(t, strings.Repeat(zonesSample, 100))
		folder := write(t, map[string][]byte{"cut.gz": whole[:len(whole)-12], "fine.csv": []byte(zonesSample)})
		got, err := run(t, folder, folder)
		want := []string{"cut.gz: refused", "fine.csv: imported"}
		if err != nil || !slices.Equal(got, want) {
			t.Errorf("got %q (%v), want %q", got, err, want)
		}
	})
}
