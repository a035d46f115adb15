# What there is to do: `make run`, `make test`, `make check`, `make bench`.
PYTHON ?= python3
BIN := .venv/bin
INSTALL := $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: run test check format bench lock sample clean help

run: .venv/run  ## start the dashboard, installing what it needs the first time
	@$(BIN)/cmi run

test: .venv/dev browser  ## everything the tests need, then all tests
	$(BIN)/pytest -n auto --dist loadfile

check: .venv/dev  ## format, lint, types, floors
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev  ## put the code in order
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev  ## how fast it is, beside plain pandas, DuckDB and charts on the same data
	$(BIN)/python benchmarks/bench.py
	$(BIN)/python benchmarks/live.py

sample: .venv/dev  ## write the sample portfolio anew
	$(BIN)/python data/sample/make.py

lock: .venv/dev  ## exact versions of everything, after a change of pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra build pyproject.toml -o requirements.lock
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra build --extra dev pyproject.toml -o requirements-dev.lock

clean:  ## remove what was installed here (your database stays)
	rm -rf .venv

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed 's/:.*##/\t/'

# The stamps say which lock is installed, so that a second start installs nothing.
.venv/run: requirements.lock pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing what the dashboard needs (once) ..."
	@$(INSTALL) --require-hashes -r requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/dev: requirements-dev.lock .venv/run
	@echo "Installing what the tests need (once) ..."
	@$(INSTALL) --require-hashes -r requirements-dev.lock
	@touch $@

# The browser tests drive Debian's Chromium. Elsewhere they are skipped, saying how to get it.
.PHONY: browser
browser:
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Chromium for the browser tests (once) ..."; \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null; \
	fi
