# Every target says what it does: `make help`. Nothing here needs more than Python 3.11+ and make.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
DEMO ?= demo
WORKERS ?= 2

.PHONY: help env system-packages test-packages demo test lint types imports messages messages-check docs docs-check unit \
        city-page journey-full mutants equivalence shared-data bench-serve constraints hooks clean

help: ## this list
	@awk -F':.*## ' '/^[a-z0-9%-]+:.*## /{printf "  make %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

# -- the environment -------------------------------------------------------------------------------------------------

env: $(VENV)/.installed ## Python environment in .venv, with exactly the versions of constraints.txt

$(VENV)/.installed: constraints.txt pyproject.toml | system-packages
	@$(PYTHON) tools/python_version.py
	@[ -x $(BIN)/python ] || { echo "making $(VENV)"; $(PYTHON) -m venv $(VENV); }
	@echo "installing dependencies (names, versions and hashes of constraints.txt)"
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r constraints.txt
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

system-packages: ## what is needed besides Python, through the machine's package manager
	@tools/system-packages

test-packages: ## what the tests need besides: Java for Spark, PostgreSQL, Chromium, a Chinese font; by the machine's package manager
	@tools/system-packages tests

# -- for users ---------------------------------------------------------------------------------------------------------

demo: env ## a made-up city through the whole platform; leaves a workspace in ./demo
	@rm -rf $(DEMO)
	@$(BIN)/python examples/city/demo.py $(DEMO)

# -- for developers ----------------------------------------------------------------------------------------------------

test: env test-packages shared-data lint types imports messages-check docs-check unit ## everything that must hold before a change lands

lint: env ## style: ruff
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: env ## types: mypy, strict where the public nouns are
	@$(BIN)/mypy

imports: env ## the import contracts of the architecture
	@$(BIN)/lint-imports --no-logo --no-cache

messages: env ## bring the message catalogues up to the code; says what has no translation yet
	@$(BIN)/python tools/messages.py

messages-check: env ## fail if a message has no translation
	@$(BIN)/python tools/messages.py check

docs: env ## bring the generated parts of README and docs up to the code
	@$(BIN)/python tools/docs.py

docs-check: env ## fail if a generated part of README or docs is behind the code
	@$(BIN)/python tools/docs.py check

city-page: env ## draw the pictures and measure the tables of docs/reference/city.md again (minutes)
	@$(BIN)/python tools/city_page.py
	@$(BIN)/python tools/docs.py

unit: env ## the tests themselves
	@$(BIN)/pytest -n $(WORKERS) --dist loadgroup -q $(TESTS)

mutants: env ## plant bugs in each engine of definitions, one at a time: all must be caught (WORDS="spark units": only those)
	@$(BIN)/python tools/mutants $(WORDS)

equivalence: env ## drawn definitions on every engine, TIMES=10 times as many as in `make unit`, and others each run
	@EQUIVALENCE_TIMES=$(or $(TIMES),10) $(BIN)/pytest -n $(WORKERS) --dist loadgroup -q tests/equivalence

journey-full: env shared-data ## the FHIR journey over all 617 bundles (720 MB), not a sample
	@JOURNEY_ALL_BUNDLES=1 $(BIN)/pytest -q tests/journey/test_fhir_synthea_r4.py

shared-data: ## check that the third-party test data is there
	@tools/shared-data

bench-serve: env ## the HTTP edge: hooks, records, pages; FHIR, downloads, views
	@$(BIN)/python benchmarks/bench_serve.py $(ARGS)
	@$(BIN)/python benchmarks/bench_fhir_api.py

bench-%: env ## one benchmark: bench-ingest bench-lake bench-hl7v2 … (files of benchmarks/)
	@[ -f benchmarks/bench_$(subst -,_,$*).py ] || { echo "no such benchmark; there are:"; ls benchmarks/bench_*.py; exit 2; }
	@$(BIN)/python benchmarks/bench_$(subst -,_,$*).py $(ARGS)

constraints: env ## resolve the dependencies again: names, versions, hashes, no addresses
	@$(BIN)/pip-compile --quiet $(UPGRADE) --generate-hashes --no-emit-index-url --no-emit-find-links \
	  --no-emit-trusted-host --no-header --no-annotate --strip-extras --all-extras --all-build-deps --allow-unsafe \
	  -o constraints.txt pyproject.toml

hooks: env ## run the checks of `make lint` before each commit
	@$(BIN)/pre-commit install

clean: ## remove what can be made again
	@rm -rf $(VENV) $(DEMO) .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis bench-out
