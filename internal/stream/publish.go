package stream

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"filiere/internal/fault"
	"filiere/internal/market/posting"
)

// Adverts travel in messages of several, as each is written to the disk before it is acknowledged.
const (
	perMessage = 64
	maxMessage = 768 << 10 // bytes; a server takes 1 MiB
)

// storeFull is JetStream's error code for a stream that has reached its limit (server/errors.json, JSStreamStoreFailedF).
const storeFull = 10077

// publishFor is how long a message is offered to servers that do not answer.
const publishFor = 30 * time.Second

// Publish hands adverts over to the workers. When it returns nil they are on the disk of the stream. While it is full,
// Publish waits; when the context ends first it returns an Unavailable fault, and some of the adverts may have been
// handed over: handing them over again is safe. The mark is for Wait.
func (s *Stream) Publish(ctx context.Context, adverts []posting.Posting) (mark uint64, err error) {
	var body []byte
	held := 0
	send := func() error {
		if held == 0 {
			return nil
		}
		mark, err = s.put(ctx, waitingOn, append(body, ']'), rand.Text())
		body, held = nil, 0
		return err
	}
	for _, a := range adverts {
		one, err := json.Marshal(a)
		if err != nil {
			return mark, fmt.Errorf("write advert %s: %w", a.Number, err)
		}
		if held == perMessage || held > 0 && len(body)+len(one)+2 > maxMessage {
			if err := send(); err != nil {
				return mark, fmt.Errorf("publish adverts: %w", err)
			}
		}
		body = append(append(body, sign(held)), one...)
		held++
	}
	if err := send(); err != nil {
		return mark, fmt.Errorf("publish adverts: %w", err)
	}
	return mark, nil
}

// sign is what stands before an advert of a list.
func sign(before int) byte {
	if before == 0 {
		return '['
	}
	return ','
}

// put writes a message and waits for its acknowledgement. The ID stays the same however often it is tried, so that it is
// there once.
func (s *Stream) put(ctx context.Context, subject string, body []byte, id string) (uint64, error) {
	until := time.Now().Add(publishFor)
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, time.Second) {
		ack, err := s.js.Publish(ctx, subject, body, jetstream.WithMsgID(id))
		if err == nil {
			return ack.Sequence, nil
		}
		full := isFull(err)
		if full {
			until = time.Now().Add(publishFor) // it answers
		}
		if ctx.Err() == nil && (!full && !passing(err) || time.Now().After(until)) {
			return 0, err
		}
		select {
		case <-ctx.Done():
			if full {
				return 0, fault.New(fault.Unavailable, "publish adverts", "the stream is full: the workers are behind")
			}
			return 0, ctx.Err()
		case <-time.After(pause):
		}
	}
}

// isFull tells whether a stream refused a message because it holds as much as it may.
func isFull(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && api.ErrorCode == storeFull
}
