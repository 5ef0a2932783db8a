package vc

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"io"
	"strings"
	"time"
)

// StatusEntries is how many entries a list has: the least the standard allows, so that one entry does not
// tell whom somebody asks about.
const StatusEntries = 131_072

// maxStatusBytes bounds a list when it is unpacked: eight million entries.
const maxStatusBytes = 1 << 20

// Bits is a status list: a bit for each entry, the first one the left-most of the first byte.
type Bits []byte

// NewBits is a list in which nothing is set.
func NewBits(entries int) Bits { return make(Bits, (entries+7)/8) }

// Len is how many entries a list has.
func (b Bits) Len() int { return len(b) * 8 }

// Set sets an entry.
func (b Bits) Set(i int) { b[i/8] |= 0x80 >> (i % 8) }

// Get reports whether an entry is set.
func (b Bits) Get(i int) bool { return b[i/8]&(0x80>>(i%8)) != 0 }

// Encode writes a list as credentials carry it: gzip, base64url without padding, "u" before it.
func (b Bits) Encode() string {
	var buf bytes.Buffer
	w, err := gzip.NewWriterLevel(&buf, gzip.BestCompression)
	if err != nil { // cannot happen: the level exists
		panic(err)
	}
	_, _ = w.Write(b) // a bytes.Buffer does not fail
	_ = w.Close()
	return "u" + base64.RawURLEncoding.EncodeToString(buf.Bytes())
}

// DecodeBits reads a list. It returns an Invalid fault for what is none, is too short to hide anybody among
// others, or unpacks to too much.
func DecodeBits(s string) (Bits, error) {
	text, ok := strings.CutPrefix(s, "u")
	packed, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(text, "="))
	if !ok || err != nil {
		return nil, malformed("the status list is not written in base64url")
	}
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, malformed("the status list is not packed with gzip")
	}
	bits, err := io.ReadAll(io.LimitReader(r, maxStatusBytes+1))
	if err != nil || len(bits) > maxStatusBytes || len(bits)*8 < StatusEntries {
		return nil, malformed("the status list does not unpack, or to too few or too many entries")
	}
	return bits, nil
}

// StatusList makes the credential of a revocation list, to be signed: id is its address, since when it says
// what it says.
func StatusList(id, issuer string, since time.Time, bits Bits) Document {
	return Document{
		"@context":  []any{ContextCredentials},
		"id":        id,
		"type":      []any{"VerifiableCredential", "BitstringStatusListCredential"},
		"issuer":    issuer,
		"validFrom": since.UTC().Format(time.RFC3339),
		"credentialSubject": map[string]any{
			"id": id + "#list", "type": "BitstringStatusList", "statusPurpose": purposeRevocation, "encodedList": bits.Encode(),
		},
	}
}

const purposeRevocation = "revocation"
