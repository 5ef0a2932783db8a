package vc

import (
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"maps"
	"os"
	"path/filepath"
	"testing"
	"time"

	"filiere/internal/fault"
)

// The keys and values of the test vector for eddsa-rdfc-2022 of Data Integrity EdDSA Cryptosuites 1.0, as the
// W3C publishes it (github.com/w3c/vc-di-eddsa, TestVectors/eddsa-rdfc-2022).
const (
	examplePublic  = "z6MkrJVnaZkeFzdQyMZu1cgjg7k1pZZ6pvBQ7XJPt4swbTQ2"
	examplePrivate = "z3u2en7t5LR2WtQH5PfFqMqwVHBeXouLzo6haApm8XHqvjxq"
	exampleHashes  = "4c4d3890a157f8d611b13c265c2c22f39aa0a567c7c7dd9ba3e45cd579784eeb" +
		"517744132ae165a5349155bef0bb0cf2258fff99dfe1dbd914b938d775a36017"
)

// exampleCanonical knows the context of the W3C's examples, which the program does not.
func exampleCanonical(t testing.TB) func(Document) (string, error) {
	t.Helper()
	all := contexts()
	all["https://www.w3.org/ns/credentials/examples/v2"] = []byte(`{"@context": {"@vocab": "https://www.w3.org/ns/credentials/examples#"}}`)
	s, err := readShelf(all)
	if err != nil {
		t.Fatal(err)
	}
	return func(doc Document) (string, error) { return canonicalWith(doc, s) }
}

func example(t testing.TB) Document {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "alumni.json"))
	if err != nil {
		t.Fatal(err)
	}
	doc, err := Parse(text, MaxCredential)
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func TestTheExampleOfTheStandardIsSignedAsItIsThere(t *testing.T) {
	doc, canonical := example(t), exampleCanonical(t)
	public, err := DecodeKey(examplePublic)
	if err != nil {
		t.Fatal(err)
	}
	if EncodeKey(public) != examplePublic {
		t.Errorf("the key is written %s", EncodeKey(public))
	}
	data, err := signedData(doc, doc.object("proof"), canonical)
	if err != nil {
		t.Fatal(err)
	}
	if got := hex.EncodeToString(data); got != exampleHashes {
		t.Errorf("hashes\n%s, want\n%s", got, exampleHashes)
	}
	if err := verifyProof(doc, public, canonical); err != nil {
		t.Errorf("the signature of the standard: %v", err)
	}
	secret, ok := decode58(examplePrivate)
	seed, is := bytes.CutPrefix(secret, []byte{0x80, 0x26})
	if !ok || !is {
		t.Fatal("the private key cannot be read")
	}
	signature := "z" + encode58(ed25519.Sign(ed25519.NewKeyFromSeed(seed), data))
	if want := doc.object("proof").text("proofValue"); signature != want {
		t.Errorf("signature %s, want %s", signature, want)
	}
}

func TestNothingOfASignedDocumentCanBeChanged(t *testing.T) {
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	did := DIDOf("https://school.example")
	signed, err := Sign(badge(did), key, MethodID(did, public), time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	if err := VerifyProof(signed, public); err != nil {
		t.Fatal(err)
	}
	for _, where := range leaves(nil, map[string]any(signed)) {
		changed := replaced(map[string]any(signed), where, func(s string) string { return s + "x" }).(map[string]any)
		if err := VerifyProof(changed, public); err == nil {
			t.Errorf("changing %v goes unnoticed", where)
		}
	}
	for _, add := range []map[string]any{
		{"extra": "unsigned"},
		{"evidence": []any{map[string]any{"id": "relative", "type": []any{"Evidence"}}}},
		{"evidence": []any{map[string]any{"id": "https://school.example/e", "type": []any{"Unheard"}}}},
	} {
		more := maps.Clone(map[string]any(signed))
		maps.Copy(more, add)
		if err := VerifyProof(more, public); err == nil {
			t.Errorf("adding %v goes unnoticed", add)
		}
	}
	other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	if err := VerifyProof(signed, other); !errors.Is(err, ErrSignature) {
		t.Errorf("with another key: %v", err)
	}
}

// badge is an Open Badge to sign.
func badge(did string) Document {
	return Document{
		"@context":  []any{ContextCredentials, ContextOpenBadges},
		"id":        "https://school.example/diplomas/1",
		"type":      []any{"VerifiableCredential", "OpenBadgeCredential"},
		"issuer":    map[string]any{"id": did, "type": []any{"Profile"}, "name": "The school"},
		"validFrom": "2026-01-02T03:04:05Z",
		"name":      "A diploma",
		"credentialSubject": map[string]any{
			"type": []any{"AchievementSubject"}, "name": "Zoé \"Z\" \\ \u0001 Petit",
			"achievement": map[string]any{
				"id": "https://school.example/versions/1", "type": []any{"Achievement"}, "name": "A diploma", "description": "What it is",
				"criteria": map[string]any{"narrative": "Every bloc"},
				"alignment": []any{
					map[string]any{"type": []any{"Alignment"}, "targetName": "one", "targetUrl": "https://school.example/c#1"},
					map[string]any{"type": []any{"Alignment"}, "targetName": "two", "targetUrl": "https://school.example/c#2"},
				},
			},
		},
		"credentialStatus": map[string]any{
			"id": "https://school.example/status/1#7", "type": "BitstringStatusListEntry", "statusPurpose": "revocation",
			"statusListIndex": "7", "statusListCredential": "https://school.example/status/1",
		},
	}
}

// leaves lists where the texts of a document stand.
func leaves(at []any, v any) [][]any {
	var out [][]any
	switch v := v.(type) {
	case string:
		return [][]any{append([]any{}, at...)}
	case []any:
		for i, e := range v {
			out = append(out, leaves(append(append([]any{}, at...), i), e)...)
		}
	case map[string]any:
		for name, e := range v {
			out = append(out, leaves(append(append([]any{}, at...), name), e)...)
		}
	}
	return out
}

// replaced is a document with the text at a place changed.
func replaced(v any, where []any, change func(string) string) any {
	switch v := v.(type) {
	case string:
		return change(v)
	case []any:
		out := append([]any{}, v...)
		out[where[0].(int)] = replaced(out[where[0].(int)], where[1:], change)
		return out
	case map[string]any:
		out := maps.Clone(v)
		out[where[0].(string)] = replaced(out[where[0].(string)], where[1:], change)
		return out
	}
	return v
}

func TestAProofOfAnotherKindIsRefused(t *testing.T) {
	for name, change := range map[string]func(p map[string]any){
		"suite":   func(p map[string]any) { p["cryptosuite"] = "eddsa-jcs-2022" },
		"purpose": func(p map[string]any) { p["proofPurpose"] = "authentication" },
		"type":    func(p map[string]any) { p["type"] = "Ed25519Signature2020" },
		"value":   func(p map[string]any) { p["proofValue"] = "z1" },
		"no key":  func(p map[string]any) { delete(p, "verificationMethod") },
	} {
		doc := example(t)
		change(doc.object("proof"))
		public, err := DecodeKey(examplePublic)
		if err != nil {
			t.Fatal(err)
		}
		if err := verifyProof(doc, public, exampleCanonical(t)); fault.CodeOf(err) != fault.Invalid || errors.Is(err, ErrSignature) {
			t.Errorf("%s: %v", name, err)
		}
	}
	doc := example(t)
	doc["proof"] = []any{doc["proof"]}
	if _, err := readProof(doc); err == nil {
		t.Error("a set of proofs was read")
	}
}
