package registrar

import (
	"context"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/registrar/vc"
)

// CheckRegister asks whether a credential that says it is ours is in the school's register, as it stands there.
const CheckRegister = "register"

// Reasons of that check, beside those of package vc.
const (
	ReasonForeign    = "foreign"    // it is of another issuer
	ReasonUnentered  = "unentered"  // it says it is ours, and the register does not know it
	ReasonOtherThan  = "other_than" // the register holds another text under its name
	ReasonRegistered = "registered"
)

// Finding is what was found about a credential, and the diploma of ours it is, if it is one.
type Finding struct {
	vc.Report
	Ours    bool      `json:"ours"`              // it names this school as its issuer
	Diploma DiplomaID `json:"diploma,omitempty"` // it is this one of the register
}

// Verify checks a credential: what it is made of, the issuer's key, the signature, the dates, revocation, and
// whether it stands in our register when it says it is ours. What is ours is answered by the register
// itself, the rest fetched from the issuer's site.
func (o *Office) Verify(ctx context.Context, text []byte) Finding {
	f := Finding{Report: vc.Verifier{Fetch: o.fetch, Now: o.now}.Verify(ctx, text)}
	f.Ours = f.Claims.Issuer == o.school.DID()
	if !f.Ours {
		return f
	}
	c := vc.Check{Name: CheckRegister}
	c.Outcome, c.Reason = o.lookUp(ctx, &f, text)
	f.Checks = append(f.Checks, c)
	switch {
	case c.Outcome == vc.Failed:
		f.Verdict = vc.Invalid
	case c.Outcome == vc.Unknown && f.Verdict == vc.Valid:
		f.Verdict = vc.Undecided
	}
	return f
}

// lookUp compares a credential that says it is ours with the register.
func (o *Office) lookUp(ctx context.Context, f *Finding, text []byte) (vc.Outcome, string) {
	id, ok := strings.CutPrefix(f.Claims.ID, o.school.Page(""))
	if !ok {
		return vc.Failed, ReasonUnentered // or a status list of ours, which is no diploma
	}
	d, err := o.register.Diploma(ctx, DiplomaID(id))
	switch {
	case fault.CodeOf(err) == fault.NotFound && err != nil:
		return vc.Failed, ReasonUnentered
	case err != nil:
		return vc.Unknown, vc.ReasonUnreachable
	case !same(d.Credential, text):
		return vc.Failed, ReasonOtherThan
	}
	f.Diploma = d.ID
	return vc.OK, ReasonRegistered
}

// same reports whether two texts are the same document, however they are written.
func same(a, b []byte) bool {
	left, leftErr := vc.Parse(a, vc.MaxCredential)
	right, rightErr := vc.Parse(b, vc.MaxCredential)
	return leftErr == nil && rightErr == nil && reflect.DeepEqual(left, right)
}

// fetch answers for our own addresses, and fetches others.
func (o *Office) fetch(ctx context.Context, address string, most int) ([]byte, error) {
	if own, err := vc.DIDAddress(o.school.DID()); err == nil && address == own {
		return o.DIDDocument(ctx)
	}
	if path, ok := strings.CutPrefix(address, o.school.Site+"/"); ok {
		return o.own(ctx, path)
	}
	if o.elsewhere == nil {
		return nil, fault.New(fault.Unavailable, "fetch", "nothing is fetched here")
	}
	return o.elsewhere(ctx, address, most)
}

// own gives what stands at an address of ours, without asking the network.
func (o *Office) own(ctx context.Context, path string) ([]byte, error) {
	if list, ok := strings.CutPrefix(path, "status/"); ok {
		if id, err := strconv.Atoi(list); err == nil {
			return o.StatusList(ctx, id)
		}
	}
	if id, ok := strings.CutPrefix(path, "diplomas/"); ok {
		if id, err := url.PathUnescape(strings.TrimSuffix(id, "/credential.json")); err == nil {
			d, err := o.register.Diploma(ctx, DiplomaID(id))
			return d.Credential, err
		}
	}
	return nil, fault.New(fault.NotFound, "fetch", "nothing to verify stands at this address")
}

// VerifyAt fetches a credential from an address and verifies it. The error is about fetching it.
func (o *Office) VerifyAt(ctx context.Context, address string) (Finding, []byte, error) {
	u, err := url.Parse(strings.TrimSpace(address))
	if err != nil || u.Host == "" {
		f := fault.New(fault.Invalid, "fetch a credential", "this is not the address of a credential")
		f.Column = "url"
		return Finding{}, nil, f
	}
	text, err := o.fetch(ctx, u.String(), vc.MaxCredential)
	if err != nil {
		return Finding{}, nil, err
	}
	return o.Verify(ctx, text), text, nil
}
