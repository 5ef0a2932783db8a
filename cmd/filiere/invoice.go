package main

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"os"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/epub"
	"filiere/internal/letter"
	"filiere/internal/people"
	"filiere/internal/shop"
	"filiere/internal/store"
)

// shopCommand groups what an operator sets before anything can be sold.
func (p *program) shopCommand() *cobra.Command {
	seller := p.group("seller", "cli.shop.seller.short", "cli.shop.seller.long")
	seller.AddCommand(p.sellerSetCommand(), p.sellerShowCommand())
	c := p.group("shop", "cli.shop.short", "cli.shop.long")
	c.AddCommand(seller)
	return c
}

func (p *program) sellerSetCommand() *cobra.Command {
	var seller shop.Seller
	c := &cobra.Command{
		Use: "set", Short: p.l.T("cli.shop.set.short"), Long: p.l.T("cli.shop.set.long"),
		Example: "  filiere shop seller set --name 'École' --address '1 rue de la Paix\n75002 Paris' --siren 732829320 \\\n    --vat-id FR44732829320 --iban 'FR76 …' --email compta@example.org",
		Args:    args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			if err := s.SetSeller(ctx, people.ByCLI, seller); err != nil {
				return err
			}
			p.say("cli.shop.set.done", "name", seller.Name)
			return nil
		}),
	}
	for _, f := range []struct {
		value *string
		name  string
	}{
		{&seller.Name, "name"},
		{&seller.Form, "form"},
		{&seller.Address, "address"},
		{&seller.SIREN, "siren"},
		{&seller.Register, "register"},
		{&seller.VATID, "vat-id"},
		{&seller.IBAN, "iban"},
		{&seller.BIC, "bic"},
		{&seller.Email, "email"},
	} {
		c.Flags().StringVar(f.value, f.name, "", p.l.T("cli.shop.seller."+f.name))
	}
	return c
}

func (p *program) sellerShowCommand() *cobra.Command {
	return &cobra.Command{
		Use: "show", Short: p.l.T("cli.shop.show.short"), Long: p.l.T("cli.shop.show.long"), Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			seller, err := s.Seller(ctx)
			if err != nil {
				return err
			}
			return writeJSON(p.stdout, seller)
		}),
	}
}

// invoiceCommand groups what is done with invoices.
func (p *program) invoiceCommand() *cobra.Command {
	c := p.group("invoice", "cli.invoice.short", "cli.invoice.long")
	c.AddCommand(p.invoiceListCommand(), p.invoiceShowCommand(), p.invoicePaidCommand(), p.invoiceCancelCommand())
	return c
}

// recordJSON is an invoice as programs read it, in the words of the API.
type recordJSON struct {
	shop.Record
	Standing shop.Standing `json:"standing"`
	Hash     string        `json:"hash"`
}

func (p *program) toRecordJSON(r shop.Record) recordJSON {
	return recordJSON{r, r.Standing(p.now()), r.Hash}
}

func (p *program) invoiceListCommand() *cobra.Command {
	var asJSON, asCSV, unpaid bool
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.invoice.list.short"), Long: p.l.T("cli.invoice.list.long"), Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			if asJSON && asCSV {
				return usageError{errors.New(p.l.T("cli.exclusive"))}
			}
			list, err := s.Invoices(ctx, unpaid, shop.Number{}, 0)
			switch {
			case err != nil:
				return err
			case asJSON:
				out := make([]recordJSON, len(list))
				for i, r := range list {
					out[i] = p.toRecordJSON(r)
				}
				return writeJSON(p.stdout, out)
			case asCSV:
				rows := [][]string{shop.Columns}
				for _, r := range list {
					rows = append(rows, r.Fields(p.now()))
				}
				return csv.NewWriter(p.stdout).WriteAll(rows)
			}
			return p.invoiceTable(list)
		}),
	}
	c.Flags().BoolVar(&unpaid, "unpaid", false, p.l.T("cli.invoice.unpaid"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.Flags().BoolVar(&asCSV, "csv", false, p.l.T("cli.flag.csv"))
	return c
}

func (p *program) invoiceTable(list []shop.Record) error {
	if len(list) == 0 {
		fmt.Fprintln(p.stderr, p.l.T("invoices.none"))
		return nil
	}
	w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
	fmt.Fprintln(w, p.l.T("cli.invoice.header"))
	for _, r := range list {
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", r.Number, r.IssuedAt.Format(time.DateOnly), letter.MoneyText(p.l, r.Gross),
			p.l.T("invoices.standing."+string(r.Standing(p.now()))), r.Buyer.Lines()[0])
	}
	return w.Flush()
}

func (p *program) invoiceShowCommand() *cobra.Command {
	var asJSON bool
	var out string
	c := &cobra.Command{
		Use: "show NUMBER", Short: p.l.T("cli.invoice.show.short"), Long: p.l.T("cli.invoice.show.long"),
		Example: "  filiere invoice show 2026-00001\n  filiere invoice show 2026-00001 -o 2026-00001.pdf", Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			n, err := shop.ParseNumber(named[0])
			if err != nil {
				return err
			}
			r, err := s.Invoice(ctx, n)
			switch {
			case err != nil:
				return err
			case out != "":
				var b bytes.Buffer
				if err := letter.Invoice(p.bundle, r.Invoice).WritePDF(&b); err != nil {
					return err
				}
				return os.WriteFile(out, b.Bytes(), 0o600)
			case asJSON:
				return writeJSON(p.stdout, p.toRecordJSON(r))
			}
			return letter.Invoice(p.bundle, r.Invoice).WriteMarkdown(p.stdout)
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.Flags().StringVarP(&out, "output", "o", "", p.l.T("cli.invoice.output"))
	return c
}

func (p *program) invoicePaidCommand() *cobra.Command {
	var asJSON bool
	var on string
	c := &cobra.Command{
		Use: "paid NUMBER", Short: p.l.T("cli.invoice.paid.short"), Long: p.l.T("cli.invoice.paid.long"),
		Example: "  filiere invoice paid 2026-00001 --on 2026-03-15", Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			n, err := shop.ParseNumber(named[0])
			if err != nil {
				return err
			}
			day := p.now().UTC().Truncate(24 * time.Hour)
			if on != "" {
				if day, err = time.Parse(time.DateOnly, on); err != nil {
					return usageError{errors.New(p.l.T("cli.invoice.badday", "day", on))}
				}
			}
			sub, err := s.SettleInvoice(ctx, people.ByCLI, n, day)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, sub)
			}
			p.say("cli.invoice.paid", "number", n.String(), "from", sub.From.Format(time.DateOnly), "to", sub.To.Format(time.DateOnly))
			return nil
		}),
	}
	c.Flags().StringVar(&on, "on", "", p.l.T("cli.invoice.on"))
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

func (p *program) invoiceCancelCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "cancel NUMBER", Short: p.l.T("cli.invoice.cancel.short"), Long: p.l.T("cli.invoice.cancel.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			n, err := shop.ParseNumber(named[0])
			if err != nil {
				return err
			}
			credit, err := s.CreditInvoice(ctx, people.ByCLI, n)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, credit)
			}
			p.say("cli.invoice.cancelled", "number", n.String(), "credit", credit.Number.String())
			return nil
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// courseEpubCommand writes a course as an e-book.
func (p *program) courseEpubCommand() *cobra.Command {
	var out string
	c := &cobra.Command{
		Use: "epub SLUG", Short: p.l.T("cli.course.epub.short"), Long: p.l.T("cli.course.epub.long"),
		Example: "  filiere course epub ai-for-everyone -o ai-for-everyone.epub", Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			found, err := s.CourseBySlug(ctx, named[0])
			if err != nil {
				return err
			}
			c, err := s.Course(ctx, found.ID)
			if err != nil {
				return err
			}
			var b bytes.Buffer
			if err := epub.Write(&b, c, p.bundle); err != nil {
				return err
			}
			if out == "" {
				out = c.Slug + ".epub"
			}
			if err := os.WriteFile(out, b.Bytes(), 0o644); err != nil { //nolint:gosec // a book is no secret
				return err
			}
			p.say("cli.course.epub.done", "file", out, "title", c.Title)
			return nil
		}),
	}
	c.Flags().StringVarP(&out, "output", "o", "", p.l.T("cli.course.epub.output"))
	return c
}
