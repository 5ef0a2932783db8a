package web

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"math"
	"path"
	"strings"

	"filiere/internal/locale"
	"filiere/internal/markdown"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
	"filiere/internal/web/figure"
)

//go:embed templates
var templateFiles embed.FS

// templates holds every page parsed once per language, so that a template writes {{t "key"}} and no page
// carries its language around.
type templates struct {
	byLang map[locale.Lang]map[string]*template.Template
	whos   map[locale.Lang]*template.Template // what the header says of the reader
}

// frame is what the layout shows around a page.
type frame struct {
	Lang     locale.Lang
	Theme    Theme
	Title    string
	Room     string
	Back     string        // the page's own address, for the forms that come back to it
	InLang   []langLink    // the page in every language
	Sections []roomLink    // the main navigation
	Query    string        // what stands in the search box
	Data     any           // what the page's "main" shows
	Themes   []themeChoice // the theme switch
	Feed     string        // an Atom feed of what the page lists
	Script   string        // the page's script, if it needs one
}

type langLink struct {
	Lang    locale.Lang
	URL     string
	Current bool
}

type roomLink struct {
	Key, URL string
	Current  bool
}

type themeChoice struct {
	Theme   Theme
	Key     string
	Current bool
}

// rooms are the entries of the main navigation.
var rooms = []roomLink{
	{Key: "nav.map", URL: "/map"},
	{Key: "nav.occupations", URL: "/occupations"},
	{Key: "nav.areas", URL: "/areas"},
	{Key: "nav.curable", URL: "/curable"},
	{Key: "nav.alerts", URL: "/alerts"},
	{Key: "nav.programmes", URL: "/programmes"},
	{Key: "nav.courses", URL: "/courses"},
	{Key: "nav.offers", URL: "/offers"},
	{Key: "nav.mission", URL: "/mission"},
	{Key: "nav.verify", URL: "/verify"},
	{Key: "nav.method", URL: "/method"},
}

func newTemplates(bundle locale.Bundle, files *static) (*templates, error) {
	pages, err := fs.Glob(templateFiles, "templates/*.html")
	if err != nil {
		return nil, fmt.Errorf("list templates: %w", err)
	}
	t := &templates{byLang: map[locale.Lang]map[string]*template.Template{}, whos: map[locale.Lang]*template.Template{}}
	for lang, l := range bundle {
		known := functions(l, files)
		empty := func() *template.Template { return template.New("").Option("missingkey=error").Funcs(known) }
		parts, err := empty().ParseFS(templateFiles, "templates/part/*.html")
		if err != nil {
			return nil, fmt.Errorf("parse parts: %w", err)
		}
		t.byLang[lang] = map[string]*template.Template{}
		for _, name := range pages {
			page, err := empty().ParseFS(templateFiles, name)
			if err != nil {
				return nil, fmt.Errorf("parse %s: %w", name, err)
			}
			if err := addParts(page, parts, "layout"); err != nil {
				return nil, fmt.Errorf("parse %s: %w", name, err)
			}
			t.byLang[lang][strings.TrimSuffix(path.Base(name), ".html")] = page
		}
		t.whos[lang] = empty()
		if err := addParts(t.whos[lang], parts, "who"); err != nil {
			return nil, fmt.Errorf("parse who: %w", err)
		}
	}
	return t, nil
}

// render writes a page in the visit's language and theme.
func (t *templates) render(w io.Writer, v *visit, p page) error {
	tmpl := t.byLang[v.Lang][p.name]
	if tmpl == nil {
		return fmt.Errorf("no template is called %q", p.name)
	}
	if err := tmpl.ExecuteTemplate(w, "layout", newFrame(v, p)); err != nil {
		return fmt.Errorf("render %s: %w", p.name, err)
	}
	return nil
}

// who writes what the header says of the reader. It stands apart from the page, which readers share.
func (t *templates) who(w io.Writer, v *visit) error {
	if err := t.whos[v.Lang].ExecuteTemplate(w, "who", whoOf(v)); err != nil {
		return fmt.Errorf("render who: %w", err)
	}
	return nil
}

func newFrame(v *visit, p page) frame {
	f := frame{
		Lang: v.Lang, Theme: v.Theme, Title: p.title, Room: p.room, Data: p.data,
		Back: v.address(), Query: v.Query.Get("q"), Script: p.script, Feed: p.feed,
	}
	for _, l := range locale.Langs() {
		f.InLang = append(f.InLang, langLink{Lang: l, URL: v.with("lang", string(l)), Current: l == v.Lang})
	}
	for _, r := range rooms {
		r.Current = r.Key == p.room
		f.Sections = append(f.Sections, r)
	}
	for _, th := range []themeChoice{{System, "theme.system", false}, {Light, "theme.light", false}, {Dark, "theme.dark", false}} {
		th.Current = th.Theme == v.Theme
		f.Themes = append(f.Themes, th)
	}
	return f
}

// functions are what templates may call, bound to a language.
func functions(l *locale.Locale, files *static) template.FuncMap {
	words := newCellWords(l)
	return template.FuncMap{
		"t":          l.T,
		"rich":       func(key string, pairs ...any) template.HTML { return rich(l, key, pairs...) },
		"has":        l.Has,
		"text":       func(source string) template.HTML { return written(source, markdown.Place{Under: 2}) },
		"int":        l.Int,
		"num":        func(decimals int, f float64) string { return l.Number(f, decimals) },
		"signed":     func(decimals int, f float64) string { return l.Signed(f, decimals) },
		"pct":        func(f float64) string { return l.Percent(f, 0) },
		"pct1":       func(f float64) string { return l.Percent(f, 1) },
		"share":      func(part, whole market.Value) string { return shareOf(l, part, whole) },
		"date":       l.Date,
		"list":       l.List,
		"static":     files.url,
		"export":     func(route string) export { return exportFrom(route, nil) },
		"value":      func(v market.Value) template.HTML { return value(l, v) },
		"fr":         func(label string) template.HTML { return french(l, label) },
		"frattr":     func() template.HTMLAttr { return frenchAttr(l) },
		"link":       link,
		"dict":       dict,
		"trail":      trail,
		"count":      func(v market.Value) template.HTML { return count(l, v) },
		"cite":       func(sources string) string { return cite(l, sources) },
		"causes":     func(c market.Cell) []string { return mainCauses(l, c) },
		"bar":        func(t market.Tally) template.HTML { return tallyBar(l, t) },
		"tensed":     tensed,
		"class":      words.class,
		"origin":     words.origin,
		"origincode": originOf,
		"trust":      words.trust,
		"mark":       mark,
		"strong": func(text string) template.HTML {
			return "<strong>" + template.HTML(template.HTMLEscapeString(text)) + "</strong>"
		}, //nolint:gosec // escaped

		"likely":         func(p float64) string { return percentOf(l, p) },
		"firmness":       words.estimateFirmness,
		"estimaterows":   words.estimateRows,
		"tension":        words.tension,
		"arearows":       words.areaRows,
		"occupationrows": words.occupationRows,
		"options":        optionList,
		"skillitems":     skillItems,
		"titleitems":     titleItems,
		"add":            func(a, b int) int { return a + b },
		"toint":          func(n int64) int { return int(n) },
		"concerned":      func(e market.Evidence) string { return concerned(l, e) },
		"whole":          func(f float64) int { return int(math.Round(f)) },

		"classtext":    func(class int) template.HTML { return classText(l, class) },
		"classlegend":  func() template.HTML { return figure.Legend("classes", legendWords(l)) },
		"nomenclature": func(ref string) occupation.Nomenclature { return occupation.ID(ref).Nomenclature() },
		"level":        func(ref string) territory.Level { return territory.ID(ref).Level() },
	}
}

// rich writes a message that holds links or emphasis given as template.HTML parameters; everything else
// is escaped.
func rich(l *locale.Locale, key string, pairs ...any) template.HTML {
	param := func(v any) string {
		if h, ok := v.(template.HTML); ok {
			return string(h)
		}
		return template.HTMLEscapeString(l.Show(v))
	}
	return template.HTML(l.Compose(key, template.HTMLEscapeString, param, pairs...)) //nolint:gosec // escaped above
}

// french marks a label of an official nomenclature, which is French in every language of the site.
func french(l *locale.Locale, label string) template.HTML {
	text := template.HTMLEscapeString(label)
	if l.Lang == locale.French || label == "" {
		return template.HTML(text) //nolint:gosec // escaped
	}
	return template.HTML(`<span lang="fr">` + text + `</span>`) //nolint:gosec // escaped
}

func frenchAttr(l *locale.Locale) template.HTMLAttr {
	if l.Lang == locale.French {
		return ""
	}
	return `lang="fr"`
}

// link makes a link of a local address and a text, for use as a parameter of rich.
func link(address string, text any) template.HTML {
	inner, ok := text.(template.HTML)
	if !ok {
		inner = template.HTML(template.HTMLEscapeString(fmt.Sprint(text))) //nolint:gosec // escaped
	}
	if !strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "#") && !strings.HasPrefix(address, "https://") {
		return inner
	}
	return template.HTML(`<a href="`+template.HTMLEscapeString(address)+`">`) + inner + "</a>" //nolint:gosec // escaped
}

// value writes a figure as published: a number, a word for what is withheld, a dash for what is not there.
func value(l *locale.Locale, v market.Value) template.HTML {
	switch v.State {
	case market.Known:
		return template.HTML(template.HTMLEscapeString(l.Short(v.Float))) //nolint:gosec // escaped
	case market.Suppressed:
		return template.HTML(`<span class="withheld">` + template.HTMLEscapeString(l.T("value.withheld")) + `</span>`) //nolint:gosec // escaped
	}
	return template.HTML(`<span class="absent"><span aria-hidden="true">–</span><span class="unseen">` +
		template.HTMLEscapeString(l.T("value.absent")) + `</span></span>`) //nolint:gosec // escaped
}

// shareOf writes part ÷ whole as a percentage, "" when it cannot be said.
func shareOf(l *locale.Locale, part, whole market.Value) string {
	if !part.Known() || !whole.Known() || whole.Float <= 0 {
		return ""
	}
	return l.Percent(part.Float/whole.Float, 0)
}

// trailStep is one step of the trail that leads to a page.
type trailStep struct{ URL, Text string }

// trail makes the steps of a trail of pairs of address and text.
func trail(pairs ...string) []trailStep {
	var out []trailStep
	for i := 0; i+1 < len(pairs); i += 2 {
		out = append(out, trailStep{pairs[i], pairs[i+1]})
	}
	return out
}

// dict passes several named things to a part.
func dict(pairs ...any) (map[string]any, error) {
	if len(pairs)%2 != 0 {
		return nil, fmt.Errorf("dict: %d arguments are no pairs", len(pairs))
	}
	m := make(map[string]any, len(pairs)/2)
	for i := 0; i < len(pairs); i += 2 {
		name, ok := pairs[i].(string)
		if !ok {
			return nil, fmt.Errorf("dict: argument %d is no name", i)
		}
		m[name] = pairs[i+1]
	}
	return m, nil
}
