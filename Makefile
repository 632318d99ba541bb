# GNU make 3.81 or newer. `make` alone lists the commands that are needed most: those with `##`.

PYTHON ?= python3
STACK ?= dev
# More for pytest, such as: make test-unit ARGS="-k retry -x"
ARGS ?=

VENV := .venv/bin
CODE := provider tests examples template benchmarks tools
RUFF := $(VENV)/ruff
PYTEST := $(VENV)/python -m pytest

# Each `pulumi` command starts two Python processes: they find our code compiled, also where the
# environment (of a container, say) asks Python to write no such files. Empty is as if not set.
export PYTHONDONTWRITEBYTECODE :=

# The engine tests wait half of their time: two workers for each processor.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(min(8, 2 * (os.cpu_count() or 1)))')
TESTS = $(PYTEST) -n $(WORKERS) --dist worksteal
# In `make test`, tests that are marked as proofs are left out (pyproject.toml says which are).
QUICK := -m "not proof"

# Of the long proofs. SEED=1: other random numbers (of kills, soak and programs).
KILLS ?= 40
MINUTES ?= 3
PROGRAMS ?= 10
SEED ?= 0
FUZZ ?= 10
OUTAGE_SECONDS ?= 30
# always: a preview with refresh after each step of every test, not only where a test is about it.
SETTLED ?= once

# Prints what the tests of the package need beside it, as it is locked.
TEST_TOOLS := grep -E '^(alibabacloud-fc20230330|aliyun-fc2|editables|hatchling|hypothesis|psutil|pytest-[a-z]+|pyyaml|ruff|setuptools|trustme)==' \
	tools/environment/requirements.txt | sed 's/ *\\$$//'

.DEFAULT_GOAL := help
.PHONY: help help-all setup engine up preview refresh destroy outputs down test test-all test-unit test-client \
	test-plugin test-package test-engine test-docs faults-table test-lowest test-newest mutation bench bench-full profile docs docs-serve package lint format format-check types audit lock clean
# Two goals of one command line share the environment and the stack: one after the other.
.NOTPARALLEL:

help: SHOWN := \#\#
help-all: SHOWN := \#[\#-]
help help-all: ## list the commands that are needed most, or all
	@awk 'BEGIN { FS = ":.*#[#-] " } /^$(SHOWN) / { printf "\n%s\n", substr($$0, 4) } \
		/^[a-z -]+:.*$(SHOWN) / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

## Try it: a stack on this machine, with an emulator as the cloud (STACK=dev, staging or prod)

up: setup ## create or update the stack, then show what exists
	@$(VENV)/python -m tools.stack up --stack "$(STACK)"

preview: setup ## show what `make up` would change
	@$(VENV)/python -m tools.stack preview --stack "$(STACK)"

refresh: setup ## read the state of the world back into the stack
	@$(VENV)/python -m tools.stack refresh --stack "$(STACK)"

outputs: setup ## show the stack's outputs, and what the emulator holds
	@$(VENV)/python -m tools.stack outputs --stack "$(STACK)"

destroy: setup ## delete everything that the stack made
	@$(VENV)/python -m tools.stack destroy --stack "$(STACK)"

down: ## stop the emulator; its data stays for the next `make up`
	@$(PYTHON) -m tools.emulator.control stop

## Work on it

test: format-check lint types ## every check, and every kind of behaviour once
	@$(MAKE) --no-print-directory engine
	@$(TESTS) $(QUICK) --durations=15 $(ARGS)

# A test may take as long as the soak does, and some minutes more. The proofs wait longer than other
# tests: three workers for each processor.
test-all: WORKERS := $(shell $(PYTHON) -c 'import os; print(min(12, 3 * (os.cpu_count() or 1)))')
test-all: format-check lint types #- that and the long proofs, with coverage (KILLS=, MINUTES=, PROGRAMS=)
	@$(MAKE) --no-print-directory engine
	@rm -f .coverage .coverage.*
	@KILLS=$(KILLS) MINUTES=$(MINUTES) PROGRAMS=$(PROGRAMS) SEED=$(SEED) FUZZ=$(FUZZ) \
		SETTLED=$(SETTLED) OUTAGE_SECONDS=$(OUTAGE_SECONDS) \
		$(TESTS) --durations=15 -o timeout=$$((60 * $(MINUTES) + 900)) \
		--cov --cov-branch --cov-report=term-missing:skip-covered --cov-fail-under=98 $(ARGS)

test-unit: setup ## pure functions and models
	@$(PYTEST) $(QUICK) tests/unit tests/typing $(ARGS)

test-client: setup #- the client and the emulator, over sockets
	@$(PYTEST) $(QUICK) tests/client $(ARGS)

test-plugin: setup #- the provider behind Pulumi's gRPC protocol
	@$(PYTEST) $(QUICK) tests/plugin $(ARGS)

test-package: setup #- what is in the wheel and the source distribution, and its extras
	@$(PYTEST) $(QUICK) tests/package $(ARGS)

test-engine: setup engine #- the real CLI and engine, with the emulator as the cloud
	@$(TESTS) $(QUICK) tests/engine $(ARGS)

test-docs: setup engine #- the documents: their commands, their code, the site
	@$(PYTEST) $(QUICK) tests/docs $(ARGS)

faults-table: setup #- write docs/faults.md, from the tables that the tests of faults compare with
	@$(VENV)/python -m tests.support.faults_page

test-lowest: setup #- the unit, plugin and client tests with the lowest versions of everything
	@cmp -s tools/environment/lowest.txt .state/lowest/made-from.txt || { \
		$(PYTHON) -m venv --clear .state/lowest && \
		sed -n '/^setuptools==/,/[^\\]$$/p' tools/environment/lowest.txt \
			> .state/lowest/setuptools.txt && \
		set -- .state/lowest/bin/python -m pip install --quiet --no-deps --no-build-isolation && \
		"$$@" --require-hashes -r .state/lowest/setuptools.txt && \
		"$$@" --require-hashes -r tools/environment/lowest.txt && "$$@" -e . && \
		cp tools/environment/lowest.txt .state/lowest/made-from.txt; }
	@.state/lowest/bin/python -m pytest $(QUICK) tests/unit tests/plugin tests/client $(ARGS)

# Not locked, and made afresh each time: that is its purpose. The tests' own tools are the locked ones.
test-newest: setup #- the same with the newest versions of what the package needs, unlocked
	@mkdir -p .state && $(TEST_TOOLS) > .state/test-tools.in
	@$(PYTHON) -m venv --clear .state/newest
	@.state/newest/bin/python -m pip install --quiet --upgrade --upgrade-strategy eager \
		-r .state/test-tools.in -e '.[cli,emulator,testing]'
	@.state/newest/bin/python -m pip freeze --exclude-editable
	@.state/newest/bin/python -m pytest $(QUICK) tests/unit tests/plugin tests/client $(ARGS)

# In a copy, as Cosmic Ray changes the files in place. MUTATE=provider: what the engine calls.
MUTATE ?= pure
mutation: setup #- mutation testing (long); MUTATE=pure or provider
	@[ -x .state/cosmic-ray/bin/cosmic-ray ] || { $(PYTHON) -m venv .state/cosmic-ray && \
		.state/cosmic-ray/bin/python -m pip install --quiet --require-hashes \
			-r tools/mutation/requirements.txt; }
	@rm -rf .state/mutation && mkdir -p .state/mutation
	@cp -R provider tests tools pyproject.toml .state/mutation
	@cd .state/mutation && export PATH="$(CURDIR)/.state/cosmic-ray/bin:$$PATH" \
		PYTHONPATH="$(CURDIR)/.state/mutation/provider" PYTHONDONTWRITEBYTECODE=1 && \
		set -- "tools/mutation/$(MUTATE).toml" mutants.sqlite && \
		cosmic-ray baseline "$$1" && cosmic-ray init "$$1" "$$2" && \
		cr-filter-operators "$$2" "$$1" && cosmic-ray exec "$$1" "$$2" && \
		cr-report --surviving-only --show-diff "$$2"

bench: setup engine #- measure it next to a no-op and a textbook provider (3 minutes)
	@$(VENV)/python -m benchmarks --plan usual $(ARGS)

bench-full: setup engine #- the same on a larger scale; writes docs/benchmarks.md (14 minutes)
	@$(VENV)/python -m benchmarks --plan full --publish $(ARGS)

profile: setup #- where our own code spends its time; writes benchmarks/profile.md
	@$(VENV)/python -m benchmarks.profile $(ARGS)

lint: setup ## ruff, all rules
	@$(RUFF) check $(CODE)

format: setup ## format the code
	@$(RUFF) format $(CODE)

format-check: setup #- say whether the code is formatted
	@$(RUFF) format --check --quiet $(CODE) || { echo "Not formatted: run make format"; exit 1; }

types: setup ## mypy and pyright, strict
	@$(VENV)/pyright --pythonpath $(VENV)/python & pyright=$$!; \
		$(VENV)/mypy $(CODE); mypy=$$?; wait $$pyright && exit $$mypy

docs: setup ## build the site into .state/site; it opens from the file system
	@NO_MKDOCS_2_WARNING=1 $(VENV)/mkdocs build --strict --quiet
	@echo "The site is in .state/site/index.html"

docs-serve: setup #- show the site while you write
	@NO_MKDOCS_2_WARNING=1 $(VENV)/mkdocs serve

# Without the development environment: an example needs a wheel, and nothing else of this.
package: ## build the wheel and the source distribution into dist/, and check them
	@cmp -s tools/environment/build.txt .state/build/made-from.txt || { \
		$(PYTHON) -m venv --clear .state/build && .state/build/bin/python -m pip install --quiet \
			--require-hashes -r tools/environment/build.txt && \
		cp tools/environment/build.txt .state/build/made-from.txt; }
	@rm -rf dist
	@.state/build/bin/python -m build --no-isolation
	@.state/build/bin/python -m twine check --strict dist/*

audit: setup #- known vulnerabilities of the locked packages (not part of `make test`)
	@$(VENV)/python -m tools.audit

#- Long proofs, one by one (docs/endurance.md)

.PHONY: fuzz kill-matrix soak random-programs outage

fuzz: setup engine #- 24,000 inputs through the plugin's gRPC interface
	@mkdir -p .state && rm -f .state/fuzz.jsonl
	@FUZZ=25 RECORD=.state/fuzz.jsonl $(PYTEST) -n 2 tests/plugin/test_any_bag.py \
		-o timeout=7200 $(ARGS)
	@$(VENV)/python -m tests.support.records .state/fuzz.jsonl 24000

kill-matrix: setup engine #- kill -9 of a part of a run, 40 times (KILLS=)
	@mkdir -p .state && rm -f .state/kill-matrix.jsonl
	@KILLS=$(KILLS) SEED=$(SEED) RECORD=.state/kill-matrix.jsonl $(PYTEST) -n 2 \
		tests/engine/test_kill_matrix.py -o timeout=7200 $(ARGS)
	@$(VENV)/python -m tests.support.records .state/kill-matrix.jsonl $(KILLS)

soak: setup engine #- 3 minutes of one plugin, and of the command line (MINUTES=)
	@mkdir -p .state && rm -f .state/soak.jsonl
	@MINUTES=$(MINUTES) SEED=$(SEED) RECORD=.state/soak.jsonl $(PYTEST) -n 2 \
		tests/engine/test_soak.py -o timeout=$$((60 * $(MINUTES) + 600)) $(ARGS)
	@$(VENV)/python -m tests.support.records .state/soak.jsonl

random-programs: setup engine #- 10 random programs through the real engine (PROGRAMS=)
	@PROGRAMS=$(PROGRAMS) SEED=$(SEED) $(PYTEST) -n 2 tests/engine/test_random_programs.py \
		-o timeout=7200 $(ARGS)

outage: setup engine #- an outage of 30 seconds in the middle of an up (OUTAGE_SECONDS=)
	@OUTAGE_SECONDS=$(OUTAGE_SECONDS) $(PYTEST) tests/engine/test_network.py -k outage $(ARGS)

## Housekeeping

setup: ## make or update the environment (.venv)
	@command -v $(PYTHON) >/dev/null || { echo "There is no $(PYTHON) on PATH." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "Python 3.10 or newer is needed, and $(PYTHON) is" \
			"$$($(PYTHON) -V 2>&1). Name another one: make PYTHON=python3.12 ..." >&2; \
		exit 1; }
	@$(PYTHON) -m tools.environment.create

engine: setup #- find, install or build the Pulumi engine, and say where it is
	@$(VENV)/python tools/engine/resolve

COMPILE := PATH="$$PATH:.state/uv/bin" env -u PIP_FIND_LINKS uv pip compile --quiet --universal \
	--python-version 3.10 --generate-hashes --no-header --no-annotate $(ARGS)

lock: #- pin what pyproject.toml asks for (ARGS=--upgrade: the newest of everything)
	@command -v uv >/dev/null || [ -x .state/uv/bin/uv ] || { \
		$(PYTHON) -m venv .state/uv && .state/uv/bin/python -m pip install --quiet \
			--require-hashes -r tools/environment/uv.txt; }
	@$(COMPILE) --all-extras --group dev pyproject.toml -o tools/environment/requirements.txt
	@# The lowest of what the package needs, and the locked ones of what the tests need beside it.
	@mkdir -p .state && $(TEST_TOOLS) > .state/test-tools.in
	@$(COMPILE) --all-extras --resolution lowest-direct pyproject.toml .state/test-tools.in \
		-o tools/environment/lowest.txt
	@# What make installs into environments of their own: this, what builds, and mutation testing.
	@echo uv | $(COMPILE) - -o tools/environment/uv.txt
	@printf 'build\nhatchling\ntwine\n' | $(COMPILE) - -o tools/environment/build.txt
	@echo cosmic-ray | $(COMPILE) - -o tools/mutation/requirements.txt

clean: ## stop the emulator and remove what make made in this checkout
	@[ ! -d .emulator ] || $(PYTHON) -m tools.emulator.control stop
	@rm -rf .venv .state .emulator .coverage .coverage.* .hypothesis .mypy_cache .pytest_cache \
		.ruff_cache build dist
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
