package place_test

import (
	"slices"
	"strings"
	"testing"

	"filiere/internal/territory"
	"filiere/internal/territory/place"
)

// small is a country of a few communes.
func small() *place.Finder {
	dep := func(code, label, region string) territory.Area {
		return territory.Area{ID: territory.Make(territory.Departements, code), Label: label, Region: territory.Make(territory.Regions, region)}
	}
	com := func(code, label, departement string, lat, lon float64) territory.Area {
		return territory.Area{ID: territory.Make(territory.Communes, code), Label: label, Departement: territory.Make(territory.Departements, departement), Lat: lat, Lon: lon}
	}
	in := func(commune, zone string) territory.Membership {
		return territory.Membership{Commune: territory.Make(territory.Communes, commune), Area: territory.Make(territory.Zones2020, zone)}
	}
	names := place.Names{
		Areas: []territory.Area{
			{ID: "reg-84", Label: "Auvergne-Rhône-Alpes"},
			dep("69", "Rhône", "84"), dep("01", "Ain", "84"), dep("74", "Haute-Savoie", "84"), dep("75", "Paris", "11"), dep("93", "Seine-Saint-Denis", "11"), dep("974", "La Réunion", "04"),
			com("69123", "Lyon", "69", 45.76, 4.84), com("69388", "Lyon 08", "", 45.73, 4.87), com("69029", "Bron", "69", 45.73, 4.91),
			com("75056", "Paris", "75", 48.86, 2.34), com("75109", "Paris 09", "", 48.87, 2.34),
			com("93066", "Saint-Denis", "93", 48.93, 2.35), com("97411", "Saint-Denis", "974", -20.9, 55.45),
			com("01399", "Ségny", "01", 46.29, 6.07), com("01160", "Gex", "01", 46.33, 6.05), com("01173", "Cessy", "01", 46.32, 6.07),
			com("69256", "Vaulx-en-Velin", "69", 45.78, 4.92),
		},
		Postal: []territory.Postal{
			{Commune: "com-69029", Code: "69500", Name: "BRON"},
			{Commune: "com-75109", Code: "75009", Name: "PARIS"},
			{Commune: "com-01399", Code: "01170", Name: "SEGNY"},
			{Commune: "com-01160", Code: "01170", Name: "GEX"},
			{Commune: "com-01173", Code: "01170", Name: "CESSY"},
			{Commune: "com-93066", Code: "93200", Name: "ST DENIS"},
			{Commune: "com-97411", Code: "97400", Name: "ST DENIS"},
		},
		Members: territory.NewResolver(
			[]territory.Membership{in("69123", "8421"), in("69029", "8421"), in("01399", "8406"), in("01160", "8406"), in("01173", "8406"), in("69266", "8421"), in("93066", "1109"), in("97411", "0401")},
			[]territory.Passage{{Old: "com-69257", New: "com-69266", Year: 2020}},
		),
	}
	return place.New(names)
}

func TestFindsWhatIsWritten(t *testing.T) {
	for _, c := range []struct {
		w        place.Written
		communes string // codes
		how      place.How
		zone     territory.ID // of 2020
	}{
		{place.Written{Text: "69 - LYON 08"}, "69388", place.ByCode, "ze2020-8421"},
		{place.Written{Text: "Lyon 8ème"}, "69388", place.ByCode, "ze2020-8421"},
		{place.Written{Text: "75 - Paris 9e Arrondissement"}, "75109", place.ByCode, ""},
		{place.Written{Text: "69 - Bron (69500)"}, "69029", place.ByName, "ze2020-8421"},
		{place.Written{Text: "avenue Pierre Mendès France 69500 bron"}, "69029", place.ByName, "ze2020-8421"},
		{place.Written{Text: "VAULX EN VELIN 69"}, "69256", place.ByName, ""},
		{place.Written{Text: "01 - SEGNY"}, "01399", place.ByName, "ze2020-8406"},
		{place.Written{Text: "01170"}, "01399 01160 01173", place.ByPostalCode, "ze2020-8406"},
		{place.Written{PostalCode: "01170", Lat: 46.331, Lon: 6.051}, "01160", place.ByPoint, "ze2020-8406"},
		{place.Written{Text: "93 - ST DENIS"}, "93066", place.ByName, "ze2020-1109"},
		{place.Written{Text: "974 - Saint-Denis"}, "97411", place.ByName, "ze2020-0401"},
		{place.Written{Text: "Saint-Denis"}, "", place.NotFound, ""}, // there are two
		{place.Written{Text: "69388", PostalCode: "69008"}, "69388", place.ByCode, "ze2020-8421"},
		{place.Written{Commune: "69257"}, "69257", place.ByCode, "ze2020-8421"}, // of an earlier year
		{place.Written{Commune: "99999", Text: "Gex"}, "01160", place.ByNameAlone, "ze2020-8406"},
		{place.Written{Lat: 45.729, Lon: 4.912}, "69029", place.ByPoint, "ze2020-8421"},
		{place.Written{Lat: 0.5, Lon: 0.5}, "", place.NotFound, ""},
		{place.Written{Text: "69 - Rhône"}, "", place.ByWider, ""},
		{place.Written{Text: "Savoie (Haute)"}, "", place.ByWider, ""},
		{place.Written{Text: "Auvergne-Rhône-Alpes"}, "", place.ByWider, ""},
		{place.Written{Text: "75 - Paris"}, "75056", place.ByName, ""},
		{place.Written{Text: "99999 Nulle-Part"}, "", place.NotFound, ""},
		{place.Written{Text: "France"}, "", place.NotFound, ""},
		{place.Written{}, "", place.NotFound, ""},
	} {
		f := small()
		got := f.Find(c.w)
		var codes []string
		for _, id := range got.Communes {
			codes = append(codes, id.Code())
		}
		if strings.Join(codes, " ") != c.communes || got.How != c.how {
			t.Errorf("%+v: got %v by %s, want %s by %s", c.w, codes, got.How, c.communes, c.how)
		}
		if zone, _ := f.Area(got, territory.Zones2020); zone != c.zone {
			t.Errorf("%+v: lies in %q, want %q", c.w, zone, c.zone)
		}
	}
}

func TestWiderPlacesAreNamedAsFarAsTheyGo(t *testing.T) {
	f := small()
	if got := f.Find(place.Written{Text: "Savoie (Haute)"}); got.Departement != "dep-74" || got.Region != "reg-84" {
		t.Errorf("a département inverted: %+v", got)
	}
	if got := f.Find(place.Written{Text: "Auvergne-Rhône-Alpes"}); got.Departement != "" || got.Region != "reg-84" {
		t.Errorf("a région: %+v", got)
	}
	if got := f.Find(place.Written{Text: "zone inconnue", PostalCode: "69999"}); got.Departement != "dep-69" || got.How != place.ByWider {
		t.Errorf("a postal code of one firm: %+v", got)
	}
}

// FuzzFind: whatever is written, what is found is known and hangs together.
func FuzzFind(f *testing.F) {
	for _, s := range []string{"69 - LYON 08", "01170", "Bron (69500)", "\xff\xfe", strings.Repeat("saint ", 200), "𝟿𝟹 - ST DENIS", "1er 2e 3ème", "paris paris 20"} {
		f.Add(s, "", "", 0.0, 0.0)
	}
	f.Add("", "01170", "2A", 46.33, 6.05)
	finder := small()
	f.Fuzz(func(t *testing.T, text, postal, departement string, lat, lon float64) {
		got := finder.Find(place.Written{Text: text, PostalCode: postal, Departement: departement, Lat: lat, Lon: lon})
		if (got.How == place.NotFound) != (len(got.Communes) == 0 && got.Departement == "" && got.Region == "") {
			t.Errorf("%q: %+v", text, got)
		}
		if slices.Contains(got.Communes, territory.ID("")) {
			t.Errorf("%q: a commune without a code: %+v", text, got)
		}
		finder.Area(got, territory.Zones2020)
	})
}

func BenchmarkFind(b *testing.B) {
	folder := realFolder(b)
	f := realFinder(b, folder)
	adverts := realAdverts(b, folder)
	b.ResetTimer()
	i := 0
	for b.Loop() {
		a := adverts[i%len(adverts)]
		f.Find(place.Written{Text: a.Lieu, PostalCode: a.CodePostal, Lat: float64(a.Lat), Lon: float64(a.Lon)})
		i++
	}
}
