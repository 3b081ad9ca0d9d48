# Concord. `make` lists the targets; CI runs these and nothing else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
.DEFAULT_GOAL := help

# Says what to do where there is no Python at all; scripts/environment.py says the rest.
ENVIRONMENT = @command -v $(PYTHON) >/dev/null 2>&1 || \
	{ echo "concord: no $(PYTHON) on the PATH; install Python 3.11 or newer, or: make PYTHON=/path/to/python ..." >&2; exit 1; }; \
	$(PYTHON) scripts/environment.py

.PHONY: help setup demo test fast check fix bench contracts docs lock clean

help: ## list the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

setup: ## make or mend .venv with everything developers need
	$(ENVIRONMENT) dev

demo: ## run both services on loopback with real facts (ONCE=1: end by itself; DATA=folder; REGISTRY_PORT, REPORTING_PORT)
	$(ENVIRONMENT) run
	@$(BIN)/concord demo $(if $(ONCE),--once) $(if $(DATA),--data "$(DATA)") $(if $(REGISTRY_PORT),--registry-port $(REGISTRY_PORT)) $(if $(REPORTING_PORT),--reporting-port $(REPORTING_PORT))

test: setup ## run every test, on SQLite and on a PostgreSQL it starts itself (ARGS=…)
	@$(BIN)/python -m pytest -n auto --dist loadgroup $(ARGS)

fast: setup ## run the tests that need no database and no process
	@$(BIN)/python -m pytest -m "not db and not system" $(ARGS)

check: setup ## lint, types, rooms, dependencies, generated files, container files
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/deptry .
	@$(BIN)/python -m contracts.publication --check
	@$(BIN)/python -m scripts.documents --check
	@$(BIN)/python -m scripts.containers

fix: setup ## let the tools mend what they can
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: ## measure speed and memory as ratios in one run
	$(ENVIRONMENT) bench
	@$(BIN)/python -m benchmarks $(ARGS)

contracts: setup ## regenerate index, lock and sealed forms of the contracts
	@$(BIN)/python -m contracts.publication

docs: setup ## regenerate the pages of docs/ that are made from the code
	@$(BIN)/python -m scripts.documents

lock: setup ## compile the locks anew
	$(ENVIRONMENT) lock

clean: ## remove .venv and caches
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage
