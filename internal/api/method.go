package api

import (
	"strconv"

	"filiere/internal/market"
)

// agreements answers GET /agreements.
func (a *api) agreements(r request) (reply, error) {
	found, err := a.reader.Agreements(r.Context())
	return tableOf("agreements", []string{"what", "basis", "cells", "same_class", "within1", "spearman"}, found, same,
		func(g market.Agreement) []string {
			return []string{g.What, market.Text(g.Basis), strconv.Itoa(g.Cells), decimal(g.SameClass), decimal(g.Within1), decimal(g.Spearman)}
		}), err
}

type weight struct {
	Component string  `json:"component"`
	Weight    float64 `json:"weight"`
}

// weights answers GET /weights.
func (a *api) weights(request) (reply, error) {
	var ws []weight
	for i, w := range market.Dares2020().Weights {
		ws = append(ws, weight{market.Component(i).String(), w})
	}
	return tableOf("weights", []string{"component", "weight"}, ws, same,
		func(w weight) []string { return []string{w.Component, decimal(w.Weight)} }), nil
}

// classRange is a class with the tensions it holds, from Low on and under High; the first has no lower end
// and the last no upper one.
type classRange struct {
	Class int      `json:"class"`
	Low   *float64 `json:"low"`
	High  *float64 `json:"high"`
}

// classes answers GET /classes.
func (a *api) classes(request) (reply, error) {
	ranges := []classRange{{Class: 1}}
	for i, cut := range market.Dares2020().Cutoffs {
		ranges[i].High = &cut
		ranges = append(ranges, classRange{Class: i + 2, Low: &cut})
	}
	return tableOf("classes", []string{"class", "low", "high"}, ranges, same, func(c classRange) []string {
		return []string{strconv.Itoa(c.Class), optional(c.Low, decimal), optional(c.High, decimal)}
	}), nil
}
