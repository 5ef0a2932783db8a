package letter_test

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/shop"
)

// invoices are an invoice to a company and its credit note, in a language.
func invoices(t *testing.T, lang string) (bill, credit shop.Invoice) {
	t.Helper()
	at := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	o, err := shop.Order{Offer: "library-year", Lang: lang, Agreed: true, Buyer: shop.Buyer{
		Name: "Awa Diop", Company: "Atelier d'essai", Number: "732829320", Address: "12 rue des Essais", Postal: "75011", Town: "Paris",
	}}.Check()
	if err != nil {
		t.Fatal(err)
	}
	bill, err = shop.Issue(shop.Number{Year: 2026, Serial: 12}, at, shop.Subscription{ID: "s"}, shop.DemoSeller(), o)
	if err != nil {
		t.Fatal(err)
	}
	credit, err = bill.Credited(shop.Number{Year: 2026, Serial: 13}, at.AddDate(0, 0, 3))
	if err != nil {
		t.Fatal(err)
	}
	return bill, credit
}

func TestAnInvoiceSaysWhatTheLawWantsSaid(t *testing.T) {
	locales, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	for lang, want := range map[string][]string{
		"fr": {
			"Facture 2026-00012", "École Filière", "SIREN 000000000", "FR12000000000", "Awa Diop", "732829320", "1er mars 2026", "31 mars 2026", "Prestation de services",
			"55,92 €", "5,5 %", "3,08 €", "59,00 €", "Quantité", "escompte", "3 fois le taux", "40,00 €", "FR76 0000",
		},
		"en": {"Invoice 2026-00012", "€55.92", "5.5%", "€3.08", "€59.00", "1 March 2026", "31 March 2026", "€40.00"},
	} {
		bill, credit := invoices(t, lang)
		var md, pdf bytes.Buffer
		if err := letter.Invoice(locales, bill).WriteMarkdown(&md); err != nil {
			t.Fatal(err)
		}
		text := strings.NewReplacer("\u00a0", " ", "\u202f", " ", `\`, "").Replace(md.String())
		for _, w := range want {
			if !strings.Contains(text, w) {
				t.Errorf("%s lacks %q:\n%s", lang, w, text)
			}
		}
		md.Reset()
		if err := letter.Invoice(locales, credit).WriteMarkdown(&md); err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(md.String(), "2026-00012") || !strings.Contains(md.String(), "2026-00013") || !strings.Contains(md.String(), "−") && !strings.Contains(md.String(), "-5") {
			t.Errorf("credit note:\n%s", md.String())
		}
		if err := letter.Invoice(locales, bill).WritePDF(&pdf); err != nil || !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF-")) {
			t.Errorf("PDF: %v", err)
		}
		if dir := os.Getenv("FILIERE_KEEP"); dir != "" {
			_ = os.WriteFile(dir+"/invoice-"+lang+".pdf", pdf.Bytes(), 0o600)
			pdf.Reset()
			_ = letter.Invoice(locales, credit).WritePDF(&pdf)
			_ = os.WriteFile(dir+"/credit-"+lang+".pdf", pdf.Bytes(), 0o600)
		}
	}
}

func TestTheMessageOfAnInvoiceHoldsNoLineOfTheBuyers(t *testing.T) {
	locales, err := locale.Load()
	if err != nil {
		t.Fatal(err)
	}
	bill, _ := invoices(t, "fr")
	m := letter.Invoiced(locales[locale.French], people.Account{Email: "awa@example.org", Name: "Awa\nhttps://elsewhere.example"}, bill, "https://school.example/me/subscription")
	if strings.Contains(m.Body, "\nhttps://elsewhere") || !strings.Contains(m.Body, "\nhttps://school.example/me/subscription") || !strings.Contains(m.Subject, "2026-00012") {
		t.Errorf("message %+v", m)
	}
}
