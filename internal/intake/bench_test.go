package intake

import (
	"context"
	"io/fs"
	"path/filepath"
	"testing"
)

// BenchmarkRead reads each real file from memory: bytes/s of its decompressed content and rows/s.
func BenchmarkRead(b *testing.B) {
	folder := dataFolder(b)
	im := importer(&memory{})
	err := filepath.WalkDir(folder, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f := found{}
		if err := f.addFile(path, path); err != nil {
			return err
		}
		for _, one := range f.list {
			head, err := one.head()
			if err != nil {
				return err
			}
			if s, ok := im.recognise(head); ok {
				b.Run(s.Dataset+"/"+filepath.Base(path), func(b *testing.B) { benchmarkFile(b, one, s) })
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
}

func benchmarkFile(b *testing.B, f file, s Source) {
	raw, err := f.content()
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(raw)))
	b.ReportAllocs()
	rows := 0
	for b.Loop() {
		text := decode(raw)
		in := &Reading{
			Context: context.Background(), Source: s, Head: newHead(text), Scope: s.Dataset, content: text, once: map[any]bool{},
			put: func(any) error { return nil }, progress: func(int64, int64) {},
		}
		if err := s.Read(in); err != nil {
			b.Fatal(err)
		}
		rows += in.read
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}
