package web

import (
	"bytes"
	"io"
	"net/http"
	"strings"

	"github.com/klauspost/compress/gzip"
)

// expand undoes gzipped, for the rare reader whose browser takes no gzip.
func expand(packed []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

func acceptsGzip(r *http.Request) bool {
	for coding := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, params, _ := strings.Cut(strings.TrimSpace(coding), ";")
		if name == "gzip" || name == "*" {
			return strings.TrimSpace(params) != "q=0"
		}
	}
	return false
}
