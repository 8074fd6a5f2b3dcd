# A table of contents: what can be done here. How it is done stands in scripts/.

# Installing bundles the scripts of the pages.
web_ui := web-ui/package-lock.json $(shell find web-ui/src -name '*.js')

.PHONY: serve build test lint types tests lock clean

serve: build            ## build the announcement's release and serve it
	.venv/bin/kgpub serve

build: .venv/installed  ## build the announcement's release
	.venv/bin/kgpub build

test: lint types tests  ## run every check

lint: .venv/developed   ## ruff: rules and layout
	.venv/bin/ruff check
	.venv/bin/ruff format --check

types: .venv/developed  ## mypy, strict
	.venv/bin/mypy

# Hundreds of processes are started: none of them is to compile all modules anew, wherever this is run.
tests: .venv/developed  ## pytest, two processes
	PYTHONDONTWRITEBYTECODE= .venv/bin/pytest -n 2

lock:                   ## resolve the dependencies anew
	scripts/lock

clean:                  ## remove what was installed and built
	rm -rf .venv releases

.venv/installed: requirements.lock pyproject.toml scripts/install $(web_ui)
	scripts/install

.venv/developed: requirements-dev.lock pyproject.toml scripts/install scripts/w3c-suites $(web_ui)
	scripts/install dev
