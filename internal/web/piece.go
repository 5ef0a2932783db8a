package web

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"io"
	"slices"
	"sync"

	"github.com/klauspost/compress/flate"
)

// piece is a stretch of a page, compressed by itself: whole deflate blocks that end with a byte and refer to
// nothing before them. Pieces side by side are one stream (RFC 1951 §3.2.3), so what many pages share is
// compressed once, and what is one reader's can be put into a page others share.
type piece struct {
	deflated []byte
	size     int    // bytes before compression
	sum      uint32 // CRC-32 of those
	shared   bool   // held by others too: it costs a page that holds it nothing
}

// Levels of compression. Of the time of a page made anew compress/gzip at its level 5 took 40 %; klauspost's
// flate at pageLevel takes 12 %. What is compressed once for thousands of pages is worth the best.
const (
	pageLevel   = 3
	sharedLevel = flate.BestCompression
)

var deflaters = sync.Pool{New: func() any {
	w, err := flate.NewWriter(io.Discard, pageLevel)
	if err != nil {
		panic(err) // only for a level out of range
	}
	return w
}}

// newPiece compresses a stretch of one page.
func newPiece(plain []byte) piece {
	w := deflaters.Get().(*flate.Writer)
	defer deflaters.Put(w)
	return deflate(w, plain)
}

// newSharedPiece compresses a stretch that many pages hold.
func newSharedPiece(plain []byte) piece {
	w, err := flate.NewWriter(io.Discard, sharedLevel)
	if err != nil {
		panic(err) // only for a level out of range
	}
	p := deflate(w, plain)
	p.deflated, p.shared = slices.Clip(p.deflated), true
	return p
}

func deflate(w *flate.Writer, plain []byte) piece {
	b := bytes.NewBuffer(make([]byte, 0, len(plain)/4+64))
	w.Reset(b)
	_, _ = w.Write(plain) // a bytes.Buffer does not fail
	_ = w.Flush()         // ends at a byte, with a block that is not the last
	return piece{deflated: b.Bytes(), size: len(plain), sum: crc32.ChecksumIEEE(plain)}
}

// longestStored is the most a stored block holds.
const longestStored = 1<<16 - 1

// storedPiece takes a short stretch as it stands: compressing would cost more than it saves.
func storedPiece(plain []byte) piece {
	if len(plain) > longestStored {
		return newPiece(plain)
	}
	b := make([]byte, 0, len(plain)+5)
	b = append(b, 0) // a stored block, not the last
	b = binary.LittleEndian.AppendUint16(b, uint16(len(plain)))
	b = binary.LittleEndian.AppendUint16(b, ^uint16(len(plain)))
	return piece{deflated: append(b, plain...), size: len(plain), sum: crc32.ChecksumIEEE(plain)}
}

// What stands around the pieces in a gzip file (RFC 1952).
var (
	gzipHead = []byte{0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 0xff} // deflate, no name, no time, no system
	gzipTail = []byte{3, 0}                                  // a last block with nothing in it
)

// gzipped joins pieces to a gzip file.
func gzipped(pieces []piece) []byte {
	n := len(gzipHead) + len(gzipTail) + 8
	for _, p := range pieces {
		n += len(p.deflated)
	}
	out := append(make([]byte, 0, n), gzipHead...)
	sum, size := uint32(0), 0
	for _, p := range pieces {
		out = append(out, p.deflated...)
		sum, size = joinSums(sum, p.sum, p.size), size+p.size
	}
	out = append(out, gzipTail...)
	out = binary.LittleEndian.AppendUint32(out, sum)
	return binary.LittleEndian.AppendUint32(out, uint32(size)) //nolint:gosec // modulo 2³², as the format says
}

// joinSums is the CRC-32 of a stretch with sum a followed by one of size bytes with sum b. Bytes that follow
// turn a sum by a linear map over bits; the map of size zero bytes is made by squaring the map of one.
func joinSums(a, b uint32, size int) uint32 {
	if a == 0 {
		return b // the sum of nothing is 0, and stays so
	}
	for i := 0; size > 0; i, size = i+1, size>>1 {
		if size&1 == 1 {
			a = zeroBytes[i].apply(a)
		}
	}
	return a ^ b
}

// bitMap is a linear map of 32 bits: what each bit alone becomes.
type bitMap [32]uint32

func (m *bitMap) apply(v uint32) uint32 {
	out := uint32(0)
	for i := 0; v != 0; i, v = i+1, v>>1 {
		if v&1 == 1 {
			out ^= m[i]
		}
	}
	return out
}

// zeroBytes[i] is what 2^i zero bytes do to a CRC-32.
var zeroBytes = func() (maps [40]bitMap) {
	oneBit := bitMap{crc32.IEEE}
	for i := 1; i < 32; i++ {
		oneBit[i] = 1 << (i - 1)
	}
	m := oneBit
	for range 3 { // eight bits
		m = m.squared()
	}
	for i := range maps {
		maps[i] = m
		m = m.squared()
	}
	return maps
}()

func (m *bitMap) squared() (out bitMap) {
	for i := range m {
		out[i] = m.apply(m[i])
	}
	return out
}
