# `make help` lists the targets. Everything lives in .venv; nothing else is touched.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PORT ?= 8000
N ?= 100000
BIN := .venv/bin
JOBS ?= 2
export PORT
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help run test check format static css lock bench-data venv venv-dev

help:
	@echo "make run      the site on http://127.0.0.1:8000 (PORT=8001 make run for another port)"
	@echo "make test     everything: static checks, tests, browser stories"
	@echo "make check    static checks only"
	@echo "make format   write code and templates in the house style"
	@echo "make css      compile the style sheets (needs node; the result is committed)"
	@echo "make static   collect the static files for production"
	@echo "make bench-data N=1000000  a database of its own with so many made-up requests"
	@echo "make lock     renew the hash-locked requirements (needs uv)"

venv:
	@.ci/venv requirements.txt

venv-dev:
	@.ci/venv requirements-dev.txt

run: venv
	@exec $(BIN)/python manage.py run

test: check
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder

check: venv-dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/djade --check --target-version 5.2 $$(find templates -name '*.html')
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/python -m tests.deployed manage.py check --deploy --fail-level WARNING
	@$(BIN)/python -m tests.html_check
	
format: venv-dev
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format
	@$(BIN)/djade --target-version 5.2 $$(find templates -name '*.html')

static: venv
	@$(BIN)/python manage.py collectstatic --no-input

css:
	@npm ci --silent && npm run --silent css

lock:
	@uv pip compile --universal --generate-hashes --python-version 3.11 --quiet requirements.in -o requirements.txt
	@uv pip compile --universal --generate-hashes --python-version 3.11 --quiet -c requirements.txt requirements-dev.in -o requirements-dev.txt

bench-data: venv
	@$(BIN)/python bench/data.py $(N)
