# Everything from a fresh clone: `make run` serves the product, `make test` proves it.
# Needs Python 3.11, 3.12 or 3.13 and make; installs the rest into .venv and .node.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
VERSION := $(shell $(PYTHON) -c 'import platform; print(platform.python_version())')
UV_VERSION := 0.13.9
NPM = cd $(CURDIR)/frontend && PATH="$(CURDIR)/.node/bin:$$PATH" npm --silent
TESTS ?=

.PHONY: run test test-all test-frontend test-image demo try lint lint-frontend format bench bench-users frontend chromium debootstrap lock clean

run: $(VENV)/.installed frontend
	@DEBUG=$${DEBUG:-on} exec $(BIN)/python -m reelballers.serve

test: $(VENV)/.installed test-frontend
	$(BIN)/python -m pytest -n 2 --dist loadfile -m "not slow" $(TESTS)

test-all: $(VENV)/.installed test-frontend test-image
	$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

# The Dockerfile's own steps in a Debian root, and the main job in what came out. Minutes; needs root, else it says so.
test-image: $(VENV)/.installed debootstrap
	@$(BIN)/python -m tests.image

demo: $(VENV)/.installed
	@$(BIN)/python -m tests.demo

# What differs first from one Python to the next: the start, the clip probe, the main job.
try: demo
	$(BIN)/python -m pytest -m "not slow" tests/test_start.py exports/video/tests/test_probe.py

lint: $(VENV)/.installed lint-frontend
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python manage.py makemigrations --check --dry-run
	$(BIN)/mypy reelballers mail wallet exports accounts operators sandbox

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

debootstrap:
	@command -v debootstrap >/dev/null || [ "$$(id -u)" != 0 ] || (apt-get update -qq && apt-get install -y -qq debootstrap)

# One set for every Python: `requires-python` says which. UPGRADE=-U takes what is newer, else what is pinned stays.
# What goes into the image has hashes: a registry cannot change a file under us.
LOCK = $(BIN)/uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --no-annotate --no-header $(UPGRADE)
lock: $(VENV)/.installed
	$(LOCK) --generate-hashes requirements.in -o requirements.txt
	$(LOCK) --generate-hashes requirements-build.in -o requirements-build.txt
	$(LOCK) requirements-dev.in -o requirements-dev.txt

# Made anew when PYTHON is another one than it was made with.
ifeq ($(shell grep -sx 'version = $(VERSION)' $(VENV)/pyvenv.cfg),)
.PHONY: $(VENV)/.installed
endif
$(VENV)/.installed: requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || (echo "Python 3.11, 3.12 or 3.13 is needed; set PYTHON=…"; exit 1)
	@grep -sqx 'version = $(VERSION)' $(VENV)/pyvenv.cfg || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -q --disable-pip-version-check uv==$(UV_VERSION)
	$(BIN)/uv pip install -q --python $(BIN)/python -r requirements-dev.txt
	@touch $@

clean:
	rm -rf .venv* .node .image frontend/node_modules frontend/dist staticfiles
