# `make` alone shows what there is.
.DEFAULT_GOAL := help
.PHONY: help run test bench crash mutations check lock migrations openapi anew

PYTHON ?= python3
VENV := .venv/bin
# The checks' own database, and settings as in production.
CHECKED := IMAGESTUDIO_DATA=var/check
PRODUCTION := PUBLIC_URL=https://studio.example.com \
	CLOUDFLARE_ACCOUNT_ID=00000000000000000000000000000000 CLOUDFLARE_API_TOKEN=none

help: ## show this
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s%s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: .venv/run.installed ## run the studio: database, emulator, web server and worker (PORT=8000)
	@exec $(VENV)/python -m imagestudio.supervisor

test: .venv/dev.installed ## run all tests, in a real browser too (ARGS="tests/unit -k word")
	@exec $(VENV)/python -m tests.run $(ARGS)

crash: .venv/dev.installed ## kill processes and the database for a while, then check the books (SECONDS=300 SEED=1)
	@exec $(VENV)/python -m tests.crash.history $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

mutations: .venv/dev.installed ## break the rules one by one: a test has to notice each (ARGS="settle")
	@exec $(VENV)/python -m tests.crash.mutations $(ARGS)

bench: .venv/dev.installed ## measure what tests cannot wait for (ARGS="tests/benchmarks/bench_line.py")
	@SKIP_BROWSER=1 exec $(VENV)/python -m tests.run -q -n 0 -o python_files='bench_*.py' \
		-o python_functions='bench_*' $(or $(ARGS),tests/benchmarks)

check: .venv/dev.installed ## run all checks: format, types, layers, migrations, deployment, locks
	$(VENV)/python requirements/lock.py --check
	$(VENV)/ruff format --check .
	$(VENV)/ruff check .
	$(VENV)/mypy imagestudio generations manage.py
	$(VENV)/lint-imports
	$(CHECKED) $(VENV)/python manage.py makemigrations --check --dry-run
	$(CHECKED) $(PRODUCTION) $(VENV)/python manage.py check --deploy --fail-level WARNING

lock: .venv/dev.installed ## lock the packages anew (UPGRADE=1: newer ones)
	@exec $(VENV)/python requirements/lock.py $(if $(UPGRADE),--upgrade)

migrations: .venv/dev.installed ## write migrations for changed models (NAME=what_changes)
	@exec $(VENV)/python manage.py makemigrations $(if $(NAME),--name $(NAME))

openapi: .venv/dev.installed ## write the API's description in docs/openapi.json anew
	@exec $(VENV)/python manage.py export_openapi_schema --api imagestudio.api.api \
		--indent 2 --output docs/openapi.json

# Looked at whenever its lock is newer, or the Python that it was made with has gone.
.venv/%.installed: requirements/%.txt $(shell test -x .venv/bin/python || echo anew)
	@$(PYTHON) requirements/install.py $*
	@touch $@
