package registrar

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"
	"time"

	"filiere/internal/campus"
	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/registrar/vc"
)

// Register is what an office asks of whoever keeps the register. The errors are those the store documents.
type Register interface {
	Diploma(ctx context.Context, id DiplomaID) (Diploma, error)
	DiplomasOf(ctx context.Context, learner people.AccountID) ([]Diploma, error)
	DiplomasDue(ctx context.Context, limit int) ([]campus.DecisionID, error)
	IssueDiploma(ctx context.Context, by people.Actor, id campus.DecisionID, sign func(Diploma) ([]byte, error)) (d Diploma, fresh bool, err error)
	RevokeDiploma(ctx context.Context, by people.Actor, id DiplomaID, why Reason, note string) error
	IssuerKeys(ctx context.Context) ([]Key, error)
	UseIssuerKey(ctx context.Context, by people.Actor, public, instead string) error
	StatusList(ctx context.Context, id int) (List, error)
	RevokedEntries(ctx context.Context, list int) ([]int, error)
}

// ErrOtherKey says that the school signs with a key this machine does not have.
var ErrOtherKey = &fault.Fault{
	Code: fault.Conflict, Op: "sign with the school's key", Reason: "the school's key in use is not the one in this machine's file",
	Hint: "copy the key file from the machine that has it, or make a new key with filiere issuer rotate",
}

// ErrNoAddress says that the school cannot sign yet: nobody said where its site is reached.
var ErrNoAddress = &fault.Fault{
	Code: fault.Conflict, Op: "issue diplomas", Reason: "nobody said where the site is reached, and diplomas name it as their issuer for ever",
	Hint: "give --public-url or FILIERE_PUBLIC_URL",
}

// Office is the registrar at work. It is safe for concurrent use.
type Office struct {
	register  Register
	school    School
	file      KeyFile
	now       func() time.Time
	elsewhere vc.Fetch

	lists sync.Map // of signed status lists by number: signedList
}

// NewOffice makes the office of a school. elsewhere fetches what other sites publish; nil fetches nothing.
func NewOffice(r Register, school School, file KeyFile, now func() time.Time, elsewhere vc.Fetch) *Office {
	return &Office{register: r, school: school, file: file, now: now, elsewhere: elsewhere}
}

// School is whose office it is.
func (o *Office) School() School { return o.school }

// File is where the office's key lies.
func (o *Office) File() KeyFile { return o.file }

// Keys lists the school's public keys, the newest first.
func (o *Office) Keys(ctx context.Context) ([]Key, error) { return o.register.IssuerKeys(ctx) }

// Diploma finds a diploma with its credential. It returns a NotFound fault when there is none.
func (o *Office) Diploma(ctx context.Context, id DiplomaID) (Diploma, error) {
	return o.register.Diploma(ctx, id)
}

// DiplomasOf lists a person's diplomas, the newest first.
func (o *Office) DiplomasOf(ctx context.Context, learner people.AccountID) ([]Diploma, error) {
	return o.register.DiplomasOf(ctx, learner)
}

// active is the public key in use, "" when there is none yet.
func (o *Office) active(ctx context.Context) (string, error) {
	keys, err := o.register.IssuerKeys(ctx)
	if err != nil {
		return "", err
	}
	for _, k := range keys {
		if k.RetiredAt.IsZero() {
			return k.Public, nil
		}
	}
	return "", nil
}

// key is the key to sign with. The first time it is asked for it is made. It returns ErrOtherKey when the key
// in use is not on this machine.
func (o *Office) key(ctx context.Context) (ed25519.PrivateKey, error) {
	active, err := o.active(ctx)
	if err != nil {
		return nil, err
	}
	key, err := o.file.Load()
	if fault.CodeOf(err) == fault.NotFound && err != nil && active == "" {
		if key, err = o.file.Create(rand.Reader); fault.CodeOf(err) == fault.Conflict {
			key, err = o.file.Load() // another process was faster
		}
	}
	if active != "" && (err != nil || publicOf(key) != active) {
		if waiting, nextErr := o.adopt(active); nextErr == nil {
			return waiting, nil
		}
		if fault.CodeOf(err) == fault.NotFound || err == nil {
			err = ErrOtherKey
		}
	}
	if err != nil {
		return nil, err
	}
	if active == "" {
		return key, o.announce(ctx, publicOf(key))
	}
	return key, nil
}

// announce makes the first key known, unless another process did with the same file.
func (o *Office) announce(ctx context.Context, public string) error {
	err := o.register.UseIssuerKey(ctx, people.BySystem, public, "")
	if errors.Is(err, ErrOtherKey) {
		if active, readErr := o.active(ctx); readErr == nil && active == public {
			return nil
		}
	}
	return err
}

// adopt ends a rotation that was cut short: the new key is in use, and its file waits beside the old one.
func (o *Office) adopt(active string) (ed25519.PrivateKey, error) {
	key, err := o.file.next().Load()
	if err != nil {
		return nil, err
	}
	if publicOf(key) != active {
		return nil, ErrOtherKey
	}
	return key, os.Rename(o.file.next().Path, o.file.Path)
}

// Rotate makes a new key and signs with it from now on. What was signed before stays good: the school's
// document of keys keeps the old ones. The old private key is gone with this.
func (o *Office) Rotate(ctx context.Context, by people.Actor) (Key, error) {
	active, err := o.active(ctx)
	if err != nil {
		return Key{}, err
	}
	if err := os.Remove(o.file.next().Path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Key{}, fmt.Errorf("make the school's key: %w", err)
	}
	key, err := o.file.next().Create(rand.Reader)
	if err != nil {
		return Key{}, err
	}
	if err := o.register.UseIssuerKey(ctx, by, publicOf(key), active); err != nil {
		return Key{}, err
	}
	if err := os.Rename(o.file.next().Path, o.file.Path); err != nil {
		return Key{}, fmt.Errorf("put the school's key in place: %w", err)
	}
	return Key{Public: publicOf(key), CreatedAt: o.now()}, nil
}

// IssueDue makes a diploma of every decision that is due one, and tells how many it made. A decision no
// diploma can come of does not keep others waiting: its error is among those returned. Whoever calls it at the
// same time, or again after it was cut short, doubles nothing.
func (o *Office) IssueDue(ctx context.Context, by people.Actor) (issued int, err error) {
	due, err := o.register.DiplomasDue(ctx, 0)
	if err != nil || len(due) == 0 {
		return 0, err
	}
	if o.school.Guessed {
		return 0, ErrNoAddress
	}
	var wrong []error
	for _, id := range due {
		_, fresh, err := o.Issue(ctx, by, id)
		if fresh {
			issued++
		}
		if err != nil {
			wrong = append(wrong, fmt.Errorf("decision %s: %w", id, err))
		}
		if ctx.Err() != nil {
			break
		}
	}
	return issued, errors.Join(wrong...)
}

// Issue makes the diploma of a decision, or gives the one there is; fresh tells which.
//
// Errors: NotFound; Conflict when no diploma can come of it; ErrOtherKey; ErrNoAddress; Invalid for a key that
// cannot be read.
func (o *Office) Issue(ctx context.Context, by people.Actor, id campus.DecisionID) (d Diploma, fresh bool, err error) {
	if o.school.Guessed {
		return Diploma{}, false, ErrNoAddress
	}
	key, err := o.key(ctx)
	if err != nil {
		return Diploma{}, false, err
	}
	return o.register.IssueDiploma(ctx, by, id, func(d Diploma) ([]byte, error) {
		return o.signed(Credential(o.school, d), key, d.IssuedAt)
	})
}

// signed writes a signed document.
func (o *Office) signed(doc vc.Document, key ed25519.PrivateKey, at time.Time) ([]byte, error) {
	public := key.Public().(ed25519.PublicKey)
	doc, err := vc.Sign(doc, key, vc.MethodID(o.school.DID(), public), at)
	if err != nil {
		return nil, fmt.Errorf("sign: %w", err)
	}
	text, err := json.MarshalIndent(doc, "", "  ")
	if err != nil {
		return nil, fmt.Errorf("write what was signed: %w", err)
	}
	return append(text, '\n'), nil
}

// Revoke takes a diploma back.
func (o *Office) Revoke(ctx context.Context, by people.Actor, id DiplomaID, why Reason, note string) error {
	return o.register.RevokeDiploma(ctx, by, id, why, note)
}

// DIDDocument is the document of the school's keys. It returns a NotFound fault while the school has none.
func (o *Office) DIDDocument(ctx context.Context) ([]byte, error) {
	keys, err := o.register.IssuerKeys(ctx)
	if err != nil {
		return nil, err
	}
	if len(keys) == 0 {
		return nil, fault.New(fault.NotFound, "read the school's keys", "the school has signed nothing yet")
	}
	var public []ed25519.PublicKey
	for _, k := range keys {
		p, err := vc.DecodeKey(k.Public)
		if err != nil {
			return nil, fmt.Errorf("read the school's keys: %w", err)
		}
		public = append(public, p)
	}
	text, err := json.MarshalIndent(vc.DIDDocument(o.school.DID(), public), "", "  ")
	return append(text, '\n'), err
}

// signedList is a status list as it was signed.
type signedList struct {
	list List
	key  string
	text []byte
}

// StatusList is the signed credential of a status list. It is signed anew when something was revoked, and
// kept until then. It returns a NotFound fault for a list there is not.
func (o *Office) StatusList(ctx context.Context, id int) ([]byte, error) {
	list, err := o.register.StatusList(ctx, id)
	if err != nil {
		return nil, err
	}
	active, err := o.active(ctx)
	if err != nil {
		return nil, err
	}
	if kept, ok := o.lists.Load(id); ok && kept.(signedList).list == list && kept.(signedList).key == active {
		return kept.(signedList).text, nil
	}
	entries, err := o.register.RevokedEntries(ctx, id)
	if err != nil {
		return nil, err
	}
	key, err := o.key(ctx)
	if err != nil {
		return nil, err
	}
	bits := vc.NewBits(vc.StatusEntries)
	for _, i := range entries {
		bits.Set(i)
	}
	text, err := o.signed(vc.StatusList(o.school.List(id), o.school.DID(), list.ChangedAt, bits), key, list.ChangedAt)
	if err != nil {
		return nil, err
	}
	o.lists.Store(id, signedList{list, active, text})
	return text, nil
}
