package web_test

import (
	"net/http"
	"testing"
)

// benchPages are one of each kind of page, as they are with the bundled sample.
var benchPages = map[string]string{
	"home": "/", "map": "/map?occupation=fap2009-V1Z80", "occupation": "/occupations/fap2009-V1Z80",
	"area": "/areas/dep-69", "occupations": "/occupations", "method": "/method",
}

// BenchmarkPageMadeAnew is the time of a page no one asked for since the cells changed.
func BenchmarkPageMadeAnew(b *testing.B) {
	st := sampleStore(b)
	for name, address := range benchPages {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := newSite(b, st)
				b.StartTimer()
				if w := s.get(address, "Accept-Encoding", "gzip"); w.Code != http.StatusOK {
					b.Fatalf("%s: status %d", address, w.Code)
				}
			}
		})
	}
}

// BenchmarkPageFromMemory is the time of the same page asked for again.
func BenchmarkPageFromMemory(b *testing.B) {
	s := newSite(b, sampleStore(b))
	for name, address := range benchPages {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				if w := s.get(address, "Accept-Encoding", "gzip"); w.Code != http.StatusOK {
					b.Fatalf("%s: status %d", address, w.Code)
				}
			}
		})
	}
}
