# Everything from a fresh clone: `make run` serves the product, `make test` proves it.
# Needs Python 3.11 or newer and make; installs the rest into .venv and .node.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
UV_VERSION := 0.13.9
NPM = cd $(CURDIR)/frontend && PATH="$(CURDIR)/.node/bin:$$PATH" npm --silent
TESTS ?=

.PHONY: run test test-all test-frontend demo lint lint-frontend format bench bench-users frontend chromium lock clean

run: $(VENV)/.installed frontend
	@DEBUG=$${DEBUG:-on} exec $(BIN)/python -m reelballers.serve

test: $(VENV)/.installed test-frontend
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" $(TESTS)

test-all: $(VENV)/.installed test-frontend
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

demo: $(VENV)/.installed
	@$(BIN)/python -m tests.demo

lint: $(VENV)/.installed lint-frontend
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/mypy reelballers wallet exports operators sandbox

format: $(VENV)/.installed frontend
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	@$(NPM) run format

bench: $(VENV)/.installed
	@$(BIN)/python -m bench

bench-users: $(VENV)/.installed
	@$(BIN)/python -m bench.users

frontend: $(VENV)/.installed
	@PYTHON=$(BIN)/python sh frontend/build.sh

test-frontend: frontend
	@$(NPM) test && $(NPM) run budget

# Types, ESLint, the formatter, and that no module imports itself in a circle.
lint-frontend: frontend
	@$(NPM) run check

# Browser tests drive the system's Chromium; without one they say so and are skipped.
chromium:
	@command -v chromium >/dev/null || (apt-get update -qq && apt-get install -y -qq chromium)

lock: $(VENV)/.installed
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --no-annotate --no-header requirements.in -o requirements.txt
	$(BIN)/uv pip compile -q -U --universal --python-version 3.11 --no-annotate --no-header requirements-dev.in -o requirements-dev.txt

$(VENV)/.installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed; set PYTHON=…"; exit 1)
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install -q --python $(BIN)/python -r requirements-dev.txt
	@touch $@

clean:
	rm -rf $(VENV) .node frontend/node_modules frontend/dist staticfiles
