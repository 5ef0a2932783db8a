package store

import (
	"container/list"
	"sync"

	"filiere/internal/studio"
)

// maxHeldVersions bounds how many versions are kept in memory, decoded. A school has some tens in use at a
// time; a large one takes about 200 kB.
const maxHeldVersions = 64

// heldVersions are the versions read last. A version never changes once published, so that what is kept
// never goes stale; its seal was checked when it was read. The zero value is empty. It is safe for
// concurrent use.
type heldVersions struct {
	mu    sync.Mutex
	byID  map[studio.VersionID]*list.Element
	order list.List // of studio.Version, the one asked for last in front
}

// get gives a version that is kept.
func (h *heldVersions) get(id studio.VersionID) (studio.Version, bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	e, ok := h.byID[id]
	if !ok {
		return studio.Version{}, false
	}
	h.order.MoveToFront(e)
	return e.Value.(studio.Version), true
}

// keep keeps a version, and lets go of the one nobody asked for longest when there are too many.
func (h *heldVersions) keep(v studio.Version) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.byID[v.ID]; ok {
		return // somebody else read it meanwhile
	}
	if h.byID == nil {
		h.byID = map[studio.VersionID]*list.Element{}
	}
	h.byID[v.ID] = h.order.PushFront(v)
	if h.order.Len() > maxHeldVersions {
		last := h.order.Remove(h.order.Back()).(studio.Version)
		delete(h.byID, last.ID)
	}
}
