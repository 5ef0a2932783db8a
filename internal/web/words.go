package web

import (
	"html/template"
	"math"
	"strconv"
	"strings"

	"filiere/internal/locale"
	"filiere/internal/market"
	"filiere/internal/web/figure"
)

// tensed is how many of an area's occupations are in class 4 or 5.
func tensed(t market.Tally) int { return t.Classes[3] + t.Classes[4] }

// originOf says where a cell's class comes from: "published", "computed", or "graded" where the producer
// publishes the indicator and the class is only read off its cut-offs.
func originOf(c market.Cell) string {
	if c.Origin == market.Computed && c.Release != "" {
		return "graded"
	}
	return string(c.Origin)
}

// count writes a figure that counts people or posts, without decimals: producers give yearly means.
func count(l *locale.Locale, v market.Value) template.HTML {
	if v.Known() {
		v.Float = math.Round(v.Float)
	}
	return value(l, v)
}

// classText is a class as an emphasised word within a sentence.
func classText(l *locale.Locale, class int) template.HTML {
	return "<strong>" + template.HTML(template.HTMLEscapeString(l.T("class.in_words."+strconv.Itoa(class)))) + "</strong>" //nolint:gosec // escaped
}

// legendWords name the classes beside bars, where nothing is hatched.
func legendWords(l *locale.Locale) figure.Words {
	w := classWords(l)
	w.Firmness = nil
	return w
}

// cite names a cell's sources, given as "bmo 2024 + tension_bassin 2021; causes: tension_fap 2019", for
// people. A dataset without a name in the catalogue stands by its key. Which causes were computed is not
// repeated: the page says so beside each.
func cite(l *locale.Locale, sources string) string {
	sources, _, _ = strings.Cut(sources, "; computed: ")
	if tension, causes, both := strings.Cut(sources, "; causes: "); both {
		return l.T("cite.both", "tension", citeList(l, tension), "causes", citeList(l, causes))
	}
	return citeList(l, strings.TrimPrefix(sources, "causes: "))
}

func citeList(l *locale.Locale, sources string) string {
	var names []string
	for s := range strings.SplitSeq(sources, " + ") {
		dataset, vintage, _ := strings.Cut(strings.TrimSpace(s), " ")
		if key := "dataset." + dataset; l.Has(key) {
			names = append(names, l.T(key, "vintage", vintage))
		} else if s != "" {
			names = append(names, s)
		}
	}
	return strings.Join(names, " + ")
}
