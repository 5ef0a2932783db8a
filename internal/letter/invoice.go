package letter

import (
	"strconv"
	"strings"

	"filiere/internal/locale"
	"filiere/internal/paper"
	"filiere/internal/people"
	"filiere/internal/shop"
)

// MoneyText writes an amount in euros: 59,00 € in French, €59.00 in English.
func MoneyText(l *locale.Locale, c shop.Cents) string {
	return l.T("shop.money", "amount", l.Number(float64(c)/100, 2))
}

// RateText writes a rate of VAT: 5,5 % in French.
func RateText(l *locale.Locale, r shop.Rate) string {
	decimals := 0
	if r%100 != 0 {
		decimals = 1
	}
	if r%10 != 0 {
		decimals = 2
	}
	return l.Percent(float64(r)/10_000, decimals)
}

// Invoice puts an invoice or a credit note into words, to be printed, in the language it was issued in. It says
// what was issued: that it was paid or cancelled since is no part of it.
func Invoice(locales locale.Bundle, i shop.Invoice) paper.Document {
	lang, _ := locale.Parse(i.Lang)
	w := invoicer{l: locales[lang], i: i}
	title := w.l.T("invoice.title", "number", i.Number.String())
	if i.Kind == shop.Credit {
		title = w.l.T("invoice.credit.title", "number", i.Number.String())
	}
	d := paper.Document{Title: title, Lang: string(w.l.Lang), At: i.IssuedAt, Footer: w.footer(title)}
	d.Blocks = append(append(d.Blocks, w.parties()), w.dates()...)
	d.Blocks = append(d.Blocks, w.lines(), w.totals())
	d.Blocks = append(d.Blocks, w.terms()...)
	return d
}

// invoicer writes an invoice in a language.
type invoicer struct {
	l *locale.Locale
	i shop.Invoice
}

func (w invoicer) footer(title string) string {
	return strings.Join([]string{w.i.Seller.Name, "SIREN " + w.i.Seller.SIREN, title}, " · ")
}

// parties says who sells and who buys, side by side.
func (w invoicer) parties() paper.Block {
	s, b := w.i.Seller, w.i.Buyer
	left := []string{w.l.T("invoice.seller")}
	for _, x := range append([]string{s.Name, s.Form}, strings.Split(s.Address, "\n")...) {
		if x != "" {
			left = append(left, x)
		}
	}
	left = append(left, w.l.T("invoice.siren", "number", s.SIREN))
	if s.Register != "" {
		left = append(left, w.l.T("invoice.register", "register", s.Register))
	}
	left = append(left, w.l.T("invoice.vatid", "number", s.VATID), s.Email)
	right := append([]string{w.l.T("invoice.buyer")}, b.Lines()...)
	if b.Number != "" {
		right = append(right, w.l.T("invoice.number", "number", b.Number))
	}
	return paper.Columns{Left: left, Right: right}
}

func (w invoicer) dates() []paper.Block {
	var out []paper.Block
	row := func(key, value string) {
		out = append(out, paper.Paragraph{Text: w.l.T("invoice.row", "what", w.l.T(key), "value", value)})
	}
	row("invoice.date", w.l.Date(w.i.IssuedAt))
	if w.i.Kind == shop.Credit {
		row("invoice.cancels", w.i.Cancels.String())
		return out
	}
	row("invoice.due", w.l.Date(w.i.DueAt))
	row("invoice.nature", w.l.T("invoice.nature.service"))
	row("invoice.delivery", w.l.T("invoice.delivery.payment"))
	return out
}

func (w invoicer) lines() paper.Block {
	i := w.i
	unit, quantity := i.Net, i.Quantity // one of them: the quantity is a mention of the law, not of the shop
	if i.Kind == shop.Credit {
		unit, quantity = -unit, -quantity
	}
	return paper.Table{
		Caption: w.l.T("invoice.lines"), Numbers: []bool{false, true, true, true, true},
		Head: []string{w.l.T("invoice.description"), w.l.T("invoice.quantity"), w.l.T("invoice.unit"), w.l.T("invoice.rate"), w.l.T("invoice.net")},
		Rows: [][]string{{
			i.Description, w.l.Int(quantity), MoneyText(w.l, unit), RateText(w.l, i.Rate), MoneyText(w.l, i.Net),
		}},
	}
}

func (w invoicer) totals() paper.Block {
	total := "invoice.topay"
	if w.i.Kind == shop.Credit {
		total = "invoice.credited"
	}
	return paper.Table{
		Caption: w.l.T("invoice.totals"), Numbers: []bool{false, true}, Head: []string{w.l.T("invoice.what"), w.l.T("invoice.amount")},
		Rows: [][]string{
			{w.l.T("invoice.total.net"), MoneyText(w.l, w.i.Net)},
			{w.l.T("invoice.total.vat", "rate", RateText(w.l, w.i.Rate)), MoneyText(w.l, w.i.VAT)},
			{w.l.T(total), MoneyText(w.l, w.i.Gross)},
		},
	}
}

// terms says how and when to pay, and what being late costs.
func (w invoicer) terms() []paper.Block {
	text := func(key string, pairs ...any) paper.Block { return paper.Paragraph{Text: w.l.T(key, pairs...)} }
	if w.i.Kind == shop.Credit {
		return []paper.Block{text("invoice.credit.text", "number", w.i.Cancels.String())}
	}
	out := []paper.Block{
		paper.Heading{Level: 2, Text: w.l.T("invoice.terms")},
		text("invoice.transfer", "iban", IBANText(w.i.Seller.IBAN), "number", w.i.Number.String()),
	}
	if w.i.Seller.BIC != "" {
		out = append(out, text("invoice.bic", "bic", w.i.Seller.BIC))
	}
	out = append(out, text("invoice.discount"))
	if w.i.Buyer.Company != "" {
		out = append(out, text("invoice.late", "times", strconv.Itoa(shop.LatePenalty), "fee", MoneyText(w.l, shop.RecoveryFee)))
	}
	return out
}

// IBANText writes an IBAN in groups of four.
func IBANText(iban string) string {
	var b strings.Builder
	for n, r := range iban {
		if n > 0 && n%4 == 0 {
			b.WriteByte(' ')
		}
		b.WriteRune(r)
	}
	return b.String()
}

// Invoiced is the message that says that an invoice waits, and where.
func Invoiced(l *locale.Locale, to people.Account, i shop.Invoice, link string) people.Message {
	return people.Message{
		To:      oneLine(to.Email),
		Subject: oneLine(l.T("letter.invoice.subject", "number", i.Number.String())),
		Body: l.T("letter.invoice.body", "name", oneLine(to.Name), "number", i.Number.String(), "amount", MoneyText(l, i.Gross),
			"due", l.Date(i.DueAt), "iban", IBANText(i.Seller.IBAN), "link", oneLine(link)),
		Lang: string(l.Lang),
	}
}
