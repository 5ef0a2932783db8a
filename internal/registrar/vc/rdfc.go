package vc

import (
	"crypto/sha256"
	"encoding/hex"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// maxWork bounds canonicalisation, in steps of its recursive part. Blank nodes that can be told apart by
// what is said of them need none; the graphs of credentials need none or a few. A hostile graph needs as
// many as there are orders of its nodes.
const maxWork = 20_000

// canonicalQuads writes a dataset in its canonical form by RDFC-1.0 (W3C RDF Dataset Canonicalization,
// §4) with SHA-256. It returns an Invalid fault when that would take more than maxWork steps.
func canonicalQuads(quads []quad) (string, error) {
	c := canonicaliser{quads: quads, of: map[string][]quad{}, first: map[string]string{}, names: newNames("c14n")}
	for _, q := range quads {
		for _, b := range q.blanks("") {
			c.of[b] = append(c.of[b], q)
		}
	}
	if err := c.nameAll(); err != nil {
		return "", err
	}
	lines := make([]string, 0, len(quads))
	for _, q := range quads {
		lines = append(lines, q.line(c.names.issue))
	}
	slices.Sort(lines)
	return strings.Join(slices.Compact(lines), ""), nil
}

// blanks lists the blank nodes of a quad other than one, each once.
func (q quad) blanks(but string) []string {
	var out []string
	for _, t := range q {
		if t.kind == 'b' && t.value != but && !slices.Contains(out, t.value) {
			out = append(out, t.value)
		}
	}
	return out
}

// canonicaliser is the state of one run.
type canonicaliser struct {
	quads []quad
	of    map[string][]quad // the quads a blank node is in
	first map[string]string // its first degree hash
	names *names            // the canonical ones
	work  int
}

// names gives blank nodes names in the order they are asked for.
type names struct {
	prefix string
	given  map[string]string
	order  []string
}

func newNames(prefix string) *names { return &names{prefix: "_:" + prefix, given: map[string]string{}} }

func (n *names) issue(b string) string {
	if name, ok := n.given[b]; ok {
		return name
	}
	n.given[b] = n.prefix + strconv.Itoa(len(n.order))
	n.order = append(n.order, b)
	return n.given[b]
}

func (n *names) copy() *names {
	return &names{prefix: n.prefix, given: maps.Clone(n.given), order: slices.Clone(n.order)}
}

// nameAll gives every blank node its canonical name (§4.4.3, steps 3 to 5).
func (c *canonicaliser) nameAll() error {
	alike := map[string][]string{}
	for _, b := range slices.Sorted(maps.Keys(c.of)) {
		h := c.firstDegree(b)
		alike[h] = append(alike[h], b)
	}
	hashes := slices.Sorted(maps.Keys(alike))
	for _, h := range hashes {
		if len(alike[h]) == 1 {
			c.names.issue(alike[h][0])
		}
	}
	for _, h := range hashes {
		if len(alike[h]) == 1 {
			continue
		}
		if err := c.nameAlike(alike[h]); err != nil {
			return err
		}
	}
	return nil
}

func errTooMuchWork() error {
	return malformed("its graph would take too much work to bring into canonical form")
}

// path is what walking from a blank node gave: a hash, and the names given on the way.
type path struct {
	hash  string
	names *names
}

// nameAlike names blank nodes of which the same is said, by what is around them.
func (c *canonicaliser) nameAlike(blanks []string) error {
	var paths []path
	for _, b := range blanks {
		if _, done := c.names.given[b]; done {
			continue
		}
		n := newNames("b")
		n.issue(b)
		p, err := c.nDegree(b, n)
		if err != nil {
			return err
		}
		paths = append(paths, p)
	}
	slices.SortStableFunc(paths, func(a, b path) int { return strings.Compare(a.hash, b.hash) })
	for _, p := range paths {
		for _, b := range p.names.order {
			c.names.issue(b)
		}
	}
	return nil
}

// firstDegree is the hash of what is said of a blank node itself (§4.6).
func (c *canonicaliser) firstDegree(b string) string {
	if h, ok := c.first[b]; ok {
		return h
	}
	var lines []string
	for _, q := range c.of[b] {
		lines = append(lines, q.line(func(other string) string {
			if other == b {
				return "_:a"
			}
			return "_:z"
		}))
	}
	slices.Sort(lines)
	c.first[b] = hashOf(strings.Join(lines, ""))
	return c.first[b]
}

func hashOf(s string) string {
	sum := sha256.Sum256([]byte(s))
	return hex.EncodeToString(sum[:])
}

// related is the hash of a blank node as it stands beside another in a quad (§4.7).
func (c *canonicaliser) related(b string, q quad, n *names, position byte) string {
	input := string(position)
	if position != 'g' {
		input += "<" + q[1].value + ">"
	}
	return hashOf(input + c.called(b, n))
}

// called is the name a blank node has so far, or its hash.
func (c *canonicaliser) called(b string, n *names) string {
	if name, ok := c.names.given[b]; ok {
		return name
	}
	if name, ok := n.given[b]; ok {
		return name
	}
	return c.firstDegree(b)
}

// nDegree walks to all that stands beside a blank node (§4.8). It changes n.
func (c *canonicaliser) nDegree(b string, n *names) (path, error) {
	if c.work += len(c.of[b]); c.work > maxWork {
		return path{}, errTooMuchWork()
	}
	beside := map[string][]string{}
	for _, q := range c.of[b] {
		for _, place := range []struct {
			position byte
			term     term
		}{{'s', q[0]}, {'o', q[2]}, {'g', q[3]}} {
			if place.term.kind == 'b' && place.term.value != b {
				h := c.related(place.term.value, q, n, place.position)
				beside[h] = append(beside[h], place.term.value)
			}
		}
	}
	var data strings.Builder
	for _, h := range slices.Sorted(maps.Keys(beside)) {
		chosen, err := c.bestOrder(beside[h], n)
		if err != nil {
			return path{}, err
		}
		data.WriteString(h + chosen.hash)
		n = chosen.names
	}
	return path{hash: hashOf(data.String()), names: n}, nil
}

// bestOrder tries every order of blank nodes that look alike and chooses the one whose path is least.
func (c *canonicaliser) bestOrder(blanks []string, n *names) (path, error) {
	var chosen path
	blanks = slices.Sorted(slices.Values(blanks))
	for {
		if c.work += len(blanks); c.work > maxWork {
			return path{}, errTooMuchWork()
		}
		p, ok, err := c.tryOrder(blanks, n.copy(), chosen.hash)
		if err != nil {
			return path{}, err
		}
		if ok && (chosen.hash == "" || p.hash < chosen.hash) {
			chosen = p
		}
		if !nextOrder(blanks) {
			return chosen, nil
		}
	}
}

// tryOrder walks blank nodes in an order. ok is false when the path is no better than the best so far.
func (c *canonicaliser) tryOrder(blanks []string, n *names, best string) (p path, ok bool, err error) {
	var walked string
	worse := func() bool { return best != "" && len(walked) >= len(best) && walked > best }
	var recurse []string
	for _, b := range blanks {
		if name, done := c.names.given[b]; done {
			walked += name
		} else {
			if _, seen := n.given[b]; !seen {
				recurse = append(recurse, b)
			}
			walked += n.issue(b)
		}
		if worse() {
			return p, false, nil
		}
	}
	for _, b := range recurse {
		inner, err := c.nDegree(b, n)
		if err != nil {
			return p, false, err
		}
		walked += n.issue(b) + "<" + inner.hash + ">"
		n = inner.names
		if worse() {
			return p, false, nil
		}
	}
	return path{hash: walked, names: n}, true, nil
}

// nextOrder makes the next order of names in place; false after the last.
func nextOrder(s []string) bool {
	i := len(s) - 2
	for i >= 0 && s[i] >= s[i+1] {
		i--
	}
	if i < 0 {
		return false
	}
	j := len(s) - 1
	for s[j] <= s[i] {
		j--
	}
	s[i], s[j] = s[j], s[i]
	slices.Reverse(s[i+1:])
	return true
}
