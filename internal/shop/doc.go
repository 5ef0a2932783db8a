// Package shop sells what opens e-books: a subscription, by invoice and bank transfer.
//
// An offer is what can be bought, as data. Subscribing issues an invoice at once; the subscription opens when
// the payment is noted, and ends with its period. An invoice never changes and is never deleted: its number
// follows the one before without a gap, its content carries a hash, and what is cancelled is cancelled by a
// credit note with a number of the same sequence.
//
// Sources: Code général des impôts, article 278-0 bis, A, 3° (5.5 % on books, those downloaded included) and
// annexe II, article 242 nonies A (what an invoice says); Code de commerce, L441-9, L441-10 and D441-5 (terms
// of payment, late penalties, 40 € for recovery), L123-22 (kept ten years); Code de la consommation, L221-14
// and L221-28, 13° (an order with obligation to pay; digital content begun at the buyer's wish).
//
// What it does not do: cards, part payments, partial refunds, buyers whose VAT is not that of metropolitan
// France (Corsica, overseas, abroad), structured electronic invoices between companies.
package shop
