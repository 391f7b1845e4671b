# practice  learn skills on Crafter, from nothing to a stone pickaxe and beyond (at most 18 minutes)
# test      format, lint, types, tests: what CI runs
# test-fast the tests that take no time: under a minute on two idle cores
# compiled  the games' code, compiled once; test and test-fast do it first
# check     format, lint and types only (also one by one: lint, format, types)
# hooks     run those checks before every commit from now on
# fuzz      readers of foreign bytes under a fuzzer, ten minutes; not part of the tests
# bench     throughput, planning time, start-up, memory
# venv      the environment that all of these use
# clean     remove the environment, caches and builds; runs and libraries stay

SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
# not compiled ahead: Python does that for what is imported, and most never is
PIP_INSTALL := $(BIN)/python -m pip install --quiet --no-compile --disable-pip-version-check -c constraints.txt
SOURCES := agent envs planners skills tests
ARGS ?=

.PHONY: practice test test-fast compiled check lint format types hooks bench fuzz venv clean

practice: $(VENV)/.installed
	$(BIN)/journeyman practice $(ARGS)

test: $(VENV)/.installed-dev
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target lint format types compiled
	$(BIN)/python -m pytest -n 2 --dist worksteal $(ARGS)

test-fast: compiled
	$(BIN)/python -m pytest -n 2 --dist worksteal -m "not slow" $(ARGS)

# otherwise each of pytest's processes would compile it
compiled: $(VENV)/.installed-dev
	$(BIN)/python -m tests.compiled

check: lint format types

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check $(SOURCES)

format: $(VENV)/.installed-dev
	$(BIN)/ruff format --check $(SOURCES)

types: $(VENV)/.installed-dev
	$(BIN)/mypy

hooks: $(VENV)/.installed-dev
	$(BIN)/pre-commit install

bench: $(VENV)/.installed-dev
	@$(BIN)/python -m agent.bench $(ARGS)

fuzz: $(VENV)/.installed-dev
	$(PIP_INSTALL) -e '.[dev,fuzz]'
	@$(BIN)/python -m tests.fuzz $(ARGS)

venv: $(VENV)/.installed-dev

$(VENV)/.installed: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing journeyman into $(VENV)"
	$(PIP_INSTALL) -e .
	@touch $@

$(VENV)/.installed-dev: pyproject.toml constraints.txt | $(BIN)/python
	@echo "installing journeyman and its development tools into $(VENV)"
	$(PIP_INSTALL) -e '.[dev]'
	@touch $@ $(VENV)/.installed

$(BIN)/python:
	@for python in python3.11 python3.12 python3.13 python3; do \
	    if $$python -c 'import sys, venv; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; then \
	        echo "making $(VENV) with $$python"; exec $$python -m venv $(VENV); \
	    fi; \
	done; \
	echo "make: no Python 3.11 or newer found on PATH (tried python3.11, python3.12, python3.13, python3);" \
	    "install one, with its venv module" >&2; exit 3

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find $(SOURCES) -name __pycache__ -type d -prune -exec rm -rf {} +
