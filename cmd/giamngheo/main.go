// Command giamngheo runs a province's poverty-reduction programme: household
// registry, yearly review, tables. See README.md.
package main

import (
	"os"

	"giamngheo/internal/cli"
)

func main() { os.Exit(cli.Main(os.Args[1:])) }
