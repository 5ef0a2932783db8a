package skill_test

import (
	"runtime"
	"testing"

	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
)

// BenchmarkFind reads every real advert that has a text: adverts a second on one core.
func BenchmarkFind(b *testing.B) {
	g := skill.New(everyLabel(b), french(b))
	adverts := everyAdvert(b)
	b.ResetTimer()
	i, spans, size := 0, 0, 0
	for b.Loop() {
		text, err := words.Clean(adverts[i%len(adverts)].Description)
		if err != nil {
			b.Fatal(err)
		}
		spans += len(g.Find(text))
		size += len(text)
		i++
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "adverts/s")
	b.ReportMetric(float64(spans)/float64(b.N), "spans/advert")
	b.SetBytes(int64(size / b.N))
}

// BenchmarkNew makes the gazetteer of every label there is: what starting costs, and what it keeps in memory.
func BenchmarkNew(b *testing.B) {
	c, l := everyLabel(b), french(b)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	g := skill.New(c, l)
	runtime.GC()
	runtime.ReadMemStats(&after)
	kept := float64(after.HeapAlloc-before.HeapAlloc) / (1 << 20)
	for b.Loop() {
		g = skill.New(c, l)
	}
	b.ReportMetric(kept, "MiB-kept")
	b.ReportMetric(float64(g.Labels()), "labels")
}
