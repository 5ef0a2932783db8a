package figure

import "html/template"

// Distribution is what ClassBar draws.
type Distribution struct {
	Counts [Classes + 1]int // by class; 0 counts what has none. Negative counts are left out
	Text   string           // the whole in words: what is counted, and how many of each
	// Part says one segment in words, for a pointer that rests on it; nil for none.
	Part func(class, count int) string
}

// Measures of the small charts, in their own units.
const (
	barWidth   = 240.0
	barHeight  = 16.0
	barGap     = 1.5 // between segments, for neighbours of like colour
	meterSide  = 12.0
	meterPitch = 15.0
)

// ClassBar draws a distribution over the classes as one bar, class 1 at the left and none at the right.
func ClassBar(d Distribution) template.HTML {
	s := &svg{}
	s.raw(`<svg class="figure figure-bar" role="img" aria-label="`).text(d.Text).
		raw(`" viewBox="0 0 240 16" preserveAspectRatio="none">`)
	total := 0.0
	for _, n := range d.Counts {
		total += float64(max(n, 0))
	}
	if total == 0 {
		return s.raw(`<rect class="c0" width="240" height="16"/></svg>`).html()
	}
	x := 0.0
	for _, c := range []int{1, 2, 3, 4, 5, 0} {
		n := d.Counts[c]
		if n <= 0 {
			continue
		}
		w := barWidth * float64(n) / total
		// A class that is there must be seen, however few are in it.
		s.raw(`<rect class="c`).int(c).raw(`"`).attr("x", x).attr("width", max(w-barGap, 1)).attr("height", barHeight).raw(">")
		if d.Part != nil {
			s.title(d.Part(c, n))
		}
		s.raw("</rect>")
		x += w
	}
	return s.raw("</svg>").html()
}

// CauseMeter draws one cause's class as so many of five squares; level 0 draws them dashed, for a cause that
// is not known. text says it in words: the cause and its class.
func CauseMeter(level int, text string) template.HTML {
	s := &svg{}
	s.raw(`<svg class="figure figure-meter" role="img" aria-label="`).text(text).raw(`" viewBox="0 0 74 14">`).title(text)
	unknown := level < 1 || level > Classes
	for i := range Classes {
		class := "off"
		switch {
		case unknown:
			class = "unknown"
		case i < level:
			class = "on"
		}
		s.raw(`<rect class="`).raw(class).raw(`"`).attr("x", 1+float64(i)*meterPitch).attr("y", 1).
			attr("width", meterSide).attr("height", meterSide).raw(` rx="2"/>`)
	}
	return s.raw("</svg>").html()
}

// Likelihood is what Likelihoods draws: how likely each class is.
type Likelihood struct {
	P         [Classes]float64 // index 0 is class 1; what is no share counts as 0
	Low, High int              // the classes of the interval, marked beneath; 0 for none
	Text      string           // the whole in words
	// Share says one share for the eye, above its bar.
	Share func(p float64) string
}

// Measures of Likelihoods, in its own units.
const (
	columnPitch  = 56.0
	columnWidth  = 42.0
	columnHeight = 110.0 // of a certainty
	columnTop    = 22.0  // room for the share above
	columnFoot   = 40.0  // room for the class and the interval below
)

// Likelihoods draws a distribution over the classes as five columns, class 1 at the left, with a line under
// those of the interval. Its text says the same in words.
func Likelihoods(l Likelihood) template.HTML {
	s := &svg{}
	s.raw(`<svg class="figure figure-likely" role="img" aria-label="`).text(l.Text).raw(`" viewBox="0 0 280 172">`)
	foot := columnTop + columnHeight
	s.raw(`<line class="axis" x1="0" x2="280"`).attr("y1", foot).attr("y2", foot).raw(`/>`)
	for i, p := range l.P {
		if !finite(p) {
			p = 0
		}
		p = min(max(p, 0), 1)
		x := columnPitch*float64(i) + (columnPitch-columnWidth)/2
		h := max(columnHeight*p, 1)
		s.raw(`<rect class="c`).int(i+1).raw(`"`).attr("x", x).attr("y", foot-h).attr("width", columnWidth).attr("height", h).raw(`/>`)
		if l.Share != nil {
			s.label("share", x+columnWidth/2, foot-h-6, l.Share(p))
		}
		s.raw(`<text class="column"`).attr("x", x+columnWidth/2).attr("y", foot+18).raw(">").int(i + 1).raw("</text>")
	}
	if l.Low >= 1 && l.High <= Classes && l.Low <= l.High {
		y := foot + columnFoot - 12
		left, right := columnPitch*float64(l.Low-1)+6, columnPitch*float64(l.High)-6
		s.raw(`<path class="interval" d="M`).num(left).raw(" ").num(y - 5).raw("v5H").num(right).raw(`v-5"/>`)
	}
	return s.raw("</svg>").html()
}
