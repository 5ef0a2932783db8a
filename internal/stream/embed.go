package stream

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"filiere/internal/fault"
)

// embedded is a server that runs in this process. The lock on its folder goes with the process, however it ends.
type embedded struct {
	server *server.Server
	token  string // the secret of whoever connects
	lock   *os.File
}

// The files beside what JetStream keeps.
const (
	lockFile    = "lock"
	addressFile = "address" // of the server that holds the lock, and its secret: "URL TOKEN"
)

// maxPayload is how many bytes a message of the embedded server may have: an advert with the longest text, as JSON.
const maxPayload = 8 << 20

// joinFor is how long whoever finds the folder taken looks for the server that took it.
const joinFor = 15 * time.Second

// embed starts a server on a folder, or joins the one that another process runs on it.
func embed(ctx context.Context, dir string) (*embedded, *nats.Conn, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, nil, err
	}
	deadline := time.Now().Add(joinFor)
	for {
		e, err := hold(dir)
		switch {
		case err != nil:
			return nil, nil, err
		case e != nil:
			conn, err := nats.Connect("", connected(nats.InProcessServer(e.server), nats.Token(e.token))...)
			if err != nil {
				return nil, nil, errors.Join(err, e.stop())
			}
			return e, conn, nil
		}
		if conn := join(dir); conn != nil {
			return nil, conn, nil
		}
		if time.Now().After(deadline) {
			f := fault.New(fault.Unavailable, "open the stream of adverts", "another process holds the folder and does not answer")
			f.File = dir
			return nil, nil, f
		}
		select {
		case <-ctx.Done():
			return nil, nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// hold takes the folder and starts a server on it; nil when another process has it.
func hold(dir string) (*embedded, error) {
	lock, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer lock.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, nil
		}
		return nil, fmt.Errorf("lock the folder of the stream: %w", err)
	}
	e := &embedded{lock: lock}
	if err := e.start(dir); err != nil {
		return nil, errors.Join(err, e.stop())
	}
	return e, nil
}

// start starts the server, reachable on this machine by whoever may read the folder.
func (e *embedded) start(dir string) error {
	// What was written is on the disk before it is acknowledged: whoever pushed an advert may forget it then.
	e.token = rand.Text()
	s, err := server.NewServer(&server.Options{
		ServerName: "filiere", Host: "127.0.0.1", Port: server.RANDOM_PORT, Authorization: e.token, NoLog: true, NoSigs: true,
		JetStream: true, StoreDir: dir, SyncAlways: true, MaxPayload: maxPayload,
	})
	if err != nil {
		return fmt.Errorf("prepare the embedded server: %w", err)
	}
	e.server = s
	s.Start()
	if !s.ReadyForConnections(10 * time.Second) {
		return fault.New(fault.Unavailable, "start the embedded stream", "it does not become ready")
	}
	name := filepath.Join(dir, addressFile)
	if err := os.WriteFile(name+".new", []byte(s.ClientURL()+" "+e.token+"\n"), 0o600); err != nil {
		return err
	}
	return os.Rename(name+".new", name)
}

// join connects to the server that holds the folder; nil while there is none.
func join(dir string) *nats.Conn {
	b, err := os.ReadFile(filepath.Join(dir, addressFile))
	if err != nil {
		return nil
	}
	url, token, ok := strings.Cut(strings.TrimSpace(string(b)), " ")
	if !ok {
		return nil
	}
	conn, err := nats.Connect(url, connected(nats.Token(token))...)
	if err != nil {
		return nil // a server that ended left its address
	}
	return conn
}

// stop stops the server and leaves the folder to others.
func (e *embedded) stop() error {
	if e.server != nil {
		e.server.Shutdown()
		e.server.WaitForShutdown()
	}
	err := os.Remove(filepath.Join(filepath.Dir(e.lock.Name()), addressFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, e.lock.Close())
}
