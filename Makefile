# Two commands: make app, make test. Each sets up what it needs on first use and is quick afterwards.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
APP_FLAGS ?=
PYTEST_FLAGS ?=
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export OMP_WAIT_POLICY ?= PASSIVE

.DEFAULT_GOAL := help
.PHONY: help app test test-slow lint screenshots stopwatch constraints browser clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

app: $(VENV)/.app ## open the app on 127.0.0.1 and print its address
	@$(BIN)/qdiffgui app $(APP_FLAGS)

test: $(VENV)/.test lint browser ## lint and run all tests but the slow ones
	@$(BIN)/python -m pytest -m "not slow" $(PYTEST_FLAGS)

test-slow: $(VENV)/.test browser ## the tests of model quality and of long runs too
	@$(BIN)/python -m pytest $(PYTEST_FLAGS)

lint: $(VENV)/.test ## ruff, mypy, import-linter
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy qdiffgui
	@$(BIN)/lint-imports

screenshots: $(VENV)/.test browser ## pictures of the real page into docs/screenshots
	@$(BIN)/python -m tests.browser.screenshots

stopwatch: $(VENV)/.test browser ## from clone to export with a watch in hand, into docs/FIRST_RUN.md
	@$(BIN)/python -m tests.browser.stopwatch

browser: $(VENV)/.test
	@$(BIN)/python tools/get_browser.py

constraints: $(VENV)/.test ## write constraints.txt anew from what is installed
	@$(BIN)/python tools/freeze.py > constraints.txt

clean: ## remove the virtual environment and caches
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(VENV)/.app: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup_venv.py $(VENV)
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup_venv.py $(VENV) --extra test
	@touch $@ $(VENV)/.app
