package store_test

import (
	"testing"

	"filiere/internal/occupation/skill"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

func TestSkillsAreFoundByEveryNameTheDataGivesThem(t *testing.T) {
	fr := must[words.Language](t)(words.In("fr"))
	storetest.Each(t, func(t *testing.T, s *store.Store) {
		if spans := must[*skill.Gazetteer](t)(s.Gazetteer(t.Context(), fr)).Find("réaliser un pansement"); len(spans) != 0 {
			t.Errorf("without data, %v is found", spans)
		}
		fill(t, s)
		g := must[*skill.Gazetteer](t)(s.Gazetteer(t.Context(), fr))
		for _, text := range []string{"réaliser un pansement", "Vous faites : faire des pansements"} {
			spans := g.Find(text)
			if len(spans) != 1 || spans[0].Skills[0].ID != "ogr-2" {
				t.Errorf("%q: got %v", text, spans)
			}
		}
		if again := must[*skill.Gazetteer](t)(s.Gazetteer(t.Context(), fr)); again != g {
			t.Error("the gazetteer is made again though nothing changed")
		}
		c := must[skill.Catalogue](t)(s.SkillLabels(t.Context()))
		if len(c.Skills) != 3 || len(c.Labels) != 1 || len(c.Titles) == 0 {
			t.Errorf("got %d skills, %d other names, %d titles", len(c.Skills), len(c.Labels), len(c.Titles))
		}
	})
}
