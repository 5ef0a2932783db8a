package vc

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/piprate/json-gold/ld"
	"pgregory.net/rapid"

	"filiere/internal/fault"
)

// graph draws a small dataset of blank nodes that look alike.
func graph(t *rapid.T) []quad {
	node := rapid.Custom(func(t *rapid.T) term {
		return term{kind: 'b', value: "_:n" + fmt.Sprint(rapid.IntRange(0, 4).Draw(t, "n"))}
	})
	object := rapid.OneOf(node, rapid.Just(term{kind: 'i', value: "urn:x:o"}), rapid.Just(term{kind: 'l', value: "a \"b\"\n", datatype: ld.XSDString}))
	in := rapid.OneOf(rapid.Just(term{}), node)
	quads := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) quad {
		p := term{kind: 'i', value: "urn:x:p" + fmt.Sprint(rapid.IntRange(0, 1).Draw(t, "p"))}
		return quad{node.Draw(t, "s"), p, object.Draw(t, "o"), in.Draw(t, "g")}
	}), 1, 12).Draw(t, "quads")
	slices.SortFunc(quads, compareQuads)
	return slices.Compact(quads)
}

// asDataset is a dataset as json-gold holds it.
func asDataset(quads []quad) *ld.RDFDataset {
	set := &ld.RDFDataset{Graphs: map[string][]*ld.Quad{}}
	node := func(t term) ld.Node {
		switch t.kind {
		case 'b':
			return ld.NewBlankNode(t.value)
		case 'l':
			return ld.NewLiteral(t.value, t.datatype, t.lang)
		}
		return ld.NewIRI(t.value)
	}
	for _, q := range quads {
		name := "@default"
		if q[3].kind != 0 {
			name = q[3].value
		}
		set.Graphs[name] = append(set.Graphs[name], ld.NewQuad(node(q[0]), node(q[1]), node(q[2]), name))
	}
	return set
}

// besideItself reports whether a blank node stands in a quad twice: json-gold counts such a quad twice, which
// the standard does not.
func besideItself(q quad) bool {
	s, o, g := q[0].value, q[2].value, q[3].value
	return s == o || s == g || o == g
}

func TestCanonicalFormIsThatOfAnotherImplementation(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quads := slices.DeleteFunc(graph(t), besideItself)
		got, err := canonicalQuads(quads)
		if err != nil {
			t.Fatal(err)
		}
		opts := ld.NewJsonLdOptions("")
		opts.Algorithm, opts.Format = ld.AlgorithmURDNA2015, "application/n-quads"
		want, err := ld.NewJsonLdApi().Normalize(asDataset(quads), opts)
		if err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("got\n%swant\n%s", got, want)
		}
	})
}

func TestCanonicalFormDoesNotHangOnNamesOrOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		quads := graph(t)
		first, err := canonicalQuads(quads)
		if err != nil {
			t.Fatal(err)
		}
		names := rapid.Permutation([]string{"_:n0", "_:n1", "_:n2", "_:n3", "_:n4"}).Draw(t, "names")
		var renamed []quad
		for _, q := range rapid.Permutation(quads).Draw(t, "order") {
			for i := range q {
				if q[i].kind == 'b' {
					q[i].value = names[q[i].value[3]-'0']
				}
			}
			renamed = append(renamed, q)
		}
		second, err := canonicalQuads(renamed)
		if err != nil || first != second {
			t.Errorf("%v; first\n%sthen\n%s", err, first, second)
		}
	})
}

// clique is n blank nodes each beside every other: nothing tells them apart, and every order must be tried.
func clique(n int) []quad {
	var out []quad
	for i := range n {
		for j := range n {
			if i != j {
				out = append(out, quad{{kind: 'b', value: fmt.Sprint("_:", i)}, {kind: 'i', value: "urn:x:p"}, {kind: 'b', value: fmt.Sprint("_:", j)}, {}})
			}
		}
	}
	return out
}

func TestAPoisonGraphIsGivenUpSoon(t *testing.T) {
	for _, n := range []int{10, 40} {
		start := time.Now()
		_, err := canonicalQuads(clique(n))
		if fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%d nodes: %v", n, err)
		}
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d nodes took %v", n, took)
		}
	}
	if _, err := canonicalQuads(clique(4)); err != nil {
		t.Errorf("a small one: %v", err)
	}
}

func TestControlCharactersAreEscaped(t *testing.T) {
	var b strings.Builder
	writeEscaped(&b, "a\x00\b\t\n\f\r\"\\\x1f\x7fé\u2028")
	if want := `a\u0000\b\t\n\f\r\"\\\u001F\u007F` + "é\u2028"; b.String() != want {
		t.Errorf("got %q, want %q", b.String(), want)
	}
}
