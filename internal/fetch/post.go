package fetch

import (
	"bytes"
	"context"
	"io"
	"net/http"
)

// heard is how much is read of what the other side says to a call: nothing of it is kept.
const heard = 1 << 10

// Poster calls webhooks: other people's programs, at addresses they gave. Like a Fetcher it connects to public
// network addresses only, looking at what a name resolved to just before it connects; it follows no
// redirection, and sends no cookies and nothing about who asks. It is safe for concurrent use.
type Poster struct{ client http.Client }

// NewPoster makes a poster. local lets it reach this machine too: for tests, and for programs that stand beside
// the site.
func NewPoster(local bool) *Poster {
	return &Poster{client: http.Client{
		Timeout: limit, Transport: transport(reach{local}),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// Post sends JSON to an address and gives the status of the answer, of any kind, and what it says of when to call
// again (Retry-After, "" for nothing). The address has been checked:
// here only what it resolves to is.
//
// Errors: Forbidden for what is not on the public network; Unavailable when there is no answer in ten seconds.
func (p *Poster) Post(ctx context.Context, address string, header map[string]string, body []byte) (status int, retryAfter string, err error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return 0, "", refused("it is not an address that can be called")
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", "filiere")
	for name, value := range header {
		r.Header.Set(name, value)
	}
	answer, err := p.client.Do(r)
	if err != nil {
		return 0, "", failed(r.URL, err)
	}
	defer answer.Body.Close()
	_, _ = io.CopyN(io.Discard, answer.Body, heard) // so that the connection can be used again; what fails is not needed
	return answer.StatusCode, answer.Header.Get("Retry-After"), nil
}
