package stream

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"filiere/internal/fault"
)

// The names in JetStream. Subjects of a work queue belong to it alone.
const (
	waitingStream = "POSTINGS"
	deadStream    = "POSTINGS_DEAD"
	waitingOn     = "postings.in"
	deadOn        = "postings.dead." // and what names the advert: of each the last is kept
	takenOn       = "postings.taken"
	workers       = "workers" // the durable consumer that all workers share
)

// Limits of the stream.
const (
	maxWaiting  = 2 << 30             // bytes of adverts that wait; beyond it those who publish wait
	maxDead     = 1 << 30             // bytes of dead adverts; beyond it the oldest go
	deadFor     = 90 * 24 * time.Hour // then a dead advert goes
	ackWait     = 30 * time.Second    // after which a worker is thought dead and its adverts go to another
	maxUnderway = 256                 // messages that workers hold at once
)

// Place is where the stream is: in a folder, or at the address of a server or cluster. One of the two is given.
type Place struct {
	Dir string // of the embedded stream; whoever comes second joins the first
	URL string // nats://host:port, several with commas between
	// MaxWaiting is how many bytes of adverts may wait; 0 for two gibibytes. It holds when the stream is made.
	MaxWaiting int64
}

// Stream is the stream as one process holds it. It may be used by many at once.
type Stream struct {
	conn     *nats.Conn
	js       jetstream.JetStream
	embedded *embedded // nil when the server runs elsewhere
}

// Open opens the stream, and makes it where there is none. It returns an Invalid fault for a place that is none, and an
// Unavailable one when no server answers there.
func Open(ctx context.Context, at Place) (*Stream, error) {
	s := &Stream{}
	var err error
	switch {
	case (at.Dir == "") == (at.URL == ""):
		return nil, fault.New(fault.Invalid, "open the stream of adverts", "either a folder or an address is needed")
	case at.URL != "":
		s.conn, err = nats.Connect(at.URL, connected()...)
	default:
		s.embedded, s.conn, err = embed(ctx, at.Dir)
	}
	if err != nil {
		return nil, fmt.Errorf("open the stream of adverts: %w", err)
	}
	if s.js, err = jetstream.New(s.conn); err == nil {
		err = patiently(ctx, func() error { return s.make(ctx, at) })
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("open the stream of adverts: %w", err), s.Close())
	}
	return s, nil
}

// connected are the options of every connection: it comes back by itself, for as long as the process runs.
func connected(more ...nats.Option) []nats.Option {
	return append([]nats.Option{
		nats.Name("filiere"), nats.MaxReconnects(-1), nats.ReconnectWait(200 * time.Millisecond), nats.Timeout(5 * time.Second),
	}, more...)
}

// make makes the two streams and the consumer where they are missing. Those that are there stay as they are: an operator
// may have changed them.
func (s *Stream) make(ctx context.Context, at Place) error {
	copies := 1
	if s.conn.ConnectedClusterName() != "" {
		copies = 3
	}
	limit := at.MaxWaiting
	if limit == 0 {
		limit = maxWaiting
	}
	wanted := []jetstream.StreamConfig{
		{
			Name: waitingStream, Subjects: []string{waitingOn}, Retention: jetstream.WorkQueuePolicy, Discard: jetstream.DiscardNew,
			MaxBytes: limit, Storage: jetstream.FileStorage, Replicas: copies, Duplicates: 10 * time.Minute,
		},
		{
			Name: deadStream, Subjects: []string{deadOn + ">"}, Retention: jetstream.LimitsPolicy, Discard: jetstream.DiscardOld, MaxMsgsPerSubject: 1,
			MaxBytes: maxDead, MaxAge: deadFor, Storage: jetstream.FileStorage, Replicas: copies, Duplicates: 10 * time.Minute,
		},
	}
	for _, c := range wanted {
		if _, err := s.js.Stream(ctx, c.Name); !errors.Is(err, jetstream.ErrStreamNotFound) {
			if err != nil {
				return fmt.Errorf("look for the stream %s: %w", c.Name, err)
			}
			continue
		}
		if _, err := s.js.CreateStream(ctx, c); err != nil && !errors.Is(err, jetstream.ErrStreamNameAlreadyInUse) {
			return fmt.Errorf("make the stream %s: %w", c.Name, err)
		}
	}
	_, err := s.js.CreateOrUpdateConsumer(ctx, waitingStream, jetstream.ConsumerConfig{
		Durable: workers, AckPolicy: jetstream.AckExplicitPolicy, AckWait: ackWait, MaxAckPending: maxUnderway, MaxDeliver: -1,
	})
	if err != nil {
		return fmt.Errorf("make the consumer of workers: %w", err)
	}
	return nil
}

// Embedded tells whether the server runs in this process.
func (s *Stream) Embedded() bool { return s.embedded != nil }

// Backlog is how many adverts are on the way.
type Backlog struct {
	Waiting  int `json:"waiting"`  // messages no worker has
	Underway int `json:"underway"` // messages a worker has
	Dead     int `json:"dead"`     // adverts that could not be taken
}

// Backlog counts what waits. A message holds up to perMessage adverts.
func (s *Stream) Backlog(ctx context.Context) (Backlog, error) {
	var b Backlog
	c, err := s.js.Consumer(ctx, waitingStream, workers)
	if err != nil {
		return b, fmt.Errorf("count waiting adverts: %w", err)
	}
	info := c.CachedInfo()
	b.Waiting, b.Underway = int(info.NumPending), info.NumAckPending
	dead, err := s.js.Stream(ctx, deadStream)
	if err != nil {
		return b, fmt.Errorf("count dead adverts: %w", err)
	}
	b.Dead = int(dead.CachedInfo().State.Msgs)
	return b, nil
}

// Wait waits until the stream has let go of everything up to a mark that Publish gave: it is taken, or lies among the dead.
func (s *Stream) Wait(ctx context.Context, mark uint64) error {
	for {
		waiting, err := s.js.Stream(ctx, waitingStream)
		if err == nil {
			// What a worker has taken leaves the queue at once. The first number of an empty one is that of the next message.
			if waiting.CachedInfo().State.FirstSeq > mark {
				return nil
			}
		} else if ctx.Err() == nil && !passing(err) {
			return fmt.Errorf("wait for the workers: %w", err)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// Close leaves the stream; an embedded server is stopped with all it holds on disk.
func (s *Stream) Close() error {
	if s.conn != nil {
		s.conn.Close()
	}
	if s.embedded != nil {
		return s.embedded.stop()
	}
	return nil
}

// startFor is how long a cluster is given to choose its leaders.
const startFor = 30 * time.Second

// patiently tries again what fails because servers are still starting.
func patiently(ctx context.Context, try func() error) error {
	until := time.Now().Add(startFor)
	for {
		err := try()
		if err == nil || !passing(err) && !starting(err) || time.Now().After(until) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(200 * time.Millisecond):
		}
	}
}

// JetStream's error codes for a cluster that has too few servers for what is asked of it (server/errors.json,
// JSClusterNoPeersErrF and JSInsufficientResourcesErr).
const (
	noPeers   = 10005
	fewServer = 10023
)

// starting tells whether a cluster lacks servers that may be on their way.
func starting(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == noPeers || api.ErrorCode == fewServer)
}

// passing tells whether an error is one of a server that moves, starts or is cut off, and may be gone when it is tried
// again.
func passing(err error) bool {
	for _, e := range []error{
		nats.ErrTimeout, nats.ErrNoResponders, nats.ErrDisconnected, nats.ErrReconnectBufExceeded, nats.ErrConnectionReconnecting,
		jetstream.ErrNoStreamResponse, jetstream.ErrJetStreamNotEnabled, context.DeadlineExceeded,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	var api *jetstream.APIError
	return errors.As(err, &api) && api.Code == 503
}
