package web

import (
	"bytes"
	"context"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"time"

	"filiere/internal/access"
	"filiere/internal/campus"
	"filiere/internal/epub"
	"filiere/internal/fault"
	"filiere/internal/letter"
	"filiere/internal/locale"
	"filiere/internal/people"
	"filiere/internal/shop"
)

// Shop is what the pages of offers, subscriptions and e-books ask of the store. The errors are those the store
// documents.
type Shop interface {
	Seller(ctx context.Context) (shop.Seller, error)
	Subscribe(ctx context.Context, by people.Actor, account people.AccountID, o shop.Order, write func(shop.Invoice) people.Message) (shop.Subscription, shop.Invoice, error)
	SubscriptionsOf(ctx context.Context, account people.AccountID) ([]shop.Subscription, error)
	CancelSubscription(ctx context.Context, by people.Actor, account people.AccountID, id shop.SubscriptionID) (shop.Invoice, error)
	MayReadEbooks(ctx context.Context, account people.AccountID) error

	Invoice(ctx context.Context, n shop.Number) (shop.Record, error)
	Invoices(ctx context.Context, unpaid bool, before shop.Number, limit int) ([]shop.Record, error)
	InvoicesOf(ctx context.Context, account people.AccountID) ([]shop.Record, error)
	SettleInvoice(ctx context.Context, by people.Actor, n shop.Number, paidOn time.Time) (shop.Subscription, error)
	CreditInvoice(ctx context.Context, by people.Actor, n shop.Number) (shop.Invoice, error)

	Course(ctx context.Context, id campus.CourseID) (campus.Course, error)
	Courses(ctx context.Context, after campus.CourseID, limit int) ([]campus.Course, error)
}

// The kinds of routes of the shop.
var (
	subscribe      = kindOfRoute{action: people.Subscribe, object: access.Own}
	settleInvoices = kindOfRoute{action: people.SettleInvoices, object: access.AnyObject(people.KindSubscription)}
)

const subscriptionPath = "/me/subscription"

func (s *server) shopRoutes() []access.Route {
	if s.shop == nil {
		return nil
	}
	const order, invoices = "/offers/{key}/subscribe", "/admin/invoices"
	routes := []access.Route{
		{Pattern: "GET /offers", Action: people.ReadCatalogue, Handler: s.fresh(s.offers)},
		subscribe.show(order, s.personal(s.orderPage)),
		{Pattern: "POST " + order, Action: subscribe.action, Object: subscribe.object, Handler: s.form(s.order)},
		readOwn.show(subscriptionPath, s.personal(s.subscription, "done", "after")),
		readOwn.show(subscriptionPath+"/invoices/{file}", http.HandlerFunc(s.ownInvoice)),
		{Pattern: "GET /courses/{id}/book.epub", Action: people.ReadEbooks, Object: access.PathObject(people.KindCourse, "id"), Handler: http.HandlerFunc(s.ebook)},
		settleInvoices.show(invoices, s.personal(s.invoices, "unpaid", "before", "done")),
		settleInvoices.show(invoices+"/{file}", http.HandlerFunc(s.anyInvoice)),
	}
	routes = append(routes, subscribe.change(subscriptionPath+"/cancel", s.form(s.cancelSubscription), s.backTo(subscriptionPath))...)
	routes = append(routes, settleInvoices.change(invoices+"/settle", s.form(s.settleInvoice), s.backTo(invoices))...)
	return append(routes, settleInvoices.change(invoices+"/credit", s.form(s.creditInvoice), s.backTo(invoices))...)
}

// offerView is an offer as people read it.
type offerView struct {
	Key        shop.OfferKey
	Name       string
	Price, Net string
	VAT, Rate  string
	Months     int
}

func offerOf(l *locale.Locale, o shop.Offer) offerView {
	a := shop.Split(o.Price, o.VAT)
	return offerView{
		Key: o.Key, Name: o.Name.In(string(l.Lang)), Months: o.Months, Price: letter.MoneyText(l, a.Gross), Net: letter.MoneyText(l, a.Net),
		VAT: letter.MoneyText(l, a.VAT), Rate: letter.RateText(l, o.VAT),
	}
}

type offersView struct {
	Offers []offerView
	Open   bool // somebody sells
	Seller shop.Seller
}

// seller gives who sells; ok is false while nobody does.
func (s *server) seller(ctx context.Context) (seller shop.Seller, ok bool, err error) {
	seller, err = s.shop.Seller(ctx)
	if err != nil && fault.CodeOf(err) == fault.NotFound {
		return seller, false, nil
	}
	return seller, err == nil, err
}

func (s *server) offers(ctx context.Context, v *visit) (page, error) {
	var view offersView
	var err error
	if view.Seller, view.Open, err = s.seller(ctx); err != nil {
		return page{}, err
	}
	for _, o := range shop.Offers() {
		view.Offers = append(view.Offers, offerOf(v.Locale, o))
	}
	return page{name: "offers", title: v.T("offers.title"), room: "nav.offers", data: view}, nil
}

// orderView is the form of an order.
type orderView struct {
	deskView
	Offer  offerView
	Buyer  shop.Buyer
	Agreed bool
	Open   bool
	Wrong  map[string]string
}

// offerAsked is the offer the address names.
func offerAsked(v *visit) (shop.Offer, error) {
	o, err := shop.FindOffer(shop.OfferKey(v.PathValue("key")))
	if err != nil {
		return o, fault.New(fault.NotFound, "find offer", "there is no such offer")
	}
	return o, nil
}

func (s *server) orderPage(ctx context.Context, v *visit) (page, error) {
	return s.orderForm(ctx, v, shop.Order{Buyer: shop.Buyer{Name: access.Who(ctx).Account.Name}}, map[string]string{})
}

func (s *server) orderForm(ctx context.Context, v *visit, o shop.Order, wrong map[string]string) (page, error) {
	offer, err := offerAsked(v)
	if err != nil {
		return page{}, err
	}
	_, open, err := s.seller(ctx)
	if err != nil {
		return page{}, err
	}
	view := orderView{deskView: s.desk(v, "desk.subscription"), Offer: offerOf(v.Locale, offer), Buyer: o.Buyer, Agreed: o.Agreed, Open: open, Wrong: wrong}
	p := page{name: "order", title: v.T("order.title"), room: "nav.offers", data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, nil
}

// order invoices a subscription. What is wrong is told beside its field.
func (s *server) order(ctx context.Context, v *visit) (page, error) {
	f := v.PostForm
	o := shop.Order{Offer: shop.OfferKey(v.PathValue("key")), Lang: string(v.Lang), Agreed: f.Get("agreed") == "yes", Buyer: shop.Buyer{
		Name: f.Get("name"), Company: f.Get("company"), Number: f.Get("number"), Address: f.Get("address"), Postal: f.Get("postal_code"), Town: f.Get("town"),
	}}
	who := access.Who(ctx)
	_, _, err := s.shop.Subscribe(ctx, who.Actor(), who.Account.ID, o, func(i shop.Invoice) people.Message {
		return letter.Invoiced(v.Locale, who.Account, i, s.gate.Site().Link(subscriptionPath))
	})
	if field, ok := wrongField(err); ok && field != "offer" {
		return s.orderForm(ctx, v, o, map[string]string{field: v.T("order.wrong." + field)})
	}
	switch fault.CodeOf(err) {
	case fault.NotFound:
		if _, open, err := s.seller(ctx); err == nil && !open {
			return s.orderForm(ctx, v, o, map[string]string{"": v.T("offers.closed")})
		}
	case fault.Conflict:
		return s.orderForm(ctx, v, o, map[string]string{"": v.T("order.already")})
	}
	return page{moved: subscriptionPath + "?done=subscribed"}, err
}

// invoiceView is an invoice as people read it.
type invoiceView struct {
	shop.Record
	Gross, Issued, Due, Paid string
	Standing                 shop.Standing
	File                     string
	Waiting                  bool // for payment
	MayCredit                bool
}

func (s *server) invoiceOf(l *locale.Locale, r shop.Record) invoiceView {
	day := func(t time.Time) string {
		if t.IsZero() {
			return ""
		}
		return l.Date(t)
	}
	standing := r.Standing(s.now())
	waiting := standing == shop.Unpaid || standing == shop.Late
	return invoiceView{
		Record: r, Gross: letter.MoneyText(l, r.Gross), Issued: day(r.IssuedAt), Due: day(r.DueAt), Paid: day(r.PaidOn), Standing: standing,
		File: r.Number.String() + ".pdf", Waiting: waiting, MayCredit: waiting || standing == shop.PaidUp,
	}
}

func (s *server) invoicesOf(l *locale.Locale, all []shop.Record) []invoiceView {
	var out []invoiceView
	for _, r := range all {
		out = append(out, s.invoiceOf(l, r))
	}
	return out
}

type subscriptionView struct {
	deskView
	Subscriptions []periodView
	Waiting       *invoiceView // the invoice to pay
	Cancel        shop.SubscriptionID
	IBAN          string
	Reading       bool // e-books are open
	Invoices      []invoiceView
	Books         []campus.Course
	Next          string
}

type periodView struct {
	Name, From, To string
	State          shop.State
}

func (s *server) subscription(ctx context.Context, v *visit) (page, error) {
	id := access.Who(ctx).Account.ID
	subs, err := s.shop.SubscriptionsOf(ctx, id)
	if err != nil {
		return page{}, err
	}
	records, err := s.shop.InvoicesOf(ctx, id)
	if err != nil {
		return page{}, err
	}
	view := subscriptionView{deskView: s.desk(v, "desk.subscription"), Invoices: s.invoicesOf(v.Locale, records), Reading: shop.MayReadEbooks(subs, s.now()) == nil}
	for _, sub := range subs {
		p := periodView{Name: string(sub.Offer), State: sub.State}
		if o, err := shop.FindOffer(sub.Offer); err == nil {
			p.Name = o.Name.In(string(v.Lang))
		}
		if sub.Over(s.now()) {
			p.State = shop.Ended
		}
		if !sub.From.IsZero() {
			p.From, p.To = v.Date(sub.From), v.Date(sub.To)
		}
		view.Subscriptions = append(view.Subscriptions, p)
		if sub.State == shop.Requested {
			view.Cancel = sub.ID
		}
	}
	for i, inv := range view.Invoices {
		if inv.Waiting {
			view.Waiting, view.IBAN = &view.Invoices[i], letter.IBANText(inv.Seller.IBAN)
		}
	}
	if view.Reading {
		if view.Books, view.Next, err = s.books(ctx, v); err != nil {
			return page{}, err
		}
	}
	return page{name: "subscription", title: v.T("desk.subscription"), data: view}, nil
}

// books lists the e-books, a page of them.
func (s *server) books(ctx context.Context, v *visit) ([]campus.Course, string, error) {
	list, err := s.shop.Courses(ctx, campus.CourseID(v.Query.Get("after")), coursesAPage+1)
	if err != nil || len(list) <= coursesAPage {
		return list, "", err
	}
	list = list[:coursesAPage]
	return list, v.with("after", string(list[coursesAPage-1].ID)), nil
}

func (s *server) cancelSubscription(ctx context.Context, v *visit) (page, error) {
	who := access.Who(ctx)
	_, err := s.shop.CancelSubscription(ctx, who.Actor(), who.Account.ID, shop.SubscriptionID(v.PostForm.Get("id")))
	return page{moved: subscriptionPath + "?done=unsubscribed"}, err
}

// invoiceFile reads the invoice a file's name names. own is whose it must be; "" is anybody's.
func (s *server) invoiceFile(ctx context.Context, file string, own people.AccountID) (shop.Record, error) {
	name, pdf := strings.CutSuffix(file, ".pdf")
	n, err := shop.ParseNumber(name)
	if err != nil || !pdf {
		return shop.Record{}, noInvoice()
	}
	r, err := s.shop.Invoice(ctx, n)
	if err == nil && own != "" && r.Account != own {
		return shop.Record{}, noInvoice()
	}
	return r, err
}

func noInvoice() error { return fault.New(fault.NotFound, "find", "there is no such invoice") }

func (s *server) ownInvoice(w http.ResponseWriter, r *http.Request) {
	s.sendInvoice(w, r, access.Who(r.Context()).Account.ID)
}

func (s *server) anyInvoice(w http.ResponseWriter, r *http.Request) { s.sendInvoice(w, r, "") }

func (s *server) sendInvoice(w http.ResponseWriter, r *http.Request, own people.AccountID) {
	record, err := s.invoiceFile(r.Context(), r.PathValue("file"), own)
	var b bytes.Buffer
	if err == nil {
		err = letter.Invoice(s.locales, record.Invoice).WritePDF(&b)
	}
	s.save(w, r, "application/pdf", record.Number.String()+".pdf", &b, err)
}

// save sends a file for one person.
func (s *server) save(w http.ResponseWriter, r *http.Request, media, name string, b *bytes.Buffer, err error) {
	if err != nil {
		s.fail(w, s.refusedVisit(w, r), err)
		return
	}
	w.Header().Set("Content-Type", media)
	w.Header().Set("Cache-Control", "private, no-store")
	w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": name}))
	_, _ = w.Write(b.Bytes()) // the reader may have left
}

// ebook sends a course as an e-book to whom a subscription opens it, and tells others how to get one.
func (s *server) ebook(w http.ResponseWriter, r *http.Request) {
	err := s.shop.MayReadEbooks(r.Context(), access.Who(r.Context()).Account.ID)
	if err != nil && fault.CodeOf(err) == fault.Forbidden {
		s.personal(s.closedBook).ServeHTTP(w, r)
		return
	}
	var c campus.Course
	var b bytes.Buffer
	if err == nil {
		c, err = s.shop.Course(r.Context(), campus.CourseID(r.PathValue("id")))
	}
	if err == nil {
		err = epub.Write(&b, c, s.locales)
	}
	s.save(w, r, epub.Media, c.Slug+".epub", &b, err)
}

func (s *server) closedBook(_ context.Context, v *visit) (page, error) {
	return page{name: "book_closed", title: v.T("book.closed"), room: "nav.offers", status: http.StatusPaymentRequired, data: "/courses/" + url.PathEscape(v.PathValue("id"))}, nil
}

const invoicesAPage = 50

type invoicesView struct {
	deskView
	Invoices []invoiceView
	Unpaid   bool
	Today    string
	Next     string
	Export   export
	Closed   bool // nobody sells
	Number   string
	Wrong    map[string]string
}

func (s *server) invoices(ctx context.Context, v *visit) (page, error) {
	return s.invoicesPage(ctx, v, "", map[string]string{})
}

func (s *server) invoicesPage(ctx context.Context, v *visit, number string, wrong map[string]string) (page, error) {
	before, _ := shop.ParseNumber(v.Query.Get("before")) // what is no number is the beginning
	view := invoicesView{deskView: s.desk(v, "desk.invoices"), Unpaid: v.Query.Get("unpaid") != "", Today: s.now().UTC().Format(time.DateOnly), Number: number, Wrong: wrong}
	list, err := s.shop.Invoices(ctx, view.Unpaid, before, invoicesAPage+1)
	if err != nil {
		return page{}, err
	}
	if len(list) > invoicesAPage {
		list = list[:invoicesAPage]
		view.Next = v.with("before", list[invoicesAPage-1].Number.String())
	}
	view.Invoices = s.invoicesOf(v.Locale, list)
	_, open, err := s.seller(ctx)
	view.Closed = !open
	q := url.Values{}
	if view.Unpaid {
		q.Set("unpaid", "true")
	}
	view.Export = exportFrom("invoices", q)
	p := page{name: "invoices", title: v.T("desk.invoices"), data: view}
	if len(wrong) > 0 {
		p.status = http.StatusUnprocessableEntity
	}
	return p, err
}

func (s *server) settleInvoice(ctx context.Context, v *visit) (page, error) {
	n, err := shop.ParseNumber(v.PostForm.Get("number"))
	if err != nil {
		return page{}, err
	}
	day, err := time.Parse(time.DateOnly, v.PostForm.Get("paid_on"))
	if err != nil {
		return s.invoicesPage(ctx, v, n.String(), map[string]string{"": v.T("invoices.wrong.paid_on")})
	}
	_, err = s.shop.SettleInvoice(ctx, access.Who(ctx).Actor(), n, day)
	return s.invoiceDone(ctx, v, n, "invoice-settled", err)
}

// creditInvoice cancels an invoice, once its number was typed: nobody does that by accident.
func (s *server) creditInvoice(ctx context.Context, v *visit) (page, error) {
	n, err := shop.ParseNumber(v.PostForm.Get("number"))
	if err != nil {
		return page{}, err
	}
	if strings.TrimSpace(v.PostForm.Get("confirm")) != n.String() {
		return s.invoicesPage(ctx, v, n.String(), map[string]string{"": v.T("invoices.wrong.confirm", "number", n.String())})
	}
	_, err = s.shop.CreditInvoice(ctx, access.Who(ctx).Actor(), n)
	return s.invoiceDone(ctx, v, n, "credited", err)
}

func (s *server) invoiceDone(ctx context.Context, v *visit, n shop.Number, done string, err error) (page, error) {
	if _, ok := wrongField(err); ok {
		return s.invoicesPage(ctx, v, n.String(), map[string]string{"": v.T("invoices.wrong.paid_on")})
	}
	if err != nil && fault.CodeOf(err) == fault.Conflict {
		return s.invoicesPage(ctx, v, n.String(), map[string]string{"": v.T("invoices.wrong.state")})
	}
	return page{moved: "/admin/invoices?done=" + done}, err
}
