# What a developer does with Tercel. Needs Python 3.11 or newer with pip, make and git; uv fetches the rest.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

# The Python that is there, so that uv need not fetch another one.
UV_PYTHON ?= $(shell python3 -c 'import sys; print("%d.%d" % max(sys.version_info[:2], (3, 11)))')
export UV_PYTHON

# uv from the PATH, else one in a directory of its own: the system's Python may forbid pip to install.
UV_HOME := .uv-bootstrap
UV := $(or $(shell command -v uv 2>/dev/null),$(CURDIR)/$(UV_HOME)/bin/uv)
RUN := $(UV) run --frozen
# Without what only developers need.
LEAN := --no-default-groups

# The system's certificates, as pip uses them: a company's proxy may put its own in between.
export UV_SYSTEM_CERTS ?= 1

VERSIONS := src/tercel/database/migrations/versions

.PHONY: help
help: ## Show what can be made
	@sed -nE 's/^([a-z-]+):.*## (.*)/\1|\2/p' $(MAKEFILE_LIST) \
		| while IFS='|' read -r target text; do printf '  make %-20s %s\n' "$$target" "$$text"; done

.PHONY: setup
setup: $(UV) ## Install everything the project needs into .venv; ./tercel runs it
	@$(UV) sync --frozen --inexact

.PHONY: demo
demo: $(UV) ## A shop's promotions over real purchases
	$(RUN) $(LEAN) --group demo python -m demo $(ARGS)

.PHONY: demo-stop
demo-stop: $(UV) ## Stop the server that the demonstration left running
	@$(RUN) $(LEAN) --group demo python -m demo --stop

.PHONY: serve
serve: $(UV) ## Serve both APIs, with a database of its own. ARGS="--port 8001"
	@$(UV) sync --frozen --inexact $(LEAN)
	@./tercel serve $(ARGS)

.PHONY: test
test: check ## Everything: check, then all tests
	$(RUN) pytest -n auto --dist loadfile --no-loadscope-reorder

.PHONY: check
check: setup ## Lock file, format, lint, types, arrows between packages, known vulnerabilities
	$(UV) lock --check
	$(RUN) ruff format --check
	$(RUN) ruff check
	$(RUN) mypy
	$(RUN) lint-imports --no-logo
	@$(RUN) python -m tests.security.audit $(UV)

.PHONY: audit
audit: $(UV) ## Ask whether a dependency has a known vulnerability
	@$(RUN) python -m tests.security.audit $(UV)

.PHONY: docs
docs: $(UV) ## The documentation as a site with search, in site/; a broken link fails
	$(RUN) --group docs zensical build --strict --clean
	@echo "look at it: python3 -m http.server --directory site 8081, then http://localhost:8081"

.PHONY: bench
bench: $(UV) ## Measure evaluation, and updates over HTTP; ARGS="--help" tells what else
	$(RUN) python -m benchmarks $(ARGS)

.PHONY: bench-growth
bench-growth: $(UV) ## Measure how cost grows with data, campaigns, cart and processes; draws docs/plots
	$(RUN) python -m benchmarks growth --plot docs/plots $(ARGS)

.PHONY: bench-peers
bench-peers: $(UV) ## Measure other engines beside Tercel; fetches them first, needs Node and a JDK for some
	$(RUN) python -m benchmarks.peers $(ARGS)

.PHONY: attack
attack: $(UV) ## Attack several servers at once; every answer must be explained. ARGS="--seconds 300 --seed 7"
	$(RUN) python -m tests.attack $(ARGS)

.PHONY: hostile
hostile: $(UV) ## An honest client alone and beside hostile ones. ARGS="--seconds 60 --clients 8"
	$(RUN) python -m tests.attack.hostile $(ARGS)

.PHONY: faults
faults: $(UV) ## Kill, cut, stall and fill what Tercel runs on; docs/faults.md says what must hold
	$(RUN) pytest tests/faults

.PHONY: mutants
mutants: $(UV) ## Put faults into the source and show which no test notices. ARGS="--package ledger --seed 7"
	$(RUN) python -m tests.mutants $(ARGS)

.PHONY: format
format: $(UV) ## Format, and mend what can be mended
	$(RUN) ruff check --fix-only
	$(RUN) ruff format

.PHONY: bless
bless: $(UV) ## Rewrite golden files; read the difference before committing it
	$(RUN) pytest -q -m golden --bless

.PHONY: migration
migration: $(UV) ## Write a migration for changed tables: make migration NAME=add_something
	@test -n "$(NAME)" || { echo "say what it does: make migration NAME=add_something"; exit 2; }
	@$(call generate-migration,$$(printf '%04d' $$(( $$(ls $(VERSIONS)/0*.py | wc -l) + 1 ))),$(NAME))

.PHONY: migration-baseline
migration-baseline: $(UV) ## Write the first migration anew (only before the first release)
	@rm -f $(VERSIONS)/0*.py
	@$(call generate-migration,0001,baseline)

# The difference between the tables and a fresh database at the newest migration; $(1) the revision, $(2) its name.
define generate-migration
home=$$(mktemp -d) && trap 'rm -rf "$$home"' EXIT && chmod 755 "$$home" && export TERCEL_HOME="$$home" \
	&& $(RUN) alembic --raiseerr upgrade head \
	&& $(RUN) alembic revision --autogenerate --rev-id "$(1)" -m "$(2)" \
	&& $(RUN) ruff check --fix-only --quiet $(VERSIONS) && $(RUN) ruff format --quiet $(VERSIONS)
endef

.PHONY: clean
clean: ## Remove what was installed and cached here
	rm -rf .venv $(UV_HOME) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .cache .mutants site dist

$(CURDIR)/$(UV_HOME)/bin/uv:
	python3 -m pip install --quiet --disable-pip-version-check --target $(UV_HOME) uv
