package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/occupation"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/territory"
)

// alertRoutesCommand groups what is done with who is told of alerts.
func (p *program) alertRoutesCommand() *cobra.Command {
	c := p.group("routes", "cli.routes.short", "cli.routes.long")
	c.AddCommand(p.routeListCommand(), p.routeAddCommand(),
		p.routeCommand("pause", func(ctx context.Context, s *store.Store, r market.Route) error {
			return s.PauseAlertRoute(ctx, people.ByCLI, people.AccountID(r.Owner), r.ID, true)
		}),
		p.routeCommand("resume", func(ctx context.Context, s *store.Store, r market.Route) error {
			return s.PauseAlertRoute(ctx, people.ByCLI, people.AccountID(r.Owner), r.ID, false)
		}),
		p.routeCommand("remove", func(ctx context.Context, s *store.Store, r market.Route) error {
			return s.RemoveAlertRoute(ctx, people.ByCLI, people.AccountID(r.Owner), r.ID)
		}),
		p.routeCommand("renew", func(ctx context.Context, s *store.Store, r market.Route) error {
			secret, err := s.RenewWebhookSecret(ctx, people.ByCLI, r.ID)
			if err == nil {
				fmt.Fprintln(p.stdout, secret)
			}
			return err
		}),
		p.routeTestCommand(), p.routeDeliveriesCommand(), p.routeRetryCommand())
	return c
}

// routeJSON is a route as programs read it.
type routeJSON struct {
	market.Route
	Email string `json:"email,omitempty"` // of whom it tells
}

// routes lists every route with the address of whom it tells.
func (p *program) routes(ctx context.Context, s *store.Store) ([]routeJSON, error) {
	all, err := s.AllAlertRoutes(ctx)
	if err != nil {
		return nil, err
	}
	emails := map[string]string{}
	out := make([]routeJSON, len(all))
	for i, r := range all {
		if _, known := emails[r.Owner]; !known && r.Owner != "" {
			a, err := s.Account(ctx, people.AccountID(r.Owner))
			if err != nil {
				return nil, err
			}
			emails[r.Owner] = a.Email
		}
		out[i] = routeJSON{r, emails[r.Owner]}
	}
	return out, nil
}

func (p *program) routeListCommand() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Short: p.l.T("cli.routes.list.short"), Long: p.l.T("cli.routes.list.long"), Args: args(0, 0),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			all, err := p.routes(ctx, s)
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, all)
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.routes.list.header"))
			for _, r := range all {
				to, state := r.Email, p.l.T("route.active")
				if r.Means == market.ByWebhook {
					to = r.URL
				}
				if r.Paused {
					state = p.l.T("route.paused")
				}
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\n", r.ID, p.l.T("means."+string(r.Means)), shorten(to, 40), r.Name, p.takes(r.Route), state)
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	return c
}

// takes says in a few words which alerts a route takes.
func (p *program) takes(r market.Route) string {
	said := []string{p.l.T("route.from", "severity", p.l.T("severity."+string(r.Least)))}
	for _, l := range r.Levels {
		said = append(said, p.l.T("level."+string(l)))
	}
	if r.Area != "" {
		said = append(said, string(r.Area))
	}
	for _, f := range r.Families {
		said = append(said, string(f))
	}
	return strings.Join(said, ", ")
}

// routeFlags are what a route is made of.
type routeFlags struct {
	email, means, name, least, area, url string
	levels, families                     []string
	dryRun                               bool
}

func (p *program) routeAddCommand() *cobra.Command {
	var f routeFlags
	c := &cobra.Command{
		Use: "add", Short: p.l.T("cli.routes.add.short"), Long: p.l.T("cli.routes.add.long"), Args: args(0, 0),
		Example: "  filiere alerts routes add --for ana@example.org --by e-mail --least urgence --area reg-84 --family J --dry-run\n" +
			"  filiere alerts routes add --by webhook --url https://example.org/hook --level bassin",
		RunE: p.inStore(func(ctx context.Context, s *store.Store, _ []string) error {
			r, err := f.route()
			if err != nil {
				return usageError{err}
			}
			if f.email != "" {
				a, err := s.AccountByEmail(ctx, f.email)
				if err != nil {
					return err
				}
				r.Owner = string(a.ID)
			}
			return p.addRoute(ctx, s, r, f.dryRun)
		}),
	}
	flags := c.Flags()
	flags.StringVar(&f.email, "for", "", p.l.T("cli.routes.add.for"))
	flags.StringVar(&f.means, "by", string(market.ByMail), p.l.T("cli.routes.add.by"))
	flags.StringVar(&f.name, "name", "", p.l.T("cli.routes.add.name"))
	flags.StringVar(&f.least, "least", string(market.Alerte), p.l.T("cli.routes.add.least"))
	flags.StringSliceVar(&f.levels, "level", nil, p.l.T("cli.routes.add.level"))
	flags.StringVar(&f.area, "area", "", p.l.T("cli.routes.add.area"))
	flags.StringSliceVar(&f.families, "family", nil, p.l.T("cli.routes.add.family"))
	flags.StringVar(&f.url, "url", "", p.l.T("cli.routes.add.url"))
	flags.BoolVar(&f.dryRun, "dry-run", false, p.l.T("cli.routes.add.dryrun"))
	return c
}

// route reads the flags. It returns every fault at once.
func (f routeFlags) route() (market.Route, error) {
	r := market.Route{Name: f.name, URL: f.url}
	errs := []error{
		read(&r.Means, f.means, market.ParseMeans),
		read(&r.Least, f.least, market.ParseSeverity),
		read(&r.Area, f.area, func(s string) (territory.ID, error) { return territory.Parse(s, territory.Region, "") }),
	}
	for _, s := range f.levels {
		l, err := territory.ParseLevel(s)
		r.Levels, errs = append(r.Levels, l), append(errs, err)
	}
	for _, s := range f.families {
		id, err := occupation.ParseFamily(s)
		r.Families, errs = append(r.Families, id), append(errs, err)
	}
	return r, errors.Join(errs...)
}

// addRoute makes a route and says what it would have told; with dryRun it only says it.
func (p *program) addRoute(ctx context.Context, s *store.Store, r market.Route, dryRun bool) error {
	checked, err := r.Check(p.loopback())
	if err != nil {
		return err
	}
	told, err := s.ToldSince(ctx, p.now().Add(-market.PreviewLife))
	if err != nil {
		return err
	}
	p.say("route.preview", "n", checked.Preview(told))
	if dryRun {
		return nil
	}
	made, secret, err := s.AddAlertRoute(ctx, people.ByCLI, r, p.loopback())
	if err != nil {
		return err
	}
	p.say("cli.routes.added", "id", string(made.ID))
	if secret != "" {
		p.say("cli.routes.secret")
		fmt.Fprintln(p.stdout, secret)
	}
	return nil
}

// findRoute finds a route of anybody's.
func findRoute(ctx context.Context, s *store.Store, id string) (market.Route, error) {
	all, err := s.AllAlertRoutes(ctx)
	if err != nil {
		return market.Route{}, err
	}
	if i := slices.IndexFunc(all, func(r market.Route) bool { return string(r.ID) == id }); i >= 0 {
		return all[i], nil
	}
	f := fault.New(fault.NotFound, "find route", "no route is called %q", id)
	f.Hint = "filiere alerts routes list names them"
	return market.Route{}, f
}

// routeCommand is a command that does something with one route.
func (p *program) routeCommand(name string, do func(context.Context, *store.Store, market.Route) error) *cobra.Command {
	return &cobra.Command{
		Use: name + " ID", Short: p.l.T("cli.routes." + name + ".short"), Long: p.l.T("cli.routes." + name + ".long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			r, err := findRoute(ctx, s, named[0])
			if err != nil {
				return err
			}
			if err := do(ctx, s, r); err != nil {
				return err
			}
			fmt.Fprintln(p.stderr, p.l.T("cli.routes."+name+".done"))
			return nil
		}),
	}
}

func (p *program) routeTestCommand() *cobra.Command {
	var public string
	c := &cobra.Command{
		Use: "test ID", Short: p.l.T("cli.routes.test.short"), Long: p.l.T("cli.routes.test.long"), Args: args(1, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			site, err := p.publicAddress(public)
			if err != nil {
				return err
			}
			r, err := findRoute(ctx, s, named[0])
			if err != nil {
				return err
			}
			if r.Means == market.ByWebhook {
				answer, err := p.caller(s, site, slog.New(slog.NewTextHandler(p.stderr, nil))).Try(ctx, r.ID)
				if err == nil {
					fmt.Fprintln(p.stdout, answer)
				}
				return err
			}
			n, err := s.TryAlertRoute(ctx, r, p.alertLetter(site))
			if err == nil {
				p.say("cli.routes.test.told", "n", n)
			}
			return err
		}),
	}
	c.Flags().StringVar(&public, "public-url", "", p.l.T("cli.serve.publicurl"))
	return c
}

func (p *program) routeDeliveriesCommand() *cobra.Command {
	var asJSON bool
	var top int
	c := &cobra.Command{
		Use: "deliveries [ID]", Short: p.l.T("cli.routes.deliveries.short"), Long: p.l.T("cli.routes.deliveries.long"), Args: args(0, 1),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			var all []market.Delivery
			var err error
			if len(named) == 0 {
				all, err = s.DeliveriesGivenUp(ctx, top)
			} else {
				all, err = s.Deliveries(ctx, market.RouteID(named[0]), top)
			}
			if err != nil {
				return err
			}
			if asJSON {
				return writeJSON(p.stdout, append([]market.Delivery{}, all...))
			}
			w := tabwriter.NewWriter(p.stdout, 0, 4, 2, ' ', 0)
			fmt.Fprintln(w, p.l.T("cli.routes.deliveries.header"))
			for _, d := range all {
				fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%d\t%s\n", d.CreatedAt.Format(time.RFC3339), d.ID, p.l.T("told."+string(d.What)), shorten(d.Label, 50),
					p.l.T("delivery."+d.State()), d.Tries, d.Answer)
			}
			return w.Flush()
		}),
	}
	c.Flags().BoolVar(&asJSON, "json", false, p.l.T("cli.flag.json"))
	c.Flags().IntVar(&top, "top", auditLimit, p.l.T("cli.radar.top"))
	return c
}

func (p *program) routeRetryCommand() *cobra.Command {
	return &cobra.Command{
		Use: "retry ID [DELIVERY]", Short: p.l.T("cli.routes.retry.short"), Long: p.l.T("cli.routes.retry.long"), Args: args(1, 2),
		RunE: p.inStore(func(ctx context.Context, s *store.Store, named []string) error {
			one := ""
			if len(named) > 1 {
				one = named[1]
			}
			n, err := s.RetryDelivery(ctx, people.ByCLI, market.RouteID(named[0]), one)
			if err == nil {
				p.say("cli.routes.retried", "n", n)
			}
			return err
		}),
	}
}
