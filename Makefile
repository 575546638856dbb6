# `make help` lists the targets. Everything lives in .venv; nothing else is touched.
SHELL := /bin/sh
.DEFAULT_GOAL := help
PYTHON ?=
PORT ?= 8000
BIN := .venv/bin
JOBS ?= 2
export PORT PIP_DISABLE_PIP_VERSION_CHECK := 1

# The first interpreter that is new enough and really runs.
FIND_PYTHON = for python in $(PYTHON) python3.11 python3.12 python3.13 python3 python; do \
	"$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && break; python=; done; \
	if [ -z "$$python" ]; then echo "Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3." >&2; exit 1; fi
# A .venv whose interpreter has gone or grown too old is made again.
MAKE_VENV = if ! $(BIN)/python -c 'import sys, pip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then \
	$(FIND_PYTHON); rm -rf .venv; \
	if ! "$$python" -m venv .venv >.venv-says 2>&1; then rm -rf .venv; grep -q 'No space left' .venv-says && \
		echo "The disk is full: free about 500 MB and run this again." >&2 || \
		echo "$$python cannot make a virtual environment: install its venv module (Debian: apt install python3-venv)." >&2; \
	rm -f .venv-says; exit 1; fi; rm -f .venv-says; fi
# Installed only when the lock file has changed; half an installation leaves no stamp.
INSTALL = $(MAKE_VENV); \
	if ! cmp -s $(1) .venv/$(1); then \
		echo "Installing $(1) ..."; \
		if ! $(BIN)/python -m pip install --quiet --require-hashes -r $(1) >.venv/says 2>&1; then \
			grep -q 'No space left' .venv/says && echo "The disk is full: free about 500 MB and run this again." >&2 || \
			{ tail -n 5 .venv/says >&2; echo "The packages of $(1) could not be installed; pip's words are above." >&2; }; \
			exit 1; fi; \
		cp $(1) .venv/$(1); fi

.PHONY: help run test check format static css lock venv venv-dev bench

help:  ## List the targets
	@echo "make run      the site on http://127.0.0.1:8000 (PORT=8001 make run for another port)"
	@echo "make test     everything: static checks, tests, browser stories"
	@echo "make check    static checks only"
	@echo "make format   write code and templates in the house style"
	@echo "make css      compile the style sheets (needs node; the result is committed)"
	@echo "make static   collect the static files for production"
	@echo "make lock     renew the hash-locked requirements (needs uv)"

venv:
	@$(call INSTALL,requirements.txt)

venv-dev:
	@$(call INSTALL,requirements-dev.txt)

run: venv
	@exec $(BIN)/python manage.py run

test: check
	@$(BIN)/python -m pytest -n $(JOBS) --strict-browser

check: venv-dev
	@$(BIN)/ruff check
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/python -m mypy
	@$(BIN)/lint-imports
	@$(BIN)/djade --check --target-version 5.2 $$(git ls-files 'templates/*.html')
	@$(BIN)/djlint --quiet --lint templates
	@$(BIN)/python -m tests.deployed manage.py check --deploy --fail-level WARNING
	@CLINIC_MODE=test $(BIN)/python manage.py makemigrations --check --dry-run

format: venv-dev
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format
	@$(BIN)/djade --target-version 5.2 $$(git ls-files 'templates/*.html')

static: venv
	@$(BIN)/python manage.py collectstatic --no-input

css:
	@npm ci --silent && npm run build

lock:
	@uv pip compile --universal --generate-hashes --python-version 3.11 --quiet requirements.in -o requirements.txt
	@uv pip compile --universal --generate-hashes --python-version 3.11 --quiet -c requirements.txt requirements-dev.in -o requirements-dev.txt
