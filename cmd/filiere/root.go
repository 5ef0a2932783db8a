package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"filiere/internal/fault"
	"filiere/internal/locale"
	"filiere/internal/store"
	"filiere/internal/web"
)

// program is one run of the command line.
type program struct {
	bundle locale.Bundle
	l      *locale.Locale
	stdout io.Writer
	stderr io.Writer
	getenv func(string) string
	now    func() time.Time

	db        string // --db
	publicURL string // --public-url
	guessed   bool   // nobody gave it: it is this machine's
	proxies   string // --trusted-proxies
	demo      bool   // a demonstration: administrators may read the messages nobody else gets

	later *web.Later // what is done after answers; to be waited for
}

// version is set at build time (-ldflags "-X main.version=…").
var version = "dev"

func (p *program) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "filiere",
		Short:         p.l.T("cli.root.short"),
		Long:          p.l.T("cli.root.long"),
		Version:       version,
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          args(0, unlimited),
		RunE:          p.noCommand,
	}
	root.SetFlagErrorFunc(flagFault)
	root.SuggestionsMinimumDistance = 2
	flags := root.PersistentFlags()
	flags.StringVar(&p.db, "db", "", p.l.T("cli.flag.db"))
	flags.String("lang", string(p.l.Lang), p.l.T("cli.flag.lang"))
	root.AddCommand(
		p.importCommand(), p.computeCommand(), p.radarCommand(), p.searchCommand(), p.sourcesCommand(), p.reportCommand(),
		p.methodCommand(), p.estimatesCommand(), p.backtestCommand(), p.curableCommand(), p.classifyCommand(), p.skillsCommand(), p.locateCommand(), p.ingestCommand(), p.workerCommand(), p.deadCommand(), p.postingsCommand(), p.trainCommand(), p.evaluateCommand(), p.serveCommand(), p.demoCommand(),
		p.alertsCommand(), p.threadCommand(), p.missionCommand(), p.shopCommand(), p.invoiceCommand(),
		p.programmeCommand(), p.versionCommand(), p.courseCommand(), p.pathCommand(), p.enrolmentsCommand(), p.juryCommand(), p.defenceCommand(),
		p.diplomaCommand(), p.verifyCommand(), p.issuerCommand(),
		p.userCommand(), p.tokenCommand(), p.auditCommand(), p.mailCommand(),
	)
	p.translate(root)
	return root
}

// language finds the language before the command line is parsed: help texts are written in it. A
// wrong value is refused later, with the other flags.
func language(args []string, getenv func(string) string) locale.Lang {
	for i, a := range args {
		value, is := strings.CutPrefix(a, "--lang=")
		if a == "--lang" && i+1 < len(args) {
			value, is = args[i+1], true
		}
		if l, ok := locale.Parse(value); is && ok {
			return l
		}
	}
	for _, name := range []string{"FILIERE_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := getenv(name); v != "" {
			if l, ok := locale.Parse(v[:min(2, len(v))]); ok {
				return l
			}
			return locale.English
		}
	}
	return locale.English
}

// database is the address of the database: --db, FILIERE_DB, or a file in the user's data folder.
func (p *program) database() (string, error) {
	if p.db != "" {
		return p.db, nil
	}
	if dsn := p.getenv("FILIERE_DB"); dsn != "" {
		return dsn, nil
	}
	folder, err := p.dataFolder()
	return filepath.Join(folder, "filiere.db"), err
}

// dataFolder is the user's folder for what the program keeps.
func (p *program) dataFolder() (string, error) {
	if dir := p.getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "filiere"), nil
	}
	home, err := os.UserHomeDir()
	if err != nil {
		f := fault.New(fault.Invalid, "find the database", "this user has no home folder")
		f.Hint = "say where the database is with --db or FILIERE_DB"
		return "", f
	}
	return filepath.Join(home, ".local", "share", "filiere"), nil
}

// open opens the database.
func (p *program) open(ctx context.Context) (*store.Store, error) {
	dsn, err := p.database()
	if err != nil {
		return nil, err
	}
	return store.Open(ctx, dsn, p.now)
}

// withStore runs f with the database open.
func (p *program) withStore(ctx context.Context, f func(*store.Store) error) error {
	s, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer s.Close()
	return f(s)
}
