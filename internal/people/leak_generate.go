//go:build ignore

// Command leak_generate writes leak.bin from a list of passwords, one a line.
package main

import (
	"fmt"
	"os"
	"strings"

	"filiere/internal/people"
)

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run() error {
	list, err := os.ReadFile(os.Args[1])
	if err != nil {
		return err
	}
	set := people.NewLeakSet(strings.Split(string(list), "\n"))
	fmt.Println(set.Len(), "passwords")
	return os.WriteFile("leak.bin", set, 0o644)
}
