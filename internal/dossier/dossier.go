package dossier

import (
	"archive/zip"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"filiere/internal/locale"
	"filiere/internal/people"
)

// The files of the zip.
const (
	dataFile = "personal-data.json"
	pageFile = "personal-data.html"
)

// Writer writes dossiers in the languages of a bundle.
type Writer struct{ Locales locale.Bundle }

// Write writes the zip, its page in a language (French when the program does not speak it). It fails only
// when w does; the zip is then not whole.
func (dw Writer) Write(w io.Writer, d people.PersonalData, lang string) error {
	known, _ := locale.Parse(lang)
	z := zip.NewWriter(w)
	err := add(z, dataFile, d.ExportedAt, func(w io.Writer) error {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(d)
	})
	if err != nil {
		return err
	}
	err = add(z, pageFile, d.ExportedAt, func(w io.Writer) error { return writePage(w, dw.Locales[known], d) })
	if err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("finish the dossier: %w", err)
	}
	return nil
}

func add(z *zip.Writer, name string, at time.Time, write func(io.Writer) error) error {
	f, err := z.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: at})
	if err == nil {
		err = write(f)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
