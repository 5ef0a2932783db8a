package stream_test

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/market/posting"
	"filiere/internal/stream"
	"filiere/internal/territory/place"
)

func opened(t *testing.T, at stream.Place) *stream.Stream {
	t.Helper()
	s, err := stream.Open(t.Context(), at)
	ok(t, err)
	t.Cleanup(func() { ok(t, s.Close()) })
	return s
}

func ok(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func some(from, to int) []posting.Posting {
	var out []posting.Posting
	for n := from; n < to; n++ {
		out = append(out, posting.Posting{Source: "test", Number: fmt.Sprint(n), Title: fmt.Sprint("Métier ", n), Positions: 1})
	}
	return out
}

// keeper keeps what it takes, once by number, and fails when told to.
type keeper struct {
	mu    sync.Mutex
	kept  map[string]posting.Posting
	times int
	fail  func([]posting.Posting) error
}

func (k *keeper) take(_ context.Context, adverts []posting.Posting) (posting.Lot, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.times++
	var lot posting.Lot
	if k.fail != nil {
		if err := k.fail(adverts); err != nil {
			return lot, err
		}
	}
	if k.kept == nil {
		k.kept = map[string]posting.Posting{}
	}
	for _, a := range adverts {
		if _, known := k.kept[a.Number]; known {
			lot.Known++
		} else {
			lot.New++
		}
		k.kept[a.Number] = a
	}
	return lot, nil
}

func (k *keeper) count() int {
	k.mu.Lock()
	defer k.mu.Unlock()
	return len(k.kept)
}

// working runs a worker until the test or stop ends it.
func working(t *testing.T, s *stream.Stream, take stream.Take) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.Work(ctx, take) }()
	stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(stop)
	return stop
}

// eventually waits for what another goroutine brings about.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(time.Minute); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("after a minute: not %s", what)
		}
	}
}

func TestAdvertsArriveWhole(t *testing.T) {
	s := opened(t, stream.Place{Dir: t.TempDir()})
	sent := posting.Posting{
		Source: "test", Number: "1", Title: "Soudeur \x00 <b>", Text: strings.Repeat("é", 400_000), Employer: "Société", Code: "H2913", Positions: 3,
		Place: place.Written{Text: "69 - LYON 08", PostalCode: "69008", Lat: 45.7, Lon: 4.8}, Published: time.Date(2026, 11, 3, 4, 5, 6, 7, time.UTC),
		Contract: posting.ReadContract("CDI"), Pay: posting.ReadPay("2000 à 2500 € par mois"),
	}
	_, sent.Masked = posting.Mask("écrire à zoe@example.org")
	mark, err := s.Publish(t.Context(), append(some(2, 300), sent))
	ok(t, err)
	var k keeper
	working(t, s, k.take)
	ok(t, s.Wait(t.Context(), mark))
	if k.count() != 299 || !reflect.DeepEqual(k.kept["1"], sent) {
		t.Errorf("%d adverts came; the whole one is %.300v", k.count(), k.kept["1"])
	}
	if b, err := s.Backlog(t.Context()); err != nil || b != (stream.Backlog{}) {
		t.Errorf("left over: %+v, %v", b, err)
	}
}

func TestAdvertsWaitOnDiskForAWorker(t *testing.T) {
	dir := t.TempDir()
	s, err := stream.Open(t.Context(), stream.Place{Dir: dir})
	ok(t, err)
	_, err = s.Publish(t.Context(), some(0, 100))
	ok(t, err)
	ok(t, s.Close())
	again := opened(t, stream.Place{Dir: dir})
	if b, err := again.Backlog(t.Context()); err != nil || b.Waiting != 2 {
		t.Fatalf("waiting: %+v, %v", b, err)
	}
	var k keeper
	working(t, again, k.take)
	eventually(t, "all taken", func() bool { return k.count() == 100 })
}

func TestSecondProcessJoinsTheFirst(t *testing.T) {
	dir := t.TempDir()
	first := opened(t, stream.Place{Dir: dir})
	second := opened(t, stream.Place{Dir: dir})
	if !first.Embedded() || second.Embedded() {
		t.Fatalf("embedded: %v, %v", first.Embedded(), second.Embedded())
	}
	heard := make(chan posting.Lot, 10)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	go func() { _ = first.Lots(ctx, func(l posting.Lot) { heard <- l }) }()
	var k keeper
	working(t, second, k.take)
	eventually(t, "a lot heard of", func() bool {
		_, err := first.Publish(t.Context(), some(0, 1))
		ok(t, err)
		select {
		case <-heard:
			return true
		case <-time.After(200 * time.Millisecond):
			return false
		}
	})
}

func TestFullStreamHoldsThosePublishingBack(t *testing.T) {
	s := opened(t, stream.Place{Dir: t.TempDir(), MaxWaiting: 1 << 20})
	long := some(0, 200)
	for i := range long {
		long[i].Text = strings.Repeat("x", 10_000)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Second)
	defer cancel()
	_, err := s.Publish(ctx, long)
	if fault.CodeOf(err) != fault.Unavailable {
		t.Fatalf("into a full stream: %v", err)
	}
	var k keeper
	working(t, s, k.take)
	mark, err := s.Publish(t.Context(), long) // goes on as the worker makes room
	ok(t, err)
	ok(t, s.Wait(t.Context(), mark))
	if k.count() != len(long) {
		t.Errorf("%d of %d adverts came", k.count(), len(long))
	}
}

func TestTroubleThatPassesLosesNothing(t *testing.T) {
	s := opened(t, stream.Place{Dir: t.TempDir()})
	k := keeper{}
	k.fail = func([]posting.Posting) error {
		if k.times < 4 {
			return errors.New("the database is away")
		}
		return nil
	}
	working(t, s, k.take)
	_, err := s.Publish(t.Context(), some(0, 70))
	ok(t, err)
	eventually(t, "all taken", func() bool { return k.count() == 70 })
	if b, err := s.Backlog(t.Context()); err != nil || b.Dead != 0 {
		t.Errorf("dead: %+v, %v", b, err)
	}
}

func TestTheDead(t *testing.T) {
	s := opened(t, stream.Place{Dir: t.TempDir()})
	now := time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)
	bad := posting.Raw{Source: "test", Number: "7", Title: "Boulanger", Text: "Appelez le 06 12 34 56 78", Published: "2031-01-01"}
	_, why := posting.Read(bad, now)
	if why == nil {
		t.Fatal("an advert from the future was read")
	}
	ok(t, s.Bury(t.Context(), stream.Dead{At: now, Reason: why.Error(), File: "a.jsonl", Line: 3, Raw: &bad}))
	read := some(8, 9)[0]
	ok(t, s.Bury(t.Context(), stream.Dead{At: now, Reason: "refused by the database", Posting: &read}))
	var all []stream.Dead
	ok(t, s.Dead(t.Context(), 0, func(d stream.Dead) bool { all = append(all, d); return true }))
	if len(all) != 2 || all[0].Line != 3 || all[0].Title() != "Boulanger" || all[1].Title() != "Métier 8" || all[0].Reason != why.Error() {
		t.Fatalf("the dead: %+v", all)
	}
	if strings.Contains(all[0].Raw.Text, "06 12") {
		t.Errorf("a telephone number is kept: %q", all[0].Raw.Text)
	}
	if err := s.Replay(t.Context(), all[0], now); err == nil {
		t.Error("an advert that is still from the future was replayed")
	}
	var k keeper
	working(t, s, k.take)
	ok(t, s.Replay(t.Context(), all[0], now.AddDate(6, 0, 0)))
	ok(t, s.Replay(t.Context(), all[1], now))
	eventually(t, "both taken", func() bool { return k.count() == 2 })
	if _, err := s.DeadAdvert(t.Context(), all[0].Seq); fault.CodeOf(err) != fault.NotFound {
		t.Errorf("replayed and still among the dead: %v", err)
	}
	ok(t, s.Drop(t.Context(), all[1].Seq)) // gone already
}

func TestOpenNeedsOnePlace(t *testing.T) {
	for _, at := range []stream.Place{{}, {Dir: "x", URL: "nats://localhost"}} {
		if _, err := stream.Open(t.Context(), at); fault.CodeOf(err) != fault.Invalid {
			t.Errorf("%+v: %v", at, err)
		}
	}
	if _, err := stream.Open(t.Context(), stream.Place{URL: "nats://127.0.0.1:1"}); err == nil {
		t.Error("opened where nobody listens")
	}
}
