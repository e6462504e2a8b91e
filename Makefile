# Everything a developer or a city needs. "make help" lists the targets.
PYTHON ?= python3
UV = .venv/bin/uv
PY = .venv/bin/python
PORT ?= 8000
# Test processes at once; each has a database of its own.
PROCESSES ?= 2
export DJANGO_SETTINGS_MODULE ?= cms.settings.development
SERVICES = eval "$$(bin/services env 2>/dev/null)";

.DEFAULT_GOAL := help
.PHONY: help install install-dev demo smoke test lint types e2e audit bench baselines dump restore messages lock

help: ## this list
	@grep -E '^[a-z0-9-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 14

# uv comes from the system when it is there, else into the project's own environment.
.venv/bin/uv:
	$(PYTHON) -m venv .venv
	.venv/bin/pip install --quiet "uv>=0.5"

.venv/installed-base: .venv/bin/uv requirements/base.txt
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements/base.txt
	.venv/bin/pybabel --quiet compile -d locale -D django
	.venv/bin/pybabel --quiet compile -d locale/allauth -D django
	@touch $@

.venv/installed-dev: .venv/installed-base requirements/dev.txt
	$(UV) pip install --quiet --python $(PY) --require-hashes -r requirements/dev.txt
	@touch $@

.venv/translations: .venv/installed-base $(wildcard locale/*/LC_MESSAGES/*.po)
	.venv/bin/pybabel --quiet compile -d locale -D django
	.venv/bin/pybabel --quiet compile -d locale/allauth -D django
	@touch $@

install: .venv/translations ## what the site needs, into .venv
install-dev: install .venv/installed-dev

demo: install ## set up and serve the demo city (PORT=8000)
	PORT=$(PORT) $(PY) manage.py demo --port $(PORT)

smoke: install ## start the demo on a free port and fetch every page it advertises
	$(PY) manage.py smoke

test: install-dev ## start real servers, run all tests
	bin/services start
	$(SERVICES) $(PY) -m pytest -n $(PROCESSES) --ignore=tests/e2e $(ARGS)
	env -u DATABASE_URL $(PY) -m pytest -n $(PROCESSES) tests/search tests/cms/access $(ARGS)
	$(SERVICES) $(PY) -m pytest tests/e2e $(ARGS)  # apart: a browser's event loop and the database don't share a process

e2e: install-dev ## browser journeys only
	bin/services start
	$(SERVICES) $(PY) -m pytest tests/e2e $(ARGS)

lint: install-dev ## ruff, import rules, templates
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/lint-imports
	.venv/bin/djlint --lint --quiet cms plugins search themes

types: install-dev ## mypy
	.venv/bin/mypy

audit: install-dev ## known holes in the packages we use (asks PyPI)
	.venv/bin/pip-audit --strict --require-hashes --disable-pip --requirement requirements/base.txt

bench: install-dev ## measurements (only=search for one area, full=1 for the long ones)
	$(SERVICES) $(PY) -m benchmarks $(if $(only),--only $(only)) $(if $(full),--full)

baselines: install-dev ## write query counts and the API schema anew
	$(SERVICES) BASELINES=write $(PY) -m pytest tests/baselines -p no:randomly

dump: install ## database and media into one archive (FILE=backup.tar.gz)
	$(PY) manage.py dump $(or $(FILE),backup.tar.gz)

restore: install ## the archive back into an empty database (FILE=backup.tar.gz)
	$(PY) manage.py restore $(or $(FILE),backup.tar.gz) $(ARGS)

messages: install-dev ## collect translatable texts into locale/
	$(PY) manage.py makemessages -l de --no-location --no-wrap -i '.venv/*' -i 'var/*' -i 'tests/*'

lock: .venv/bin/uv ## lock dependencies with hashes
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml -o requirements/base.txt
	$(UV) pip compile --universal --python-version 3.11 --generate-hashes --no-header -q pyproject.toml --extra dev -o requirements/dev.txt
