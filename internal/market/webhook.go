package market

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Delivery is what becomes of telling one route one thing that happened to an alert. There is one of each
// for ever, whatever is killed. Those to pages and by e-mail are done when they are written: the notification
// or the message is written with them.
type Delivery struct {
	ID        string    `json:"id"` // the webhook-id: the same at every try
	Route     RouteID   `json:"route"`
	Alert     AlertID   `json:"alert"`
	What      Happening `json:"event"`
	Severity  Severity  `json:"severity"`
	Label     string    `json:"label"`
	At        time.Time `json:"at"`         // when it happened
	CreatedAt time.Time `json:"created_at"` // when it was put down to be told
	DueAt     time.Time `json:"due_at,omitzero"`
	DoneAt    time.Time `json:"done_at,omitzero"`
	GivenUpAt time.Time `json:"given_up_at,omitzero"`
	Tries     int       `json:"tries"`
	Answer    string    `json:"answer"` // of the last try: why it failed, or what the other side said
}

// MaxTries is how often a webhook is called for one thing: with the waits of NextTry, over about three days.
const MaxTries = 10

// KeepDeliveries is how long a delivery that is over is kept, to be looked at.
const KeepDeliveries = 180 * 24 * time.Hour

// triesAfter are the waits after each try but the last: 75 hours in all.
var triesAfter = [MaxTries - 1]time.Duration{
	time.Minute, 5 * time.Minute, 30 * time.Minute, 2 * time.Hour, 5 * time.Hour, 10 * time.Hour, 14 * time.Hour, 20 * time.Hour, 24 * time.Hour,
}

// NextTry is the wait before the next try after some, drawn within a tenth of the schedule (jitter is from 0
// to 1), so that what failed together does not come back together. ok is false when it is given up.
func NextTry(tries int, jitter float64) (wait time.Duration, ok bool) {
	if tries >= MaxTries {
		return 0, false
	}
	wait = triesAfter[max(tries, 1)-1]
	return wait + time.Duration((jitter*2-1)*float64(wait)/10), true
}

// The secret of a webhook, as the Standard Webhooks specification writes it.
const (
	webhookPrefix = "whsec_"
	webhookBytes  = 32 // of 24 to 64
)

// NewWebhookSecret makes the secret a webhook's calls are signed with.
func NewWebhookSecret(random io.Reader) (string, error) {
	b := make([]byte, webhookBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("make the secret of a webhook: %w", err)
	}
	return webhookPrefix + base64.StdEncoding.EncodeToString(b), nil
}

// SignWebhook signs a call as the Standard Webhooks specification (1.0.0) has it: the HMAC-SHA256 of ID,
// seconds since 1970 and body, joined by dots. It is what the header webhook-signature says.
func SignWebhook(secret, id string, at time.Time, body []byte) (string, error) {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, webhookPrefix))
	if err != nil {
		return "", fmt.Errorf("read the secret of a webhook: %w", err)
	}
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%d.", id, at.Unix())
	mac.Write(body)
	return "v1," + base64.StdEncoding.EncodeToString(mac.Sum(nil)), nil
}

// maxWebhookURL bounds an address, in bytes.
const maxWebhookURL = 1000

// CheckWebhookURL reads the address of a webhook and gives it as it is kept. Only https is called, on its
// usual port or 8443, without user or password in the address; http on this machine alone, where the
// operator lets webhooks reach it (loopback). What a name resolves to is checked at each call, before it is
// connected to: here only addresses written as numbers can be refused.
//
// It returns an Invalid fault at the field "url".
func CheckWebhookURL(s string, loopback bool) (string, error) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > maxWebhookURL || !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r <= ' ' || r == 0x7f || r == '\\' }) {
		return "", invalidRoute("url", "this is not an address on the web")
	}
	u, err := url.Parse(s)
	if err != nil || u.Opaque != "" || u.Hostname() == "" {
		return "", invalidRoute("url", "this is not an address on the web")
	}
	here := thisMachine(u.Hostname())
	switch {
	case u.User != nil:
		return "", invalidRoute("url", "an address holds no user and no password here: calls are signed instead")
	case u.Fragment != "" || strings.Contains(s, "#"):
		return "", invalidRoute("url", "a fragment (#) is not sent: leave it out")
	case here && !loopback:
		return "", invalidRoute("url", "this site does not call itself")
	case u.Scheme != "https" && (u.Scheme != "http" || !here):
		return "", invalidRoute("url", "only https is called")
	case !here && !usualPort(u.Port()):
		return "", invalidRoute("url", "only the ports 443 and 8443 are called")
	case !here && !maybePublic(u.Hostname()):
		return "", invalidRoute("url", "this address is not on the public network")
	}
	u.Host = strings.ToLower(u.Host)
	return u.String(), nil
}

func usualPort(port string) bool { return port == "" || port == "443" || port == "8443" }

// thisMachine tells the names and numbers that stay on this machine.
func thisMachine(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if a, err := netip.ParseAddr(host); err == nil {
		return a.Unmap().IsLoopback()
	}
	return host == "localhost" || strings.HasSuffix(host, ".localhost")
}

// maybePublic refuses hosts that cannot be on the public network: numbers of private networks, numbers in
// forms that resolvers read in their own ways (0x7f000001, 127.1, 2130706433), names without a dot, names kept
// for private use.
func maybePublic(host string) bool {
	host = strings.TrimSuffix(strings.ToLower(host), ".")
	if a, err := netip.ParseAddr(host); err == nil {
		a = a.Unmap()
		return a.Zone() == "" && a.IsGlobalUnicast() && !a.IsPrivate()
	}
	last := host[strings.LastIndexByte(host, '.')+1:]
	if !strings.Contains(host, ".") || strings.Contains(host, "..") || last == "" || last[0] >= '0' && last[0] <= '9' {
		return false
	}
	return !slices.Contains([]string{"internal", "local", "localdomain", "home", "lan", "arpa", "onion"}, last)
}

// State is where a delivery stands: "done", "given_up" or "waiting".
func (d Delivery) State() string {
	switch {
	case !d.DoneAt.IsZero():
		return "done"
	case !d.GivenUpAt.IsZero():
		return "given_up"
	}
	return "waiting"
}
