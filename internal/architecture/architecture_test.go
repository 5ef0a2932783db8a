package architecture

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"io/fs"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "filiere/"

// small are packages every room may use: they know nothing of the domain.
var small = []string{"internal/fault", "internal/fold", "internal/lifecycle"}

// domain are the rooms that hold types and rules. Store, pages, API and command line may know all of them.
var domain = []string{
	"internal/territory", "internal/territory/place", "internal/occupation", "internal/occupation/advert", "internal/occupation/coder", "internal/occupation/match", "internal/occupation/reading", "internal/occupation/skill", "internal/occupation/words", "internal/market", "internal/market/coding", "internal/market/posting", "internal/market/repost", "internal/market/surge", "internal/people", "internal/thread",
	"internal/studio", "internal/campus", "internal/registrar", "internal/registrar/vc", "internal/mission", "internal/shop",
}

// and adds to a list of packages.
func and(list []string, more ...string) []string { return append(slices.Clone(list), more...) }

// allowed says which packages of the module a room may import, besides the small ones. A package that
// is not listed here fails the test: a new room is a decision.
var allowed = map[string][]string{
	"internal/fault":        {},
	"internal/fold":         {},
	"internal/lifecycle":    {},
	"internal/locale":       {},
	"internal/architecture": {},

	// the domain: types and rules
	"internal/territory":  {},
	"internal/occupation": {},
	"internal/market":     {"internal/territory", "internal/occupation", "internal/market/boost"},
	"internal/people":     {},
	"internal/studio":     {"internal/people", "internal/market", "internal/occupation", "internal/territory"},
	"internal/campus":     {"internal/people", "internal/studio"},
	"internal/thread":     {"internal/people"},
	"internal/mission":    {"internal/people", "internal/occupation", "internal/territory"},
	"internal/shop":       {"internal/people"},

	// what a written place means: it knows areas and no job
	"internal/territory/place": {"internal/territory"},

	// adverts as they come: it knows how they are written, and nothing of what they are about
	"internal/market/posting": {"internal/occupation", "internal/occupation/words", "internal/territory", "internal/territory/place"},

	// which adverts offer the same job
	"internal/market/repost": {"internal/market/posting", "internal/occupation/words", "internal/territory"},

	// what an advert is about and where it is
	"internal/market/coding": {"internal/market/posting", "internal/occupation", "internal/occupation/reading", "internal/territory", "internal/territory/place"},

	// a way to learn from rows of numbers: it knows nothing of the labour market
	"internal/market/boost": {},
	// counts of adverts and when they surge: it knows codes and no nomenclature
	"internal/market/surge": {},

	// how text is cut into words: it knows languages and no occupation
	"internal/occupation/words": {},
	"internal/occupation/skill": {"internal/occupation", "internal/occupation/words"},
	// files of adverts are read alike by all who read any
	"internal/occupation/advert": {"internal/occupation/words"},
	// adverts are coded to whatever sheets they are taught: it knows codes and no nomenclature
	"internal/occupation/coder": {"internal/occupation/advert", "internal/occupation/words"},
	"internal/occupation/match": {"internal/occupation", "internal/occupation/words"},

	// all that reads an advert, put together
	"internal/occupation/reading": {
		"internal/occupation", "internal/occupation/advert", "internal/occupation/coder", "internal/occupation/match", "internal/occupation/skill",
		"internal/occupation/words",
	},

	// credentials are a standard's, not ours: their room knows nothing of the school
	"internal/registrar/vc": {},
	"internal/registrar":    {"internal/registrar/vc", "internal/people", "internal/studio", "internal/campus"},

	// the adapters: each knows the domain, none knows another
	"internal/intake":     {"internal/territory", "internal/occupation", "internal/market"},
	"internal/store":      domain,
	"internal/api":        and(domain, "internal/access"),
	"internal/web":        and(domain, "internal/access", "internal/epub", "internal/letter", "internal/locale", "internal/markdown", "internal/paper", "internal/web/figure"),
	"internal/web/figure": {},
	"internal/mail":       {"internal/people"},
	"internal/webhook":    {"internal/market", "internal/people"},
	"internal/oidc":       {"internal/people"},
	"internal/epub":       {"internal/campus", "internal/locale", "internal/markdown"},
	"internal/fetch":      {},
	"internal/sample":     {},
	"internal/markdown":   {},
	"internal/paper":      {},

	// what pages and API must share: two gates would be one too many
	"internal/access": {"internal/people"},

	// the words of the messages and documents pages, API and command line send
	"internal/letter": and(domain, "internal/locale", "internal/paper"),

	// the demonstration: it acts through the domain, on a school it is given
	"internal/story": domain,

	// the way of adverts to the workers
	"internal/stream": {"internal/market/posting"},

	"internal/store/storetest":         {"internal/store", "internal/studio", "internal/people"}, // for tests only
	"internal/registrar/registrartest": {"internal/registrar", "internal/people", "internal/studio", "internal/campus"},

	// the program wires them
	"cmd/filiere": and(domain,
		"internal/access", "internal/api", "internal/epub", "internal/fetch", "internal/intake", "internal/letter", "internal/locale", "internal/mail",
		"internal/oidc", "internal/paper", "internal/sample", "internal/store", "internal/story", "internal/stream", "internal/web", "internal/webhook"),
}

// speaking are the outside worlds that belong to one adapter each.
var speaking = map[string][]string{
	"database/sql":                   {"internal/store", "internal/store/storetest"},
	"modernc.org/sqlite":             {"internal/store"},
	"github.com/jackc/pgx/v5/stdlib": {"internal/store", "internal/store/storetest"},
	"net/http":                       {"internal/access", "internal/api", "internal/web", "internal/intake", "internal/oidc", "internal/fetch", "cmd/filiere"},
	"html/template":                  {"internal/web", "internal/web/figure"},
	"github.com/spf13/cobra":         {"cmd/filiere"},

	"github.com/nats-io/nats.go":               {"internal/stream"},
	"github.com/nats-io/nats.go/jetstream":     {"internal/stream"},
	"github.com/nats-io/nats-server/v2/server": {"internal/stream"},

	"github.com/go-webauthn/webauthn/webauthn": {"internal/web"},

	"codeberg.org/go-pdf/fpdf":        {"internal/paper"},
	"github.com/piprate/json-gold/ld": {"internal/registrar/vc"},

	"github.com/yuin/goldmark":           {"internal/markdown"},
	"github.com/microcosm-cc/bluemonday": {"internal/markdown"},

	"github.com/wneessen/go-mail":         {"internal/mail"},
	"github.com/blevesearch/snowballstem": {"internal/occupation/words"},
	"golang.org/x/oauth2":                 {"internal/oidc"},
	"filiere/internal/store/storetest":    {},
	"github.com/getkin/kin-openapi":       {},
	"github.com/chromedp/chromedp":        {},
	"github.com/google/go-cmp/cmp":        {},
}

func TestNoRoomImportsWhatItMayNotKnow(t *testing.T) {
	for pkg, imports := range importsByPackage(t) {
		rooms, listed := allowed[pkg]
		if !listed {
			t.Errorf("package %s is not in the list of rooms", pkg)
			continue
		}
		for _, path := range imports {
			if room, ours := strings.CutPrefix(path, module); ours && !slices.Contains(rooms, room) && !slices.Contains(small, room) {
				t.Errorf("%s imports %s, which it may not know", pkg, room)
			}
			if owners, owned := speaking[path]; owned && !slices.Contains(owners, pkg) {
				t.Errorf("%s imports %s, which is for %v only", pkg, path, owners)
			}
		}
	}
}

func TestEveryListedRoomExists(t *testing.T) {
	have := importsByPackage(t)
	for pkg := range allowed {
		if _, ok := have[pkg]; !ok {
			t.Errorf("the list of rooms names %s, which holds no code", pkg)
		}
	}
}

// importsByPackage reads the imports of every package of the module, its tests left out.
func importsByPackage(t *testing.T) map[string][]string {
	t.Helper()
	root := filepath.Join("..", "..")
	out := map[string][]string{}
	for _, top := range []string{"cmd", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return err
			}
			if strings.HasPrefix(filepath.Base(filepath.Dir(path)), "_") {
				return nil
			}
			if built, err := build.Default.MatchFile(filepath.Split(path)); err != nil || !built {
				return err // a program that makes a file of the package, and is no part of it
			}
			file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			rel, err := filepath.Rel(root, filepath.Dir(path))
			if err != nil {
				return err
			}
			pkg := filepath.ToSlash(rel)
			out[pkg] = append(out[pkg], importPaths(file.Imports)...)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

func importPaths(specs []*ast.ImportSpec) []string {
	var paths []string
	for _, s := range specs {
		if p, err := strconv.Unquote(s.Path.Value); err == nil {
			paths = append(paths, p)
		}
	}
	return paths
}
