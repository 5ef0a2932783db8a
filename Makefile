# make demo and make test are all a newcomer needs; both install what they lack.

SHELL       := /bin/bash
GO          ?= go
ADDR        ?= localhost:8080
VERSION     ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
LDFLAGS     := -s -w -X main.version=$(VERSION)
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOFUMPT     := mvdan.cc/gofumpt@v0.12.0
DEMO_DB     := .cache/demo.db

.PHONY: help build demo test race lint fmt bench bench-bleve deps clean

help: ## list the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

build: ## build bin/filiere
	CGO_ENABLED=0 $(GO) build -trimpath -ldflags '$(LDFLAGS)' -o bin/filiere ./cmd/filiere

demo: build ## load the bundled sample, compute, and serve it on http://localhost:8080
	@mkdir -p .cache
	bin/filiere --db $(DEMO_DB) demo --addr $(ADDR)

test: deps ## run the tests, on SQLite, PostgreSQL and a real browser
	$(GO) test -timeout 20m ./...

race: deps ## the tests under the race detector, those in a browser aside
	$(GO) test -race -short -timeout 20m ./...

lint: ## formatting, vet and static analysis
	@out=$$(gofmt -l cmd internal benchmarks); test -z "$$out" || { echo "not gofmt'ed: $$out"; exit 1; }
	@out=$$($(GO) run $(GOFUMPT) -l cmd internal benchmarks); test -z "$$out" || { echo "not gofumpt'ed (make fmt): $$out"; exit 1; }
	$(GO) vet ./...
	$(GO) run $(STATICCHECK) ./...
	$(GO) -C benchmarks/bleve vet ./...

fmt: ## format the code
	$(GO) run $(GOFUMPT) -w cmd internal benchmarks

bench: ## the benchmarks the README quotes; FILIERE_DATA names the producers' files
	$(GO) test -run '^$$' -bench . -benchtime 1x -timeout 30m ./internal/intake ./internal/store ./internal/web ./cmd/filiere

bench-bleve: ## the matcher beside the search engine bleve; FILIERE_DATA and FILIERE_BENCH_DB name the data
	@$(GO) -C benchmarks/bleve build -trimpath -o ../../bin/bench-bleve .
	@bin/bench-bleve

deps: ## install what the tests need: PostgreSQL, Chromium and the accessibility checker
	@.ci/deps

clean: ## remove what was built
	rm -rf bin .cache node_modules
