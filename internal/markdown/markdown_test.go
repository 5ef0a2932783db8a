package markdown_test

import (
	"regexp"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"filiere/internal/markdown"
)

var place = markdown.Place{Images: "/courses/7/files/begin/", Under: 1}

func TestATextIsWrittenAsHTML(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"headings stand below the page's": {"# A\n\n###### B", "<h2>A</h2>\n<h6>B</h6>"},
		"no heading is the page's own":    {"# A\n\n## B", "<h2>A</h2>"},
		"images are served by the course": {"![a dot](dot.png)", `<p><img src="/courses/7/files/begin/dot.png" alt="a dot"></p>`},
		"an image elsewhere is words":     {"![a *dot*](https://example.org/x.png)", "<p>a dot</p>"},
		"an image above is words":         {"![a](../x.png)", "<p>a</p>"},
		"raw HTML is left out":            {"a <script>alert(1)</script>\n\n<div onclick=x>", "<p>a alert(1)</p>"},
		"a link that runs is words":       {"[a](javascript:alert(1))", "<p>a</p>"},
		"tables scroll by themselves": {
			"| a | b |\n|---|--:|\n| 1 | 2 |",
			`<div class="scroll" role="group" tabindex="0"><table>`,
		},
		"headings of columns say so": {"| a |\n|--:|\n| 1 |", `<th scope="col" align="right">a</th>`},
		"links tell nobody":          {"[a](https://example.org)", `rel="nofollow noreferrer"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := markdown.Render(c.in, place); !strings.Contains(got, c.want) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
	for in, want := range map[string]string{
		"a `b` *c*": "a <code>b</code> <em>c</em>", "# a": "# a", "a\n\nb": "a\n\nb", "<b>x</b>": "x", "- a": "- a",
	} {
		if got := markdown.Line(in); got != want {
			t.Errorf("line %q is %q, want %q", in, got, want)
		}
	}
}

// mayStand are the attributes of what a text may hold.
var mayStand = regexp.MustCompile(`^(?:href|title|rel|src|alt|start|align|scope|class|role|tabindex)$`)

// FuzzNothingOfATextRuns parses what comes out as a browser would.
func FuzzNothingOfATextRuns(f *testing.F) {
	for _, s := range []string{
		"# a\n\n![x](y.png)", "<script>x</script>", "[a](javascript:x)", "<a href=\"javascript:x\">", "| a |\n|---|\n| <img onerror=x> |",
		"[a](data:text/html,x)", "![a](x.png\"onerror=x)", "<style>*{}</style>", "[x]: vbscript:a\n[x]", "```\"><script>\n```", "<https://a.b/\"onx=1>",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, source string) {
		for _, out := range []string{markdown.Render(source, place), markdown.Line(source)} {
			z := html.NewTokenizer(strings.NewReader(out))
			for z.Next() != html.ErrorToken {
				tok := z.Token()
				if tok.Type != html.StartTagToken && tok.Type != html.SelfClosingTagToken {
					continue
				}
				switch tok.Data {
				case "script", "style", "iframe", "object", "embed", "form", "input", "base", "link", "meta", "svg", "math":
					t.Fatalf("%q gives <%s>: %s", source, tok.Data, out)
				}
				for _, a := range tok.Attr {
					value := strings.ToLower(strings.TrimSpace(a.Val))
					if !mayStand.MatchString(a.Key) || (a.Key == "href" || a.Key == "src") && runs(value) || a.Key == "src" && !strings.HasPrefix(value, place.Images) {
						t.Fatalf("%q gives %s=%q: %s", source, a.Key, a.Val, out)
					}
				}
			}
		}
	})
}

func runs(address string) bool {
	for _, scheme := range []string{"javascript:", "data:", "vbscript:", "file:"} {
		if strings.HasPrefix(address, scheme) {
			return true
		}
	}
	return false
}
