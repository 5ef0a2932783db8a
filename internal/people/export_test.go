package people

// What tests of stored hashes reach into.
var (
	Slots = func(h *Hasher) chan struct{} { return h.slots }
	Dummy = func(h *Hasher) string { return h.dummy }
)

// Reparse reads a hash and writes it again.
func Reparse(hash string) (string, error) {
	s, err := parseHash(hash)
	return s.String(), err
}
