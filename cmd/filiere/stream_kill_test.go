package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"filiere/internal/market/posting"
	"filiere/internal/store"
	"filiere/internal/store/storetest"
	"filiere/internal/stream"
)

// These make this test binary another process: one that takes adverts in until it is killed, or a server of a cluster.
const (
	ingesterVariable = "FILIERE_TEST_INGESTER" // database, folder of the stream, first number
	nodeVariable     = "FILIERE_TEST_NODE"     // name, folder, port for clients, port for the others, their addresses
)

// testAdvert is the nth advert of the tests: no two offer the same job.
func testAdvert(n int) posting.Posting {
	words := strings.NewReplacer("0", "ba", "1", "ce", "2", "di", "3", "fo", "4", "gu", "5", "ha", "6", "je", "7", "ki", "8", "lo", "9", "mu").Replace(strconv.Itoa(n))
	return posting.Posting{Source: "test", Number: strconv.Itoa(n), Title: "Métier " + words, Employer: words, Published: time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC), Positions: 1}
}

// taker keeps adverts as a worker does, without reading what they are about.
func taker(s *store.Store) stream.Take {
	return func(ctx context.Context, some []posting.Posting) (posting.Lot, error) {
		coded := make([]posting.Coded, len(some))
		for i, a := range some {
			coded[i] = posting.Coded{Posting: a, Taken: time.Now(), Occupation: "rome3-D1102", Probability: 1, Bassin: "be2019-8421", Departement: "dep-69"}
		}
		return s.TakePostings(ctx, coded)
	}
}

// TestIngestingProcess is the process that is killed.
func TestIngestingProcess(t *testing.T) {
	given := os.Getenv(ingesterVariable)
	if given == "" {
		t.Skip("it is started by the tests that kill it")
	}
	parts := strings.Split(given, "|")
	s, err := store.Open(t.Context(), parts[0], time.Now)
	must(t, err)
	st, err := stream.Open(t.Context(), stream.Place{Dir: parts[1]})
	must(t, err)
	go func() { _ = st.Work(context.Background(), taker(s)) }()
	first, err := strconv.Atoi(parts[2])
	must(t, err)
	for n := first; ; n += 5 {
		var some []posting.Posting
		for i := range 5 {
			some = append(some, testAdvert(n+i))
		}
		_, err := st.Publish(t.Context(), some)
		must(t, err)
		fmt.Println("accepted", n)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// startIngester starts the process and gives the numbers it says are accepted, a multiple of five each.
func startIngester(t *testing.T, given string) (accepted <-chan int, kill func()) {
	t.Helper()
	self, err := os.Executable()
	must(t, err)
	c := exec.Command(self, "-test.run=^TestIngestingProcess$")
	c.Env = append(os.Environ(), ingesterVariable+"="+given)
	c.Stderr = os.Stderr
	out, err := c.StdoutPipe()
	must(t, err)
	must(t, c.Start())
	numbers := make(chan int, 100_000)
	go func() {
		defer close(numbers)
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			if n, is := strings.CutPrefix(lines.Text(), "accepted "); is {
				if n, err := strconv.Atoi(n); err == nil {
					numbers <- n
				}
			}
		}
	}()
	return numbers, func() {
		_ = c.Process.Signal(syscall.SIGKILL) // it may have ended
		for len(numbers) == cap(numbers) {
			t.Error("more adverts than the test can hold")
			break
		}
		_ = c.Wait()
	}
}

// TestIngestionThatIsKilledLosesAndDoublesNothing kills a process that publishes adverts and takes them at any point of
// it, again and again, on the same stream and database.
func TestIngestionThatIsKilledLosesAndDoublesNothing(t *testing.T) {
	rounds := 100
	if testing.Short() {
		rounds = 10
	}
	dir := t.TempDir()
	dsn, at := filepath.Join(dir, "filiere.db"), filepath.Join(dir, "stream")
	s, err := store.Open(t.Context(), dsn, time.Now)
	must(t, err)
	defer s.Close()
	accepted, next := map[int]bool{}, 0
	for range rounds {
		numbers, kill := startIngester(t, fmt.Sprintf("%s|%s|%d", dsn, at, next))
		n, alive := <-numbers // it works
		if !alive {
			t.Fatal("the process ended by itself")
		}
		time.Sleep(time.Duration(rand.IntN(150)) * time.Millisecond)
		kill()
		for ok := true; ok; n, ok = <-numbers {
			accepted[n] = true
			next = max(next, n+5)
		}
	}
	st, err := stream.Open(t.Context(), stream.Place{Dir: at})
	must(t, err)
	defer st.Close()
	drain(t, st, s)
	checkTaken(t, s, accepted, next+5)
	t.Logf("killed %d times; %d adverts accepted", rounds, 5*len(accepted))
}

// drain works until the stream is empty.
func drain(t *testing.T, st *stream.Stream, s *store.Store) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- st.Work(ctx, taker(s)) }()
	for until := time.Now().Add(5 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		b, err := st.Backlog(ctx)
		if err == nil && b.Waiting+b.Underway == 0 {
			break
		}
		if time.Now().After(until) {
			t.Fatalf("not empty after five minutes: %+v, %v", b, err)
		}
	}
	cancel()
	must(t, <-ended)
}

// checkTaken checks that each accepted advert was kept, and that every advert there is was counted once: taking all that
// there can be again must add those only that were never accepted.
func checkTaken(t *testing.T, s *store.Store, accepted map[int]bool, upTo int) {
	t.Helper()
	before := counted(t, s)
	var theirs, all []posting.Posting
	for n := 0; n < upTo; n++ {
		all = append(all, testAdvert(n))
		if accepted[n-n%5] {
			theirs = append(theirs, testAdvert(n))
		}
	}
	lot, err := taker(s)(t.Context(), theirs)
	must(t, err)
	if lot.New != 0 {
		t.Errorf("%d of %d accepted adverts were lost", lot.New, len(theirs))
	}
	lot, err = taker(s)(t.Context(), all)
	must(t, err)
	if before != lot.Known {
		t.Errorf("%d adverts are kept and %d are counted", lot.Known, before)
	}
	if len(theirs) == 0 || before == 0 {
		t.Error("nothing was taken: the test says nothing")
	}
}

func counted(t *testing.T, s *store.Store) int {
	t.Helper()
	cells, err := s.PostingCounts(t.Context(), posting.Query{From: "2026-01-01", To: "2026-12-31", Limit: 10})
	must(t, err)
	n := 0
	for _, c := range cells {
		n += c.Postings
	}
	return n
}

// TestClusterNode is a server of the cluster, until it is killed.
func TestClusterNode(t *testing.T) {
	given := os.Getenv(nodeVariable)
	if given == "" {
		t.Skip("it is started by the test of the cluster")
	}
	parts := strings.Split(given, "|")
	client, err := strconv.Atoi(parts[2])
	must(t, err)
	among, err := strconv.Atoi(parts[3])
	must(t, err)
	o := &server.Options{
		ServerName: parts[0], Host: "127.0.0.1", Port: client, JetStream: true, StoreDir: parts[1], NoLog: true, NoSigs: true, SyncAlways: true,
		Cluster: server.ClusterOpts{Name: "filiere", Host: "127.0.0.1", Port: among}, Routes: server.RoutesFromStr(parts[4]),
	}
	s, err := server.NewServer(o)
	must(t, err)
	s.Start()
	s.WaitForShutdown()
}

// cluster is three servers, each in a process of its own.
type cluster struct {
	t     *testing.T
	given [3]string
	run   [3]*exec.Cmd
	URL   string
}

func newCluster(t *testing.T) *cluster {
	t.Helper()
	c := &cluster{t: t}
	var ports [6]int
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		ports[i] = l.Addr().(*net.TCPAddr).Port
		defer l.Close()
	}
	var urls, routes []string
	for i := range 3 {
		urls = append(urls, fmt.Sprintf("nats://127.0.0.1:%d", ports[i]))
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", ports[3+i]))
	}
	c.URL = strings.Join(urls, ",")
	for i := range 3 {
		c.given[i] = fmt.Sprintf("n%d|%s|%d|%d|%s", i, t.TempDir(), ports[i], ports[3+i], strings.Join(routes, ","))
	}
	return c
}

func (c *cluster) start(i int) {
	c.t.Helper()
	self, err := os.Executable()
	must(c.t, err)
	c.run[i] = exec.Command(self, "-test.run=^TestClusterNode$")
	c.run[i].Env = append(os.Environ(), nodeVariable+"="+c.given[i])
	must(c.t, c.run[i].Start())
}

func (c *cluster) kill(i int) {
	_ = c.run[i].Process.Kill() // it may have ended
	_ = c.run[i].Wait()
}

// TestClusterThatLosesAServerLosesNothing publishes and takes adverts through three servers of which one after the other is killed and
// comes back.
func TestClusterThatLosesAServerLosesNothing(t *testing.T) {
	s, err := store.Open(t.Context(), storetest.Fresh(t, "sqlite"), time.Now)
	must(t, err)
	defer s.Close()
	c := newCluster(t)
	for i := range 3 {
		c.start(i)
		defer c.kill(i)
	}
	open := func() *stream.Stream {
		for until := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
			st, err := stream.Open(t.Context(), stream.Place{URL: c.URL})
			if err == nil {
				return st
			}
			if time.Now().After(until) {
				t.Fatal(err)
			}
		}
	}
	sender, worker := open(), open()
	defer sender.Close()
	defer worker.Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- worker.Work(ctx, taker(s)) }()
	accepted, n := map[int]bool{}, 0
	publish := func(times int) {
		for range times {
			var some []posting.Posting
			for i := range 5 {
				some = append(some, testAdvert(n+i))
			}
			_, err := sender.Publish(t.Context(), some)
			must(t, err)
			accepted[n] = true
			n += 5
		}
	}
	for i := range 3 {
		publish(50)
		c.kill(i)
		publish(50)
		c.start(i)
		publish(50)
		time.Sleep(3 * time.Second) // it catches up before the next one goes
	}
	cancel()
	must(t, <-ended)
	drain(t, worker, s)
	checkTaken(t, s, accepted, n)
	t.Logf("%d adverts", n)
}
