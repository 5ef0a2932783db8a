package store_test

import (
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestAMessageRefusedForGoodIsNotTriedAgain(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		ok(t, h.a.EnqueueMail(t.Context(), people.Message{To: "zoe@example.org", Subject: "s", Body: "b"}))
		m, is, err := h.a.ClaimMail(t.Context())
		ok(t, err)
		if !is {
			t.Fatal("no message is due")
		}
		ok(t, h.b.MailRefused(t.Context(), m.ID, "550 no such mailbox"))
		h.time.pass(365 * 24 * time.Hour)
		if m, is, err := h.b.ClaimMail(t.Context()); is || err != nil {
			t.Errorf("claimed %+v, %v", m, err)
		}
		list, err := h.a.Mails(t.Context(), 0)
		ok(t, err)
		if !list[0].GivenUp() || list[0].LastError != "550 no such mailbox" || !list[0].SentAt.IsZero() {
			t.Errorf("it is kept as %+v", list[0])
		}
		faulty(t, fault.NotFound, h.a.MailRefused(t.Context(), "none", "x"))
		ok(t, h.a.MailSent(t.Context(), m.ID))
		faulty(t, fault.NotFound, h.a.MailRefused(t.Context(), m.ID, "too late"))
	})
}
