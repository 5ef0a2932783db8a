package web

import (
	"bytes"
	"compress/gzip"
	"hash/crc32"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

func TestPiecesSideBySideAreOneGzipFile(t *testing.T) {
	long := strings.Repeat("Outline M0 0l1 1z ", 9000)
	for name, stretches := range map[string][]string{
		"nothing":        {},
		"one":            {"<p>one</p>"},
		"three":          {"<p>one</p>", "", "<p>three</p>"},
		"long":           {long, "short", long},
		"beyond a block": {"a", strings.Repeat("x", longestStored+1), "b"},
	} {
		t.Run(name, func(t *testing.T) {
			var pieces []piece
			for i, s := range stretches {
				makers := []func([]byte) piece{newPiece, newSharedPiece, storedPiece}
				pieces = append(pieces, makers[i%3]([]byte(s)), makers[(i+1)%3]([]byte(s)))
			}
			want := ""
			for _, s := range stretches {
				want += s + s
			}
			r, err := gzip.NewReader(bytes.NewReader(gzipped(pieces)))
			if err != nil {
				t.Fatal(err)
			}
			got, err := io.ReadAll(r) // checks the sum and the size
			if err != nil || string(got) != want {
				t.Errorf("%d bytes and %v, want %d", len(got), err, len(want))
			}
		})
	}
}

func TestSumsJoinAsTheirBytesDo(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		all := make([]byte, r.IntN(5000))
		for i := range all {
			all[i] = byte(r.Uint32())
		}
		cut := r.IntN(len(all) + 1)
		a, b := crc32.ChecksumIEEE(all[:cut]), crc32.ChecksumIEEE(all[cut:])
		if got := joinSums(a, b, len(all)-cut); got != crc32.ChecksumIEEE(all) {
			t.Fatalf("cut of %d at %d: %08x, want %08x", len(all), cut, got, crc32.ChecksumIEEE(all))
		}
	}
}
