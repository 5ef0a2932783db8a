package web_test

import (
	"net/http"
	"strings"
	"testing"

	"filiere/internal/people"
	"filiere/internal/shop"
)

// orderFields is what a buyer types.
func orderFields(change ...string) []string {
	return append([]string{
		"name", "Awa Diop", "address", "1 rue des Essais", "postal_code", "75011", "town", "Paris", "agreed", "yes",
	}, change...)
}

func TestAPersonOrdersPaysAndReads(t *testing.T) {
	eachSchool(t, func(t *testing.T, sc *school) {
		c := sc.course("a-course")
		ana := sc.signedIn(sc.account("ana@example.org", "Ana"))
		eve := sc.signedIn(sc.account("eve@example.org", "Eve"))
		root := sc.signedIn(sc.account("root@example.org", "Root", people.Grant{Role: people.Administrator}))
		book, order := "/courses/"+string(c.ID)+"/book.epub", "/offers/library-year/subscribe"
		shows := func(b *browser, address string, code int, want string) {
			t.Helper()
			if r := b.get(address); r.Code != code || !strings.Contains(r.Body.String(), want) {
				t.Errorf("%s: %d, want %d and %q:\n%s", address, r.Code, code, want, r.Body)
			}
		}
		shows(ana, "/offers", http.StatusOK, `class="empty"`)
		shows(ana, book, http.StatusPaymentRequired, `href="/offers"`)
		if r := ana.post(order, orderFields()...); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("ordered from nobody: %d", r.Code)
		}
		if err := sc.store.SetSeller(t.Context(), people.ByCLI, shop.DemoSeller()); err != nil {
			t.Fatal(err)
		}
		shows(ana, "/offers", http.StatusOK, order)
		shows(ana, order, http.StatusOK, `name="postal_code"`)
		shows(ana, "/offers/gold/subscribe", http.StatusNotFound, "")
		wrong := orderFields()
		wrong[5] = "97100"
		if r := ana.post(order, wrong...); r.Code != http.StatusUnprocessableEntity || !strings.Contains(r.Body.String(), `id="postal_code-wrong"`) {
			t.Errorf("sold overseas: %d %s", r.Code, r.Body)
		}
		if r := ana.post(order, orderFields()...); r.Code != http.StatusSeeOther || len(sc.mails()) != 1 {
			t.Fatalf("order: %d, %d messages: %s", r.Code, len(sc.mails()), r.Body)
		}
		list, err := sc.store.Invoices(t.Context(), true, shop.Number{}, 0)
		if err != nil || len(list) != 1 {
			t.Fatalf("%d invoices, %v", len(list), err)
		}
		number := list[0].Number.String()
		shows(ana, "/me/subscription", http.StatusOK, number)
		shows(ana, "/me/subscription/invoices/"+number+".pdf", http.StatusOK, "%PDF-")
		shows(eve, "/me/subscription/invoices/"+number+".pdf", http.StatusNotFound, "")
		shows(eve, "/admin/invoices/"+number+".pdf", http.StatusForbidden, "")
		shows(root, "/admin/invoices/"+number+".pdf", http.StatusOK, "%PDF-")
		shows(root, "/admin/invoices", http.StatusOK, "Awa Diop")
		if r := root.post("/admin/invoices/settle", "number", number, "paid_on", "1999-01-01"); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("paid before it was issued: %d", r.Code)
		}
		if r := root.post("/admin/invoices/settle", "number", number, "paid_on", sc.now.Format("2006-01-02")); r.Code != http.StatusSeeOther {
			t.Fatalf("settle: %d %s", r.Code, r.Body)
		}
		if r := ana.get(book); r.Code != http.StatusOK || r.Header().Get("Content-Type") != "application/epub+zip" {
			t.Errorf("book: %d", r.Code)
		}
		shows(eve, book, http.StatusPaymentRequired, "")
		shows(ana, "/me/subscription", http.StatusOK, book)
		if r := root.post("/admin/invoices/credit", "number", number, "confirm", "yes"); r.Code != http.StatusUnprocessableEntity {
			t.Errorf("cancelled by accident: %d", r.Code)
		}
		if r := root.post("/admin/invoices/credit", "number", number, "confirm", number); r.Code != http.StatusSeeOther {
			t.Errorf("credit: %d", r.Code)
		}
		shows(ana, book, http.StatusPaymentRequired, "")
	})
}
