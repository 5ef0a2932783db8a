package main

import (
	"errors"
	"math"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"filiere/internal/fault"
	"filiere/internal/locale"
)

// usageError is a command called wrongly: unknown flag, missing argument, value that is not one.
type usageError struct{ error }

func (u usageError) Unwrap() error { return u.error }

// unlimited is how many arguments a command takes that takes any number.
const unlimited = math.MaxInt

// args checks the language and the number of arguments, and reports a wrong one as wrong use.
func args(least, most int) cobra.PositionalArgs {
	return func(c *cobra.Command, a []string) error {
		if lang, err := c.Flags().GetString("lang"); err == nil {
			if _, ok := locale.Parse(lang); !ok {
				f := fault.New(fault.Invalid, "read --lang", "no language is called %q", lang)
				f.Hint = "the languages are fr and en"
				return usageError{f}
			}
		}
		var f *fault.Fault
		switch {
		case len(a) < least:
			f = fault.New(fault.Invalid, "", "an argument is missing")
		case len(a) > most:
			f = fault.New(fault.Invalid, "", "the argument %q is one too many", a[most])
		default:
			return nil
		}
		f.Advise("call it as %s", strings.TrimSuffix(c.UseLine(), " [flags]"))
		return usageError{f}
	}
}

// flagFault says what is wrong with a flag, which the library tells in English only.
func flagFault(c *cobra.Command, err error) error {
	f := fault.New(fault.Invalid, "", "the flags cannot be read")
	f.Err = err
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		f = fault.New(fault.Invalid, "", "there is no flag %s", dashed(e.GetSpecifiedName()))
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		f = fault.New(fault.Invalid, "", "the flag %s needs a value", dashed(e.GetSpecifiedName()))
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		f = fault.New(fault.Invalid, "", "%q is no value of the flag --%s", e.GetValue(), e.GetFlag().Name)
	}
	if e, ok := errors.AsType[*pflag.InvalidSyntaxError](err); ok {
		f = fault.New(fault.Invalid, "", "%q is no flag", e.GetSpecifiedFlag())
	}
	f.Advise("%s --help lists the flags", c.CommandPath())
	return usageError{f}
}

// dashed writes the name of a flag as it is typed.
func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// noCommand runs when no subcommand is named: it shows the help, or says which command is not known.
func (p *program) noCommand(c *cobra.Command, a []string) error {
	if len(a) == 0 {
		return c.Help()
	}
	if near := c.SuggestionsFor(a[0]); len(near) > 0 {
		return usageError{errors.New(p.l.T("cli.unknown.suggest", "name", a[0], "suggestion", near[0]))}
	}
	return usageError{errors.New(p.l.T("cli.unknown", "name", a[0]))}
}
