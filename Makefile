# Everything a person does with the project. `make run` and `make test` need Python 3.11+ and nothing else.
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8000
NODES ?= 1

# What one test process has compiled the next one need not, even where the machine is told to keep nothing: four seconds each.
test fast postgres: export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup run office demo migrate test fast postgres lint types imports format bench openapi requirements browser faults clean

help: ## Show what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Python 3.11 or later is needed (make PYTHON=python3.12 …)")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

setup: .venv/ready ## Make the virtual environment from hashed requirements; bring the embedding model
	@$(BIN)/techmarket model install --optional

run: setup ## Migrate, load the demo story, serve http://127.0.0.1:8000
	$(BIN)/techmarket migrate
	$(BIN)/techmarket demo
	$(BIN)/techmarket serve --port $(PORT)

office: setup ## The office size here, without Docker; NODES=3 for a search cluster whose nodes may be killed
	$(BIN)/python -m tests.servers.office --nodes $(NODES) --port $(PORT)

demo: setup ## Load the demo story
	$(BIN)/techmarket demo

migrate: setup ## Create or upgrade the database schema
	$(BIN)/techmarket migrate

test: setup ## All tests, on SQLite and on a real PostgreSQL, with a real Elasticsearch
	$(BIN)/pytest -n 3 --dist worksteal --database both --durations=25 --durations-min=3

fast: setup ## Rules, use-cases and pairing on SQLite, in half a minute
	$(BIN)/pytest -n 2 --dist worksteal -m "not slow and not browser" --ignore tests/market/transfer --ignore tests/matching/embedding --ignore tests/matching/learning --ignore tests/matching/test_bulk.py tests/market tests/matching

postgres: setup ## The tests on PostgreSQL only
	$(BIN)/pytest -n 2 --dist worksteal --database postgresql -m "not browser"

faults: setup ## Half an hour in which everything fails that can; SEED=7 repeats one
	$(BIN)/python -m tests.faults --minutes $(or $(MINUTES),30) $(if $(SEED),--seed $(SEED))

browser: setup ## The journey in a real browser
	$(BIN)/pytest -m browser

lint: setup ## Style, and the direction of the rooms
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

imports: setup ## The direction of the rooms
	$(BIN)/lint-imports

types: setup ## Strict types
	$(BIN)/mypy

format: setup ## Put the code into shape
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: setup ## Speed and memory, each against a baseline measured in the same run
	$(BIN)/python -m benchmarks

openapi: setup ## Write the API's contract to docs/openapi.json
	$(BIN)/python -m api.openapi docs/openapi.json

requirements: setup ## Resolve and pin the dependencies anew
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url -q pyproject.toml -o requirements/runtime.txt
	$(BIN)/uv pip compile --universal --generate-hashes --python-version 3.11 --no-header --no-emit-index-url -q pyproject.toml --group dev -o requirements/dev.txt

clean: ## Remove what set-up and tests left behind; the data folder stays
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
