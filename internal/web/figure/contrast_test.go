package figure

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"
)

var (
	themes = regexp.MustCompile(`(?m)^\s*(:root|:root:not\(\[data-theme="light"\]\)|\[data-theme="dark"\]) \{([^}]*)\}`)
	token  = regexp.MustCompile(`--([a-z0-9-]+): (#[0-9a-f]{6});`)
)

// tokens reads the colours of each theme of figure.css, by the selector they stand under.
func tokens(t *testing.T) map[string]map[string]string {
	t.Helper()
	css, err := os.ReadFile(filepath.Join("..", "static", "figure.css"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]map[string]string{}
	for _, m := range themes.FindAllStringSubmatch(string(css), -1) {
		out[m[1]] = map[string]string{}
		for _, v := range token.FindAllStringSubmatch(m[2], -1) {
			out[m[1]][v[1]] = v[2]
		}
	}
	return out
}

// luminance and contrast follow WCAG 2.2, "relative luminance" and "contrast ratio".
func luminance(hex string) float64 {
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, _ := strconv.ParseUint(hex[1+2*i:3+2*i], 16, 8)
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(a, b string) float64 {
	x, y := luminance(a)+0.05, luminance(b)+0.05
	return max(x/y, y/x)
}

func TestColoursKeepTheirContrast(t *testing.T) {
	all := tokens(t)
	if len(all) != 3 {
		t.Fatalf("%d themes in figure.css, want light, dark by preference, dark by choice", len(all))
	}
	for selector, c := range all {
		t.Run(selector, func(t *testing.T) {
			atLeast := func(a, b string, want float64) {
				t.Helper()
				if c[a] == "" || c[b] == "" {
					t.Fatalf("no token %s or %s", a, b)
				}
				if got := contrast(c[a], c[b]); got < want {
					t.Errorf("%s on %s: %.2f, want %.1f", a, b, got, want)
				}
			}
			for _, text := range []string{"figure-ink", "figure-muted"} {
				atLeast(text, "figure-surface", 4.5)
			}
			atLeast("class-none-ink", "class-none", 4.5)
			atLeast("figure-line", "figure-surface", 3) // the coast against the page
			atLeast("figure-accent", "figure-surface", 3)
			atLeast("figure-ink", "figure-focus", 4.5) // the code of a focused tile
			for i := 1; i <= Classes; i++ {
				class := fmt.Sprintf("class-%d", i)
				atLeast(class+"-ink", class, 4.5)
				atLeast(class+"-stripe", class, 1.6)
				if contrast(c["figure-focus"], c[class]) < 3 && contrast(c["figure-ink"], c[class]) < 3 {
					t.Errorf("a focused area does not stand out from %s", class)
				}
				if i > 1 {
					// Five steps of 3:1 do not fit between black and white; lines part neighbours.
					atLeast(class, fmt.Sprintf("class-%d", i-1), 1.35)
				}
			}
			atLeast("class-1", "class-5", 7)
		})
	}
}

func TestBothDarkThemesAreTheSame(t *testing.T) {
	all := tokens(t)
	byChoice, byPreference := all[`[data-theme="dark"]`], all[`:root:not([data-theme="light"])`]
	if len(byChoice) == 0 || len(byChoice) != len(all[":root"]) {
		t.Errorf("%d dark tokens, %d light ones", len(byChoice), len(all[":root"]))
	}
	for name, colour := range byChoice {
		if byPreference[name] != colour {
			t.Errorf("--%s is %s by choice and %s by preference", name, colour, byPreference[name])
		}
	}
}
