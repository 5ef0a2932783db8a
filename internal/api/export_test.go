package api

import (
	"encoding/json"
	"net/url"
	"slices"

	"filiere/internal/fault"
	"filiere/internal/market"
	"filiere/internal/people"
)

// StatusOf is the HTTP status of each fault code.
var StatusOf = statusOf

// Addresses lists every address registered with the query parameters it takes, sorted.
func Addresses() map[string][]string {
	out := map[string][]string{}
	for _, rt := range routes() {
		names := slices.Sorted(slices.Values(rt.params))
		if rt.table {
			out[prefix+rt.path+".csv"] = names
			names = slices.Sorted(slices.Values(append(slices.Clone(names), "format")))
		}
		out[prefix+rt.path] = names
	}
	return out
}

// Deeds lists every route of accounts, "METHOD /path", with the query parameters it takes, sorted.
func Deeds() map[string][]string {
	out := map[string][]string{}
	for _, d := range deeds() {
		out[under(d.pattern)] = slices.Sorted(slices.Values(d.params))
	}
	return out
}

// PublicDeeds are those of the Deeds that anybody may ask for.
func PublicDeeds() map[string]bool {
	out := map[string]bool{}
	for _, d := range deeds() {
		out[under(d.pattern)] = people.Public(d.action)
	}
	return out
}

// ProblemJSON is the problem of a fault with a code.
func ProblemJSON(code fault.Code) []byte {
	buf, _ := json.Marshal(problemOf(fault.New(code, "test", "a reason")))
	return buf
}

// RadarQuery reads a query string as GET /radar does.
func RadarQuery(query string) (market.Query, error) {
	values, err := url.ParseQuery(query)
	if err != nil {
		return market.Query{}, err
	}
	if err := checkValues(values, radarParams); err != nil {
		return market.Query{}, err
	}
	return radarQuery(values, defaultLimit, maxLimit)
}
