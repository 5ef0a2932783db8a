package vc

import (
	"crypto/ed25519"
	"net/url"
	"slices"
	"strings"

	"filiere/internal/fault"
)

// DIDPath is where a site keeps the document of its keys.
const DIDPath = "/.well-known/did.json"

// DIDOf is the name by did:web of the site at an origin ("https://filiere.example.org"). A port is
// written %3A8080.
func DIDOf(origin string) string {
	_, host, _ := strings.Cut(origin, "://")
	return "did:web:" + strings.ReplaceAll(strings.ToLower(host), ":", "%3A")
}

// maxDIDName bounds a name: 253 characters are the longest host.
const maxDIDName = 300

// DIDAddress is where the document of a did:web name stands. It returns an Invalid fault for a name of
// another kind. As the method has it, the address is https; but a site on this machine ("localhost") has
// http, as there is nobody between.
func DIDAddress(did string) (string, error) {
	id, ok := strings.CutPrefix(did, "did:web:")
	parts := strings.Split(id, ":")
	host, err := url.PathUnescape(parts[0])
	if !ok || err != nil || len(did) > maxDIDName || host == "" || strings.ContainsAny(host, "/?#@\\ ") {
		return "", fault.New(fault.Invalid, "find issuer", "%q is no issuer this program can find: only did:web is known", clip(did))
	}
	path := DIDPath
	if len(parts) > 1 {
		path = "/" + strings.Join(parts[1:], "/") + "/did.json"
	}
	u, err := url.Parse("https://" + host + path)
	if err != nil || u.Host != host || strings.Contains(u.Path, "..") || u.RawQuery != "" || u.Fragment != "" {
		return "", fault.New(fault.Invalid, "find issuer", "%q is not the name of a site", clip(did))
	}
	if u.Hostname() == "localhost" {
		u.Scheme = "http"
	}
	return u.String(), nil
}

// MethodID is the name of a key of an issuer.
func MethodID(did string, key ed25519.PublicKey) string { return did + "#" + EncodeKey(key) }

// DIDDocument is the document of an issuer's keys: all it ever signed with and stands by.
func DIDDocument(did string, keys []ed25519.PublicKey) Document {
	methods, names := []any{}, []any{}
	for _, k := range keys {
		id := MethodID(did, k)
		methods = append(methods, map[string]any{"id": id, "type": "Multikey", "controller": did, "publicKeyMultibase": EncodeKey(k)})
		names = append(names, id)
	}
	return Document{
		"@context":           []any{"https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"},
		"id":                 did,
		"verificationMethod": methods,
		"assertionMethod":    names,
	}
}

func disowned(format string, args ...any) error {
	return fault.New(fault.Invalid, "find issuer's key", format, args...)
}

// keyIn finds a key an issuer asserts with in the document of its keys. It returns an Invalid fault when the
// document is not the issuer's, or does not stand by the key.
func keyIn(doc Document, did, method string) (ed25519.PublicKey, error) {
	if doc.text("id") != did {
		return nil, disowned("the document of keys at the issuer's site is not the issuer's")
	}
	asserts, _ := doc["assertionMethod"].([]any)
	if !slices.Contains(asserts, any(method)) {
		return nil, disowned("the issuer does not say that it signs with this key")
	}
	methods, _ := doc["verificationMethod"].([]any)
	for _, m := range methods {
		m, _ := m.(map[string]any)
		key := Document(m)
		if key.text("id") != method {
			continue
		}
		if key.text("controller") != did || key.text("type") != "Multikey" {
			return nil, disowned("the key is not the issuer's own, or not of the type Multikey")
		}
		return DecodeKey(key.text("publicKeyMultibase"))
	}
	return nil, disowned("the document of the issuer's keys does not hold this key")
}
