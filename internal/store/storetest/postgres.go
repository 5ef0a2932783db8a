package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/url"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // registers the "pgx" driver
)

// serverVariable names a PostgreSQL server to use instead of starting one.
const serverVariable = "FILIERE_TEST_POSTGRES"

// debianBinaries is where Debian's postgresql-15 puts the server programs.
const debianBinaries = "/usr/lib/postgresql/15/bin"

// errNoServer says why there is no PostgreSQL to test on.
var errNoServer = errors.New("no PostgreSQL to test on: set " + serverVariable +
	" to a postgres:// URL, or install Debian's postgresql-15")

// running is a server and what keeps it running.
type running struct {
	base  *url.URL  // its maintenance database
	leash io.Closer // while this end of the pipe is open, the server lives; nil for one that was there before
}

// server is the one server of this test binary; it starts when the first test asks for it.
var server = sync.OnceValues(startServer)

// databases numbers the databases of this test binary.
var databases atomic.Int64

func freshPostgres(t testing.TB) string {
	t.Helper()
	srv, err := server()
	if errors.Is(err, errNoServer) {
		t.Skip(err)
	}
	if err != nil {
		t.Fatalf("start PostgreSQL: %v", err)
	}
	name := fmt.Sprintf("filiere_test_%d_%d", os.Getpid(), databases.Add(1))
	if err := administer(srv.base, `CREATE DATABASE `+name); err != nil {
		t.Fatalf("make a test database: %v", err)
	}
	t.Cleanup(func() {
		if err := administer(srv.base, `DROP DATABASE `+name+` WITH (FORCE)`); err != nil {
			t.Errorf("drop the test database: %v", err)
		}
	})
	u := *srv.base
	u.Path = "/" + name
	return u.String()
}

func administer(base *url.URL, statement string) error {
	db, err := sql.Open("pgx", base.String())
	if err != nil {
		return err
	}
	defer db.Close()
	_, err = db.ExecContext(context.Background(), statement)
	return err
}

// startServer finds or starts the server.
func startServer() (running, error) {
	if dsn := os.Getenv(serverVariable); dsn != "" {
		u, err := url.Parse(dsn)
		return running{base: u}, err
	}
	if _, err := os.Stat(filepath.Join(debianBinaries, "initdb")); err != nil {
		return running{}, errNoServer
	}
	dir, err := os.MkdirTemp("", "filiere-postgres-")
	if err != nil {
		return running{}, err
	}
	who, err := ownerOf(dir)
	if err != nil {
		return running{}, err
	}
	port, err := freePort()
	if err != nil {
		return running{}, err
	}
	data := filepath.Join(dir, "data")
	if err := run(who, dir, "initdb", "-D", data, "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"); err != nil {
		return running{}, err
	}
	leash, err := launch(who, dir, data, port)
	if err != nil {
		return running{}, err
	}
	u := &url.URL{Scheme: "postgres", User: url.User("postgres"), Host: "127.0.0.1:" + strconv.Itoa(port), Path: "/postgres", RawQuery: "sslmode=disable"}
	return running{base: u, leash: leash}, awaitServer(u)
}

// launch starts the server under a shell that stops it and removes its files when this process ends:
// the shell waits on a pipe whose other end closes with us, however we end.
func launch(who *syscall.Credential, dir, data string, port int) (io.Closer, error) {
	script := fmt.Sprintf(`%[1]s/postgres -D %[2]s -p %[3]d -c listen_addresses=127.0.0.1 -c unix_socket_directories=%[4]s \
		-c fsync=off -c synchronous_commit=off -c full_page_writes=off -c max_connections=200 >%[4]s/log 2>&1 </dev/null &
		pid=$!; cat >/dev/null; kill -INT $pid; wait $pid; rm -rf %[2]s %[4]s/log %[4]s/.s.*; rmdir %[4]s 2>/dev/null`,
		debianBinaries, data, port, dir)
	cmd := exec.Command("/bin/sh", "-c", script)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who, Setpgid: true}
	leash, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	return leash, cmd.Start()
}

// ownerOf gives the directory to the user the server must run as: PostgreSQL refuses to run as root.
func ownerOf(dir string) (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("running as root and there is no user postgres: %w", err)
	}
	uid, err := strconv.Atoi(u.Uid)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.Atoi(u.Gid)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, os.Chown(dir, uid, gid)
}

func run(who *syscall.Credential, dir, program string, args ...string) error {
	cmd := exec.Command(filepath.Join(debianBinaries, program), args...)
	cmd.Dir = dir
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: who}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", program, err, strings.TrimSpace(string(out)))
	}
	return nil
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// startPatience is how long a server may take to answer: seconds on a busy machine.
const startPatience = 60 * time.Second

// awaitServer waits until the server takes connections.
func awaitServer(u *url.URL) error {
	ctx, cancel := context.WithTimeout(context.Background(), startPatience)
	defer cancel()
	db, err := sql.Open("pgx", u.String())
	if err != nil {
		return err
	}
	defer db.Close()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		if err = db.PingContext(ctx); err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		case <-tick.C:
		}
	}
}
