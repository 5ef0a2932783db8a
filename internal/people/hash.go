package people

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"

	"filiere/internal/fault"
)

// HashCost is how hard a password hash is to compute.
type HashCost struct {
	Memory  uint32 // KiB
	Time    uint32 // passes
	Threads uint8
}

// StandardCost is the second recommended option of RFC 9106, section 4: 64 MiB, 3 passes, 4 lanes.
var StandardCost = HashCost{Memory: 64 << 10, Time: 3, Threads: 4}

// Sizes of RFC 9106, section 4.
const (
	saltSize = 16
	keySize  = 32
)

// Bounds of the cost a stored hash may ask for: beyond them it was not written by us, and computing it
// would only wear the server out.
const (
	maxMemory = 1 << 20 // KiB: 1 GiB
	maxTime   = 64
)

// Hasher hashes passwords with Argon2id, a bounded number at a time: each takes tens of megabytes.
type Hasher struct {
	cost   HashCost
	random io.Reader
	slots  chan struct{}
	dummy  string // the hash of a password nobody knows, compared when there is none
}

// NewHasher makes a hasher that computes at most so many hashes at a time. random gives salts.
func NewHasher(cost HashCost, atATime int, random io.Reader) (*Hasher, error) {
	h := &Hasher{cost: cost, random: random, slots: make(chan struct{}, max(atATime, 1))}
	unknown, _, err := NewSecret(random)
	if err != nil {
		return nil, fmt.Errorf("make a dummy password: %w", err)
	}
	h.dummy, err = h.Hash(context.Background(), unknown)
	return h, err
}

// Hash computes what is stored of a password: algorithm, cost, salt and key in one string (the PHC
// format). It returns an Unavailable fault when ctx ends before its turn comes.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltSize)
	if _, err := io.ReadFull(h.random, salt); err != nil {
		return "", fmt.Errorf("make a salt: %w", err)
	}
	s := storedHash{cost: h.cost, salt: salt}
	key, err := h.key(ctx, s, password)
	if err != nil {
		return "", err
	}
	s.key = key
	return s.String(), nil
}

// Verify compares a password with what is stored of one. An empty hash stands for no account or no
// password: it is compared with a dummy, so that the answer, which is no, takes the same time. rehash asks
// for the password to be hashed and stored again because the cost has changed.
//
// Errors: Unavailable when ctx ends before its turn comes; Internal for a hash that is none of ours.
func (h *Hasher) Verify(ctx context.Context, hash, password string) (ok, rehash bool, err error) {
	known := hash != ""
	if !known {
		hash = h.dummy
	}
	if len(password) > MaxPassword*utf8.UTFMax { // nobody chose it; hash something of its kind all the same
		known, password = false, ""
	}
	s, err := parseHash(hash)
	if err != nil {
		return false, false, err
	}
	key, err := h.key(ctx, s, password)
	if err != nil {
		return false, false, err
	}
	ok = subtle.ConstantTimeCompare(key, s.key) == 1 && known
	return ok, ok && s.cost != h.cost, nil
}

// key computes the key of a password, normalised, when its turn comes.
func (h *Hasher) key(ctx context.Context, s storedHash, password string) ([]byte, error) {
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		f := fault.New(fault.Unavailable, "hash password", "too many sign-ins at once")
		f.Err, f.Hint = ctx.Err(), "try again in a minute"
		return nil, f
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(NormalisePassword(password)), s.salt, s.cost.Time, s.cost.Memory, s.cost.Threads, keySize), nil
}

// storedHash is a hash taken apart.
type storedHash struct {
	cost      HashCost
	salt, key []byte
}

var phcEncoding = base64.RawStdEncoding.Strict()

// String writes a hash in the PHC format.
func (s storedHash) String() string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, s.cost.Memory, s.cost.Time,
		s.cost.Threads, phcEncoding.EncodeToString(s.salt), phcEncoding.EncodeToString(s.key))
}

// parseHash reads a hash as String writes it. It returns an Internal fault for anything else.
func parseHash(hash string) (storedHash, error) {
	var s storedHash
	var version int
	bad := fault.New(fault.Internal, "read password hash", "this is not a hash of ours")
	parts := strings.Split(hash, "$")
	if len(parts) != 6 {
		return s, bad
	}
	costs := strings.Join(parts[1:4], "$")
	if _, err := fmt.Sscanf(costs, "argon2id$v=%d$m=%d,t=%d,p=%d", &version, &s.cost.Memory, &s.cost.Time, &s.cost.Threads); err != nil {
		return s, bad
	}
	var saltErr, keyErr error
	s.salt, saltErr = phcEncoding.DecodeString(parts[4])
	s.key, keyErr = phcEncoding.DecodeString(parts[5])
	switch {
	case saltErr != nil, keyErr != nil, len(s.salt) != saltSize, len(s.key) != keySize, version != argon2.Version,
		s.cost.Threads == 0, s.cost.Time == 0, s.cost.Time > maxTime, s.cost.Memory > maxMemory, s.String() != hash:
		return storedHash{}, bad
	}
	return s, nil
}
