package vc

import (
	"bytes"
	"crypto/ed25519"
	"math/big"
	"slices"
	"strings"
)

// ed25519Header are the bytes before an Ed25519 public key in a Multikey (multicodec 0xed, as a varint).
var ed25519Header = []byte{0xed, 0x01}

// EncodeKey writes a public key as a Multikey: "z6Mk…".
func EncodeKey(k ed25519.PublicKey) string {
	return "z" + encode58(slices.Concat(ed25519Header, k))
}

// DecodeKey reads a Multikey. It returns an Invalid fault for anything but an Ed25519 public key.
func DecodeKey(s string) (ed25519.PublicKey, error) {
	b, ok := decode58(s)
	key, is := bytes.CutPrefix(b, ed25519Header)
	if !ok || !is || len(key) != ed25519.PublicKeySize {
		return nil, malformed("%q is no Ed25519 public key", clip(s))
	}
	return ed25519.PublicKey(key), nil
}

// alphabet58 is Bitcoin's: no 0, O, I or l.
const alphabet58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"

// longest58 bounds what is decoded: the time grows with the square of the length, and a signature has 88
// characters.
const longest58 = 128

func encode58(b []byte) string {
	n, base, digit := new(big.Int).SetBytes(b), big.NewInt(58), new(big.Int)
	var out []byte
	for n.Sign() > 0 {
		n.DivMod(n, base, digit)
		out = append(out, alphabet58[digit.Int64()])
	}
	for _, c := range b {
		if c != 0 {
			break
		}
		out = append(out, alphabet58[0])
	}
	slices.Reverse(out)
	return string(out)
}

// decode58 reads multibase base58-btc: "z" and digits.
func decode58(s string) ([]byte, bool) {
	s, ok := strings.CutPrefix(s, "z")
	if !ok || len(s) > longest58 {
		return nil, false
	}
	n, base := new(big.Int), big.NewInt(58)
	for _, c := range []byte(s) {
		d := strings.IndexByte(alphabet58, c)
		if d < 0 {
			return nil, false
		}
		n.Add(n.Mul(n, base), big.NewInt(int64(d)))
	}
	zeros := len(s) - len(strings.TrimLeft(s, alphabet58[:1]))
	return slices.Concat(make([]byte, zeros), n.Bytes()), true
}
