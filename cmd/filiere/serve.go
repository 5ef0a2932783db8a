package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/store"
)

// Limits of the HTTP server: a page is small and made in milliseconds, so a slow peer is not a reader.
const (
	headerTimeout   = 5 * time.Second
	requestTimeout  = 30 * time.Second
	idleTimeout     = 2 * time.Minute
	shutdownTimeout = 10 * time.Second
	maxHeaderBytes  = 32 << 10
)

const defaultAddr = "localhost:8080"

func (p *program) serveCommand() *cobra.Command {
	var addr string
	c := &cobra.Command{
		Use:     "serve",
		Short:   p.l.T("cli.serve.short"),
		Long:    p.l.T("cli.serve.long"),
		Example: "  filiere serve\n  filiere serve --addr :8080 --db postgres://filiere@db/filiere",
		Args:    args(0, 0),
		RunE: func(c *cobra.Command, _ []string) error {
			return p.withStore(c.Context(), func(s *store.Store) error {
				if err := p.refresh(c.Context(), s); err != nil {
					return err
				}
				return p.serve(c.Context(), s, addr)
			})
		},
	}
	c.Flags().StringVar(&addr, "addr", defaultAddr, p.l.T("cli.serve.addr"))
	p.siteFlags(c)
	return c
}

// serve answers until the context ends, then lets running requests finish.
func (p *program) serve(ctx context.Context, s *store.Store, addr string) error {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		f := fault.New(fault.Unavailable, "serve", "%s cannot be listened on", addr)
		f.Err, f.Hint = err, "choose another address with --addr"
		return f
	}
	if p.publicURL == "" {
		p.publicURL = localURL(l.Addr())
		p.guessed = !p.demo // the demonstration's diplomas are for nobody elsewhere
	}
	handler, err := p.handler(s)
	if err != nil {
		l.Close()
		return err
	}
	stopMail, err := p.startMail(ctx, s)
	if err != nil {
		l.Close()
		return err
	}
	defer stopMail()
	stopChores, err := p.startChores(ctx, s)
	if err != nil {
		l.Close()
		return err
	}
	defer stopChores()
	defer p.startWarming(ctx, s, handler, slog.New(slog.NewTextHandler(p.stderr, nil)))()
	server := &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: requestTimeout, WriteTimeout: requestTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: maxHeaderBytes,
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(l) }()
	fmt.Fprintln(p.stderr, p.l.T("cli.serve.ready", "url", "http://"+readable(l.Addr(), addr)))
	if err := p.greetAdministrator(ctx, s); err != nil {
		p.complain(err) // the pages are served all the same
	}
	select {
	case err := <-done:
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	stop, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownTimeout)
	defer cancel()
	if err := server.Shutdown(stop); err != nil {
		return fmt.Errorf("stop serving: %w", err)
	}
	p.later.Wait()
	if err := <-done; !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// readable is the address as a person types it: the host asked for, the port really taken.
func readable(taken net.Addr, asked string) string {
	host, _, err := net.SplitHostPort(asked)
	if err != nil || host == "" {
		host = "localhost"
	}
	if t, ok := taken.(*net.TCPAddr); ok {
		return net.JoinHostPort(host, fmt.Sprint(t.Port))
	}
	return asked
}
