# The only commands to remember. `make demo` and `make test` set up everything they need by themselves.
.DEFAULT_GOAL := help
.PHONY: help setup demo story test lint format bench messages manifest lock

# The first Python here that is 3.11 to 3.13; a launcher that finds no such version fails the check and is skipped.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>/dev/null && echo $$p && break; done)
BIN := .venv/bin
READY := .venv/.ready

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /\1\t/' | expand -t 12

setup: $(READY) ## Install the pinned packages into .venv

$(READY): requirements-dev.lock
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed; none was found." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv || \
		{ echo "The venv module is missing; on Debian and Ubuntu: apt-get install python3-venv" >&2; exit 1; }
	@echo "Installing the pinned packages (a minute the first time) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $(READY)

demo: $(READY) ## Start the bot with a local throw-away Slack and print the page's address
	@$(BIN)/python -m sandbox.demo

story: $(READY) ## Play a working day through real sockets and print what each person saw
	@$(BIN)/python -m sandbox.story

test: $(READY) ## Run the whole suite on SQLite and PostgreSQL
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist worksteal

lint: $(READY) ## Check style, types, dependency direction and catalogs
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m bot.i18n.extract --check

format: $(READY) ## Rewrite the code in the house style
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: $(READY) ## Measure acks, claims, scale, startup and reports (minutes)
	@for name in ack claims scale startup reports; do $(BIN)/python -m bench.$$name --json bench/results/$$name.json; done

messages: $(READY) ## Bring the catalogs up to date with the code
	@$(BIN)/python -m bot.i18n.extract

manifest: $(READY) ## Write manifest.json from the configured command names
	@$(BIN)/python -m bot manifest > manifest.json

lock: $(READY) ## Resolve the pinned packages anew
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" -o requirements.lock pyproject.toml
	@$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url \
		--custom-compile-command "make lock" --extra dev -c requirements.lock -o requirements-dev.lock pyproject.toml
