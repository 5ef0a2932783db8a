package store_test

import (
	"errors"
	"sync"
	"testing"
	"time"

	"filiere/internal/fault"
	"filiere/internal/people"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
)

// clock is a time that passes when told to.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// house is one database opened twice, as two processes would.
type house struct {
	a, b *store.Store
	time *clock
	dsn  string
}

// eachHouse runs f on each engine with a fresh house.
func eachHouse(t *testing.T, f func(t *testing.T, h house)) {
	t.Helper()
	for _, engine := range storetest.Engines() {
		t.Run(engine, func(t *testing.T) { f(t, newHouse(t, engine)) })
	}
}

func newHouse(t testing.TB, engine string) house {
	t.Helper()
	h := house{dsn: storetest.Fresh(t, engine), time: &clock{now: storetest.Clock()}}
	h.a, h.b = h.open(t), h.open(t)
	return h
}

func (h house) open(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), h.dsn, h.time.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// admin is the grant of an administrator of the whole.
var admin = people.Grant{Role: people.Administrator}

// expert is a grant for one programme.
var expert = people.Grant{Role: people.Expert, Scope: people.Ref{Kind: people.KindProgramme, ID: "p1"}}

// account makes an account with a name taken from its address.
func (h house) account(t testing.TB, email string, grants ...people.Grant) people.Account {
	t.Helper()
	a, err := h.a.CreateAccount(t.Context(), people.ByCLI, people.Account{Email: email, Name: "Name of " + email, Lang: "fr", Grants: grants})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// count counts the rows of a table.
func (h house) count(t testing.TB, table string) (n int) {
	t.Helper()
	if err := h.a.DB().QueryRowContext(t.Context(), `SELECT count(*) FROM `+table).Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}

// ok fails the test when something went wrong.
func ok(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// faulty fails the test unless an error is a fault of a code.
func faulty(t testing.TB, want fault.Code, err error) {
	t.Helper()
	if f, is := errors.AsType[*fault.Fault](err); !is || f.Code != want {
		t.Helper()
		t.Errorf("got error %v, want one that is %s", err, want)
	}
}

// together runs f n times at once, and gives the errors.
func together(n int, f func(i int) error) []error {
	errs := make([]error, n)
	start := make(chan struct{})
	var done sync.WaitGroup
	for i := range n {
		done.Go(func() {
			<-start
			errs[i] = f(i)
		})
	}
	close(start)
	done.Wait()
	return errs
}

// of picks one of the two handles.
func (h house) of(i int) *store.Store {
	if i%2 == 0 {
		return h.a
	}
	return h.b
}
