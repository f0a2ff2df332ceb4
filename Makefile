# One verb for everything; the hook and CI call the same recipes.
PYTHON ?= python3
BIN := .venv/bin
# These take long where CLEARLINE_ORDEAL is set, and are short in `make test`.
ORDEALS := tests/bench tests/engine/test_fast_and_slow.py tests/engine/test_columns.py tests/engine/test_unheard.py tests/cli/test_huge.py tests/faults/test_kills.py tests/record/test_checking.py tests/evidence/test_faults.py tests/record/api/test_schemathesis.py

.PHONY: help setup demo test check fix bench peers ordeal lock clean

help:      ## list the recipes
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):[^#]*## /  make \1\t/'

setup: .venv/ready  ## make .venv with everything that development needs, from locked hashes

.venv/ready: requirements/dev.txt pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Clearline needs Python 3.11 or newer: make PYTHON=python3.12 ...")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --no-deps --require-hashes -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## start the console with a living, made-up shop in it
	@$(BIN)/clearline demo

check: setup  ## format, lint, types and walls
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --config architecture.toml

fix: setup  ## let the tools mend what they can
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

test: check  ## everything that is checked, and all the tests; those that need a database on both kinds
	$(BIN)/python -m pytest -n 3
	CLEARLINE_TESTS_ON=postgresql $(BIN)/python -m pytest -n 3 --ignore-glob='*in_browser.py' tests/record tests/people tests/evidence tests/laws/test_nobody_sees.py

ordeal: setup  ## long ordeals: many more random rules and traces, huge files
	CLEARLINE_ORDEAL=1 $(BIN)/python -m pytest -n 2 $(ORDEALS)

bench: setup peers  ## measure beside peers; prints what bench/RESULTS.md records
	$(BIN)/python -m bench

peers: .venv-peers/ready  ## make .venv-peers with the tools that we are measured beside; none of ours imports them

.venv-peers/ready: requirements/peers.txt
	$(PYTHON) -m venv .venv-peers
	.venv-peers/bin/python -m pip install --quiet --require-hashes -r requirements/peers.txt
	@touch $@

lock: setup  ## renew the locked dependencies
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements/plain.txt pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra server -o requirements/server.txt pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra speech -o requirements/speech.txt pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra server --extra speech --group dev -o requirements/dev.txt pyproject.toml
	$(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header --no-annotate -o requirements/peers.txt requirements/peers.in

clean:     ## remove what was built
	rm -rf .venv .venv-peers dist build demo-report.html
