package coder

import (
	"cmp"
	"slices"

	"filiere/internal/occupation/words"
)

// Why is what speaks for a sheet an advert was coded to, as people can follow it.
type Why struct {
	Title  float64 // cosine of the title of the nomenclature that is nearest to the advert's, 0–1
	Exact  bool    // the nomenclature has the very title
	Advert float64 // cosine of the nearest title of an advert learned from, 0–1
	Same   int     // adverts learned from that carry the very title
	OfSame float64 // the share of these that are of the sheet
	Words  []Spoken
}

// Spoken is a word of an advert that speaks for a sheet.
type Spoken struct {
	Word    string  // as first written
	Weight  float64 // how much it adds to the sheet's score, beside what it adds to a sheet's on average
	InTitle bool    // it stands in the title, in the text too or not
}

// Explain says what speaks for sheets an advert was coded to, in their order: the titles nearest to its own, and
// its words that say most, at most n for each.
func (m *Model) Explain(title, text string, sheets []string, n int) []Why {
	d := m.desk()
	defer m.desks.Put(d)
	out := make([]Why, len(sheets))
	if m.weigh(d, title, text) == nil {
		return out
	}
	near := &d.near
	for i, code := range sheets {
		c, ok := m.place[code]
		if !ok {
			continue
		}
		out[i] = Why{
			Title: min(float64(near.official[c]), 1), Exact: near.exact[c] > 0, Advert: min(float64(near.advert[c]), 1),
			Same: int(near.sameCount),
		}
		if near.sameCount > 0 { // what is kept is held back a little, for titles seen once
			out[i].OfSame = min(float64(near.same[c]*(near.sameCount+0.5)/near.sameCount), 1)
		}
	}
	m.speak(d, title, text, sheets, n, out)
	return out
}

// wordly is a word of an advert and the features it is read as, by their rows in the table over title and text.
type wordly struct {
	Spoken
	stem string
	rows []int32
}

// speak finds the words that say most for each sheet. What a word says is what the linear model over title and text
// makes of its features.
func (m *Model) speak(d *desk, title, text string, sheets []string, n int, out []Why) {
	e := &m.evidence
	value := make(map[int32]float32, len(d.wholeBag.rows))
	for i, r := range d.wholeBag.rows {
		value[r] += d.wholeBag.values[i]
	}
	list := m.titleWords(title)
	inTitle := list[:len(list):len(list)]
	for _, w := range m.textWords(text) {
		if i := slices.IndexFunc(inTitle, func(of wordly) bool { return of.stem == w.stem }); i >= 0 {
			list[i].rows = append(list[i].rows, w.rows...) // a word of the title that the text has too
		} else {
			list = append(list, w)
		}
	}
	mean := make(map[int32]float64, len(value))
	for r := range value {
		mean[r] = e.whole.mean(r)
	}
	for i, code := range sheets {
		c, ok := m.place[code]
		if !ok {
			continue
		}
		var spoken []Spoken
		for _, w := range list {
			w.Weight = 0
			for _, r := range w.rows {
				if v, ok := value[r]; ok {
					w.Weight += float64(v) * (e.whole.at(r, c) - mean[r])
				}
			}
			if w.Weight > 0 {
				spoken = append(spoken, w.Spoken)
			}
		}
		slices.SortStableFunc(spoken, func(a, b Spoken) int { return cmp.Compare(b.Weight, a.Weight) })
		out[i].Words = slices.Clip(spoken[:min(n, len(spoken))])
	}
}

// titleWords are the words of a title as readTitle reads them. A pair of words belongs to the second.
func (m *Model) titleWords(title string) []wordly {
	shift := int32(m.evidence.textRow.size())
	var out []wordly
	var seen []string
	var before uint64
	for w := range words.Scan(title) {
		if len(seen) == maxTitleWords {
			break
		}
		if noise[w.Fold] || m.lang.Stop(w.Fold) || !hasLetter(w.Fold) {
			continue
		}
		stem := m.lang.Stem(w.Fold)
		if slices.Contains(seen, stem) {
			continue
		}
		h := hash(kindWord, stem)
		features := []uint64{h, mix(h ^ kindHead)}
		if len(seen) > 0 {
			features[1] = mix(before*3 ^ h ^ kindPair)
		}
		if len(stem) > prefixBytes {
			features = append(features, hash(kindPrefix, stem[:prefixBytes]))
		}
		one := wordly{Spoken: Spoken{Word: title[w.Start:w.End], InTitle: true}, stem: stem}
		for _, f := range features {
			if r := m.evidence.titleRow.find(f); r >= 0 {
				one.rows = append(one.rows, r+shift)
			}
		}
		out, seen, before = append(out, one), append(seen, stem), h
	}
	return out
}

// textWords are the words of a text as readText reads them, each stem once.
func (m *Model) textWords(text string) []wordly {
	text = head(text, maxTextBytes)
	var out []wordly
	seen := map[int32]bool{}
	for w := range words.Scan(text) {
		if len(w.Fold) < 2 || !hasLetter(w.Fold) || m.lang.Stop(w.Fold) {
			continue
		}
		stem := m.lang.Stem(w.Fold)
		r := m.evidence.textRow.find(hash(kindText, stem))
		if r < 0 || seen[r] {
			continue
		}
		seen[r] = true
		out = append(out, wordly{Spoken{Word: text[w.Start:w.End]}, stem, []int32{r}})
	}
	return out
}

// at is what one feature says for one sheet.
func (t *table) at(row, sheet int32) float64 {
	return float64(t.scale[row]) * float64(t.cell[int(row)*t.sheets+int(sheet)])
}

// mean is what one feature says for a sheet on average.
func (t *table) mean(row int32) float64 {
	var sum float64
	for _, v := range t.cell[int(row)*t.sheets : (int(row)+1)*t.sheets] {
		sum += float64(v)
	}
	return sum * float64(t.scale[row]) / float64(t.sheets)
}
