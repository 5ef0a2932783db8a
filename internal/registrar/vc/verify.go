package vc

import (
	"context"
	"crypto/ed25519"
	"errors"
	"strconv"
	"strings"
	"time"

	"filiere/internal/fault"
)

// Outcome is how a check ended.
type Outcome string

// The outcomes.
const (
	OK      Outcome = "ok"
	Failed  Outcome = "failed"
	Unknown Outcome = "unknown" // it could not be checked: somebody did not answer, or an earlier check failed
)

// The checks, in the order they are made.
const (
	CheckForm      = "form"      // it is a credential this program can read
	CheckIssuer    = "issuer"    // the issuer's site stands by the key
	CheckSignature = "signature" // the document is what was signed with the key
	CheckDates     = "dates"     // it is valid by now, and still
	CheckStatus    = "status"    // it was not revoked
)

// Reasons of checks: each is explained in words under its name by whoever shows a report.
const (
	ReasonFine           = "fine"
	ReasonMalformed      = "malformed"
	ReasonNotReached     = "not_reached" // an earlier check failed
	ReasonIssuerUnknown  = "issuer_unknown"
	ReasonUnreachable    = "unreachable"
	ReasonKeyDisowned    = "key_disowned"
	ReasonChanged        = "changed"
	ReasonNotYet         = "not_yet"
	ReasonExpired        = "expired"
	ReasonRevoked        = "revoked"
	ReasonNoStatus       = "no_status" // it cannot be revoked
	ReasonStatusRejected = "status_rejected"
)

// Check is one question asked of a credential.
type Check struct {
	Name    string  `json:"check"`
	Outcome Outcome `json:"outcome"`
	Reason  string  `json:"reason"`
	Detail  string  `json:"detail,omitempty"` // what exactly is wrong, in English
	fault   error
}

// Fault is what exactly is wrong, nil when nothing is: for those who say it in another language.
func (c Check) Fault() error { return c.fault }

// Report is what was found about a credential.
type Report struct {
	Verdict Verdict `json:"verdict"`
	Checks  []Check `json:"checks"`
	Claims  Claims  `json:"claims"` // what the credential says; to be believed only when the verdict is Valid
}

// Verdict sums the checks up.
type Verdict string

// The verdicts.
const (
	Valid     Verdict = "valid"     // every check ended well
	Invalid   Verdict = "invalid"   // a check failed
	Undecided Verdict = "undecided" // something could not be checked, and nothing failed
)

// Claims is what a credential says of itself. Until it is verified anybody may have written it.
type Claims struct {
	ID         string    `json:"id,omitempty"`
	Issuer     string    `json:"issuer,omitempty"` // its DID
	IssuerName string    `json:"issuer_name,omitempty"`
	Title      string    `json:"title,omitempty"`
	Holder     string    `json:"holder,omitempty"`
	ValidFrom  time.Time `json:"valid_from,omitzero"`
	ValidUntil time.Time `json:"valid_until,omitzero"`
}

// Fetch gets a document of at most so many bytes from an address. It returns a fault when it cannot.
type Fetch func(ctx context.Context, address string, most int) ([]byte, error)

// Verifier verifies credentials.
type Verifier struct {
	Fetch Fetch            // of keys and status lists; nil: nothing is fetched
	Now   func() time.Time // the clock
}

// Verify checks a credential. What is wrong with it is in the report: there is no error.
func (v Verifier) Verify(ctx context.Context, text []byte) Report {
	e := examination{Verifier: v, ctx: ctx}
	e.run(text)
	return e.report()
}

// examination is the verification of one credential.
type examination struct {
	Verifier
	ctx    context.Context
	doc    Document
	key    ed25519.PublicKey
	checks []Check
}

func (e *examination) note(name string, o Outcome, reason string, err error) bool {
	c := Check{Name: name, Outcome: o, Reason: reason, fault: err}
	if err != nil {
		c.Detail = err.Error()
	}
	e.checks = append(e.checks, c)
	return o == OK
}

// run makes the checks, each where those before allow it.
func (e *examination) run(text []byte) {
	all := []struct {
		name string
		do   func() bool
	}{
		{CheckForm, func() bool { return e.form(text) }},
		{CheckIssuer, e.issuer},
		{CheckSignature, e.signature},
		{CheckDates, e.dates},
		{CheckStatus, e.status},
	}
	for i, c := range all {
		if !c.do() && c.name != CheckDates { // dates stop nothing: what is too old may be revoked too
			for _, left := range all[i+1:] {
				e.note(left.name, Unknown, ReasonNotReached, nil)
			}
			return
		}
	}
}

func (e *examination) report() Report {
	r := Report{Verdict: Valid, Checks: e.checks, Claims: claims(e.doc)}
	for _, c := range e.checks {
		switch {
		case c.Outcome == Failed:
			r.Verdict = Invalid
		case c.Outcome == Unknown && r.Verdict == Valid:
			r.Verdict = Undecided
		}
	}
	return r
}

func (e *examination) form(text []byte) bool {
	doc, err := Parse(text, MaxCredential)
	if err == nil {
		err = checkCredential(doc)
	}
	if err != nil {
		return e.note(CheckForm, Failed, ReasonMalformed, err)
	}
	e.doc = doc
	return e.note(CheckForm, OK, ReasonFine, nil)
}

// checkCredential refuses what is no credential of the kind this program reads.
func checkCredential(doc Document) error {
	if err := checkShape(doc); err != nil {
		return err
	}
	if types := doc.types(); len(types) == 0 || types[0] != "VerifiableCredential" {
		return malformed("its first type is not VerifiableCredential")
	}
	if doc.issuer() == "" {
		return malformed("it names no issuer")
	}
	if doc.object("credentialSubject") == nil {
		return malformed("it says nothing of anybody: there is no credentialSubject, or several")
	}
	for _, name := range []string{"validFrom", "validUntil"} {
		if _, err := moment(doc, name); err != nil {
			return err
		}
	}
	_, err := readProof(doc)
	return err
}

// moment reads a date of a document; zero when there is none.
func moment(doc Document, name string) (time.Time, error) {
	v, there := doc[name]
	if !there {
		return time.Time{}, nil
	}
	s, _ := v.(string)
	t, err := time.Parse(time.RFC3339, s)
	if err != nil {
		return t, malformed("its %s is no date and time", name)
	}
	return t, nil
}

// issuer finds the key, and whether the issuer stands by it.
func (e *examination) issuer() bool {
	did, method := e.doc.issuer(), e.doc.object("proof").text("verificationMethod")
	if owner, _, _ := strings.Cut(method, "#"); owner != did {
		return e.note(CheckIssuer, Failed, ReasonKeyDisowned, malformed("it was signed with a key of somebody other than its issuer"))
	}
	address, err := DIDAddress(did)
	if err != nil {
		return e.note(CheckIssuer, Failed, ReasonIssuerUnknown, err)
	}
	text, err := e.fetch(address, MaxDID)
	if err != nil {
		return e.note(CheckIssuer, Unknown, ReasonUnreachable, err)
	}
	doc, err := Parse(text, MaxDID)
	if err == nil {
		e.key, err = keyIn(doc, did, method)
	}
	if err != nil {
		return e.note(CheckIssuer, Failed, ReasonKeyDisowned, err)
	}
	return e.note(CheckIssuer, OK, ReasonFine, nil)
}

func (e *examination) fetch(address string, most int) ([]byte, error) {
	if e.Fetch == nil {
		return nil, fault.New(fault.Unavailable, "fetch", "nothing is fetched here")
	}
	return e.Fetch(e.ctx, address, most)
}

func (e *examination) signature() bool {
	switch err := VerifyProof(e.doc, e.key); {
	case errors.Is(err, ErrSignature):
		return e.note(CheckSignature, Failed, ReasonChanged, err)
	case err != nil:
		return e.note(CheckSignature, Failed, ReasonMalformed, err)
	}
	return e.note(CheckSignature, OK, ReasonFine, nil)
}

// leeway is how much the clocks of two machines may differ.
const leeway = 5 * time.Minute

func (e *examination) dates() bool {
	from, _ := moment(e.doc, "validFrom") // checkCredential has read them
	until, _ := moment(e.doc, "validUntil")
	now := e.Now()
	switch {
	case from.After(now.Add(leeway)):
		return e.note(CheckDates, Failed, ReasonNotYet, malformed("it is valid from %s on", from.Format(time.DateOnly)))
	case !until.IsZero() && until.Before(now.Add(-leeway)):
		return e.note(CheckDates, Failed, ReasonExpired, malformed("it was valid until %s", until.Format(time.DateOnly)))
	}
	return e.note(CheckDates, OK, ReasonFine, nil)
}

// status looks whether the credential was revoked.
func (e *examination) status() bool {
	if e.doc["credentialStatus"] == nil {
		return e.note(CheckStatus, OK, ReasonNoStatus, nil)
	}
	entry := e.doc.object("credentialStatus")
	i, err := strconv.Atoi(entry.text("statusListIndex"))
	address := entry.text("statusListCredential")
	if entry.text("type") != "BitstringStatusListEntry" || entry.text("statusPurpose") != purposeRevocation || err != nil || i < 0 || address == "" {
		return e.note(CheckStatus, Failed, ReasonStatusRejected, malformed("its status is not an entry of a revocation list"))
	}
	text, err := e.fetch(address, MaxStatusList)
	if err != nil {
		return e.note(CheckStatus, Unknown, ReasonUnreachable, err)
	}
	bits, err := e.readList(text, address)
	if err == nil && i >= bits.Len() {
		err = malformed("the status list has no entry %d", i)
	}
	if err != nil {
		return e.note(CheckStatus, Failed, ReasonStatusRejected, err)
	}
	if bits.Get(i) {
		return e.note(CheckStatus, Failed, ReasonRevoked, malformed("its issuer has revoked it"))
	}
	return e.note(CheckStatus, OK, ReasonFine, nil)
}

// readList reads a status list of the credential's issuer, signed with one of its keys.
func (e *examination) readList(text []byte, address string) (Bits, error) {
	list, err := Parse(text, MaxStatusList)
	if err != nil {
		return nil, err
	}
	if err := checkCredential(list); err != nil {
		return nil, err
	}
	subject, types := list.object("credentialSubject"), list.types()
	switch {
	case len(types) < 2 || types[1] != "BitstringStatusListCredential" || subject.text("type") != "BitstringStatusList" || subject.text("statusPurpose") != purposeRevocation:
		return nil, malformed("what stands at the address of the status list is no revocation list")
	case list.text("id") != address:
		return nil, malformed("the status list is another than the credential names")
	case list.issuer() != e.doc.issuer():
		return nil, malformed("the status list is not of the issuer of the credential")
	}
	inner := examination{Verifier: e.Verifier, ctx: e.ctx, doc: list}
	if !inner.issuer() || !inner.signature() || !inner.dates() {
		return nil, inner.checks[len(inner.checks)-1].fault
	}
	return DecodeBits(subject.text("encodedList"))
}

// claims gathers what a credential says.
func claims(doc Document) Claims {
	c := Claims{ID: doc.text("id"), Issuer: doc.issuer(), IssuerName: doc.object("issuer").text("name"), Title: doc.text("name")}
	c.ValidFrom, _ = moment(doc, "validFrom") // zero when it is none
	c.ValidUntil, _ = moment(doc, "validUntil")
	subject := doc.object("credentialSubject")
	c.Holder = subject.text("name")
	if title := subject.object("achievement").text("name"); title != "" {
		c.Title = title
	}
	return c
}
