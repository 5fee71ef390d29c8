package cli

import (
	"errors"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"giamngheo/internal/text"
)

// speakVietnamese gives cobra's own help and complaints the words of the
// people who use the program.
func speakVietnamese(root *cobra.Command) {
	cobra.AddTemplateFunc("flagUsages", func(flags *pflag.FlagSet) string {
		usages := strings.TrimRight(flags.FlagUsages(), " \n")
		return strings.ReplaceAll(usages, "(default ", text.T("cli.help.default")+" ")
	})
	root.SetUsageTemplate(usageTemplate())
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError{errors.New(flagComplaint(err))} })
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(newHelp())
	describeHelp(root)
}

func usageTemplate() string {
	return text.T("cli.help.usage") + `{{if .Runnable}}
  {{.UseLine}}{{end}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} [command]

` + text.T("cli.help.commands") + `{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

` + text.T("cli.help.flags") + `
{{flagUsages .LocalFlags}}{{end}}{{if .HasAvailableSubCommands}}

` + text.T("cli.help.more", "command", "{{.CommandPath}}") + `{{end}}
`
}

// describeHelp says in Vietnamese what --help does, on every command.
func describeHelp(cmd *cobra.Command) {
	cmd.Flags().BoolP("help", "h", false, text.T("cli.help.flag"))
	for _, sub := range cmd.Commands() {
		describeHelp(sub)
	}
}

func newHelp() *cobra.Command {
	return &cobra.Command{
		Use:   "help [command]",
		Short: text.T("cli.help.short"),
		RunE: func(cmd *cobra.Command, args []string) error {
			found, rest, err := cmd.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return usageError{errors.New(text.T("cli.unknown_command", "name", strings.Join(args, " ")))}
			}
			return found.Help()
		},
	}
}

// flagComplaint puts what is wrong with a flag in words.
func flagComplaint(err error) string {
	var unknown *pflag.NotExistError
	var empty *pflag.ValueRequiredError
	var bad *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return text.T("cli.unknown_flag", "flag", dashed(unknown.GetSpecifiedName()))
	case errors.As(err, &empty):
		return text.T("cli.flag_empty", "flag", dashed(empty.GetSpecifiedName()))
	case errors.As(err, &bad):
		kind := bad.GetFlag().Value.Type()
		if strings.HasPrefix(kind, "int") || strings.HasPrefix(kind, "uint") {
			return text.T("cli.flag_not_a_number", "flag", dashed(bad.GetFlag().Name), "value", bad.GetValue())
		}
		return text.T("cli.flag_bad", "flag", dashed(bad.GetFlag().Name), "value", bad.GetValue())
	}
	return text.T("cli.flag_unreadable", "error", err.Error())
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// argumentComplaint says what words a command takes, or that it does not know
// the one given.
func argumentComplaint(cmd *cobra.Command, args []string) string {
	if cmd.HasAvailableSubCommands() && len(args) > 0 {
		return text.T("cli.unknown_command", "name", args[0])
	}
	return text.T("cli.arguments", "usage", cmd.UseLine())
}

// missingFlags are the flags that cobra's complaint, which has no type,
// names in quotes.
func missingFlags(err error) (string, bool) {
	const prefix, suffix = `required flag(s) `, ` not set`
	complaint := err.Error()
	if !strings.HasPrefix(complaint, prefix) {
		return "", false
	}
	names := strings.Split(strings.TrimSuffix(strings.TrimPrefix(complaint, prefix), suffix), ", ")
	for i, name := range names {
		names[i] = "--" + strings.Trim(name, `"`)
	}
	return text.T("cli.flags_missing", "flags", strings.Join(names, ", ")), true
}
