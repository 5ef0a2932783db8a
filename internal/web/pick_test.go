package web_test

import (
	"regexp"
	"strings"
	"testing"

	"filiere/internal/territory"
)

var pickedOption = regexp.MustCompile(`<option value="([^"]*)" selected>`)

func TestTheAreaAskedForIsTheOnePicked(t *testing.T) {
	s := newSite(t, likelyStore(t))
	address := "/occupations/" + string(madeSheet(0)) + "?level=bassin"
	for query, want := range map[string]territory.ID{
		"":                                       territory.France,
		"&area=" + string(madeBasin(0)):          madeBasin(0),
		"&area=" + string(madeBasin(31)):         madeBasin(31),
		"&area=dep-69":                           "dep-69", // of another level: it stands beside those of this one
		`&area=%22%3E%3Cscript%3E`:               territory.France,
		"&area=" + string(madeBasin(madeBasins)): territory.France, // there is no such
	} {
		body := s.get(address+query, "Accept-Language", "en").Body.String()
		_, list, _ := strings.Cut(body, `<select id="area" name="area">`)
		list, _, found := strings.Cut(list, `</select>`)
		picked := pickedOption.FindAllStringSubmatch(list, -1)
		if !found || len(picked) != 1 || picked[0][1] != string(want) {
			t.Errorf("%s: picked %q, want %q", address+query, picked, want)
		}
		for i := range madeBasins {
			if n := strings.Count(list, `value="`+string(madeBasin(i))+`"`); n != 1 {
				t.Errorf("%s: %q is offered %d times", address+query, madeBasin(i), n)
			}
		}
	}
}
