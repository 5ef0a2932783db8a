package store_test

import (
	"testing"

	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/territory"
)

// put imports records as one release of a dataset, named by its dataset and vintage.
func put(t testing.TB, s *store.Store, dataset, vintage string, records ...any) {
	t.Helper()
	id := dataset + " " + vintage
	b, err := s.BeginBatch(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records {
		if err := b.Put(t.Context(), r); err != nil {
			t.Fatal(err)
		}
	}
	r := market.Release{ID: id, Dataset: dataset, Scope: "all", Vintage: vintage, Title: dataset, Producer: "test", Licence: "none", File: "test.csv", SHA256: id, ImportedAt: storetest.Clock(), RowsKept: len(records)}
	if err := b.Commit(t.Context(), r, nil); err != nil {
		t.Fatal(err)
	}
}

// must passes a value on when there was no error.
func must[T any](t testing.TB) func(T, error) T {
	return func(v T, err error) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// places is a small country: two régions, two départements, three basins and their communes.
func places() []any {
	return []any{
		territory.Area{ID: "FR", Label: "France", Population: 68_000_000},
		territory.Area{ID: "reg-84", Label: "Auvergne-Rhône-Alpes", Population: 8_000_000},
		territory.Area{ID: "reg-11", Label: "Île-de-France", Population: 12_000_000},
		territory.Area{ID: "dep-42", Label: "Loire", Region: "reg-84", Population: 760_000},
		territory.Area{ID: "dep-69", Label: "Rhône", Region: "reg-84", Population: 1_800_000},
		territory.Area{ID: "dep-75", Label: "Paris", Region: "reg-11", Population: 2_100_000},
		territory.Area{ID: "be2019-8401", Label: "SAINT ETIENNE", Region: "reg-84", Departement: "dep-42"},
		territory.Area{ID: "be2019-8402", Label: "LYON CENTRE", Region: "reg-84", Departement: "dep-69"},
		territory.Area{ID: "be2019-1101", Label: "PARIS", Region: "reg-11", Departement: "dep-75"},
		territory.Area{ID: "be2024-8450", Label: "Saint-Étienne", Region: "reg-84", Departement: "dep-42"},
		territory.Area{ID: "be2024-8451", Label: "Lyon", Region: "reg-84", Departement: "dep-69"},
		territory.Area{ID: "com-42218", Label: "Saint-Étienne", Region: "reg-84", Departement: "dep-42", Population: 174_000},
		territory.Area{ID: "com-42300", Label: "Saint-Étienne-le-Molard", Region: "reg-84", Departement: "dep-42", Population: 900},
		territory.Area{ID: "com-69123", Label: "Lyon", Region: "reg-84", Departement: "dep-69", Population: 520_000},
		territory.Area{ID: "com-69388", Label: "Lyon 8e Arrondissement", Region: "reg-84", Departement: "dep-69", Population: 85_000},
		territory.Area{ID: "com-38193", Label: "L'Isle-d'Abeau", Region: "reg-84", Population: 16_000},
		territory.Membership{Commune: "com-42218", Area: "be2019-8401"},
		territory.Membership{Commune: "com-42300", Area: "be2019-8401"},
		territory.Membership{Commune: "com-69123", Area: "be2019-8402"},
		territory.Membership{Commune: "com-38193", Area: "be2024-8451"},
		territory.Outline{Area: "dep-69", Path: "M0 0L1 1", X: 1, Y: 2, Box: [4]float64{0, 0, 1, 1}},
		territory.Outline{Area: "dep-42", Path: "M0 0L2 2", X: 1, Y: 2, Box: [4]float64{0, 0, 2, 2}},
	}
}

// work is a few occupations of four nomenclatures and what is known of them.
func work() []any {
	return []any{
		occupation.Occupation{ID: "rome3-J1506", Label: "Soins infirmiers généralistes", Definition: "Réalise des soins.", Access: "Diplôme d'État.", Conditions: "Horaires décalés."},
		occupation.Occupation{ID: "rome3-J1507", Label: "Soins infirmiers spécialisés en puériculture"},
		occupation.Occupation{ID: "rome3-J1501", Label: "Soins d'hygiène, de confort du patient"},
		occupation.Occupation{ID: "rome3-G1803", Label: "Service en restauration"},
		occupation.Occupation{ID: "rome3-J15", Label: "Professionnels médico-techniques"},
		occupation.Occupation{ID: "rome4-J1506", Label: "Infirmier / Infirmière"},
		occupation.Occupation{ID: "rome4-M1805", Label: "Développeur / Développeuse informatique"},
		occupation.Occupation{ID: "fap2009-V1Z80", Label: "Infirmiers"},
		occupation.Occupation{ID: "fap2009-S2Z61", Label: "Serveurs de cafés restaurants"},
		occupation.Occupation{ID: "fap2021-V1Z80", Label: "Infirmiers diplômés d'État"},
		occupation.Occupation{ID: "fap2021-S2Z60", Label: "Employés de l'hôtellerie"},
		occupation.Title{Occupation: "rome3-G1803", Label: "Serveur / Serveuse en salle", Code: "19107"},
		occupation.Title{Occupation: "rome3-J1501", Label: "Aide-soignant / Aide-soignante", Code: "10891"},
		occupation.Title{Occupation: "rome3-J1506", Label: "Infirmier / Infirmière", Code: "15622"},
		occupation.Title{Occupation: "rome3-J1506", Label: "Infirmier / Infirmière de bloc", Code: "15623"},
		occupation.Title{Occupation: "rome4-M1805", Label: "Développeur / Développeuse web", Code: "14268"},
		occupation.Crosswalk{From: "fap2009-V1Z80", To: "rome3-J1506", Quality: occupation.Official},
		occupation.Crosswalk{From: "rome3-J1506", To: "fap2009-V1Z80", Quality: occupation.Official},
		occupation.Crosswalk{From: "rome4-J1506", To: "rome3-J1506", Quality: occupation.Official},
		occupation.Crosswalk{From: "fap2021-V1Z80", To: "rome3-J1506", Quality: occupation.Unconfirmed},
		occupation.Mobility{From: "rome3-J1506", To: "rome3-J1507"},
		occupation.Mobility{From: "rome3-J1506", To: "rome3-J1501", Close: true},
		occupation.Skill{ID: "ogr-2", Label: "Réaliser un pansement", Kind: occupation.Competence},
		occupation.Skill{ID: "ogr-1", Label: "Hygiène", Kind: occupation.Knowledge},
		occupation.Skill{ID: "ogr-3", Label: "Animer une équipe", Kind: occupation.Competence},
		occupation.SkillLabel{Skill: "ogr-2", Label: "Faire un pansement"},
		occupation.SkillLink{Occupation: "rome3-J1506", Skill: "ogr-1", Core: true},
		occupation.SkillLink{Occupation: "rome3-J1506", Skill: "ogr-2", Core: true},
		occupation.SkillLink{Occupation: "rome3-J1506", Skill: "ogr-3"},
		occupation.Certification{ID: "RNCP8940", Title: "Infirmier", Kind: "diplôme d'État", Level: 6, Active: true},
		occupation.Certification{ID: "RNCP1", Title: "Ancien titre", Level: 5},
		occupation.Certification{ID: "RNCP2", Title: "Aide en soins", Level: 4, Active: true},
		occupation.CertificationLink{Certification: "RNCP8940", Occupation: "rome3-J1506"},
		occupation.CertificationLink{Certification: "RNCP1", Occupation: "rome3-J1506"},
		occupation.CertificationLink{Certification: "RNCP2", Occupation: "rome3-J1506"},
	}
}

// cell is a published cell.
func cell(o occupation.ID, a territory.ID, year, class int, tension, employment market.Value) market.Cell {
	return market.Cell{Occupation: o, Area: a, Year: year, Class: class, Tension: tension, Employment: employment, Origin: market.Published, Sources: "test"}
}

// cells is a radar one can rank by hand.
func cells() []market.Cell {
	none := market.Value{}
	rich := cell("rome3-J1506", "be2019-8401", 2021, 5, none, none)
	rich.Causes, rich.CausesComputed = [market.CauseCount]int{5, 4, 3, 2, 1, 0}, 2
	rich.Offers, rich.Jobseekers = market.Is(120.5), market.Is(40)
	rich.Projects, rich.Difficult = market.Is(30), market.Secret()
	return []market.Cell{
		rich,
		cell("rome3-J1506", "be2019-8401", 2020, 3, none, none),
		cell("rome3-J1506", "be2019-8402", 2021, 4, none, none),
		cell("rome3-J1506", "be2019-1101", 2021, 2, none, none),
		cell("rome3-G1803", "be2019-8401", 2021, 4, none, none),
		cell("rome3-G1803", "be2019-8402", 2020, 4, none, none),
		cell("rome3-J1507", "FR", 2021, 5, none, none),
		cell("fap2009-V1Z80", "FR", 2018, 4, market.Is(0.4), market.Is(500)),
		cell("fap2009-V1Z80", "FR", 2019, 5, market.Is(0.9), market.Is(500)),
		cell("fap2009-S2Z61", "FR", 2019, 5, market.Is(0.7), market.Is(200)),
		cell("fap2009-V1Z80", "dep-69", 2019, 4, market.Is(0.3), market.Secret()),
		cell("fap2009-S2Z61", "dep-69", 2019, 0, market.Is(0.2), market.Is(10)),
		cell("fap2009-V1Z80", "dep-75", 2019, 4, market.Is(0.3), market.Is(900)),
	}
}

// fill puts everything in.
func fill(t testing.TB, s *store.Store) {
	t.Helper()
	put(t, s, "geo", "2024", places()...)
	put(t, s, "rome", "3.47", work()...)
	put(t, s, "pay", "2023",
		market.PayBand{Occupation: "fap2009-V1Z80", Band: "2 000 € et plus", Rank: 1, Percent: 60},
		market.PayBand{Occupation: "fap2009-V1Z80", Band: "moins de 2 000 €", Rank: 0, Percent: 40},
		market.Training{Occupation: "fap2009-V1Z80", NSF: "331", Label: "Santé", Percent: 80},
		market.Training{Occupation: "fap2009-V1Z80", NSF: "332", Label: "Travail social", Percent: 5},
		market.HiringSector{Occupation: "rome3-J1506", NAF: "8610Z", Label: "Hôpitaux", Year: 2021, Hirings: 900},
		market.HiringSector{Occupation: "rome3-J1506", NAF: "8710A", Label: "Hébergement", Year: 2021, Hirings: 100},
		market.HiringSector{Occupation: "rome3-J1506", NAF: "8610Z", Label: "Hôpitaux", Year: 2020, Hirings: 9000})
	put(t, s, market.DatasetBMO, "2024",
		survey("fap2021-V1Z80", "be2024-8450", market.Is(50), market.Is(40), market.Secret()),
		survey("fap2021-V1Z80", "be2024-8451", market.Is(100), market.Secret(), market.Secret()),
		survey("fap2021-S2Z60", "be2024-8451", market.Secret(), market.Secret(), market.Value{}),
		survey("fap2021-S2Z60", "unlocated", market.Is(7), market.Is(3), market.Value{}))
	if err := s.ReplaceCells(t.Context(), "v1", cells()); err != nil {
		t.Fatal(err)
	}
	if err := s.RebuildSearch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func survey(o occupation.ID, a territory.ID, projects, difficult, seasonal market.Value) market.Observation {
	obs := market.Observation{Occupation: o, Area: a, Year: 2024}
	obs.Values[market.Projects], obs.Values[market.DifficultProjects], obs.Values[market.SeasonalProjects] = projects, difficult, seasonal
	return obs
}
