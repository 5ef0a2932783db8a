package stream

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"filiere/internal/fault"
	"filiere/internal/market/posting"
)

// maxDeadText is how many bytes of a text are kept of an advert that was refused.
const maxDeadText = 64 << 10

// Dead is an advert that could not be taken, and why. It holds the advert as it was sent, or, when it could be read and
// only not be kept, as it was read.
type Dead struct {
	Seq     uint64           `json:"number"` // its name among the dead
	At      time.Time        `json:"at"`     // when it was given up
	Reason  string           `json:"reason"`
	File    string           `json:"file,omitempty"` // where it stood
	Line    int              `json:"line,omitempty"`
	Raw     *posting.Raw     `json:"raw,omitempty"`
	Posting *posting.Posting `json:"posting,omitempty"`
}

// Title is what the advert is called, as far as it can be told.
func (d Dead) Title() string {
	switch {
	case d.Posting != nil:
		return d.Posting.Title
	case d.Raw != nil:
		return d.Raw.Title
	}
	return ""
}

// Number is who collected the advert and its number there.
func (d Dead) Number() (source, number string) {
	switch {
	case d.Posting != nil:
		return d.Posting.Source, d.Posting.Number
	case d.Raw != nil:
		return d.Raw.Source, d.Raw.Number
	}
	return "", ""
}

// Bury keeps an advert that was refused, with its reason. What its text tells of persons is masked, and a text beyond
// 64 KiB is cut.
func (s *Stream) Bury(ctx context.Context, d Dead) error {
	if d.Raw != nil {
		raw := *d.Raw
		raw.Title, raw.Text = masked(raw.Title), masked(raw.Text)
		d.Raw = &raw
	}
	return s.bury(ctx, d)
}

func masked(s string) string {
	s = strings.ToValidUTF8(s, "")
	if len(s) > maxDeadText {
		s = strings.ToValidUTF8(s[:maxDeadText], "")
	}
	s, _ = posting.Mask(s)
	return s
}

// bury writes a dead advert; the same one buried before gives way to it.
func (s *Stream) bury(ctx context.Context, d Dead) error {
	source, number := d.Number()
	name := sha256.Sum256([]byte(source + "\x00" + number + "\x00" + d.File + "\x00" + strconv.Itoa(d.Line)))
	body, err := json.Marshal(d)
	if err == nil {
		_, err = s.put(ctx, deadOn+hex.EncodeToString(name[:16]), body, rand.Text())
	}
	if err != nil {
		return fmt.Errorf("bury an advert: %w", err)
	}
	return nil
}

// buryMessage buries a message that cannot be read.
func (s *Stream) buryMessage(ctx context.Context, m jetstream.Msg, reason string) error {
	meta, err := m.Metadata()
	if err != nil {
		return fmt.Errorf("read what JetStream says of a message: %w", err)
	}
	if err := s.bury(ctx, Dead{At: time.Now().UTC(), Reason: reason, File: waitingStream, Line: int(meta.Sequence.Stream)}); err != nil {
		return err
	}
	return m.Term()
}

// Dead lists the dead from a number on, the oldest first, until yield returns false.
func (s *Stream) Dead(ctx context.Context, from uint64, yield func(Dead) bool) error {
	stream, err := s.js.Stream(ctx, deadStream)
	if err != nil {
		return fmt.Errorf("list dead adverts: %w", err)
	}
	for seq := max(from, 1); ; seq++ {
		m, err := stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(deadOn+">")) // that one or the next
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("read dead advert %d: %w", seq, err)
		}
		seq = m.Sequence
		d := Dead{}
		if err := json.Unmarshal(m.Data, &d); err != nil {
			d = Dead{At: m.Time, Reason: "what is kept of it cannot be read"}
		}
		d.Seq = seq
		if !yield(d) {
			return nil
		}
	}
}

// DeadAdvert gives one of the dead, or a NotFound fault.
func (s *Stream) DeadAdvert(ctx context.Context, seq uint64) (Dead, error) {
	var found Dead
	err := s.Dead(ctx, seq, func(d Dead) bool {
		found = d
		return false
	})
	if err == nil && (seq == 0 || found.Seq != seq) {
		err = fault.New(fault.NotFound, "find a dead advert", "there is none with number %d", seq)
	}
	return found, err
}

// Replay hands a dead advert over again and takes it from the dead. One that is refused again stays, and the reason is
// returned.
func (s *Stream) Replay(ctx context.Context, d Dead, now time.Time) error {
	a := d.Posting
	switch {
	case d.Raw != nil:
		read, err := posting.Read(*d.Raw, now)
		if err != nil {
			return err
		}
		a = &read
	case a == nil:
		return fault.New(fault.Invalid, "replay a dead advert", "nothing is left of number %d that could be read", d.Seq)
	}
	if _, err := s.Publish(ctx, []posting.Posting{*a}); err != nil {
		return err
	}
	return s.Drop(ctx, d.Seq)
}

// Drop takes an advert from the dead for ever. One that is not there is no error.
func (s *Stream) Drop(ctx context.Context, seq uint64) error {
	stream, err := s.js.Stream(ctx, deadStream)
	if err == nil {
		err = stream.SecureDeleteMsg(ctx, seq)
	}
	if err != nil && !errors.Is(err, jetstream.ErrMsgNotFound) && !errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful) {
		return fmt.Errorf("drop dead advert %d: %w", seq, err)
	}
	return nil
}
