package store_test

import (
	"testing"

	"filiere/internal/fault"
	"filiere/internal/people"
)

func TestAMessageGivenUpIsTriedFromTheStartWhenAsked(t *testing.T) {
	eachHouse(t, func(t *testing.T, h house) {
		given := map[string]string{}
		for _, subject := range []string{"one", "two", "waiting"} {
			ok(t, h.a.EnqueueMail(t.Context(), people.Message{To: "zoe@example.org", Subject: subject, Body: subject}))
		}
		for range 2 {
			m := claim(t, h.a)
			ok(t, h.a.MailRefused(t.Context(), m.ID, "550 no such mailbox"))
			given[m.Subject] = m.ID
		}
		waiting := claim(t, h.a)
		ok(t, h.a.MailFailed(t.Context(), waiting.ID, "421 later"))
		idle(t, h.a)

		_, err := h.b.RetryMail(t.Context(), given["one"], waiting.ID)
		faulty(t, fault.NotFound, err)
		_, err = h.b.RetryMail(t.Context(), "nobody's")
		faulty(t, fault.NotFound, err)
		idle(t, h.a)

		n, err := h.b.RetryMail(t.Context(), given["one"])
		ok(t, err)
		if m := claim(t, h.a); n != 1 || m.ID != given["one"] || m.Attempts != 1 || m.Body != "one" {
			t.Errorf("%d put back, and %+v claimed", n, m)
		}
		n, err = h.b.RetryMail(t.Context())
		ok(t, err)
		if m := claim(t, h.a); n != 1 || m.ID != given["two"] {
			t.Errorf("%d put back, and %+v claimed", n, m)
		}
		if n, err = h.b.RetryMail(t.Context()); n != 0 || err != nil {
			t.Errorf("%d put back of none, %v", n, err)
		}
	})
}
