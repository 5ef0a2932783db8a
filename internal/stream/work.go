package stream

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"filiere/internal/market/posting"
)

// Take keeps adverts, all or none, and tells what became of them. The same ones may come again.
type Take func(context.Context, []posting.Posting) (posting.Lot, error)

// How a worker works.
const (
	perFetch  = 4               // messages taken together: 256 adverts in a transaction
	fetchWait = 2 * time.Second // for the first of them
	tries     = 8               // of a message, before its adverts are taken one by one and bad ones buried
	longest   = time.Minute     // between two tries
)

// Work takes adverts until the context ends, and announces each lot. An advert that cannot be taken after some tries is
// buried with the reason. Work returns nil when the context ended, and an error when the stream cannot be read any more.
func (s *Stream) Work(ctx context.Context, take Take) error {
	for ctx.Err() == nil {
		c, err := s.js.Consumer(ctx, waitingStream, workers)
		if err == nil {
			err = s.workOn(ctx, c, take)
		}
		if err != nil && ctx.Err() == nil && !passing(err) {
			return fmt.Errorf("take adverts from the stream: %w", err)
		}
		select {
		case <-ctx.Done():
		case <-time.After(100 * time.Millisecond):
		}
	}
	return nil
}

func (s *Stream) workOn(ctx context.Context, c jetstream.Consumer, take Take) error {
	for ctx.Err() == nil {
		// The first message is waited for, those behind it are not: an advert alone is not held up.
		first, err := s.first(ctx, c)
		if err != nil {
			return err
		}
		if len(first) == 0 {
			continue
		}
		more, err := fetched(c.FetchNoWait(perFetch - 1))
		if err != nil {
			return err
		}
		if err := s.takeAll(ctx, append(first, more...), take); err != nil {
			return err
		}
	}
	return nil
}

// first waits a while for a message.
func (s *Stream) first(ctx context.Context, c jetstream.Consumer) ([]jetstream.Msg, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchWait)
	defer cancel()
	return fetched(c.Fetch(1, jetstream.FetchContext(ctx)))
}

func fetched(batch jetstream.MessageBatch, err error) ([]jetstream.Msg, error) {
	if err != nil {
		return nil, err
	}
	var out []jetstream.Msg
	for m := range batch.Messages() {
		out = append(out, m)
	}
	if err := batch.Error(); err != nil && !errors.Is(err, nats.ErrTimeout) && !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, context.Canceled) {
		return out, err
	}
	return out, nil
}

// sheaf is a message with its adverts.
type sheaf struct {
	jetstream.Msg
	adverts []posting.Posting
}

// takeAll takes the adverts of messages in one lot, or message by message when that fails.
func (s *Stream) takeAll(ctx context.Context, messages []jetstream.Msg, take Take) error {
	var sheaves []sheaf
	var adverts []posting.Posting
	for _, m := range messages {
		one := sheaf{Msg: m}
		if err := json.Unmarshal(m.Data(), &one.adverts); err != nil {
			if err := s.buryMessage(ctx, m, "it is no list of adverts"); err != nil {
				return err
			}
			continue
		}
		sheaves = append(sheaves, one)
		adverts = append(adverts, one.adverts...)
	}
	if len(sheaves) == 0 {
		return nil
	}
	lot, err := take(ctx, adverts)
	if err == nil {
		s.announce(lot)
		for _, one := range sheaves {
			if err := one.Ack(); err != nil {
				return fmt.Errorf("acknowledge adverts: %w", err)
			}
		}
		return nil
	}
	for _, one := range sheaves {
		if err := s.takeApart(ctx, one, take); err != nil {
			return err
		}
	}
	return nil
}

// takeApart takes a message whose adverts could not be taken together with others: by itself; later, as a database that
// is away comes back; and in the end advert by advert.
func (s *Stream) takeApart(ctx context.Context, one sheaf, take Take) error {
	lot, err := take(ctx, one.adverts)
	if err == nil {
		s.announce(lot)
		return one.Ack()
	}
	if ctx.Err() != nil {
		return one.Nak()
	}
	meta, metaErr := one.Metadata()
	if metaErr != nil {
		return fmt.Errorf("read what JetStream says of a message: %w", metaErr)
	}
	if meta.NumDelivered < tries {
		return one.NakWithDelay(min(time.Second<<(meta.NumDelivered-1), longest))
	}
	return s.takeSingly(ctx, one, take)
}

// takeSingly takes the adverts of a message one by one and buries those that cannot be taken. When none of several can, it
// is not the adverts that are wrong, and they are tried again later.
func (s *Stream) takeSingly(ctx context.Context, one sheaf, take Take) error {
	var dead []Dead
	for i, a := range one.adverts {
		lot, err := take(ctx, []posting.Posting{a})
		switch {
		case err == nil:
			s.announce(lot)
		case ctx.Err() != nil:
			return one.Nak()
		default:
			dead = append(dead, Dead{At: time.Now().UTC(), Reason: err.Error(), Posting: &one.adverts[i]})
		}
	}
	if len(dead) > 1 && len(dead) == len(one.adverts) {
		return one.NakWithDelay(longest)
	}
	for _, d := range dead {
		if err := s.bury(ctx, d); err != nil {
			return err
		}
	}
	return one.Ack()
}

// announce tells whoever listens what became of adverts. It is told once: those who must not miss it read the store.
func (s *Stream) announce(lot posting.Lot) {
	if body, err := json.Marshal(lot); err == nil {
		_ = s.conn.Publish(takenOn, body) // the adverts are kept, whether anybody hears of it or not
	}
}

// Lots hands what workers announce, in any process, to f until the context ends.
func (s *Stream) Lots(ctx context.Context, f func(posting.Lot)) error {
	heard, err := s.conn.Subscribe(takenOn, func(m *nats.Msg) {
		var lot posting.Lot
		if json.Unmarshal(m.Data, &lot) == nil { // nobody but workers speaks here
			f(lot)
		}
	})
	if err == nil {
		err = s.conn.FlushWithContext(ctx)
	}
	if err != nil && ctx.Err() == nil {
		return fmt.Errorf("listen to workers: %w", err)
	}
	<-ctx.Done()
	if heard != nil {
		_ = heard.Unsubscribe() // the connection may be gone
	}
	return nil
}
