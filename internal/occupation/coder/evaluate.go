package coder

import (
	"context"
	"math"
	"slices"

	"filiere/internal/fault"
	"filiere/internal/occupation/words"
)

// Score is how well adverts were coded.
type Score struct {
	Adverts int     `json:"adverts"`
	First   float64 `json:"accuracy_at_1"` // share whose sheet came first
	Five    float64 `json:"accuracy_at_5"` // share whose sheet was among the first five
	Macro   float64 `json:"macro"`         // mean over sheets of the share that came first
	Sheets  int     `json:"sheets"`        // that mean is over so many
	// Coverage is the share of adverts answered rather than left as "don't know", Accuracy the share of these
	// that are right.
	Coverage float64 `json:"coverage"`
	Accuracy float64 `json:"accuracy_answered"`
	// Calibration is the mean gap between what a probability promises and how often it holds, in ten steps.
	Calibration float64 `json:"calibration_error"`
}

// Reading is a score over all adverts, and over those of the sources asked for apart.
type Reading struct {
	All   Score  `json:"all"`
	Apart *Score `json:"apart,omitempty"`
}

// Way says how adverts that were scored were kept from what scored them.
type Way string

// The ways.
const (
	Unseen   Way = "unseen"   // a trained model; adverts it was trained on left out
	CrossWay Way = "cross"    // cut into folds: each scored by a model trained on the others
	Held     Way = "held_out" // titles of the nomenclature held out
)

// Evaluation is how well adverts were coded, by their titles and by title and text.
type Evaluation struct {
	Way      Way      `json:"way"`
	Grouping Grouping `json:"grouping,omitempty"`
	Folds    int      `json:"folds,omitempty"`
	LeftOut  int      `json:"left_out"`      // adverts whose group the model was trained on
	Unknown  int      `json:"unknown_codes"` // adverts without a code, or with one of no sheet
	Title    Reading  `json:"title"`
	Whole    *Reading `json:"title_and_text,omitempty"`
	Trained  Report   `json:"trained"` // the last, of several
}

// Grouping says which adverts may not be on both sides of a cut.
type Grouping string

// The groupings.
const (
	ByAdvert Grouping = "advert" // the same advert published more than once
	ByTitle  Grouping = "title"  // all adverts of the same words in the title: stricter
)

// ParseGrouping reads a grouping's name.
func ParseGrouping(s string) (Grouping, error) {
	switch g := Grouping(s); g {
	case ByAdvert, ByTitle:
		return g, nil
	}
	f := fault.New(fault.Invalid, "read grouping", "adverts are not grouped by %q", s)
	f.Advise("group by advert or by title")
	return "", f
}

// tally adds up answers.
type tally struct {
	n, first, five  int
	answered, right int
	by              map[int32]*[2]int
	bins            [10]struct{ n, right, promised float64 }
}

func (t *tally) add(sheet int32, rank int, p, threshold float64) {
	if t.by == nil {
		t.by = map[int32]*[2]int{}
	}
	if t.by[sheet] == nil {
		t.by[sheet] = &[2]int{}
	}
	hit := 0
	if rank == 0 {
		hit = 1
	}
	t.n++
	t.first += hit
	t.by[sheet][0]++
	t.by[sheet][1] += hit
	if rank >= 0 && rank < 5 {
		t.five++
	}
	if p >= threshold {
		t.answered++
		t.right += hit
	}
	b := &t.bins[min(max(int(p*10), 0), 9)]
	b.n++
	b.right += float64(hit)
	b.promised += p
}

func (t *tally) score() Score {
	n := float64(max(t.n, 1))
	s := Score{
		Adverts: t.n, First: float64(t.first) / n, Five: float64(t.five) / n, Sheets: len(t.by),
		Coverage: float64(t.answered) / n, Accuracy: float64(t.right) / float64(max(t.answered, 1)),
	}
	sheets := make([]int32, 0, len(t.by))
	for sheet := range t.by {
		sheets = append(sheets, sheet)
	}
	slices.Sort(sheets) // sums of floats depend on their order
	for _, sheet := range sheets {
		s.Macro += float64(t.by[sheet][1]) / float64(t.by[sheet][0]) / float64(len(sheets))
	}
	for _, b := range t.bins {
		s.Calibration += math.Abs(b.promised-b.right) / n
	}
	return s
}

// board is the tallies of an evaluation.
type board struct {
	apart            []string
	title, whole     tally
	titleApart       tally
	wholeApart       tally
	leftOut, unknown int
}

// judge scores one advert by a model.
func (b *board) judge(m *Model, d *desk, a Advert, sheet int32) {
	set := func(text string, all, part *tally) {
		rank, p := -1, 0.0
		listed := m.weigh(d, a.Title, text)
		if len(listed) > 0 {
			rank, p = rankOf(listed, d.scores, sheet), float64(maxOf(d.scores))
		}
		all.add(sheet, rank, p, m.Threshold())
		if slices.Contains(b.apart, a.Source) {
			part.add(sheet, rank, p, m.Threshold())
		}
	}
	set("", &b.title, &b.titleApart)
	set(a.Text, &b.whole, &b.wholeApart)
}

// rankOf is how many sheets come before one, -1 when it is not listed.
func rankOf(listed []candidate, scores []float32, sheet int32) int {
	right := slices.IndexFunc(listed, func(c candidate) bool { return c.sheet == sheet })
	if right < 0 {
		return -1
	}
	rank := 0
	for i, s := range scores {
		if s > scores[right] || s == scores[right] && i < right {
			rank++
		}
	}
	return rank
}

func (b *board) evaluation(e Evaluation) Evaluation {
	e.LeftOut, e.Unknown = b.leftOut, b.unknown
	e.Title = Reading{All: b.title.score()}
	e.Whole = &Reading{All: b.whole.score()}
	if len(b.apart) > 0 {
		t, w := b.titleApart.score(), b.wholeApart.score()
		e.Title.Apart, e.Whole.Apart = &t, &w
	}
	return e
}

// knows tells whether a model was trained on an advert's group.
func (m *Model) knows(d *desk, a Advert, by Grouping) bool {
	group, named := d.groups(a)
	list, key := m.groups, group
	if by == ByTitle {
		list, key = m.named, named
	}
	_, found := slices.BinarySearch(list, key)
	return found
}

// Evaluate measures a model on adverts, leaving out those whose group it was trained on. apart are the sources to
// score by themselves too.
func Evaluate(ctx context.Context, m *Model, adverts []Advert, by Grouping, apart []string) (Evaluation, error) {
	b := &board{apart: apart}
	if err := b.run(ctx, m, adverts, by); err != nil {
		return Evaluation{}, err
	}
	return b.evaluation(Evaluation{Way: Unseen, Grouping: by, Trained: m.report}), nil
}

func (b *board) run(ctx context.Context, m *Model, adverts []Advert, by Grouping) error {
	d := m.desk()
	defer m.desks.Put(d)
	for _, a := range adverts {
		if err := ctx.Err(); err != nil {
			return err
		}
		sheet, ok := sheetOf(a.Code, m.parents, m.place)
		switch {
		case !ok:
			b.unknown++
		case m.knows(d, a, by):
			b.leftOut++
		default:
			b.judge(m, d, a, sheet)
		}
	}
	return nil
}

// Limits of folds.
const (
	minFolds = 2
	maxFolds = 20
)

// CrossValidate cuts the adverts of an input into folds, keeps groups together, and scores each fold by a model
// trained on everything else. It trains as many models as there are folds.
func CrossValidate(ctx context.Context, in Input, folds int, by Grouping, apart []string) (Evaluation, error) {
	if folds < minFolds || folds > maxFolds {
		return Evaluation{}, fault.New(fault.Invalid, "cross-validate", "adverts are cut into %d to %d folds, not %d", minFolds, maxFolds, folds)
	}
	lang, err := words.In("fr")
	if err != nil {
		return Evaluation{}, err
	}
	r := &reader{lang: lang}
	parts := make([][]Advert, folds)
	for _, a := range in.Adverts {
		group, named := r.groups(a)
		if by == ByTitle {
			group = named
		}
		f := foldOf(group+1, folds) // another cut than the one models train with
		parts[f] = append(parts[f], a)
	}
	b := &board{apart: apart}
	e := Evaluation{Way: CrossWay, Grouping: by, Folds: folds}
	for f := range parts {
		rest := in
		rest.Adverts = slices.Concat(slices.Concat(parts[:f]...), slices.Concat(parts[f+1:]...))
		m, report, err := Train(ctx, rest)
		if err != nil {
			return Evaluation{}, err
		}
		e.Trained = report
		if err := b.run(ctx, m, parts[f], by); err != nil {
			return Evaluation{}, err
		}
	}
	return b.evaluation(e), nil
}

// heldShare is one title in so many.
const heldShare = 5

// HoldOutTitles holds a fifth of the given titles out, each with every title of the nomenclature and every advert
// of the same words, trains on the rest and scores the titles held out. code gives the sheet of a title.
func HoldOutTitles(ctx context.Context, in Input, titles []Advert) (Evaluation, error) {
	lang, err := words.In("fr")
	if err != nil {
		return Evaluation{}, err
	}
	r := &reader{lang: lang}
	held := map[uint64]bool{}
	var asked []Advert
	for _, t := range titles {
		key := keyOf(r.readTitle(t.Title))
		if foldOf(key, heldShare) == 0 {
			held[key] = true
			asked = append(asked, t)
		}
	}
	isHeld := func(title string) bool { return held[keyOf(r.readTitle(title))] }
	rest := Input{Parents: in.Parents}
	for _, s := range in.Sheets {
		s.Titles = slices.DeleteFunc(slices.Clone(s.Titles), isHeld)
		rest.Sheets = append(rest.Sheets, s)
	}
	for _, a := range in.Adverts {
		if !isHeld(a.Title) {
			rest.Adverts = append(rest.Adverts, a)
		}
	}
	m, report, err := Train(ctx, rest)
	if err != nil {
		return Evaluation{}, err
	}
	b := &board{}
	if err := b.run(ctx, m, asked, ByTitle); err != nil {
		return Evaluation{}, err
	}
	e := b.evaluation(Evaluation{Way: Held, Trained: report})
	e.Whole = nil
	return e, nil
}
