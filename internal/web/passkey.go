package web

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"time"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"filiere/internal/access"
	"filiere/internal/fault"
	"filiere/internal/people"
)

// ceremonyLife is how long a browser may take between asking for options and answering: the time to find
// a key in a bag.
const ceremonyLife = 5 * time.Minute

// The kinds of ceremonies. An answer to one is never taken for the other.
const (
	ceremonySignIn   = "passkey.sign-in"
	ceremonyRegister = "passkey.register"
)

// didSuspectPasskey is the event of a passkey refused because it may have been copied.
const didSuspectPasskey = "passkey.suspect"

// openDoor completes what the sign-in needs. Passkeys are bound to a name, so a site reached by a bare
// network address has none.
func (s *server) openDoor() error {
	if s.people == nil {
		return nil
	}
	if s.gate == nil {
		return fmt.Errorf("people need a gate")
	}
	if s.later == nil {
		s.later = NewLater(s.log)
	}
	site := s.gate.Site()
	if _, err := netip.ParseAddr(site.Host()); err == nil {
		return nil
	}
	yes := true
	relying, err := webauthn.New(&webauthn.Config{
		RPID: site.Host(), RPDisplayName: "Filière", RPOrigins: []string{site.Origin()},
		AttestationPreference: protocol.PreferNoAttestation, // which maker's key it is, is none of our business
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementRequired, RequireResidentKey: &yes,
			UserVerification: protocol.VerificationPreferred,
		},
	})
	if err != nil {
		return fmt.Errorf("prepare passkeys: %w", err)
	}
	s.relying = relying
	return nil
}

func (s *server) passkeyRoutes() []access.Route {
	if s.relying == nil {
		return nil
	}
	return []access.Route{
		{Pattern: "POST /sign-in/passkey/options", Action: people.SignIn, Handler: s.script(s.signInOptions)},
		{Pattern: "POST /sign-in/passkey", Action: people.SignIn, Handler: s.script(s.usePasskey)},
		{Pattern: "POST /passkeys/options", Action: people.ChangeOwn, Object: access.Own, Fresh: true, Handler: s.script(s.registerOptions)},
		{Pattern: "POST /passkeys", Action: people.ChangeOwn, Object: access.Own, Fresh: true, Handler: s.script(s.addPasskey)},
	}
}

// options are what a browser needs to make or use a passkey, and the name of the ceremony it begins.
type options struct {
	ID        string `json:"id"`
	PublicKey any    `json:"publicKey"`
}

// attempted is a browser's answer to options.
type attempted struct {
	ID         string          `json:"id"`
	Next       string          `json:"next"`
	Name       string          `json:"name"` // of a new passkey
	Credential json.RawMessage `json:"credential"`
}

// begin keeps a ceremony until its answer and tells the browser its options.
func (s *server) begin(ctx context.Context, kind string, session *webauthn.SessionData, publicKey any) (answer, error) {
	data, err := json.Marshal(session)
	if err != nil {
		return answer{}, fmt.Errorf("write ceremony: %w", err)
	}
	id, _, err := people.NewSecret(people.Random)
	if err != nil {
		return answer{}, fmt.Errorf("name ceremony: %w", err)
	}
	if err := s.people.PutCeremony(ctx, id, kind, data, ceremonyLife); err != nil {
		return answer{}, err
	}
	return answer{body: options{ID: id, PublicKey: publicKey}}, nil
}

// resume takes up the ceremony an answer belongs to, once. An answer to none is refused.
func (s *server) resume(ctx context.Context, kind string, body []byte) (attempted, webauthn.SessionData, error) {
	var a attempted
	var session webauthn.SessionData
	if err := json.Unmarshal(body, &a); err != nil {
		return a, session, fault.New(fault.Invalid, "read passkey", "the request is not laid out as expected")
	}
	data, err := s.people.TakeCeremony(ctx, a.ID, kind)
	if fault.CodeOf(err) == fault.NotFound && err != nil {
		return a, session, errScript{"sign.passkey.failed"}
	}
	if err != nil {
		return a, session, err
	}
	if err := json.Unmarshal(data, &session); err != nil {
		return a, session, fmt.Errorf("read ceremony: %w", err)
	}
	return a, session, nil
}

// signInOptions begins a sign-in by whichever passkey the person has for this site: they need not say
// who they are.
func (s *server) signInOptions(ctx context.Context, v *visit, _ []byte) (answer, error) {
	if err := s.limited(ctx, v, people.LimitPasskey, ""); err != nil {
		return answer{}, err
	}
	assertion, session, err := s.relying.BeginDiscoverableLogin()
	if err != nil {
		return answer{}, fmt.Errorf("begin passkey sign-in: %w", err)
	}
	return s.begin(ctx, ceremonySignIn, session, assertion.Response)
}

// usePasskey signs in the holder of a passkey.
func (s *server) usePasskey(ctx context.Context, v *visit, body []byte) (answer, error) {
	a, err := s.enterByPasskey(ctx, v, body)
	if e, ok := errors.AsType[errScript](err); ok {
		s.turnedAway(ctx, v, meansPasskey, e.key)
	}
	return a, err
}

func (s *server) enterByPasskey(ctx context.Context, v *visit, body []byte) (answer, error) {
	a, session, err := s.resume(ctx, ceremonySignIn, body)
	if err != nil {
		return answer{}, err
	}
	holder, used, err := s.checkPasskey(ctx, session, a.Credential)
	if err != nil {
		return answer{}, err
	}
	if used.Authenticator.CloneWarning {
		return answer{}, s.suspect(ctx, holder.account.ID)
	}
	if holder.passkey.Data, err = json.Marshal(used); err != nil {
		return answer{}, fmt.Errorf("write passkey: %w", err)
	}
	if err := s.people.UpdatePasskey(ctx, holder.passkey); err != nil {
		return answer{}, err
	}
	p, err := s.enter(v, holder.account, meansPasskey, nextOf(a.Next))
	return answer{body: map[string]string{"next": p.moved}, cookies: p.cookies}, err
}

// holder is an account as the library wants it: with the passkeys it has.
type holder struct {
	account     people.Account
	passkey     people.Passkey // the one used
	credentials []webauthn.Credential
}

func (h *holder) WebAuthnID() []byte                         { return []byte(h.account.ID) }
func (h *holder) WebAuthnName() string                       { return h.account.Email }
func (h *holder) WebAuthnDisplayName() string                { return h.account.Name }
func (h *holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// passkeyID is how the store names a passkey.
func passkeyID(raw []byte) string { return base64.RawURLEncoding.EncodeToString(raw) }

// checkPasskey verifies a browser's answer and finds whose passkey it was made with. Unknown, removed,
// suspended and forged look the same.
func (s *server) checkPasskey(ctx context.Context, session webauthn.SessionData, credential []byte) (*holder, *webauthn.Credential, error) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(credential)
	if err != nil {
		return nil, nil, errScript{"sign.passkey.refused"}
	}
	var failure error
	find := func(rawID, userHandle []byte) (webauthn.User, error) {
		h, err := s.holderOf(ctx, rawID)
		if err != nil && fault.CodeOf(err) != fault.NotFound {
			failure = err
		}
		if err == nil && !bytes.Equal(userHandle, h.WebAuthnID()) {
			err = errScript{"sign.passkey.refused"}
		}
		return h, err
	}
	user, used, err := s.relying.ValidatePasskeyLogin(find, session, parsed)
	if failure != nil {
		return nil, nil, failure
	}
	if err != nil {
		s.log.InfoContext(ctx, "passkey refused", "why", err)
		return nil, nil, errScript{"sign.passkey.refused"}
	}
	return user.(*holder), used, nil
}

func (s *server) holderOf(ctx context.Context, rawID []byte) (*holder, error) {
	a, p, err := s.people.AccountByPasskey(ctx, passkeyID(rawID))
	if err != nil {
		return &holder{}, err
	}
	var c webauthn.Credential
	if err := json.Unmarshal(p.Data, &c); err != nil {
		return &holder{}, fmt.Errorf("read passkey: %w", err)
	}
	return &holder{account: a, passkey: p, credentials: []webauthn.Credential{c}}, nil
}

// suspect refuses a passkey whose count of signatures went back: there may be two of it. It is not
// removed, since a faulty authenticator does the same; its owner and the audit trail are told.
func (s *server) suspect(ctx context.Context, id people.AccountID) error {
	err := s.people.AppendAudit(ctx, people.Event{
		Actor: people.By(id), Action: didSuspectPasskey, Object: people.Ref{Kind: people.KindAccount, ID: string(id)},
	})
	if err != nil {
		return err
	}
	return errScript{"sign.passkey.suspect"}
}

// registerOptions begins the making of a passkey for the person signed in, on a device that has none of
// theirs yet.
func (s *server) registerOptions(ctx context.Context, _ *visit, _ []byte) (answer, error) {
	h := &holder{account: access.Who(ctx).Account}
	known, err := s.people.Passkeys(ctx, h.account.ID)
	if err != nil {
		return answer{}, err
	}
	for _, p := range known {
		var c webauthn.Credential
		if err := json.Unmarshal(p.Data, &c); err != nil {
			return answer{}, fmt.Errorf("read passkey: %w", err)
		}
		h.credentials = append(h.credentials, c)
	}
	creation, session, err := s.relying.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	if err != nil {
		return answer{}, fmt.Errorf("begin passkey: %w", err)
	}
	return s.begin(ctx, ceremonyRegister, session, creation.Response)
}

// addPasskey keeps a new passkey of the person signed in, who is the one who asked for the options.
func (s *server) addPasskey(ctx context.Context, _ *visit, body []byte) (answer, error) {
	a, session, err := s.resume(ctx, ceremonyRegister, body)
	if err != nil {
		return answer{}, err
	}
	account := access.Who(ctx).Account
	parsed, err := protocol.ParseCredentialCreationResponseBytes(a.Credential)
	if err != nil {
		return answer{}, errScript{"welcome.passkey.failed"}
	}
	made, err := s.relying.CreateCredential(&holder{account: account}, session, parsed)
	if err != nil {
		s.log.InfoContext(ctx, "passkey refused", "why", err)
		return answer{}, errScript{"welcome.passkey.failed"}
	}
	data, err := json.Marshal(made)
	if err != nil {
		return answer{}, fmt.Errorf("write passkey: %w", err)
	}
	err = s.people.AddPasskey(ctx, people.By(account.ID), people.Passkey{ID: passkeyID(made.ID), Account: account.ID, Name: a.Name, Data: data})
	if fault.CodeOf(err) == fault.Invalid && err != nil {
		return answer{}, errScript{"sign.bad.name"}
	}
	if err == nil {
		err = s.credentialChanged(ctx, account, people.DidAddPasskey, map[string]string{"name": a.Name})
	}
	if err != nil {
		return answer{}, err
	}
	return answer{body: map[string]string{"next": nextOf(a.Next)}}, nil
}
