package coder

// evidence is the three readings, and the counts they are weighed with.
type evidence struct {
	sheets   int
	titleRow vocabulary // features of titles
	textRow  vocabulary // features of texts
	rarity   []float32  // of each feature of a text
	title    table      // over titles alone
	whole    table      // over texts, then titles: a row of the title's features comes after all of the text's
	near     *neighbours
	offers   []float32 // logarithm of a sheet's share of all offers
	adverts  []float32 // logarithm of how many adverts of a sheet were learned from
}

// How much the nearest titles count when sheets are put on the list to be weighed: beside logarithms of
// probabilities.
const (
	listOfficial = 6
	listAdvert   = 6
	listShare    = 3
)

// desk is where one advert is read: buffers that are used again.
type desk struct {
	reader
	near       near
	titleBag   bag
	wholeBag   bag
	title      []float32
	whole      []float32
	mixed      []float32
	listed     []int32
	candidates []candidate
	scores     []float32
}

func (d *desk) fit(sheets int) {
	if len(d.title) != sheets {
		d.title, d.whole, d.mixed = make([]float32, sheets), make([]float32, sheets), make([]float32, sheets)
	}
}

// fillTitle puts the features of a title into a bag; shift is where their rows begin.
func (e *evidence) fillTitle(features []uint64, b *bag, shift int) {
	since := len(b.values)
	for _, f := range features {
		if r := e.titleRow.find(f); r >= 0 {
			b.add(r+int32(shift), 1)
		}
	}
	b.unit(since)
}

func (e *evidence) fillText(features []counted, b *bag) {
	since := len(b.values)
	for _, c := range features {
		if r := e.textRow.find(c.feature); r >= 0 {
			b.add(r, c.weight*e.rarity[r])
		}
	}
	b.unit(since)
}

// weigh lists the sheets an advert may be about, with what is known of each. What it gives holds until the next
// call on the same desk.
func (e *evidence) weigh(title []uint64, text []counted, d *desk) []candidate {
	d.fit(e.sheets)
	e.near.ask(title, &d.near, e.sheets)
	d.titleBag.reset()
	e.fillTitle(title, &d.titleBag, 0)
	clear(d.title)
	e.title.score(&d.titleBag, d.title)
	logSoftmax(d.title)

	d.wholeBag.reset()
	e.fillText(text, &d.wholeBag)
	texts := len(d.wholeBag.rows)
	e.fillTitle(title, &d.wholeBag, e.textRow.size())
	clear(d.whole)
	e.whole.score(&d.wholeBag, d.whole)
	logSoftmax(d.whole)

	for c := range d.mixed {
		d.mixed[c] = d.title[c] + d.whole[c] + listOfficial*d.near.official[c] + listAdvert*d.near.advert[c] + listShare*d.near.share[c]
	}
	d.listed = highest(d.mixed, min(shortlist, e.sheets), d.listed[:0])
	return e.gather(d, len(title), texts > 0)
}

// gather writes down what is known of the sheets listed.
func (e *evidence) gather(d *desk, words int, text bool) []candidate {
	n := &d.near
	bestOfficial, bestAdvert := maxOf(n.official), maxOf(n.advert)
	bestTitle, bestWhole := maxOf(d.title), maxOf(d.whole)
	hasText := float32(0)
	if text {
		hasText = 1
	}
	seen := logf(n.sameCount + 1)
	d.candidates = d.candidates[:0]
	for rank, c := range d.listed {
		d.candidates = append(d.candidates, candidate{c, [clues]float32{
			d.title[c], d.whole[c], n.official[c], n.second[c], n.advert[c],
			n.share[c], n.exact[c], n.same[c], e.offers[c], e.adverts[c],
			hasText, n.official[c] - bestOfficial, n.advert[c] - bestAdvert, d.title[c] - bestTitle, d.whole[c] - bestWhole,
			bestOfficial, bestAdvert, seen, float32(words) / 10, d.mixed[c] - d.mixed[d.listed[0]],
			expf(d.title[c]), expf(d.whole[c]), logf(n.share[c] + 0.01), logf(n.same[c] + 0.01), float32(rank),
		}})
	}
	return d.candidates
}

func maxOf(list []float32) float32 {
	top := list[0]
	for _, v := range list {
		top = max(top, v)
	}
	return top
}
