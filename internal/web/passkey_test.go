package web_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"filiere/internal/people"
)

// device is an authenticator in software: one key for one site, and a count of its signatures.
type device struct {
	t      *testing.T
	key    *ecdsa.PrivateKey
	id     []byte
	handle string // the account it signs in
	count  uint32
	site   string // what it believes the site's name is
	origin string // where its browser believes it is
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// passkeyOf gives an account a passkey, as if it had been made by a device with a count of 10.
func (sc *school) passkeyOf(t *testing.T, a people.Account) *device {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	point, err := key.PublicKey.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	// COSE_Key (RFC 9053, 7.1): {1: 2 (EC2), 3: -7 (ES256), -1: 1 (P-256), -2: x, -3: y}
	cose := append([]byte{0xa5, 1, 2, 3, 0x26, 0x20, 1, 0x21, 0x58, 32}, point[1:33]...)
	cose = append(append(cose, 0x22, 0x58, 32), point[33:]...)
	d := &device{t: t, key: key, id: []byte("credential of " + a.Email), handle: string(a.ID), count: 10, site: "filiere.test", origin: publicURL}
	data, err := json.Marshal(webauthn.Credential{
		ID: d.id, PublicKey: cose, Authenticator: webauthn.Authenticator{SignCount: d.count}, Flags: webauthn.NewCredentialFlags(protocol.FlagUserPresent),
	})
	if err == nil {
		err = sc.store.AddPasskey(t.Context(), people.By(a.ID), people.Passkey{ID: b64(d.id), Account: a.ID, Name: "device", Data: data})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// ceremony is what the server tells a browser that begins.
type ceremony struct {
	ID        string
	PublicKey struct{ Challenge string }
}

func begin(t *testing.T, b *browser) ceremony {
	t.Helper()
	w := b.script("/sign-in/passkey/options", map[string]any{})
	var c ceremony
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil || c.ID == "" || w.Code != http.StatusOK {
		t.Fatalf("options: %d %s", w.Code, w.Body)
	}
	return c
}

// script sends JSON as passkey.js does.
func (b *browser) script(target string, body any) *httptest.ResponseRecorder {
	text, err := json.Marshal(body)
	if err != nil {
		b.sc.t.Fatal(err)
	}
	return b.send(http.MethodPost, target, string(text), "Content-Type", "application/json", "Sec-Fetch-Site", "same-origin")
}

// sign answers a challenge.
func (d *device) sign(challenge string) map[string]any {
	d.t.Helper()
	d.count++
	client, err := json.Marshal(map[string]any{"type": "webauthn.get", "challenge": challenge, "origin": d.origin, "crossOrigin": false})
	if err != nil {
		d.t.Fatal(err)
	}
	site, said := sha256.Sum256([]byte(d.site)), sha256.Sum256(client)
	auth := binary.BigEndian.AppendUint32(append(site[:], byte(protocol.FlagUserPresent)), d.count)
	sum := sha256.Sum256(append(append([]byte{}, auth...), said[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, d.key, sum[:])
	if err != nil {
		d.t.Fatal(err)
	}
	return map[string]any{
		"id": b64(d.id), "rawId": b64(d.id), "type": "public-key", "clientExtensionResults": map[string]any{},
		"response": map[string]any{
			"clientDataJSON": b64(client), "authenticatorData": b64(auth), "signature": b64(signature), "userHandle": b64([]byte(d.handle)),
		},
	}
}

func TestAPasskeySignsInWithoutANameBeingTyped(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		ada := sc.account("ada@example.org", "Ada")
		d, b := sc.passkeyOf(t, ada), sc.browser()
		c := begin(t, b)
		answer := map[string]any{"id": c.ID, "credential": d.sign(c.PublicKey.Challenge), "next": "/map"}
		w := b.script("/sign-in/passkey", answer)
		if w.Code != http.StatusOK || strings.TrimSpace(w.Body.String()) != `{"next":"/map"}` || b.is(t) != "Ada" {
			t.Fatalf("signed in with %d %s as %q", w.Code, w.Body, b.is(t))
		}
		keys, err := sc.store.Passkeys(t.Context(), ada.ID)
		if err != nil || len(keys) != 1 || keys[0].UsedAt.IsZero() || !strings.Contains(string(keys[0].Data), `"signCount":11`) {
			t.Errorf("the passkey is kept as %+v, %v", keys, err)
		}
		thief := sc.browser()
		if w := thief.script("/sign-in/passkey", answer); w.Code != http.StatusForbidden || thief.is(t) != "" {
			t.Errorf("the same answer, overheard: %d, %q", w.Code, thief.is(t))
		}
	})
}

func TestAPasskeyIsRefusedUnlessEverythingFits(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada, eve := sc.account("ada@example.org", "Ada"), sc.account("eve@example.org", "Eve")
	eves := sc.passkeyOf(t, eve)
	for name, attack := range map[string]func(d *device, c *ceremony) map[string]any{
		"a challenge of another ceremony": func(d *device, _ *ceremony) map[string]any {
			return d.sign(begin(t, sc.browser()).PublicKey.Challenge)
		},
		"a ceremony that is none": func(d *device, c *ceremony) map[string]any {
			c.ID = strings.Repeat("A", 43)
			return d.sign(c.PublicKey.Challenge)
		},
		"a site made to look like ours": func(d *device, c *ceremony) map[string]any {
			d.origin = "https://fi1iere.test"
			return d.sign(c.PublicKey.Challenge)
		},
		"a neighbour of ours": func(d *device, c *ceremony) map[string]any {
			d.origin = "https://evil.filiere.test"
			return d.sign(c.PublicKey.Challenge)
		},
		"a key for another site": func(d *device, c *ceremony) map[string]any {
			d.site = "evil.test"
			return d.sign(c.PublicKey.Challenge)
		},
		"somebody else's key under Ada's name": func(d *device, c *ceremony) map[string]any {
			eves.handle = d.handle
			defer func() { eves.handle = string(eve.ID) }()
			return eves.sign(c.PublicKey.Challenge)
		},
		"another key under Ada's credential": func(d *device, c *ceremony) map[string]any {
			d.key = eves.key
			return d.sign(c.PublicKey.Challenge)
		},
		"a key nobody registered": func(d *device, c *ceremony) map[string]any {
			d.id = []byte("made up")
			return d.sign(c.PublicKey.Challenge)
		},
		"no name": func(d *device, c *ceremony) map[string]any {
			d.handle = ""
			return d.sign(c.PublicKey.Challenge)
		},
		"nothing at all": func(*device, *ceremony) map[string]any { return nil },
	} {
		ada := sc.account(strings.ReplaceAll(name, " ", "")+"@example.org", ada.Name)
		d, b := sc.passkeyOf(t, ada), sc.browser()
		c := begin(t, b)
		credential := attack(d, &c)
		w := b.script("/sign-in/passkey", map[string]any{"id": c.ID, "credential": credential})
		if w.Code != http.StatusForbidden || b.is(t) != "" || len(sc.sessions(ada)) != 0 {
			t.Errorf("%s: status %d %s, and the browser is %q", name, w.Code, w.Body, b.is(t))
		}
		sc.now = sc.now.Add(people.LimitPasskey.Every)
	}
}

func TestACopiedPasskeyIsRefusedAndNoted(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	d := sc.passkeyOf(t, ada)
	copied := *d
	b := sc.browser()
	c := begin(t, b)
	if w := b.script("/sign-in/passkey", map[string]any{"id": c.ID, "credential": d.sign(c.PublicKey.Challenge)}); w.Code != http.StatusOK {
		t.Fatalf("the first: %d %s", w.Code, w.Body)
	}
	thief := sc.browser()
	c = begin(t, thief)
	w := thief.script("/sign-in/passkey", map[string]any{"id": c.ID, "credential": copied.sign(c.PublicKey.Challenge)})
	if w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "may have been copied") || thief.is(t) != "" {
		t.Errorf("the copy: %d %s", w.Code, w.Body)
	}
	noted, err := sc.store.AuditEvents(t.Context(), people.AuditFilter{Action: "passkey.suspect"})
	if err != nil || len(noted) != 1 || noted[0].Object.ID != string(ada.ID) {
		t.Errorf("the trail holds %+v, %v", noted, err)
	}
	if c := begin(t, b); b.script("/sign-in/passkey", map[string]any{"id": c.ID, "credential": d.sign(c.PublicKey.Challenge)}).Code != http.StatusOK {
		t.Error("the copy's try shuts the owner out")
	}
}

func TestAPasskeyIsAddedByItsOwnerJustSignedInAndByNobodyElse(t *testing.T) {
	sc := newSchool(t, "sqlite")
	ada := sc.account("ada@example.org", "Ada")
	visitor := sc.browser()
	if w := visitor.script("/passkeys/options", nil); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), `"next":"/sign-in`) {
		t.Errorf("a visitor: %d %s", w.Code, w.Body)
	}
	b := sc.browser()
	leads(t, b.post("/sign-in/link/"+sc.link(people.LinkSignIn, ada.ID)), "/me")
	w := b.script("/passkeys/options", map[string]any{})
	var c ceremony
	if err := json.Unmarshal(w.Body.Bytes(), &c); err != nil || c.ID == "" {
		t.Fatalf("options: %d %s", w.Code, w.Body)
	}
	d := sc.passkeyOf(t, ada)
	if w := visitor.script("/sign-in/passkey", map[string]any{"id": c.ID, "credential": d.sign(c.PublicKey.Challenge)}); w.Code != http.StatusForbidden {
		t.Errorf("a ceremony of registration signs in: %d", w.Code)
	}
	if w := b.send(http.MethodPost, "/passkeys/options", "a=b", "Content-Type", "application/x-www-form-urlencoded"); w.Code != http.StatusBadRequest {
		t.Errorf("a form passes for JSON: %d", w.Code)
	}
	sc.now = sc.now.Add(people.FreshSignIn)
	if w := b.script("/passkeys/options", map[string]any{}); w.Code != http.StatusUnauthorized || !strings.Contains(w.Body.String(), "again=1") {
		t.Errorf("ten minutes after: %d %s", w.Code, w.Body)
	}
}

func FuzzPasskeyAnswer(f *testing.F) {
	f.Add([]byte(`{"id":"x","credential":{"id":"eA","rawId":"eA","type":"public-key","response":{"clientDataJSON":"e30","authenticatorData":"AA","signature":"AA"}}}`))
	f.Add([]byte(`{}`))
	f.Add([]byte(`[`))
	sc := newSchool(f, "sqlite")
	f.Fuzz(func(t *testing.T, body []byte) {
		b := sc.browser()
		w := b.send(http.MethodPost, "/sign-in/passkey", string(body), "Content-Type", "application/json")
		if w.Code >= http.StatusInternalServerError || w.Code == http.StatusOK || b.cookies[sessionCookie] != "" {
			t.Errorf("%q: status %d", body, w.Code)
		}
	})
}
