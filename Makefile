# Every habit of this project, one line each. `make` alone lists them.
bin := .venv/bin
.DEFAULT_GOAL := help
.PHONY: help setup large demo test lint format types contracts docs readme bench lock check clean

help:       ## list these targets
	@sed -n 's/^\([a-z]*\):[^#]*## /\1\t/p' Makefile | while IFS="$$(printf '\t')" read -r name what; do printf '  make %-10s %s\n' "$$name" "$$what"; done
setup:      ## make .venv from the lock files; nothing when it is current
	@PYTHON="$(PYTHON)" ./scripts/setup
large: setup ## add what the tests with Ray and real weights need, a gigabyte of it
	@./scripts/setup-large
demo: setup ## create demo databases and a verified training set from them, in demo/
	@$(bin)/querywright demo demo
test: setup ## run the tests
	@env -u PYTHONDONTWRITEBYTECODE $(bin)/python -m pytest -q -n logical --dist loadfile --no-loadscope-reorder
lint: setup ## ruff: what it finds, and formatting
	@$(bin)/ruff check . && $(bin)/ruff format --check .
format: setup ## ruff: mend and format
	@$(bin)/ruff check --fix . && $(bin)/ruff format .
types: setup ## mypy, strict
	@$(bin)/mypy
contracts: setup ## which room may import which
	@$(bin)/lint-imports --no-logo
docs: setup ## build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(bin)/mkdocs build --strict --quiet
readme: setup ## put what the demo really prints and makes into README and docs
	@$(bin)/python scripts/readme.py && $(bin)/python scripts/evaluation_rules.py
bench: setup ## measure; each script prints JSON
	@for script in benchmarks/*.py; do echo "# $$script" >&2; $(bin)/python "$$script" || exit 1; done
check: lint types contracts docs test ## everything CI runs
lock: setup ## write the lock files anew from pyproject.toml
	@./scripts/lock
clean:      ## remove what the targets above made, except .venv
	@rm -rf demo site .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
