package coder

import (
	"context"
	"math"
	"slices"

	"golang.org/x/sync/errgroup"

	"filiere/internal/occupation/words"
)

// How adverts are used.
const (
	crossFolds     = 4   // in which the ranker's adverts are kept from the readings
	atOnce         = 2   // readings learned at once: each takes some 150 MB while it learns
	plenty         = 30  // adverts of a sheet, from where on each counts less
	plentyPower    = 0.4 // how much less: the weight of an advert is (plenty/adverts)^power
	rankerPlenty   = 10
	rankerPower    = 0.5
	titlesKept     = 5 // one title of the nomenclature in so many is kept from a fold
	titleWeight    = 0.5
	calibrateSteps = 60
)

// Trust is the share of answers that are right when a coder answers only where it is sure enough; where it would
// be less it says that it does not know.
const Trust = 0.9

// Report says what a coder learned from.
type Report struct {
	Sheets        int     `json:"sheets"`
	Titles        int     `json:"titles"`
	Adverts       int     `json:"adverts"`
	WithText      int     `json:"with_text"`
	Unknown       int     `json:"unknown_codes"` // adverts whose code is of no sheet: not used
	AdvertSheets  int     `json:"sheets_with_adverts"`
	TitleFeatures int     `json:"title_features"`
	TextFeatures  int     `json:"text_features"`
	Temperature   float64 `json:"temperature"`
	Threshold     float64 `json:"threshold"` // of probability, under which the answer is "don't know"
	Input         string  `json:"input"`     // hash of all that was learned from
}

// Train learns a coder. The same input gives the same model, byte for byte, in whatever order it comes and on any
// number of cores. It returns an Invalid fault when there is nothing to code to, and stops when ctx does.
func Train(ctx context.Context, in Input) (*Model, Report, error) {
	if err := in.check(); err != nil {
		return nil, Report{}, err
	}
	lang, err := words.In("fr")
	if err != nil {
		return nil, Report{}, err
	}
	in = in.sorted()
	print, err := in.fingerprint()
	if err != nil {
		return nil, Report{}, err
	}
	p := prepare(in, lang)
	e, trials, err := p.crossFit(ctx)
	if err != nil {
		return nil, Report{}, err
	}
	m := &Model{lang: lang, evidence: *e, parents: in.Parents}
	for _, s := range in.Sheets {
		m.sheets = append(m.sheets, s.Code)
	}
	if err := m.learnRankers(ctx, trials); err != nil {
		return nil, Report{}, err
	}
	m.remember(p)
	m.report = p.report(print, m)
	return m, m.report, m.index()
}

func (p *prepared) report(print string, m *Model) Report {
	r := Report{
		Sheets: p.sheets, Titles: len(p.titles), Adverts: len(p.adverts), Unknown: p.unknown, TitleFeatures: p.titleRow.size(),
		TextFeatures: p.textRow.size(), Temperature: float64(m.temperature), Threshold: float64(m.threshold), Input: print,
	}
	seen := map[int32]bool{}
	for _, a := range p.adverts {
		seen[a.sheet] = true
		if len(a.text) > 0 {
			r.WithText++
		}
	}
	r.AdvertSheets = len(seen)
	return r
}

// folded is a trial and the fold its advert is in.
type folded struct {
	trial
	fold int
}

// heldTitle is the fold a title of the nomenclature is kept from, so that the ranker also learns from titles nobody
// knows, of sheets without adverts. Most are kept from none: adverts are to be read with nearly all of them.
func heldTitle(features []uint64) int { return foldOf(keyOf(features), crossFolds*titlesKept) }

// noFold is the fold no advert is in: what is learned without it is learned from all.
const noFold = -1

// foldOf puts an advert into a fold by its group, so that an advert published twice is in one.
func foldOf(group uint64, folds int) int { return int(mix(group^0x5bd1e995) >> 8 % uint64(folds)) }

// crossFit learns the readings from all adverts, and in folds from all but one: the ranker learns from what
// those say of adverts they do not know.
func (p *prepared) crossFit(ctx context.Context) (*evidence, []folded, error) {
	var whole *evidence
	var parts [crossFolds][]folded
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	for fold := noFold; fold < crossFolds; fold++ {
		g.Go(func() error {
			e, err := p.learn(ctx, fold)
			if err != nil {
				return err
			}
			if fold == noFold {
				whole = e
				return nil
			}
			parts[fold] = p.trials(e, fold)
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return nil, nil, err
	}
	return whole, slices.Concat(parts[:]...), nil
}

// learn makes the readings without the adverts of a fold.
func (p *prepared) learn(ctx context.Context, without int) (*evidence, error) {
	e := &evidence{sheets: p.sheets, titleRow: p.titleRow, textRow: p.textRow, rarity: p.rarity, offers: p.offers}
	count := make([]float32, p.sheets)
	titles := slices.Clone(p.titles)
	titles = slices.DeleteFunc(titles, func(t titleSeen) bool { return heldTitle(t.features) == without && without != noFold })
	p = &prepared{sheets: p.sheets, titles: slices.Clone(titles), texts: p.texts, adverts: p.adverts}
	var known []readAdvert
	for _, a := range p.adverts {
		if foldOf(a.group, crossFolds) != without {
			known = append(known, a)
			count[a.sheet]++
			titles = append(titles, titleSeen{features: a.title, sheet: a.sheet})
		}
	}
	for _, n := range count {
		e.adverts = append(e.adverts, logf(n+0.5))
	}
	e.near = newNeighbours(titles)
	byTitle, byWhole := p.lessons(e, known, count)
	w, err := learn(ctx, p.sheets, e.titleRow.size(), byTitle)
	if err != nil {
		return nil, err
	}
	e.title = w.quantise()
	if w, err = learn(ctx, p.sheets, e.textRow.size()+e.titleRow.size(), byWhole); err != nil {
		return nil, err
	}
	e.whole = w.quantise()
	e.gist = e.newGist(p.texts, p.titles)
	return e, nil
}

// lessons are what the two linear models learn: titles alone, and texts, titles and both.
func (p *prepared) lessons(e *evidence, adverts []readAdvert, count []float32) (byTitle, byWhole []lesson) {
	teach := func(title []uint64, text []counted, sheet int32, weight float32) {
		l := lesson{sheet: sheet, weight: weight}
		e.fillText(text, &l.bag)
		if len(l.rows) > 0 || len(text) == 0 {
			e.fillTitle(title, &l.bag, e.textRow.size())
			byWhole = append(byWhole, l)
		}
		if len(text) > 0 && len(title) > 0 {
			alone := lesson{sheet: sheet, weight: weight}
			e.fillTitle(title, &alone.bag, e.textRow.size())
			byWhole = append(byWhole, alone)
		}
		if len(title) > 0 {
			l := lesson{sheet: sheet, weight: weight}
			e.fillTitle(title, &l.bag, 0)
			byTitle = append(byTitle, l)
		}
	}
	for _, t := range p.texts {
		teach(nil, t.features, t.sheet, 1)
	}
	for _, t := range p.titles {
		teach(t.features, nil, t.sheet, 1)
	}
	for _, a := range adverts {
		teach(a.title, a.text, a.sheet, rareness(count[a.sheet], plenty, plentyPower))
	}
	return byTitle, byWhole
}

func rareness(count, plenty float32, power float64) float32 {
	return float32(math.Pow(float64(plenty/max(plenty, count)), power))
}

// trials are the adverts of a fold as readings see them that do not know them: with their text, and without.
func (p *prepared) trials(e *evidence, fold int) []folded {
	count := make([]float32, p.sheets)
	for _, a := range p.adverts {
		count[a.sheet]++
	}
	d := &desk{}
	var out []folded
	try := func(title []uint64, text []counted, sheet int32, weight float32) {
		listed := e.weigh(title, text, d)
		right := slices.IndexFunc(listed, func(c candidate) bool { return c.sheet == sheet })
		out = append(out, folded{trial{slices.Clone(listed), right, weight}, fold})
	}
	for _, t := range p.titles {
		if len(t.features) > 0 && heldTitle(t.features) == fold {
			try(t.features, nil, t.sheet, titleWeight)
		}
	}
	for _, a := range p.adverts {
		if foldOf(a.group, crossFolds) != fold {
			continue
		}
		weight := rareness(count[a.sheet], rankerPlenty, rankerPower)
		if len(a.title) > 0 {
			try(a.title, nil, a.sheet, weight)
		}
		if len(a.text) > 0 {
			try(a.title, a.text, a.sheet, weight)
		}
	}
	return out
}

// learnRankers learns the committee from all trials; and one ranker a fold without that fold's, to measure how
// sure it may be.
func (m *Model) learnRankers(ctx context.Context, trials []folded) error {
	m.committee = make([]*ranker, committees)
	judges := make([]*ranker, crossFolds)
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce)
	without := func(fold int) []trial {
		var out []trial
		for _, t := range trials {
			if t.fold != fold && t.right >= 0 {
				out = append(out, t.trial)
			}
		}
		return out
	}
	for i := range m.committee {
		g.Go(func() error {
			m.committee[i] = learnRanker(without(noFold), uint64(7+i))
			return ctx.Err()
		})
	}
	for fold := range judges {
		g.Go(func() error {
			judges[fold] = learnRanker(without(fold), 7)
			return ctx.Err()
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	m.calibrate(trials, judges)
	return nil
}

// calibrate finds the temperature that makes the probabilities of unknown adverts most likely, and the
// probability from where on answers may be trusted.
func (m *Model) calibrate(trials []folded, judges []*ranker) {
	scores := make([][]float32, len(trials))
	for i, t := range trials {
		scores[i] = make([]float32, len(t.candidates))
		scoreBy([]*ranker{judges[t.fold]}, t.candidates, scores[i])
	}
	best := math.Inf(1)
	m.temperature = 1
	for step := range calibrateSteps {
		temperature := 0.4 * math.Pow(1.04, float64(step))
		if loss := lossAt(trials, scores, temperature); loss < best {
			best, m.temperature = loss, float32(temperature)
		}
	}
	m.threshold = trusted(trials, scores, m.temperature)
}

func lossAt(trials []folded, scores [][]float32, temperature float64) float64 {
	var loss float64
	for i, t := range trials {
		if t.right < 0 {
			continue
		}
		top := float64(maxOf(scores[i]))
		var sum float64
		for _, s := range scores[i] {
			sum += math.Exp((float64(s) - top) / temperature)
		}
		loss += math.Log(sum) - (float64(scores[i][t.right])-top)/temperature
	}
	return loss
}

// trusted is the least probability such that, of the adverts answered with it or more, Trust are right.
func trusted(trials []folded, scores [][]float32, temperature float32) float32 {
	type answer struct {
		p     float32
		right bool
	}
	var answers []answer
	for i, t := range trials {
		p := slices.Clone(scores[i])
		probable(p, temperature)
		top := slices.Index(p, maxOf(p))
		answers = append(answers, answer{p[top], top == t.right})
	}
	slices.SortStableFunc(answers, func(a, b answer) int {
		switch {
		case a.p > b.p:
			return -1
		case a.p < b.p:
			return 1
		}
		return 0
	})
	threshold, right := float32(1), 0
	for i, a := range answers {
		if a.right {
			right++
		}
		if float64(right) >= Trust*float64(i+1) {
			threshold = a.p
		}
	}
	return threshold
}

func scoreBy(committee []*ranker, candidates []candidate, out []float32) {
	var z [clues]float32
	var lit [cells]float32
	for i := range candidates {
		out[i] = 0
		for _, r := range committee {
			r.see(&candidates[i].clue, &z)
			out[i] += r.score(&z, &lit)
		}
		out[i] /= float32(len(committee))
	}
}

// probable makes probabilities of scores.
func probable(scores []float32, temperature float32) {
	for i := range scores {
		scores[i] /= temperature
	}
	softmax(scores)
}
