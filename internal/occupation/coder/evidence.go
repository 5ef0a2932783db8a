package coder

// evidence is the three readings, and the counts they are weighed with.
type evidence struct {
	sheets   int
	titleRow vocabulary // features of titles
	textRow  vocabulary // features of texts
	rarity   []float32  // of each feature of a text
	title    table      // over titles alone
	whole    table      // over texts, then titles: a row of the title's features comes after all of the text's
	gist     table      // what the nomenclature says of each sheet, a row for each feature of texts
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
	like       [shortlist]float32 // cosine of the text with what the nomenclature says of each sheet listed
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
	return e.gather(d, len(title), texts)
}

// gather writes down what is known of the sheets listed.
func (e *evidence) gather(d *desk, words, texts int) []candidate {
	n := &d.near
	bestOfficial, bestAdvert := maxOf(n.official), maxOf(n.advert)
	bestTitle, bestWhole := maxOf(d.title), maxOf(d.whole)
	hasText := float32(0)
	like := d.like[:len(d.listed)]
	clear(like)
	if texts > 0 {
		hasText = 1
		e.resemble(d, texts, like)
	}
	bestLike := maxOf(like)
	seen := logf(n.sameCount + 1)
	d.candidates = d.candidates[:0]
	for rank, c := range d.listed {
		d.candidates = append(d.candidates, candidate{c, [clues]float32{
			d.title[c], d.whole[c], n.official[c], n.second[c], n.advert[c],
			n.share[c], n.exact[c], n.same[c], e.offers[c], e.adverts[c],
			hasText, n.official[c] - bestOfficial, n.advert[c] - bestAdvert, d.title[c] - bestTitle, d.whole[c] - bestWhole,
			bestOfficial, bestAdvert, seen, float32(words) / 10, d.mixed[c] - d.mixed[d.listed[0]],
			expf(d.title[c]), expf(d.whole[c]), logf(n.share[c] + 0.01), logf(n.same[c] + 0.01), float32(rank),
			like[rank], like[rank] - bestLike,
		}})
	}
	return d.candidates
}

// resemble says how like an advert's text is to what the nomenclature says of each sheet listed. Only these are
// looked at: a row of all sheets would double the time.
func (e *evidence) resemble(d *desk, texts int, like []float32) {
	for i, r := range d.wholeBag.rows[:texts] {
		v, at := d.wholeBag.values[i]*e.gist.scale[r], int(r)*e.sheets
		for j, c := range d.listed {
			like[j] += v * float32(e.gist.cell[at+int(c)])
		}
	}
}

// titleGist is how much a title counts in a sheet's gist beside its definition or the list of its skills: a sheet has
// some fifty.
const titleGist = 0.1

// newGist adds up what the nomenclature says of each sheet: definition, skills and titles, each of length one. No
// advert is in it, so that a sheet nobody collected adverts of is known as well as another.
func (e *evidence) newGist(texts []readText, titles []titleSeen) table {
	w := weights{sheets: e.sheets, row: make([]float32, e.textRow.size()*e.sheets)}
	var b bag
	add := func(text []counted, sheet int32, weight float32) {
		b.reset()
		e.fillText(text, &b)
		for i, r := range b.rows {
			w.row[int(r)*e.sheets+int(sheet)] += weight * b.values[i]
		}
	}
	for _, t := range texts {
		add(t.features, t.sheet, 1)
	}
	for _, t := range titles {
		add(t.said, t.sheet, titleGist)
	}
	square := make([]float32, e.sheets)
	for i, v := range w.row {
		square[i%e.sheets] += v * v
	}
	for i := range w.row {
		w.row[i] /= sqrtf(square[i%e.sheets]) + 1e-6
	}
	return w.quantise()
}

func maxOf(list []float32) float32 {
	top := list[0]
	for _, v := range list {
		top = max(top, v)
	}
	return top
}
