package api_test

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"filiere/internal/api"
	"filiere/internal/fault"
	"filiere/internal/market"
)

func decode[T any](t *testing.T, body string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(body), &v); err != nil {
		t.Fatalf("decode %q: %v", body, err)
	}
	return v
}

func TestRadarTableHasTheColumnsOfTheCommandLine(t *testing.T) {
	h := service(t)
	for name, w := range map[string]string{
		"suffix":    get(t, h, "/api/v1/radar.csv?level=country&nomenclature=fap2009").Body.String(),
		"parameter": get(t, h, "/api/v1/radar?level=country&nomenclature=fap2009&format=csv").Body.String(),
		"accept":    get(t, h, "/api/v1/radar?level=country&nomenclature=fap2009", "Accept", "text/csv, application/json;q=0.5").Body.String(),
	} {
		rows, err := csv.NewReader(strings.NewReader(w)).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		want := [][]string{
			market.Columns,
			{"fap2009", "V1Z80", "Infirmiers", "country", "FR", "France", "2019", "0.483832557638273", "4", "2", "5", "5", "3", "4", "1", "", "", "520400", "published", "tension_fap 2019"},
			{"fap2009", "S2Z61", "'=Serveurs de cafés restaurants", "country", "FR", "France", "2019", "0.376587564865305", "4", "5", "1", "2", "5", "5", "1", "", "", "243400", "published", "tension_fap 2019"},
		}
		if d := cmp.Diff(want, rows); d != "" {
			t.Errorf("%s: table differs (-want +got):\n%s", name, d)
		}
	}
}

func TestFormatIsJSONUnlessCSVIsAskedFor(t *testing.T) {
	h := service(t)
	for accept, want := range map[string]string{
		"":                           "application/json",
		"*/*":                        "application/json",
		"application/json":           "application/json",
		"text/html,*/*;q=0.8":        "application/json",
		"text/csv":                   "text/csv",
		"text/csv;q=0.1, text/html":  "application/json",
		"text/csv;q=oops":            "application/json",
		"application/json, text/csv": "application/json",
	} {
		if got := get(t, h, "/api/v1/editions", "Accept", accept).Header().Get("Content-Type"); !strings.HasPrefix(got, want) {
			t.Errorf("Accept %q gives %s, want %s", accept, got, want)
		}
	}
}

func TestWithheldIsNullAndNamedNeverZero(t *testing.T) {
	h := service(t)
	got := decode[struct {
		Data []map[string]any
	}](t, get(t, h, "/api/v1/difficulties?area=be2024-8428").Body.String())
	if len(got.Data) != 1 || got.Data[0]["seasonal_projects"] != nil || cmp.Diff([]any{"seasonal_projects"}, got.Data[0]["secret"]) != "" {
		t.Errorf("difficulties: %+v", got.Data)
	}
	if body := get(t, h, "/api/v1/difficulties.csv?area=be2024-8428").Body.String(); !strings.HasSuffix(body, ",2024,409,342,\n") {
		t.Errorf("table: %s", body)
	}
}

func TestPagesFollowOneAnotherToTheEnd(t *testing.T) {
	h := service(t)
	type page struct {
		Data []struct{ OccupationID, AreaID string }
		Next *string
	}
	var rows int
	next := "/api/v1/radar?nomenclature=fap2009&limit=1"
	for range 10 {
		p := decode[page](t, get(t, h, next).Body.String())
		rows += len(p.Data)
		if p.Next == nil {
			break
		}
		next = *p.Next
	}
	if rows != 3 {
		t.Errorf("%d rows over the pages, want 3", rows)
	}
}

func TestCopiesAreValidatedByTheVersionOfTheCells(t *testing.T) {
	h := service(t)
	first := get(t, h, "/api/v1/radar")
	tag := first.Header().Get("ETag")
	if tag == "" || !strings.Contains(first.Header().Get("Cache-Control"), "max-age") {
		t.Fatalf("headers: %v", first.Header())
	}
	for _, header := range []string{tag, strings.TrimPrefix(tag, "W/"), `"other", ` + tag, "*"} {
		if w := get(t, h, "/api/v1/radar", "If-None-Match", header); w.Code != http.StatusNotModified || w.Body.Len() > 0 {
			t.Errorf("If-None-Match %s gives %d and %d bytes", header, w.Code, w.Body.Len())
		}
	}
	if w := get(t, h, "/api/v1/radar.csv", "If-None-Match", tag); w.Code != http.StatusOK {
		t.Errorf("a copy in another format counts as fresh: %d", w.Code)
	}
	if w := get(t, h, "/api/v1/sources"); w.Header().Get("ETag") != "" || w.Header().Get("Cache-Control") != "no-cache" {
		t.Errorf("sources may change with any import, yet: %v", w.Header())
	}
}

func TestOnlyReading(t *testing.T) {
	h := service(t)
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete, http.MethodPatch} {
		w := do(t, h, method, "/api/v1/radar")
		if w.Code != http.StatusMethodNotAllowed || w.Header().Get("Allow") != "GET, HEAD" || w.Header().Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s gives %d, %v", method, w.Code, w.Header())
		}
	}
	for _, target := range []string{"/api/v1/radar.csv", "/api/v1/openapi.yaml"} {
		if w := do(t, h, http.MethodHead, target); w.Code != http.StatusOK || w.Body.Len() > 0 {
			t.Errorf("HEAD %s gives %d and %d bytes", target, w.Code, w.Body.Len())
		}
	}
}

func TestWrongQuestionsAreToldWhatIsRight(t *testing.T) {
	h := service(t)
	for _, c := range []struct{ target, parameter, says string }{
		{"/radar?class=4", "", "min_class"},
		{"/openapi.yaml?x=1", "", "takes no parameters"},
		{"/radar?year=last", "year", "1900"},
		{"/radar?level=street", "level", "bassin"},
		{"/radar?nomenclature=rome5", "nomenclature", "rome4"},
		{"/radar?zoning=be2030", "zoning", "be2024"},
		{"/radar?grain=coarse", "grain", "family"},
		{"/radar?occupation=nurse", "occupation", "search"},
		{"/radar?area=69", "area", "level"},
		{"/radar?region=dep-69", "region", "région"},
		{"/radar?min_class=6", "min_class", "5"},
		{"/radar?limit=1001", "limit", "1000"},
		{"/radar?limit=5&top=5", "top", "limit"},
		{"/radar?year=2019&year=2020", "year", "2 times"},
		{"/radar?format=xml", "format", "csv"},
		{"/radar?occupation=" + strings.Repeat("a", 201), "occupation", "200"},
		{"/radar?occupation=%00", "occupation", "text"},
		{"/radar?occupation=%ff", "occupation", "text"},
		{"/radar?a=%zz", "", "well formed"},
		{"/tallies?level=country", "nomenclature", "fap2009"},
		{"/search?q=+", "q", "needed"},
		{"/sources?all=maybe", "all", "true"},
		{"/areas/%ff", "id", "name"},
	} {
		w := get(t, h, "/api/v1"+c.target)
		p := decode[map[string]any](t, w.Body.String())
		text := w.Body.String()
		if w.Code != http.StatusBadRequest || p["code"] != "invalid" || !strings.Contains(text, c.says) || (c.parameter != "" && p["parameter"] != c.parameter) {
			t.Errorf("%s gives %d %s", c.target, w.Code, text)
		}
	}
}

func TestWhatIsNotThereIsNotFound(t *testing.T) {
	h := service(t)
	for _, target := range []string{"/api/v1/occupations/rome3-X9999", "/api/v1/areas/dep-00", "/api/v1/", "/api/v1/nothing", "/api/v1/occupations/"} {
		w := get(t, h, target)
		if p := decode[map[string]any](t, w.Body.String()); w.Code != http.StatusNotFound || p["code"] != "not_found" || p["hint"] == nil {
			t.Errorf("%s gives %d %s", target, w.Code, w.Body)
		}
		if w.Header().Get("ETag") != "" {
			t.Errorf("%s: an error carries an ETag", target)
		}
	}
}

// broken is a reader whose every answer is an error; methods it lacks are not asked.
type broken struct {
	api.Reader
	err error
}

func (b broken) CellVersion(context.Context) (string, error) { return "v", nil }
func (b broken) Radar(context.Context, market.Query) ([]market.Row, error) {
	return nil, b.err
}

func (b broken) EachRadarRow(context.Context, market.Query, func(market.Row) error) error {
	return b.err
}

func TestTextForTheLogNeverReachesTheCaller(t *testing.T) {
	const private = "SELECT secret FROM vault"
	away := fault.New(fault.Unavailable, "open database", "%s", private)
	conflict := fault.New(fault.Conflict, "read", "it changed meanwhile")
	conflict.Err = errors.New(private)
	for _, c := range []struct {
		err    error
		status int
	}{{errors.New(private), 500}, {away, 503}, {conflict, 409}} {
		for _, target := range []string{"/api/v1/radar", "/api/v1/radar.csv"} {
			var log strings.Builder
			w := get(t, gated(t, api.New(broken{err: c.err}, slog.New(slog.NewTextHandler(&log, nil)))), target)
			if w.Code != c.status || strings.Contains(w.Body.String(), private) || w.Header().Get("Content-Type") != "application/problem+json" {
				t.Errorf("%v gives %d %s %v", c.err, w.Code, w.Body, w.Header())
			}
			if told := strings.Contains(log.String(), private); told != (c.status >= 500) {
				t.Errorf("%v: in the log: %v", c.err, told)
			}
		}
	}
}

func TestATableCutShortIsNotMistakenForAWholeOne(t *testing.T) {
	h := gated(t, api.New(midway{broken{err: errors.New("disk gone")}}, slog.New(slog.NewTextHandler(io.Discard, nil))))
	defer func() {
		if v := recover(); v != http.ErrAbortHandler { //nolint:errorlint // recover gives the value itself
			t.Errorf("the connection was not broken off: %v", v)
		}
	}()
	get(t, h, "/api/v1/radar.csv")
}

// midway fails after the first row.
type midway struct{ broken }

func (m midway) EachRadarRow(_ context.Context, _ market.Query, f func(market.Row) error) error {
	if err := f(market.Row{}); err != nil {
		return err
	}
	return m.err
}

func FuzzRadarQuery(f *testing.F) {
	for _, s := range []string{
		"", "nomenclature=rome3&level=bassin&year=2021", "occupation=J1506&area=FR", "area=69&level=departement", "region=84&top=5",
		"year=latest&min_class=4&limit=10&offset=20", "grain=family&zoning=be2019", "occupation=rome3-", "area=dep-", "occupation=%00&x=1", "limit=-1",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		q, err := api.RadarQuery(query)
		if err != nil {
			if _, isFault := errors.AsType[*fault.Fault](err); isFault && fault.CodeOf(err) != fault.Invalid {
				t.Fatalf("%q: %v", query, err)
			}
			return
		}
		if q.Top < 1 || q.Top > 1000 || q.Offset < 0 || q.MinClass < 0 || q.MinClass > 5 {
			t.Fatalf("%q passes the limits: %+v", query, q)
		}
	})
}
