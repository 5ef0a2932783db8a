package store

import (
	"context"
	"sync"
	"time"

	"filiere/internal/mission"
)

// How long a computed draft is given to readers: its indicators look at every diploma of a year. A draft
// older than draftFresh is computed anew by one reader, while the others are given the old one; one older
// than draftStale is given to nobody.
const (
	draftFresh = time.Minute
	draftStale = 10 * time.Minute
)

// HoldDrafts makes the store keep the drafts of mission reports it computed for a while: readers do not each
// compute one. Programs that ask once have no use for it.
//
// It must be called before the store is used by several goroutines.
func (s *Store) HoldDrafts() {
	if s.drafts == nil {
		s.drafts = &heldDrafts{}
	}
}

// heldDrafts are the drafts in memory, by year.
type heldDrafts struct {
	mu     sync.Mutex
	byYear map[int]*heldDraft
}

// heldDraft is the place of one draft.
type heldDraft struct {
	making sync.Mutex // held by the one who computes it
	mu     sync.Mutex
	report mission.Report
}

// of finds the place of a year, making an empty one.
func (h *heldDrafts) of(year int) *heldDraft {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.byYear == nil {
		h.byYear = map[int]*heldDraft{}
	}
	d, ok := h.byYear[year]
	if !ok {
		d = &heldDraft{}
		h.byYear[year] = d
	}
	return d
}

// dropDrafts forgets the drafts: what they say was changed by people, who want to see it. What is being
// computed meanwhile goes to a place nobody looks at any more.
func (s *Store) dropDrafts() {
	if s.drafts == nil {
		return
	}
	s.drafts.mu.Lock()
	defer s.drafts.mu.Unlock()
	s.drafts.byYear = nil
}

// youngerThan gives the draft if it is.
func (d *heldDraft) youngerThan(age time.Duration, now time.Time) (mission.Report, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	at := d.report.ComputedAt
	return d.report, !at.IsZero() && !now.Before(at) && now.Sub(at) < age
}

// draft gives a draft computed lately, or computes it.
func (s *Store) draft(ctx context.Context, year int) (mission.Report, error) {
	now := s.stamp()
	if err := mission.CheckYear(year, now); err != nil {
		return mission.Report{}, err
	}
	if s.drafts == nil {
		return s.draftReport(ctx, year)
	}
	d := s.drafts.of(year)
	if r, ok := d.youngerThan(draftFresh, now); ok {
		return r, nil
	}
	if !d.making.TryLock() {
		if r, ok := d.youngerThan(draftStale, now); ok {
			return r, nil
		}
		d.making.Lock()
	}
	defer d.making.Unlock()
	if r, ok := d.youngerThan(draftFresh, now); ok {
		return r, nil
	}
	r, err := s.draftReport(ctx, year)
	if err != nil {
		return r, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.report = r
	return r, nil
}
