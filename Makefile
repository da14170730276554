# Two commands on a fresh machine with Python 3.11 or newer: `make demo` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=
WORKERS ?= auto

# Compiled modules are kept even where the environment says no: tests start hundreds of processes.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help venv demo run migrate test test-clients check format lock faults bench clean

help:  ## what there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/'

venv: $(VENV)/.installed  ## make .venv with the pinned dependencies

$(VENV)/.installed: requirements-dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Baton needs Python 3.11 or newer")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: venv  ## both sandboxes, Baton and a day of leads; ARGS=--once to end by itself
	$(BIN)/baton demo $(ARGS)

run: venv  ## web, worker and clock in one process, on ./data
	$(BIN)/baton serve $(ARGS)

migrate: venv  ## bring the database to this release
	$(BIN)/baton migrate $(ARGS)

test: venv  ## all tests, on a real PostgreSQL of their own
	$(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

test-clients: venv  ## the official JavaScript clients against the sandboxes (needs Node.js 18 or newer)
	cd tests/clients && npm ci --ignore-scripts --no-audit --no-fund
	$(BIN)/pytest -m clients tests/clients $(ARGS)

check: venv  ## lint, format, types, import contracts, house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/pytest -q tests/house $(ARGS)

format: venv  ## mend what can be mended by machine
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

faults: venv  ## the fault tests and the laws of sync in full size
	BATON_LAW_SCHEDULES=1500 $(BIN)/pytest tests/laws $(ARGS)
	$(BIN)/pytest -m slow tests $(ARGS)

bench: venv  ## measure, side by side in one run
	$(BIN)/baton bench $(ARGS)

lock: venv  ## pin dependencies anew (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	  --no-emit-find-links --no-header --no-annotate pyproject.toml --group dev \
	  -c requirements.txt -o requirements-dev.txt

clean:  ## remove what was generated, but no data
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
