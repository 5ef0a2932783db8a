package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// translate writes the words the command-line library adds (headings, the help and completion
// commands) in the reader's language.
func (p *program) translate(root *cobra.Command) {
	words := strings.NewReplacer(
		"Usage:", p.l.T("cli.help.usage"),
		"Examples:", p.l.T("cli.help.examples"),
		"Available Commands:", p.l.T("cli.help.commands"),
		"Global Flags:", p.l.T("cli.help.global"),
		"Flags:", p.l.T("cli.help.flags"),
		`Use "{{.CommandPath}} [command] --help" for more information about a command.`, p.l.T("cli.help.more"),
	)
	root.SetUsageTemplate(words.Replace(root.UsageTemplate()))
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, c := range root.Commands() {
		switch c.Name() {
		case "help":
			c.Short, c.Long = p.l.T("cli.help.help"), p.l.T("cli.help.help")
			c.Run, c.RunE = nil, p.helpOf
		case "completion":
			c.Short = p.l.T("cli.help.completion")
			c.Args, c.RunE = args(0, unlimited), p.noCommand
			for _, shell := range c.Commands() {
				shell.Args = args(0, 0)
			}
		}
	}
	p.translateFlags(root)
}

// helpOf shows the help of the command that is named.
func (p *program) helpOf(c *cobra.Command, names []string) error {
	named, rest, err := c.Root().Find(names)
	if err == nil && len(rest) > 0 {
		return p.noCommand(named, rest)
	}
	if err != nil {
		return usageError{err}
	}
	return named.Help()
}

// translateFlags writes the flags the library adds to a command and to those under it.
func (p *program) translateFlags(c *cobra.Command) {
	for _, sub := range c.Commands() {
		p.translateFlags(sub)
	}
	c.InitDefaultHelpFlag()
	c.InitDefaultVersionFlag()
	if f := c.Flags().Lookup("help"); f != nil {
		f.Usage = p.l.T("cli.help.flag")
	}
	if f := c.Flags().Lookup("version"); f != nil {
		f.Usage = p.l.T("cli.help.version")
	}
}
