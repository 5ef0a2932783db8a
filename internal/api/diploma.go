package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"mime"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/registrar/vc"
)

// Registrar is what the routes of diplomas ask of the registrar's office. The errors are those it documents.
type Registrar interface {
	Diploma(ctx context.Context, id registrar.DiplomaID) (registrar.Diploma, error)
	DiplomasOf(ctx context.Context, learner people.AccountID) ([]registrar.Diploma, error)
	Revoke(ctx context.Context, by people.Actor, id registrar.DiplomaID, why registrar.Reason, note string) error
	Verify(ctx context.Context, text []byte) registrar.Finding
	VerifyAt(ctx context.Context, address string) (registrar.Finding, []byte, error)
}

// diplomaDeeds are the routes of the register. A diploma is shown to whoever has its address; search engines
// are asked to leave it out.
func diplomaDeeds() []deed {
	return []deed{
		{pattern: "GET /me/diplomas", action: people.ReadOwn, object: access.Own, do: (*desk).myDiplomas},
		{pattern: "GET /diplomas/{id}", action: people.ReadCatalogue, unfound: true, do: (*desk).diploma},
		{pattern: "GET /diplomas/{id}/credential", action: people.ReadCatalogue, unfound: true, do: (*desk).credential},
		{pattern: "POST /diplomas/{id}/revoke", action: people.RevokeDiplomas, object: access.PathObject(people.KindDiploma, "id"), do: (*desk).revokeDiploma},
		{pattern: "POST /verify", action: people.ReadCatalogue, limit: vc.MaxCredential, do: (*desk).verify},
	}
}

func pathDiploma(c call) registrar.DiplomaID { return registrar.DiplomaID(c.PathValue("id")) }

func (d *desk) myDiplomas(c call) (outcome, error) {
	list, err := d.registrar.DiplomasOf(c.Context(), c.own())
	return outcome{body: listOf[registrar.Diploma]{Data: append([]registrar.Diploma{}, list...)}}, err
}

// diploma is an entry of the register: who holds what since when, and whether it stands.
func (d *desk) diploma(c call) (outcome, error) {
	one, err := d.registrar.Diploma(c.Context(), pathDiploma(c))
	return outcome{body: one}, err
}

// credentialType is the media type of a credential (W3C VC Data Model 2.0, 6.1).
const credentialType = "application/vc"

// credential is the credential of a diploma, as it was signed to the byte.
func (d *desk) credential(c call) (outcome, error) {
	one, err := d.registrar.Diploma(c.Context(), pathDiploma(c))
	return outcome{name: one.Number + ".json", media: credentialType, file: func(w io.Writer) error {
		_, err := w.Write(one.Credential)
		return err
	}}, err
}

func (d *desk) revokeDiploma(c call) (outcome, error) {
	var asked struct {
		Reason registrar.Reason `json:"reason"`
		Note   string           `json:"note"`
	}
	if err := c.body(&asked); err != nil {
		return outcome{}, err
	}
	if err := d.registrar.Revoke(c.Context(), c.caller.Actor(), pathDiploma(c), asked.Reason, asked.Note); err != nil {
		return outcome{}, err
	}
	return d.diploma(c)
}

// credentialMedia are the media types a credential may be sent as.
var credentialMedia = map[string]bool{"application/json": true, "application/ld+json": true, credentialType: true}

// verify verifies the credential that is sent, or the one at the address that is. What is wrong with it is
// in the finding: a credential nobody can read is found not valid, like any other.
func (d *desk) verify(c call) (outcome, error) {
	if media, _, err := mime.ParseMediaType(c.Header.Get("Content-Type")); err != nil || !credentialMedia[media] {
		return outcome{}, errMedia
	}
	if err := d.limited(c, people.LimitVerify); err != nil {
		return outcome{}, err
	}
	text, err := io.ReadAll(c.Body)
	if err != nil {
		return outcome{}, badBody(err)
	}
	if text = bytes.TrimSpace(text); len(text) == 0 {
		return outcome{}, fault.New(fault.Invalid, "read body", "there is nothing to verify")
	}
	address, ok := addressIn(text)
	if !ok {
		return outcome{body: d.registrar.Verify(c.Context(), text)}, nil
	}
	if err := d.limited(c, people.LimitFetch); err != nil {
		return outcome{}, err
	}
	found, _, err := d.registrar.VerifyAt(c.Context(), address)
	return outcome{body: found}, err
}

// addressIn is the address an object holds under "url", when it holds nothing else: no credential is so
// short.
func addressIn(text []byte) (string, bool) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(text, &fields) != nil || len(fields) != 1 || fields["url"] == nil {
		return "", false
	}
	var address string
	return address, json.Unmarshal(fields["url"], &address) == nil
}
