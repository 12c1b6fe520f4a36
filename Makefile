# Two commands: make app, make test. Each sets up what it needs on first use and is quick afterwards.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
REFERENCE := .reference-env
APP_FLAGS ?=
PYTEST_FLAGS ?=
# Test processes at the same time. Tests of one file stay in one of them, for their fixtures, and files
# keep their order: Playwright leaves an event loop running, so browser tests come last in each process.
PYTEST_WORKERS ?= auto
PARALLEL := -n $(PYTEST_WORKERS) --maxprocesses 4 --dist loadfile --no-loadscope-reorder --durations=25
export OMP_NUM_THREADS ?= 1
export OPENBLAS_NUM_THREADS ?= 1
export OMP_WAIT_POLICY ?= PASSIVE
# The tests and the app start many processes: each would compile all that it imports anew.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help app test test-slow coverage lint docs linkcheck examples study screenshots stopwatch walks constraints browser reference wheel wheel-test wheels clean

help: ## this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | awk -F':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

app: $(VENV)/.app ## open the app on 127.0.0.1 and print its address
	@$(BIN)/qdiffgui app $(APP_FLAGS)

# Lint needs one core for a minute: it runs while the tests do, and what it finds is printed last.
test: $(VENV)/.test browser ## lint and run all tests but the slow ones
	@$(MAKE) --no-print-directory lint > $(VENV)/lint.log 2>&1 & lint=$$!; \
	$(BIN)/python -m pytest -m "not slow" $(PARALLEL) $(PYTEST_FLAGS); tests=$$?; \
	wait $$lint; checks=$$?; \
	if [ $$checks = 0 ]; then echo "Lint: passed."; else cat $(VENV)/lint.log; fi; \
	exit $$((tests ? tests : checks))

test-slow: $(VENV)/.test browser ## the tests of model quality and of long runs too
	@$(BIN)/python -m pytest $(PARALLEL) $(PYTEST_FLAGS)

coverage: $(VENV)/.test browser ## which lines the tests run, as a table and as htmlcov/index.html
	@$(BIN)/python -m pytest -m "not slow" $(PARALLEL) --cov=qdiffgui --cov-report=term:skip-covered --cov-report=html $(PYTEST_FLAGS)

lint: $(VENV)/.test ## ruff, mypy, import-linter, prettier and tsc where node is installed
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy qdiffgui
	@$(BIN)/lint-imports
	@$(BIN)/python tools/check_js.py

docs: $(VENV)/.docs ## the documentation as a site, into qdiffgui/site; the app then links to it
	@$(BIN)/python -m tools.docs

linkcheck: $(VENV)/.docs ## whether the addresses outside that the documentation links to answer (needs the network)
	@$(BIN)/python -m tools.docs --linkcheck

examples: $(VENV)/.test ## train the example runs that ship with the package, into assets/examples
	@$(BIN)/python tools/make_examples.py

study: $(VENV)/.test ## measure the gradients that the lesson on barren plateaus shows, into assets/studies
	@$(BIN)/python tools/make_study.py

screenshots: $(VENV)/.test browser ## pictures of the real page into docs/screenshots, or only SCENES="scale learn"
	@$(BIN)/python -m tests.browser.screenshots $(SCENES)

stopwatch: $(VENV)/.test browser ## from clone to export with a watch in hand, into docs/FIRST_RUN.md
	@$(BIN)/python -m tests.browser.stopwatch

reference: $(VENV)/.app $(REFERENCE)/.done ## metrics by JetNet's and EnergyFlow's own code too, into docs/REFERENCE.md
	@$(BIN)/python benchmarks/reference/run.py $(REFERENCE)/bin/python

$(REFERENCE)/.done: benchmarks/reference/requirements.txt
	@$(PYTHON) -m venv $(REFERENCE)
	@$(REFERENCE)/bin/pip install --quiet -r benchmarks/reference/requirements.txt
	@touch $@

browser: $(VENV)/.test
	@$(BIN)/python tools/get_browser.py

walks: $(VENV)/.test browser ## a student's, a lecturer's and a researcher's way through the page, into docs/WALKS.md
	@$(BIN)/python -m tests.browser.walks

constraints: $(VENV)/.test ## write constraints.txt anew from what is installed
	@$(BIN)/python tools/freeze.py > constraints.txt

wheel: $(VENV)/.test ## wheel and sdist into dist/
	@rm -rf dist
	@$(BIN)/python -m hatchling build -d dist

wheel-test: wheel ## the wheel in an empty environment and an unrelated folder (needs the network)
	@$(BIN)/python tools/try_wheel.py dist/*.whl

wheels: $(VENV)/.test ## whether the pins have wheels for all Pythons and platforms (needs the network)
	@$(BIN)/pip install --quiet uv
	@$(BIN)/python tools/check_wheels.py

clean: ## remove the virtual environments and caches
	rm -rf $(VENV) $(REFERENCE) qdiffgui/site .pytest_cache .mypy_cache .ruff_cache .hypothesis htmlcov .coverage

$(VENV)/.app: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup_venv.py $(VENV) --extra app --extra sweeps
	@touch $@

$(VENV)/.docs: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup_venv.py $(VENV) --extra docs
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt
	@$(PYTHON) tools/setup_venv.py $(VENV) --extra app --extra sweeps --extra test
	@touch $@ $(VENV)/.app $(VENV)/.docs
