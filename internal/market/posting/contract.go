package posting

import (
	"strings"

	"filiere/internal/fold"
)

// Contract is the kind of work an advert offers, "" when it does not say.
type Contract string

// The kinds of contract.
const (
	Permanent      Contract = "permanent"      // CDI
	FixedTerm      Contract = "fixed_term"     // CDD
	TemporaryWork  Contract = "temporary"      // intérim
	Apprenticeship Contract = "apprenticeship" // apprentissage, professionnalisation
	Internship     Contract = "internship"     // stage
	SelfEmployed   Contract = "self_employed"  // profession libérale, franchise, indépendant
	PublicService  Contract = "public_service" // titulaire or contractuel of the administration
	OtherContract  Contract = "other"
)

// contracts are the words and the codes of France Travail that tell a kind, tried in order. A code is a whole word.
var contracts = []struct {
	word     string
	contract Contract
}{
	{"apprenti", Apprenticeship},
	{"professionnalisation", Apprenticeship},
	{"alternan", Apprenticeship},
	{"stage", Internship},
	{"intern", Internship},
	{"titulaire", PublicService},
	{"contractuel", PublicService},
	{"fonctionnaire", PublicService},
	{"interim", TemporaryWork},
	{"temporaire", TemporaryWork},
	{"=mis", TemporaryWork},
	{"=tti", TemporaryWork},
	{"temporary", TemporaryWork},
	{"liberal", SelfEmployed},
	{"non salarie", SelfEmployed},
	{"independant", SelfEmployed},
	{"franchise", SelfEmployed},
	{"freelance", SelfEmployed},
	{"=lib", SelfEmployed},
	{"=fra", SelfEmployed},
	{"=cce", SelfEmployed},
	{"=rep", SelfEmployed},
	{"contractor", SelfEmployed},
	{"=cdi", Permanent},
	{"=din", Permanent},
	{"indeterminee", Permanent},
	{"permanent", Permanent},
	{"=cdd", FixedTerm},
	{"=sai", FixedTerm},
	{"=ddi", FixedTerm},
	{"saison", FixedTerm},
	{"determinee", FixedTerm},
	{"cui", FixedTerm},
	{"insertion", FixedTerm},
}

// ReadContract reads a contract as sources write it: a code of France Travail, words of an advert, a type of schema.org.
func ReadContract(s string) Contract {
	s = fold.Plain(line(s))
	switch s {
	case "", "contrat travail", "full_time", "part_time": // says that it is one, not which
		return ""
	}
	codes := " " + strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < 'a' || r > 'z' }), " ") + " "
	for _, c := range contracts {
		if code, whole := strings.CutPrefix(c.word, "="); whole && strings.Contains(codes, " "+code+" ") || !whole && strings.Contains(s, c.word) {
			return c.contract
		}
	}
	return OtherContract
}
