package vc

import (
	"crypto/ed25519"
	"crypto/sha256"
	"maps"
	"slices"
	"time"

	"filiere/internal/fault"
)

// What a proof of ours says it is.
const (
	proofType    = "DataIntegrityProof"
	cryptosuite  = "eddsa-rdfc-2022"
	proofPurpose = "assertionMethod"
)

// ErrSignature says that a document is not what was signed with the key.
var ErrSignature = fault.New(fault.Invalid, "verify credential", "the signature does not match: the document was changed after it was signed, or signed with another key")

// Sign adds a proof to a document: eddsa-rdfc-2022 with the key a verification method names. It changes
// nothing of the document itself, and gives the same proof for the same document, key and time.
func Sign(doc Document, key ed25519.PrivateKey, method string, created time.Time) (Document, error) {
	if err := checkShape(doc); err != nil {
		return nil, err
	}
	proof := map[string]any{
		"type": proofType, "cryptosuite": cryptosuite, "created": created.UTC().Format(time.RFC3339),
		"verificationMethod": method, "proofPurpose": proofPurpose,
	}
	data, err := signedData(doc, proof, canonical)
	if err != nil {
		return nil, err
	}
	proof["proofValue"] = "z" + encode58(ed25519.Sign(key, data))
	out := maps.Clone(doc)
	out["proof"] = proof
	return out, nil
}

// VerifyProof checks the proof of a document with a key. It returns ErrSignature when it does not match, and
// an Invalid fault for a proof of another kind.
func VerifyProof(doc Document, key ed25519.PublicKey) error { return verifyProof(doc, key, canonical) }

func verifyProof(doc Document, key ed25519.PublicKey, canonical func(Document) (string, error)) error {
	p, err := readProof(doc)
	if err != nil {
		return err
	}
	signature, ok := decode58(p.text("proofValue"))
	if !ok || len(signature) != ed25519.SignatureSize {
		return malformed("the value of its proof is no Ed25519 signature")
	}
	data, err := signedData(doc, p, canonical)
	if err != nil {
		return err
	}
	if !ed25519.Verify(key, data, signature) {
		return ErrSignature
	}
	return nil
}

// readProof finds the proof of a document: one, of the kind we know.
func readProof(doc Document) (Document, error) {
	p := doc.object("proof")
	switch {
	case doc["proof"] == nil:
		return nil, malformed("it carries no proof")
	case p == nil:
		return nil, malformed("it carries a set of proofs, which this program does not read")
	case p.text("type") != proofType || p.text("cryptosuite") != cryptosuite:
		return nil, malformed("its proof is not of the kind %s, %s", proofType, cryptosuite)
	case p.text("proofPurpose") != proofPurpose:
		return nil, malformed("its proof is not an assertion")
	case p.text("verificationMethod") == "":
		return nil, malformed("its proof names no key")
	}
	return p, nil
}

// signedData is what is signed (Data Integrity EdDSA Cryptosuites 1.0, §3.2.4): the hash of the proof without
// its value, and the hash of the document without its proof, both in canonical form.
func signedData(doc, proof Document, canonical func(Document) (string, error)) ([]byte, error) {
	options := maps.Clone(proof)
	delete(options, "proofValue")
	options["@context"] = doc["@context"]
	unsigned := maps.Clone(doc)
	delete(unsigned, "proof")
	var hashes [2][sha256.Size]byte
	for i, d := range []Document{options, unsigned} {
		text, err := canonical(d)
		if err != nil {
			return nil, err
		}
		hashes[i] = sha256.Sum256([]byte(text))
	}
	return slices.Concat(hashes[0][:], hashes[1][:]), nil
}
