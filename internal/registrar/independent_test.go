package registrar_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/json"
	"encoding/pem"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"filiere/internal/people"
	"filiere/internal/registrar"
	"filiere/internal/registrar/vc"
)

// oldestNode is the oldest Node.js the verifier runs on: that of Debian 12.
const oldestNode = 18

func skipWithoutVerifier(t *testing.T) {
	t.Helper()
	version, err := exec.Command("node", "--version").Output()
	if err != nil {
		t.Skip("no Node.js to run the verifier on: make deps")
	}
	major, err := strconv.Atoi(strings.TrimPrefix(strings.Split(string(version), ".")[0], "v"))
	if err != nil || major < oldestNode {
		t.Skipf("Node.js %s is too old for the verifier", strings.TrimSpace(string(version)))
	}
	if _, err := os.Stat(filepath.Join("..", "..", "node_modules", "@digitalcredentials", "verifier-core")); err != nil {
		t.Skip("@digitalcredentials/verifier-core is not installed: make deps")
	}
}

// certificate makes a certificate of localhost that signs itself, and its file.
func certificate(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "localhost"}, DNSNames: []string{"localhost"},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour), IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), 0o600); err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, file
}

// school serves what a school publishes, over https at localhost, and gives its address and the file of
// its certificate.
func school(t *testing.T, open func() *registrar.Office) (site, ca string) {
	t.Helper()
	mux := http.NewServeMux()
	serve := func(text []byte, err error, w http.ResponseWriter) {
		if err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.Write(text)
	}
	mux.HandleFunc("GET "+vc.DIDPath, func(w http.ResponseWriter, r *http.Request) {
		text, err := open().DIDDocument(r.Context())
		serve(text, err, w)
	})
	mux.HandleFunc("GET /status/{id}", func(w http.ResponseWriter, r *http.Request) {
		id, _ := strconv.Atoi(r.PathValue("id"))
		text, err := open().StatusList(r.Context(), id)
		serve(text, err, w)
	})
	l, err := net.Listen("tcp", "localhost:0")
	if err != nil {
		t.Fatal(err)
	}
	pair, ca := certificate(t)
	s := httptest.NewUnstartedServer(mux)
	s.Listener.Close()
	s.Listener, s.TLS = l, &tls.Config{Certificates: []tls.Certificate{pair}}
	s.StartTLS()
	t.Cleanup(s.Close)
	_, port, _ := net.SplitHostPort(l.Addr().String())
	return "https://localhost:" + port, ca
}

// answer is what the verifier says: an error that ends everything, or a log of its steps.
type answer struct {
	Errors []struct{ Name, Message string }
	Log    []struct {
		ID    string
		Valid bool
		Error *struct{ Name, Message string }
	}
}

// accepts reports whether every step of the verifier ended well, but whether the issuer is in a list of
// issuers: there is none here.
func (a answer) accepts() bool {
	steps := map[string]bool{}
	for _, s := range a.Log {
		steps[s.ID] = s.Valid && s.Error == nil
	}
	return len(a.Errors) == 0 && steps["valid_signature"] && steps["expiration"] && steps["revocation_status"]
}

// ask gives credentials to the verifier, and tells of each whether it is accepted.
func ask(t *testing.T, ca string, credentials ...[]byte) (accepted []bool) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), "node", filepath.Join("testdata", "verify.mjs"))
	cmd.Env = append(os.Environ(), "NODE_EXTRA_CA_CERTS="+ca)
	cmd.Stdin = strings.NewReader("[" + string(bytes.Join(credentials, []byte(","))) + "]")
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("the verifier: %v\n%s", err, complaints.String())
	}
	var answers []answer
	if err := json.Unmarshal(out, &answers); err != nil || len(answers) != len(credentials) {
		t.Fatalf("the verifier answers %s: %v", out, err)
	}
	t.Logf("%s", out)
	for _, a := range answers {
		accepted = append(accepted, a.accepts())
	}
	return accepted
}

func TestAnIndependentVerifierAcceptsADiplomaAndRefusesATamperedOrRevokedOne(t *testing.T) {
	skipWithoutVerifier(t)
	var o *registrar.Office
	site, ca := school(t, func() *registrar.Office { return o })
	o, _ = office(t, site, "d1", "d2")
	first, second := issued(t, o, "d1"), issued(t, o, "d2")
	credentials := [][]byte{first.Credential}
	for _, change := range [][2]string{{"Zoé", "Zoë"}, {"C1.2", "C1.3"}, {"Data à l’école", "Medicine"}, {`"70000"`, `"70001"`}} {
		credentials = append(credentials, bytes.Replace(first.Credential, []byte(change[0]), []byte(change[1]), 1))
	}
	if got := ask(t, ca, credentials...); !slices.Equal(got, []bool{true, false, false, false, false}) {
		t.Errorf("a diploma and four tampered ones are accepted: %v", got)
	}
	if err := o.Revoke(t.Context(), people.ByCLI, first.ID, registrar.Fraud, "not their work"); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Rotate(t.Context(), people.ByCLI); err != nil {
		t.Fatal(err)
	}
	if got := ask(t, ca, first.Credential, second.Credential); !slices.Equal(got, []bool{false, true}) {
		t.Errorf("a revoked diploma and another, after the key changed, are accepted: %v", got)
	}
}
