package main

import (
	"context"
	"fmt"
	"os"
	"runtime/pprof"
	"time"

	"filiere/internal/intake"
	"filiere/internal/market"
	"filiere/internal/store"
)

func main() {
	f, _ := os.Create("/tmp/cpu.prof"); pprof.StartCPUProfile(f); defer pprof.StopCPUProfile()
	ctx := context.Background()
	t0 := time.Now()
	s, err := store.Open(ctx, os.Args[1], time.Now)
	if err != nil {
		panic(err)
	}
	im := intake.Importer[*store.Batch]{Sink: s, Sources: intake.Catalogue(), Now: time.Now}
	err = im.Run(ctx, os.Args[2:], func(r intake.Report) {
		fmt.Println(r.Outcome, r.File, r.Dataset, r.Release.RowsKept, r.Release.RowsRefused, r.Elapsed.Round(time.Millisecond), r.Err)
		for _, x := range r.Refusals[:min(2, len(r.Refusals))] {
			fmt.Println("   ", x)
		}
	})
	fmt.Println(err, time.Since(t0))
	t0 = time.Now()
	res, err := s.Recompute(ctx, market.Dares2020())
	fmt.Println(len(res.Cells), err, time.Since(t0))
	for _, a := range res.Agreement {
		fmt.Printf("%+v\n", a)
	}
	t0 = time.Now()
	fmt.Println(s.RebuildSearch(ctx), time.Since(t0))
}
