# Every command of the portal. `make` alone lists them.

DATABASE ?= postgresql
ARGS ?=

.PHONY: help setup run test check bench pictures format messages requirements clean

help: ## list these commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

setup: ## install what the portal needs (run and test do it by themselves)
	@bin/setup

run: ## start the portal with demonstration records; PORT=9000 moves it
	@bin/run

test: ## run the tests; ARGS="-k report -x" go to pytest, DATABASE=sqlite goes without servers
	@DATABASE=$(DATABASE) exec bin/test $(ARGS)

check: ## do all that CI does: lint, contracts, migrations, settings, tests on both databases
	@bin/check

bench: ## measure pages and the report on both databases
	@bin/setup dev
	@for database in sqlite postgresql; do \
		.venv/bin/python bin/with-database $$database .venv/bin/python -m bench $(ARGS) || exit 1; \
	done

pictures: ## take the pictures of the guides from the demonstration
	@bin/setup dev
	@.venv/bin/python bin/with-database sqlite .venv/bin/python -m docs.take_pictures

format: ## put the code into the house's format
	@bin/setup dev
	@.venv/bin/ruff check --fix --quiet . bin/run bin/with-database
	@.venv/bin/ruff format . bin/run bin/with-database

messages: ## collect the texts that firms read into locale/, and compile what is translated
	@bin/setup dev
	@.venv/bin/python manage.py makemessages --ignore .venv --ignore var
	@.venv/bin/python manage.py compilemessages --ignore .venv --ignore var

requirements: ## pin pyproject.toml's packages into requirements/
	@bin/setup dev
	@.venv/bin/uv pip compile --universal --generate-hashes --no-annotate --quiet pyproject.toml \
		-o requirements/base.txt --custom-compile-command "make requirements"
	@.venv/bin/uv pip compile --universal --generate-hashes --no-annotate --quiet --group dev pyproject.toml \
		-c requirements/base.txt -o requirements/dev.txt --custom-compile-command "make requirements"

clean: ## remove what was made here, var/ with its database excepted
	@rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache .hypothesis staticfiles
	@find . -name __pycache__ -prune -exec rm -rf {} +
