package web

import (
	"container/list"
	"sync"
)

// cacheBytes bounds the rendered pages kept in memory. A page is 3 to 30 kB compressed without the outlines
// of its map, which pages share, so this holds some ten thousand: every page people ask for often.
const cacheBytes = 128 << 20

// cache keeps the bodies of pages, least recently used out first. It is safe for concurrent use.
type cache struct {
	mu    sync.Mutex
	max   int
	size  int
	order *list.List // of *entry, most recent first
	byKey map[string]*list.Element
}

type entry struct {
	key  string
	body body
}

func newCache(maxBytes int) *cache {
	return &cache{max: maxBytes, order: list.New(), byKey: map[string]*list.Element{}}
}

func (c *cache) get(key string) (body, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byKey[key]
	if !ok {
		return body{}, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*entry).body, true
}

// put keeps a page. One larger than an eighth of the cache is not worth the pages it would push out.
func (c *cache) put(key string, b body) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if _, ok := c.byKey[key]; ok || b.size() > c.max/8 {
		return
	}
	c.byKey[key] = c.order.PushFront(&entry{key, b})
	c.size += len(key) + b.size()
	for c.size > c.max {
		last := c.order.Back()
		old := last.Value.(*entry)
		c.order.Remove(last)
		delete(c.byKey, old.key)
		c.size -= len(old.key) + old.body.size()
	}
}
