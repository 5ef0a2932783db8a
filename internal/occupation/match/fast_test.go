package match

import (
	"math"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// What is quick here has a slow way beside it that is plainly right; these tests hold one against the other.

func TestAPanelScoresAsItsCommittee(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		dice := newDice(rapid.Uint64().Draw(t, "seed"))
		c := &Committee{Networks: make([]Network, rapid.IntRange(1, 4).Draw(t, "networks")), Warmth: 0.5 + dice.share()}
		for i := range c.Networks {
			n := &c.Networks[i]
			for k := range weights {
				*n.weight(k) = dice.share() - 0.5
			}
			for k := range n.Mean {
				n.Mean[k], n.Scale[k] = dice.share(), 0.5+dice.share()
			}
		}
		var x Evidence
		for k := range x {
			if dice.below(2) == 0 {
				x[k] = dice.share()
			}
		}
		if got, want := c.panel().Score(&x), c.Score(&x); math.Abs(float64(got-want)) > 1e-4 {
			t.Fatalf("scores %v instead of %v", got, want)
		}
	})
}

func TestRunsAreThoseOfTheText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ws := rapid.SliceOfN(rapid.StringMatching(`[a-z0-9+é]{1,8}`), 1, 5).Draw(t, "words")
		text := " " + strings.Join(ws, " ") + " "
		var want []string
		for n := 3; n <= 4; n++ {
			for i := 0; i+n <= len(text); i++ {
				want = append(want, text[i:i+n])
			}
		}
		slices.Sort(want)
		want = slices.Compact(want)
		var got []string
		for _, r := range runs(ws) {
			got = append(got, strings.TrimRight(string([]byte{byte(r >> 24), byte(r >> 16), byte(r >> 8), byte(r)}), "\x00"))
		}
		if !slices.Equal(got, want) {
			t.Fatalf("%q has %q instead of %q", text, got, want)
		}
	})
}

func TestTheHeaviestAreKept(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.SliceOf(rapid.Custom(func(t *rapid.T) weight {
			return weight{rapid.Int32Range(0, 9).Draw(t, "entry"), float32(rapid.IntRange(0, 4).Draw(t, "value"))}
		})).Draw(t, "weights")
		n := rapid.IntRange(1, 6).Draw(t, "kept")
		var got []weight
		for _, w := range all {
			got = heaviest(got, n, w)
		}
		slices.SortFunc(all, heavier)
		if !slices.Equal(got, all[:min(n, len(all))]) {
			t.Fatalf("kept %v of %v", got, all)
		}
	})
}

func TestAQuestionLeavesNothingBehind(t *testing.T) {
	lang := french(t)
	x := labelsOf(lang, small())
	texts := [][]string{{"boulanger", "artisan"}, {"chef", "rang", "chef"}, {"zzz"}, {"agent", "entretien"}}
	used := x.newQuestion()
	for _, ws := range append(texts, texts...) {
		fresh, s := x.newQuestion(), say(lang, ws)
		x.ask(used, &s)
		x.ask(fresh, &s)
		if !slices.Equal(used.dots, fresh.dots) || !slices.Equal(used.hits[:used.count], fresh.hits[:fresh.count]) || used.head != fresh.head {
			t.Errorf("%v: asked again it is answered otherwise", ws)
		}
		for n := range x.names {
			if hit := slices.Contains(used.hits[:used.count], int32(n)); hit == (used.dots[n] == both{}) {
				t.Errorf("%v: %s is a hit: %v, with %v", ws, x.names[n].text, hit, used.dots[n])
			}
		}
	}
}

// TestAnOpinionWithoutOneTitle holds an opinion that one title was taken out of against that of a sheet which never had
// it.
func TestAnOpinionWithoutOneTitle(t *testing.T) {
	lang, whole := french(t), small()
	m := New(lang, whole, Fixed{})
	for at, title := range whole.Titles {
		shorter := small()
		shorter.Titles = slices.Delete(shorter.Titles, at, at+1)
		want := New(lang, shorter, Fixed{})
		got, kept := m.opinion(m.sheets[title.Sheet], int32(at)), want.opinion(want.sheets[title.Sheet], none)
		for e, entry := range whole.Entries {
			entry, id := int32(e), entry.ID
			if math.Abs(float64(got.likeness(entry)-kept.likeness(entry))) > 1e-6 {
				t.Errorf("without %s, %s is resembled by %v instead of %v", title.Name, id, got.likeness(entry), kept.likeness(entry))
			}
			if got.ties(entry) != kept.ties(entry) {
				t.Errorf("without %s, %s is tied by %v instead of %v", title.Name, id, got.ties(entry), kept.ties(entry))
			}
		}
	}
}

func TestSlowPatternsAreTriedWhereTheyMayMatch(t *testing.T) {
	piece := rapid.SampledFrom([]string{"h", "F", "m", "ſ", "e", "ne", "trice", "é", "Agent", "technicien", "/", "/", "-", " ", "\t", "\u00a0", "(", ")", "1", "_"})
	rapid.Check(t, func(t *rapid.T) {
		title := strings.Join(rapid.SliceOfN(piece, 1, 12).Draw(t, "title"), "")
		if sexes.MatchString(title) && !mayTellSexes(title) {
			t.Errorf("%q tells sexes", title)
		}
		if shortEnding.MatchString(title) && !mayEndShortly(title) {
			t.Errorf("%q ends shortly", title)
		}
	})
}
