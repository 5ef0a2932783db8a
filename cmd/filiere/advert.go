package main

import (
	"errors"
	"io"
	"os"

	"filiere/internal/fault"
	"filiere/internal/occupation/advert"
)

// eachAdvert hands every advert of a file to f: of one that begins with a brace, each line; of another, the whole.
// "-" and "" are stdin. A line that cannot be read is a fault that says where it stands.
func eachAdvert(stdin io.Reader, name string, f func(advert.Advert) error) error {
	in, shown, err := openAdverts(stdin, name)
	if err != nil {
		return err
	}
	defer in.Close()
	return advert.Read(in, shown, f)
}

// openAdverts opens a file by name and says what to call it in a fault.
func openAdverts(stdin io.Reader, name string) (io.ReadCloser, string, error) {
	if name == "" || name == "-" {
		return io.NopCloser(stdin), "-", nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, name, badAdvert(name, 0, err)
	}
	return f, name, nil
}

// badAdvert says where the advert stands that could not be read.
func badAdvert(file string, line int, err error) error {
	f := fault.New(fault.Invalid, "read adverts", "")
	f.File, f.Line, f.Err = file, line, err
	if errors.Is(err, os.ErrNotExist) {
		f.Code = fault.NotFound
	}
	return f
}
