package posting_test

import (
	"errors"
	"math"
	"strings"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market/posting"
	"filiere/internal/occupation/words"
)

var now = time.Date(2026, 3, 2, 10, 0, 0, 0, time.UTC)

func TestReadKeepsWhatAnAdvertSaysAndNoPersons(t *testing.T) {
	p, err := posting.Read(posting.Raw{
		Source: " ft ", Number: "191GJMF", Title: "Cuisinier <b>H/F</b>", Employer: "N/A", Code: "g1602", Contract: "CDI",
		Text:      "<p>Vous cuisinez.</p><p>Contact : Jeanne DUPONT, jeanne.dupont@example.fr ou 06 12 34 56 78.</p>",
		Published: "2026-03-01T11:56:21.000Z", Pay: "Horaire de 12,50 Euros",
	}, now)
	if err != nil {
		t.Fatal(err)
	}
	if p.Title != "Cuisinier H/F" || p.Source != "ft" || p.Employer != "" || p.Code != "G1602" || p.Contract != posting.Permanent || p.Positions != 1 {
		t.Errorf("got %+v", p)
	}
	for _, told := range []string{"DUPONT", "example.fr", "06 12"} {
		if strings.Contains(p.Text, told) {
			t.Errorf("%q is still told: %q", told, p.Text)
		}
	}
	if p.Masked != (posting.Masked{Emails: 1, Phones: 1, Names: 1}) {
		t.Errorf("masked %+v in %q", p.Masked, p.Text)
	}
	if want := time.Date(2026, 3, 1, 11, 56, 21, 0, time.UTC); !p.Published.Equal(want) {
		t.Errorf("published %v", p.Published)
	}
	if p.Pay.Low != 12.5*1820 || p.Pay.High != p.Pay.Low {
		t.Errorf("pay %+v", p.Pay)
	}
}

func TestReadRefusesWithTheFieldAndTheReason(t *testing.T) {
	good := posting.Raw{Source: "s", Number: "1", Title: "Cariste"}
	if _, err := posting.Read(good, now); err != nil {
		t.Fatal(err)
	}
	for column, change := range map[string]func(*posting.Raw){
		"source":    func(r *posting.Raw) { r.Source = " " },
		"id":        func(r *posting.Raw) { r.Number = "" },
		"title":     func(r *posting.Raw) { r.Title = "<br>" },
		"text":      func(r *posting.Raw) { r.Text = strings.Repeat("a", words.MaxText+1) },
		"published": func(r *posting.Raw) { r.Published = "2026-03-05" },
	} {
		raw := good
		change(&raw)
		_, err := posting.Read(raw, now)
		var f *fault.Fault
		if !errors.As(err, &f) || f.Code != fault.Invalid || f.Column != column {
			t.Errorf("%s: got %v", column, err)
		}
	}
	for _, day := range []string{"yesterday", "0001-01-01", "2026-13-01"} {
		raw := good
		raw.Published = day
		if _, err := posting.Read(raw, now); err == nil {
			t.Errorf("%q is read as a day", day)
		}
	}
}

func TestMaskFindsPersonsAndLeavesTheRest(t *testing.T) {
	for text, want := range map[string]string{
		"Écrire à rh@mairie-lyon.example.fr.":                   "Écrire à [e-mail].",
		"rh (at) exemple.fr":                                    "[e-mail]",
		"Tél. 04.78.00.00.00 ou +33 6 12 34 56 78":              "Tél. [tel] ou [tel]",
		"+33 (0)4 78 00 00 00, 0033478000000, +41 22 123 45 67": "[tel], [tel], [tel]",
		"Madame Anne-Marie LE GOFF vous recevra":                "Madame [nom] vous recevra",
		"M. de Villiers, puis Mme Roy":                          "M. [nom], puis Mme [nom]",
		"Votre interlocutrice : Claire Petit":                   "Votre interlocutrice : [nom]",
		"Monsieur le Maire":                                     "Monsieur le Maire",
		"Salaire 2000 à 2500 euros, 35 h, CACES 1 3 5":          "Salaire 2000 à 2500 euros, 35 h, CACES 1 3 5",
		"Siret 01234567800012, offre 1234567890":                "Siret 01234567800012, offre 1234567890",
		"du 01/02/2026 au 03/04/2026, 75001 Paris":              "du 01/02/2026 au 03/04/2026, 75001 Paris",
		"contact avec la clientèle, Contact Client":             "contact avec la clientèle, Contact Client",
	} {
		got, m := posting.Mask(text)
		if got != want {
			t.Errorf("%q\n got %q\nwant %q", text, got, want)
		}
		if n := strings.Count(want, "[e-mail]") + strings.Count(want, "[tel]") + strings.Count(want, "[nom]"); m.Emails+m.Phones+m.Names != n {
			t.Errorf("%q: counts %+v, want %d in all", text, m, n)
		}
	}
}

func TestPayIsReadInYears(t *testing.T) {
	for text, want := range map[string]posting.Pay{
		"Mensuel de 2000,00 Euros à 2500,00 Euros":               {Low: 24000, High: 30000},
		"Mensuel de 2000.0 Euros à 2500.0 Euros sur 13.0 mois":   {Low: 26000, High: 32500},
		"Annuel de 35000.0 Euros sur 12.0 mois":                  {Low: 35000, High: 35000},
		"Annuel de 35 000 € à 40 000 €":                          {Low: 35000, High: 40000},
		"Horaire de 11.88 Euros à 12.50 Euros sur 0.0 mois":      {Low: 11.88 * 1820, High: 12.5 * 1820},
		"Salaire brut : 38 - 50 k€ brut annuel":                  {Low: 38000, High: 50000},
		"Salaire brut : A partir de 60 k€ brut annuel":           {Low: 60000, High: 60000},
		"Mensuel de 35000.0 Euros à 45000.0 Euros sur 12.0 mois": {Low: 35000, High: 45000, Mended: true},
		"TJM 400 €":                      {Low: 400 * 218, High: 400 * 218},
		"Annuel de 486.0 Euros":          {Low: 486 * 12, High: 486 * 12, Mended: true},
		"De 500,00 Euros à 650,00 Euros": {}, // of a day or a month?
		"Salaire brut : A négocier":      {},
		"De à EUR par an":                {},
		"":                               {},
		"Annuel de 99999999999999999999999999 Euros": {},
	} {
		got := posting.ReadPay(text)
		if math.Abs(got.Low-want.Low) > 0.01 || math.Abs(got.High-want.High) > 0.01 || got.Mended != want.Mended {
			t.Errorf("%q: got %+v, want %+v", text, got, want)
		}
	}
}

func TestContractsAreReadFromCodesAndWords(t *testing.T) {
	for text, want := range map[string]posting.Contract{
		"CDI": posting.Permanent, "CDD - 12 Mois": posting.FixedTerm, "MIS": posting.TemporaryWork, "Intérim - 9 Mois": posting.TemporaryWork,
		"Contrat travail": "", "": "", "Contrat apprentissage": posting.Apprenticeship, "Cont. professionnalisation": posting.Apprenticeship,
		"SAI": posting.FixedTerm, "LIB": posting.SelfEmployed, "Emploi non salarié": posting.SelfEmployed, "Profession libérale": posting.SelfEmployed,
		"Emploi ouvert aux titulaires et aux contractuels": posting.PublicService, "DIN": posting.Permanent, "FULL_TIME": "", "INTERN": posting.Internship,
		"TEMPORARY": posting.TemporaryWork, "CDI de chantier ou d'opération": posting.Permanent, "quelque chose": posting.OtherContract,
		"missionnaire": posting.OtherContract,
	} {
		if got := posting.ReadContract(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
}
