package registrar

import (
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"filiere/internal/fault"
	"filiere/internal/registrar/vc"
)

// Key is a public key the school signs with, or signed with.
type Key struct {
	Public    string    `json:"public"` // Multikey: "z6Mk…"
	CreatedAt time.Time `json:"created_at"`
	RetiredAt time.Time `json:"retired_at,omitzero"` // zero for the one in use
}

// KeyFile is where the private key lies: a PEM file (PKCS #8) only its owner may read. It is in no
// database and in no backup of one.
type KeyFile struct{ Path string }

// next is where a key waits that is about to replace the one in use.
func (f KeyFile) next() KeyFile { return KeyFile{f.Path + ".next"} }

const pemType = "PRIVATE KEY"

// Load reads the key. It returns a NotFound fault when there is no file, and an Invalid one when others may
// read it or it holds something else.
func (f KeyFile) Load() (ed25519.PrivateKey, error) {
	info, err := os.Stat(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, f.fault(fault.NotFound, "there is no such file")
	}
	if err != nil {
		return nil, fmt.Errorf("read the school's key: %w", err)
	}
	if info.Mode().Perm()&0o077 != 0 {
		bad := f.fault(fault.Invalid, "others than its owner may read it")
		bad.Hint = "chmod 600, and think of who may have read it"
		return nil, bad
	}
	text, err := os.ReadFile(f.Path)
	if err != nil {
		return nil, fmt.Errorf("read the school's key: %w", err)
	}
	block, _ := pem.Decode(text)
	if block == nil || block.Type != pemType {
		return nil, f.fault(fault.Invalid, "it holds no private key in PEM")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	key, ok := parsed.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, f.fault(fault.Invalid, "its key is not of the kind Ed25519")
	}
	return key, nil
}

func (f KeyFile) fault(code fault.Code, format string, args ...any) *fault.Fault {
	bad := fault.New(code, "read the school's key", format, args...)
	bad.File = f.Path
	return bad
}

// Create makes a key and its file, which must not be there. It returns a Conflict fault when it is.
func (f KeyFile) Create(random io.Reader) (ed25519.PrivateKey, error) {
	_, key, err := ed25519.GenerateKey(random)
	if err != nil {
		return nil, fmt.Errorf("make the school's key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, fmt.Errorf("make the school's key: %w", err)
	}
	text := pem.EncodeToMemory(&pem.Block{Type: pemType, Bytes: der})
	if err := f.write(text); err != nil {
		if errors.Is(err, fs.ErrExist) {
			return nil, f.fault(fault.Conflict, "there is a key already")
		}
		return nil, fmt.Errorf("write the school's key: %w", err)
	}
	return key, nil
}

// write puts the whole file in place at once, or nothing: who looks for it meanwhile never finds half a key.
func (f KeyFile) write(text []byte) error {
	dir := filepath.Dir(f.Path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(dir, filepath.Base(f.Path)+".*") // only its owner may read it
	if err != nil {
		return err
	}
	defer os.Remove(file.Name())
	_, err = file.Write(text)
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	return os.Link(file.Name(), f.Path)
}

// publicOf is the public half of a key as a Multikey.
func publicOf(k ed25519.PrivateKey) string { return vc.EncodeKey(k.Public().(ed25519.PublicKey)) }
