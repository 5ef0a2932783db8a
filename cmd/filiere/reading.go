package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"filiere/internal/fault"
	"filiere/internal/occupation"
	"filiere/internal/occupation/match"
	"filiere/internal/occupation/reading"
	"filiere/internal/occupation/words"
	"filiere/internal/store"
)

// modelPath is where the model of a kind is, "titles" or "adverts": where it is named, or beside the database. A
// database on a server has no place beside it; its models are in the user's data folder.
func (p *program) modelPath(named string, kind reading.Model) (string, error) {
	if named != "" {
		return named, nil
	}
	dsn, err := p.database()
	if err != nil || !strings.Contains(dsn, "://") {
		return strings.TrimSuffix(dsn, filepath.Ext(dsn)) + "." + string(kind) + ".model", err
	}
	folder, err := p.dataFolder()
	return filepath.Join(folder, string(kind)+".model"), err
}

// wanted is what a reader is to be put together from.
type wanted struct {
	to     []occupation.Nomenclature
	skills bool
	model  string // the file of the model that was named, for the one nomenclature wanted
}

// reader puts together what reads adverts. What was not imported is left out, and a model that is missing or cannot
// be read is one of the reader's lacks; a named one has to be there.
func (p *program) reader(ctx context.Context, s *store.Store, lang words.Language, w wanted) (*reading.Reader, error) {
	parts := reading.Parts{Matchers: map[occupation.Nomenclature]*match.Matcher{}}
	for _, n := range w.to {
		t, err := s.Taxonomy(ctx, n)
		if fault.CodeOf(err) == fault.NotFound && len(w.to) > 1 {
			continue
		}
		if err != nil {
			return nil, err
		}
		var ranker match.Ranker = match.Fixed{}
		switch n {
		case occupation.ESCO:
			m, err := p.readModel(w.model)
			if err != nil && w.model != "" {
				return nil, err
			}
			if err == nil {
				ranker = &m.Ranker
			} else {
				parts.Lacks = append(parts.Lacks, lackOf(reading.Titles, err))
			}
		case occupation.ROME3:
			if err := p.addCoder(ctx, s, &parts, w.model); err != nil {
				return nil, err
			}
		}
		parts.Matchers[n] = match.New(lang, t, ranker)
	}
	if !w.skills {
		return reading.New(parts), nil
	}
	g, err := s.Gazetteer(ctx, lang)
	if err == nil && g.Labels() > 0 {
		parts.Gazetteer = g
	}
	return reading.New(parts), err
}

// addCoder adds the model that codes adverts, with the names of the sheets beside.
func (p *program) addCoder(ctx context.Context, s *store.Store, parts *reading.Parts, named string) error {
	m, err := p.readCoder(named)
	if err != nil {
		if named != "" {
			return err
		}
		parts.Lacks = append(parts.Lacks, lackOf(reading.Adverts, err))
		return nil
	}
	sheets, err := s.Occupations(ctx, occupation.ROME3, occupation.Detailed)
	if err != nil {
		return err
	}
	parts.Coder, parts.Labels = m, make(map[occupation.ID]string, len(sheets))
	for _, o := range sheets {
		parts.Labels[o.ID] = o.Label
	}
	return nil
}

// lackOf is a model that could not be read; one that was never trained has no error.
func lackOf(m reading.Model, err error) reading.Lack {
	if errors.Is(err, fs.ErrNotExist) || fault.CodeOf(err) == fault.NotFound {
		err = nil
	}
	return reading.Lack{Model: m, Err: err}
}

// spoiled is the first model of a reader that is there and cannot be read.
func spoiled(r *reading.Reader) error {
	for _, l := range r.Lacks() {
		if l.Err != nil {
			return l.Err
		}
	}
	return nil
}

// readingRoom reads adverts for the site. The reader is put together when it is first asked for, and anew when the
// data or the files of the models have changed. It may be used by many at once.
type readingRoom struct {
	p     *program
	s     *store.Store
	turn  chan struct{} // whoever looks at what is below holds it
	stamp string
	kept  *reading.Reader
}

func (p *program) readingRoom(s *store.Store) *readingRoom {
	return &readingRoom{p: p, s: s, turn: make(chan struct{}, 1)}
}

// Read reads an advert: at most top occupations of each nomenclature.
func (r *readingRoom) Read(ctx context.Context, a reading.Advert, top int) (reading.Reading, error) {
	reader, err := r.Reader(ctx)
	if err != nil {
		return reading.Reading{}, err
	}
	return reader.Read(a, top)
}

// Reader gives the reader of what is there now.
func (r *readingRoom) Reader(ctx context.Context) (*reading.Reader, error) {
	select {
	case r.turn <- struct{}{}:
		defer func() { <-r.turn }()
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	stamp, err := r.now(ctx)
	if err != nil {
		return nil, err
	}
	if r.kept != nil && r.stamp == stamp {
		return r.kept, nil
	}
	french, err := words.In("fr")
	if err != nil {
		return nil, err
	}
	// it is for all who will ask, not only for the one who is first and may not wait
	kept, err := r.p.reader(context.WithoutCancel(ctx), r.s, french, wanted{to: reading.Order(), skills: true})
	if err != nil {
		return nil, fmt.Errorf("put the reader of adverts together: %w", err)
	}
	r.stamp, r.kept = stamp, kept
	return kept, nil
}

// now says in a few letters what the reader is made from.
func (r *readingRoom) now(ctx context.Context) (string, error) {
	version, err := r.s.DataVersion(ctx)
	if err != nil {
		return "", err
	}
	out := version
	for _, kind := range []reading.Model{reading.Titles, reading.Adverts} {
		name, err := r.p.modelPath("", kind)
		if err != nil {
			return "", err
		}
		if file, err := os.Stat(name); err == nil {
			out += fmt.Sprintf(" %d %d", file.Size(), file.ModTime().UnixNano())
		} else {
			out += " -"
		}
	}
	return out, nil
}
