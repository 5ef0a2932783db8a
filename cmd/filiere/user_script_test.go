package main

import (
	"archive/zip"
	"database/sql"
	"io"
	"log"
	"os"
)

// tamper is a command for scripts: it runs a statement on a database behind the program's back, as
// somebody with the file could. Usage: tamper FILE STATEMENT.
func tamper() {
	db, err := sql.Open("sqlite", "file:"+os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	r, err := db.Exec(os.Args[2])
	if err != nil {
		log.Fatal(err)
	}
	if n, err := r.RowsAffected(); err != nil || n == 0 {
		log.Fatalf("%d rows were changed, %v", n, err)
	}
	if err := db.Close(); err != nil {
		log.Fatal(err)
	}
}

// unpack is a command for scripts: it writes the files of a zip into the folder it runs in.
func unpack() {
	z, err := zip.OpenReader(os.Args[1])
	if err != nil {
		log.Fatal(err)
	}
	for _, f := range z.File {
		in, err := f.Open()
		if err != nil {
			log.Fatal(err)
		}
		b, err := io.ReadAll(in)
		if err != nil {
			log.Fatal(err)
		}
		if err := os.WriteFile(f.Name, b, 0o600); err != nil {
			log.Fatal(err)
		}
	}
}
