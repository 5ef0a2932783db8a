package coder

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"slices"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

// Sheet is an entry of the nomenclature adverts are coded to.
type Sheet struct {
	Code   string
	Label  string
	Titles []string // names people use for it, of any edition
	Texts  []string // its definition, its skills
	Offers float64  // how many offers of it the market had; 0 when not known
}

// Input is what a coder learns from.
type Input struct {
	Sheets  []Sheet
	Parents map[string]string // code of a later edition → the sheet it belongs to
	Adverts []Advert
}

// Limits and least sizes of an input.
const (
	minSheets = 2
	maxSheets = 4000
)

// sheetOf is the sheet a published code means.
func sheetOf(code string, parents map[string]string, sheets map[string]int32) (int32, bool) {
	if p, ok := parents[code]; ok {
		code = p
	}
	i, ok := sheets[code]
	return i, ok
}

// sorted is the input in an order of its own, so that what is learned does not depend on the order it came in.
func (in Input) sorted() Input {
	out := Input{Sheets: slices.Clone(in.Sheets), Parents: in.Parents, Adverts: slices.Clone(in.Adverts)}
	slices.SortFunc(out.Sheets, func(a, b Sheet) int { return cmp.Compare(a.Code, b.Code) })
	for i, s := range out.Sheets {
		out.Sheets[i].Titles = slices.Sorted(slices.Values(append([]string{s.Label}, s.Titles...)))
		out.Sheets[i].Texts = slices.Sorted(slices.Values(s.Texts))
	}
	slices.SortFunc(out.Adverts, func(a, b Advert) int {
		return cmp.Or(cmp.Compare(a.Title, b.Title), cmp.Compare(a.Code, b.Code), cmp.Compare(a.Employer, b.Employer),
			cmp.Compare(a.Place, b.Place), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Text, b.Text))
	})
	return out
}

// fingerprint is the hash of a sorted input.
func (in Input) fingerprint() (string, error) {
	h := sha256.New()
	if err := json.NewEncoder(h).Encode(in); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

func (in Input) check() error {
	switch n := len(in.Sheets); {
	case n < minSheets:
		f := fault.New(fault.Invalid, "train coder", "there are no sheets to code adverts to")
		f.Advise("import the ROME first (docs/sources.md says where it is)")
		return f
	case n > maxSheets:
		return fault.New(fault.Invalid, "train coder", "there are %d sheets; at most %d are coded to", n, maxSheets)
	}
	return nil
}

// prepared is an input read into features, once for all folds.
type prepared struct {
	sheets  int
	titles  []titleSeen // of the nomenclature
	texts   []readText  // of the nomenclature
	adverts []readAdvert
	offers  []float32
	unknown int // adverts whose code is of no sheet

	titleRow vocabulary
	textRow  vocabulary
	rarity   []float32
}

type readText struct {
	features []counted
	sheet    int32
}

type readAdvert struct {
	title        []uint64
	text         []counted
	sheet        int32
	group, named uint64 // the advert's group, and its title's
}

// Features rarer than this are let be: they would tell one advert from another, not one trade.
const (
	leastTitle = 2
	leastText  = 3
)

func prepare(in Input, lang words.Language) *prepared {
	p := &prepared{sheets: len(in.Sheets)}
	r := &reader{lang: lang}
	place := map[string]int32{}
	var all float64
	for i, s := range in.Sheets {
		place[s.Code] = int32(i)
		all += s.Offers
		for _, t := range s.Titles {
			p.titles = append(p.titles, titleSeen{slices.Clone(r.readTitle(t)), int32(i), true, slices.Clone(r.readText(t))})
		}
		for _, t := range s.Texts {
			p.texts = append(p.texts, readText{slices.Clone(r.readText(t)), int32(i)})
		}
	}
	for _, s := range in.Sheets {
		p.offers = append(p.offers, logf(float32(s.Offers/max(all, 1))+1e-5))
	}
	for _, a := range in.Adverts {
		sheet, ok := sheetOf(a.Code, in.Parents, place)
		if !ok {
			p.unknown++
			continue
		}
		read := readAdvert{sheet: sheet, text: slices.Clone(r.readText(a.Text))}
		read.group, read.named = r.groups(a)
		read.title = slices.Clone(r.readTitle(a.Title))
		p.adverts = append(p.adverts, read)
	}
	p.count()
	return p
}

// count numbers the features and says how rare each is. No sheet is looked at.
func (p *prepared) count() {
	title, text := map[uint64]int{}, map[uint64]int{}
	texts := len(p.texts)
	inTitle := func(fs []uint64) {
		for _, f := range fs {
			title[f]++
		}
	}
	inText := func(cs []counted) {
		for _, c := range cs {
			text[c.feature]++
		}
	}
	for _, t := range p.titles {
		inTitle(t.features)
	}
	for _, t := range p.texts {
		inText(t.features)
	}
	for _, a := range p.adverts {
		inTitle(a.title)
		inText(a.text)
		if len(a.text) > 0 {
			texts++
		}
	}
	p.titleRow, p.textRow = newVocabulary(title, leastTitle), newVocabulary(text, leastText)
	p.rarity = make([]float32, p.textRow.size())
	for i, f := range p.textRow.keys {
		p.rarity[i] = logf(1 + float32(texts)/float32(text[f]))
	}
}
