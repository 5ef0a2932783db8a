package web

import (
	"cmp"
	"context"
	"html/template"
	"net/url"
	"slices"
	"strconv"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/territory"
)

// How much of each list an occupation's page shows.
const (
	mostPlaces         = 15
	mostCertifications = 12
	mostSectors        = 8
	mostTrainings      = 8
	mostDifficulties   = 8
	mostTitles         = 60
)

// occupationView is everything known of one occupation.
type occupationView struct {
	Of       occupation.Occupation
	Parents  []occupation.Occupation // widest first
	Children []occupation.Occupation

	Figures      occupation.Occupation // whose tension is shown: Of, or what it corresponds to
	Lent         bool                  // Figures is not Of
	Nation       *market.Row           // the published cell, or the computed one where nothing is published
	NationSource lender                // where Nation is of yet another occupation
	Later        *market.Row           // a newer, computed cell beside a published one
	Main         []string              // the causes that push tension up
	Causes       []cause

	History historyView
	Where   whereView

	Remedy   *remedyView // in the country
	Forecast *forecastView
	Estimate *chosenEstimate
	Sentence string        // of the estimate
	Likely   template.HTML // its distribution

	Difficulties       []market.Difficulty
	DifficultiesExport export

	Sheets        []market.Correspondence // the ROME sheets, where there are several to tell skills and titles
	Skills        skillsView
	Near          []market.NearOccupation
	NearSource    lender
	Certs         []occupation.Certification
	CertsTotal    int
	CertsSource   lender
	Sectors       []market.HiringSector
	SectorSource  lender
	Pay           []market.PayBand
	PaySource     lender
	Training      []market.Training
	Titles        []occupation.Title
	TitlesMore    int
	Related       []relatedList
	Export        export
	RelatedExport export
}

// At is where a place of the occupation leads: to the occupation there, where it has estimates.
func (o occupationView) At(a territory.ID) string {
	if o.Estimate == nil {
		return areaAddress(a)
	}
	return cellAddress(o.Of.ID, a)
}

// lender is the occupation a part of the page was borrowed from.
type lender struct {
	From  occupation.Occupation
	Lent  bool
	Among int // of how many that correspond it is the largest; 0 when it was the only one asked for
}

// Export is where a list of the occupation that lends its figures can be had as a table.
func (l lender) Export(list string) export {
	return exportFrom("occupations/"+url.PathEscape(string(l.From.ID))+"/"+list, nil)
}

type historyView struct {
	lender
	Rows   []market.Row
	Chart  template.HTML
	Export export
}

type skillsView struct {
	lender
	Core, Other []market.RankedSkill
}

// whereView is where an occupation is tense.
type whereView struct {
	Level   territory.Level
	Levels  []choice
	Edition market.Edition
	Top     []market.Row
	Counts  cellCounts
	Drawing template.HTML
	Map     string
}

// relatedList is what corresponds to the occupation in one nomenclature.
type relatedList struct {
	Nomenclature occupation.Nomenclature
	Entries      []market.Correspondence
}

// occupation shows one occupation.
func (s *server) occupation(ctx context.Context, v *visit) (page, error) {
	p := page{name: "occupation", room: "nav.occupations"}
	o, err := s.reader.Occupation(ctx, occupation.ID(v.PathValue("id")))
	if err != nil {
		return p, err
	}
	p.title = o.Label
	es, err := s.editions(ctx)
	if err != nil {
		return p, err
	}
	related, err := s.reader.Correspondences(ctx, o.ID)
	if err != nil {
		return p, err
	}
	b := &occupationBuilder{server: s, ctx: ctx, v: v, editions: es, related: related}
	b.view.Of = o
	for _, step := range []func() error{
		b.family, b.chooseFAP, b.figures, b.history, b.where, b.likely, b.difficulties, b.byROME, b.byFAP, b.names,
	} {
		if err := step(); err != nil {
			return p, err
		}
	}
	p.data = b.view
	return p, nil
}

// occupationBuilder fills an occupationView, part by part.
type occupationBuilder struct {
	server   *server
	ctx      context.Context //nolint:containedctx // lives for one request
	v        *visit
	editions editions
	related  []market.Correspondence
	fap      lender // the FAP 2009 family that stands for the occupation
	hasFAP   bool
	sheet    sheetEstimates
	view     occupationView
}

// lend finds the entry of one of the nomenclatures that stands for the occupation: itself, or the first
// it corresponds to. ok is false when there is none.
func (b *occupationBuilder) lend(accept func(occupation.ID) bool) (l lender, ok bool) {
	if accept(b.view.Of.ID) {
		return lender{From: b.view.Of}, true
	}
	for _, c := range b.related {
		if c.Quality != occupation.Unconfirmed && accept(c.Occupation.ID) {
			return lender{From: c.Occupation, Lent: true}, true
		}
	}
	return lender{}, false
}

// in accepts the entries of a nomenclature at its finest grain.
func in(n occupation.Nomenclature) func(occupation.ID) bool {
	return func(id occupation.ID) bool { return id.Nomenclature() == n && id.Grain() == occupation.Detailed }
}

// family reads what stands above and below the occupation.
func (b *occupationBuilder) family() error {
	for id := b.view.Of.ID.Parent(); id != ""; id = id.Parent() {
		o, err := b.server.reader.Occupation(b.ctx, id)
		if fault.CodeOf(err) == fault.NotFound {
			continue // not every nomenclature names its upper grains
		}
		if err != nil {
			return err
		}
		b.view.Parents = append(b.view.Parents, o)
	}
	slices.Reverse(b.view.Parents)
	var err error
	b.view.Children, err = b.server.reader.Children(b.ctx, b.view.Of.ID)
	return err
}

// chooseFAP finds the FAP 2009 family that stands for the occupation: itself, or the largest of those it
// corresponds to, for a sheet that spans two families is mostly of the larger.
func (b *occupationBuilder) chooseFAP() error {
	b.fap, b.hasFAP = b.lend(in(occupation.FAP2009))
	candidates := b.entries(occupation.FAP2009)
	if !b.hasFAP || !b.fap.Lent || len(candidates) < 2 {
		return nil
	}
	most := -1.0
	for _, c := range candidates {
		rows, err := b.server.reader.History(b.ctx, c.Occupation.ID, territory.France)
		if err != nil {
			return err
		}
		for _, r := range rows {
			if r.Employment.Known() && r.Employment.Float > most {
				most, b.fap.From = r.Employment.Float, c.Occupation
			}
		}
	}
	b.fap.Among = len(candidates)
	return nil
}

// figures finds the occupation whose cells are shown, its national cell, and why it is as it is.
func (b *occupationBuilder) figures() error {
	l, ok := b.lend(func(id occupation.ID) bool { return len(b.editions.of(id)) > 0 })
	if !ok {
		return nil
	}
	b.view.Figures, b.view.Lent = l.From, l.Lent
	b.view.Export = exportOf(url.Values{"occupation": {string(l.From.ID)}})
	if err := b.nation(l.From); err != nil {
		return err
	}
	if b.hasFAP && b.view.Nation == nil && b.fap.Lent {
		// Its basins may have figures where the country has none: too few of them to add up.
		if err := b.nation(b.fap.From); err != nil {
			return err
		}
		b.view.NationSource = b.fap
	}
	if b.view.Nation != nil {
		b.view.Causes = causesOf(b.v.Locale, b.view.Nation.Cell)
		b.view.Main = mainCauses(b.v.Locale, b.view.Nation.Cell)
	}
	return nil
}

// nation reads the newest national cell with a published class, and a newer one without it; where nothing
// is published, the newest there is.
func (b *occupationBuilder) nation(o occupation.Occupation) error {
	rows, err := b.server.reader.History(b.ctx, o.ID, territory.France)
	if err != nil {
		return err
	}
	for i := range slices.Backward(rows) {
		r := rows[i]
		if r.Class == 0 {
			continue
		}
		if r.Origin == market.Published {
			b.view.Nation = &r
			return nil
		}
		if b.view.Later == nil {
			b.view.Later = &r
		}
	}
	b.view.Nation, b.view.Later = b.view.Later, nil
	return nil
}

// fewestYears is how many years make a history worth drawing.
const fewestYears = 3

// history reads the national series: the occupation's own, or that of the FAP it corresponds to.
func (b *occupationBuilder) history() error {
	own, _ := b.lend(func(id occupation.ID) bool { return id == b.view.Figures.ID })
	for _, l := range []lender{own, b.fap} {
		if l.From.ID == "" {
			continue
		}
		rows, err := b.server.reader.History(b.ctx, l.From.ID, territory.France)
		if err != nil {
			return err
		}
		if len(rows) >= fewestYears {
			b.view.History = historyView{
				lender: l, Rows: rows, Chart: historyChart(b.v.Locale, l.From.Label, rows),
				Export: exportFrom("occupations/"+url.PathEscape(string(l.From.ID))+"/history", nil),
			}
			return nil
		}
	}
	return nil
}

// where reads the level asked for and draws it.
func (b *occupationBuilder) where() error {
	var err error
	if b.sheet, err = b.server.estimatesOf(b.ctx, b.view.Of.ID, b.view.Figures.ID); err != nil {
		return err
	}
	own := b.editions.of(b.view.Figures.ID)
	offered := own.levels()
	level, asked := wantedLevel(b.v, offered)
	if !asked {
		level = defaultLevel(own)
	}
	e, ok := own.at(level).best()
	if !ok {
		return nil
	}
	rows, err := b.server.reader.CellsOf(b.ctx, b.view.Figures.ID, e.Level, e.Zoning, e.Year)
	if err != nil {
		return err
	}
	link := areaAddress
	var xs map[territory.ID]market.Estimate
	if b.sheet.sheet == b.view.Figures.ID && b.sheet.There() {
		link = func(a territory.ID) string { return cellAddress(b.view.Of.ID, a) }
		if e.Year == b.sheet.all.Year {
			xs = b.sheet.in(cmp.Or(e.Zoning, territory.DefaultZoning(e.Level)))
			rows = b.sheet.fill(rows, xs)
		}
	}
	w := &b.view.Where
	w.Level, w.Levels, w.Edition = level, levelChoices(b.v, offered, level), e
	w.Counts, w.Map = countCells(rows), mapAddress(b.view.Figures.ID, level, e.Year)
	w.Top = tensest(rows, mostPlaces)
	w.Drawing, err = b.server.drawCells(b.ctx, b.v, drawing{
		title: b.v.T("map.figure.title", "occupation", b.view.Figures.Label, "year", strconv.Itoa(e.Year)),
		level: e.Level, zoning: e.Zoning, rows: rows, link: link, likely: xs,
	})
	return err
}

// likely reads what is estimated of the occupation in the area its reader chose, what is forecast of it, and
// whether training can cure it.
func (b *occupationBuilder) likely() error {
	var err error
	if b.view.Figures.ID != "" {
		if b.view.Remedy, err = b.server.remedyOf(b.ctx, b.v, b.view.Figures.ID, territory.France); err != nil {
			return err
		}
	}
	own := lender{From: b.view.Of}
	if b.view.Forecast, err = b.server.forecastOf(b.ctx, own, b.fap); err != nil {
		return err
	}
	if b.view.Estimate, err = b.server.chosenArea(b.ctx, b.v, b.view.Of.ID, b.sheet, b.view.Where.Level); err != nil {
		return err
	}
	if b.view.Estimate != nil {
		b.view.Sentence, b.view.Likely = estimateText(b.v.Locale, b.view.Estimate.Estimate), likelihoods(b.v.Locale, b.view.Estimate.Estimate)
	}
	return nil
}

// difficulties reads the BMO, which names occupations in FAP 2021: the occupation itself, what corresponds
// to it, or what corresponds to its FAP 2009.
func (b *occupationBuilder) difficulties() error {
	ids := fap2021(b.view.Of.ID, b.related)
	if len(ids) == 0 {
		if !b.hasFAP || !b.fap.Lent {
			return nil
		}
		related, err := b.server.reader.Correspondences(b.ctx, b.fap.From.ID)
		if err != nil {
			return err
		}
		ids = fap2021(b.fap.From.ID, related)
	}
	for _, id := range ids[:min(len(ids), mostDifficulties)] {
		ds, err := b.server.reader.Difficulties(b.ctx, id, territory.France, 0, 1)
		if err != nil {
			return err
		}
		b.view.Difficulties = append(b.view.Difficulties, ds...)
	}
	if ds := b.view.Difficulties; len(ds) > 0 {
		q := url.Values{"area": {string(territory.France)}, "year": {strconv.Itoa(ds[0].Year)}}
		if len(ds) == 1 {
			q.Set("occupation", string(ds[0].Occupation))
		}
		b.view.DifficultiesExport = exportFrom("difficulties", q)
	}
	return nil
}

// fap2021 lists the FAP 2021 entries that stand for an occupation.
func fap2021(o occupation.ID, related []market.Correspondence) []occupation.ID {
	var ids []occupation.ID
	if o.Nomenclature() == occupation.FAP2021 {
		ids = append(ids, o)
	}
	for _, c := range related {
		if c.Occupation.ID.Nomenclature() == occupation.FAP2021 && c.Quality != occupation.Unconfirmed {
			ids = append(ids, c.Occupation.ID)
		}
	}
	return ids
}

// byROME reads what is linked to ROME sheets: skills, moves, certifications, sectors.
func (b *occupationBuilder) byROME() error {
	l, ok := b.lend(in(occupation.ROME3))
	if !ok {
		return nil
	}
	if l.Lent {
		if b.view.Sheets = b.entries(occupation.ROME3); len(b.view.Sheets) > 1 {
			return nil // each sheet tells its own; to pick one would mislead
		}
		b.view.Sheets = nil
	}
	var err error
	skills, err := b.server.reader.Skills(b.ctx, l.From.ID)
	if err != nil {
		return err
	}
	b.view.Skills.lender = l
	for _, sk := range skills {
		if sk.Core {
			b.view.Skills.Core = append(b.view.Skills.Core, sk)
		} else {
			b.view.Skills.Other = append(b.view.Skills.Other, sk)
		}
	}
	b.view.NearSource, b.view.CertsSource, b.view.SectorSource = l, l, l
	if b.view.Near, err = b.server.reader.Near(b.ctx, l.From.ID); err != nil {
		return err
	}
	b.view.Certs, b.view.CertsTotal, err = b.server.reader.Certifications(b.ctx, l.From.ID, true, mostCertifications)
	if err != nil {
		return err
	}
	b.view.Sectors, err = b.server.reader.Sectors(b.ctx, l.From.ID, mostSectors)
	return err
}

// entries lists what surely corresponds to the occupation in a nomenclature.
func (b *occupationBuilder) entries(n occupation.Nomenclature) []market.Correspondence {
	var es []market.Correspondence
	for _, c := range b.related {
		if c.Quality != occupation.Unconfirmed && in(n)(c.Occupation.ID) {
			es = append(es, c)
		}
	}
	return es
}

// byFAP reads what is published by family: pay bands, training specialities.
func (b *occupationBuilder) byFAP() error {
	if !b.hasFAP {
		return nil
	}
	l := b.fap
	b.view.PaySource = l
	var err error
	if b.view.Pay, err = b.server.reader.Pay(b.ctx, l.From.ID); err != nil {
		return err
	}
	b.view.Training, err = b.server.reader.Trainings(b.ctx, l.From.ID, mostTrainings)
	return err
}

// names reads the titles people use and the entries of other nomenclatures.
func (b *occupationBuilder) names() error {
	titles, err := b.server.reader.Titles(b.ctx, b.view.Of.ID)
	if err != nil {
		return err
	}
	shown := min(len(titles), mostTitles)
	b.view.Titles, b.view.TitlesMore = titles[:shown], len(titles)-shown
	for _, n := range occupation.Nomenclatures() {
		list := relatedList{Nomenclature: n}
		for _, c := range b.related {
			if c.Occupation.ID.Nomenclature() == n {
				list.Entries = append(list.Entries, c)
			}
		}
		if len(list.Entries) > 0 {
			b.view.Related = append(b.view.Related, list)
		}
	}
	b.view.RelatedExport = exportFrom("occupations/"+url.PathEscape(string(b.view.Of.ID))+"/correspondences", nil)
	return nil
}
