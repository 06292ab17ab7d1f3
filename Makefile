# One command installs what it needs and does its job. PYTHON picks the interpreter: make demo PYTHON=python3.12

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PYTEST := $(BIN)/python -m pytest -n auto --dist loadgroup
export DEBUG ?= 1
# Bytecode goes elsewhere: the rooms hold source alone, and their diff is the lesson.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.local/pycache
NODE := tests/postman/node_modules/.package-lock.json

.PHONY: demo compare comparison comparison-check bench walkthroughs test test-services test-browser pictures test-postman test-long lint format serve seed reset lock clean

demo: $(VENV)/run.done  ## the four schemes on this machine, with demo data, and a quick comparison of them
	$(BIN)/python manage.py demo --compare

compare: $(VENV)/run.done  ## every profile measured and attacked, side by side: minutes
	$(BIN)/python manage.py compare

bench: $(VENV)/dev.done  ## what a request costs, beside the stock libraries, and the documents that are committed: twenty minutes
	$(BIN)/python manage.py bench --format json --output docs/bench.json
	$(BIN)/python manage.py bench --from docs/bench.json --format markdown --output docs/bench.md
	$(BIN)/python manage.py bench --from docs/bench.json --quote docs/scaling.md

walkthroughs: $(VENV)/run.done  ## docs/walkthroughs, docs/postman and docs/openapi written anew, from the cards and live sites
	$(BIN)/python manage.py walkthroughs --record
	$(BIN)/python manage.py openapi

comparison: $(VENV)/run.done  ## the same, and the documents that are committed
	$(BIN)/python manage.py compare --format json --output docs/comparison.json
	$(BIN)/python manage.py compare --from docs/comparison.json --format markdown --output docs/comparison.md
	$(BIN)/python manage.py compare --from docs/comparison.json --format svg --output docs/comparison.svg

comparison-check: $(VENV)/run.done  ## whether everything but times is still as committed
	$(BIN)/python manage.py compare $(OF) --only wire,server,time,attack,code --check docs/comparison.json >/dev/null

test: $(VENV)/dev.done lint  ## everything that needs nothing but Python
	$(PYTEST) -m "not services and not postman and not long" --ignore tests/browser

test-services: $(VENV)/dev.done  ## the contract over PostgreSQL and Redis, two nodes behind nginx, PgBouncer, a replica, and all of it going away
	$(BIN)/python -m tests.services.servers $(PYTEST) -m "not browser and not postman and not long" tests/contract tests/polls tests/accounts tests/social/test_pages.py tests/social/test_exchange.py tests/test_prepared.py tests/schemes/test_oauth2_code.py tests/services

test-browser: $(VENV)/browser.done $(NODE)  ## the pages, in Chromium; with Node also at a provider of OpenID Connect
	$(PYTEST) -m browser tests/browser

pictures: $(VENV)/browser.done  ## docs/pictures, of live pages
	PICTURES=1 $(BIN)/python -m pytest -n 0 -p no:randomly -m browser tests/browser/test_pictures.py

test-postman: $(VENV)/dev.done $(NODE)  ## the Postman collection, the .http files and the OpenAPI documents, with Node's tools
	$(PYTEST) -m postman --ignore tests/browser

NPM := (cd tests/postman && npm ci --ignore-scripts --no-audit --no-fund --loglevel error)

$(NODE): tests/postman/package-lock.json
	@if command -v npm >/dev/null; then { $(NPM) || { sleep 10; $(NPM); }; } && touch $@; \
	else echo "Node is not installed: the tests that need it are skipped."; fi

test-long: $(VENV)/dev.done  ## the fuzz in full, on SQLite and on PostgreSQL, and what is timed: half an hour
	$(PYTEST) -m long --ignore tests/browser --ignore $(TIMED)
	$(BIN)/python -m pytest -n 0 -m long $(TIMED)
	$(BIN)/python -m tests.services.servers $(PYTEST) -m long --ignore tests/browser --ignore $(TIMED)
	$(MAKE) comparison-check

TIMED := tests/schemes/test_prune.py

lint: $(VENV)/dev.done
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-cache
	$(BIN)/mypy

format: $(VENV)/dev.done
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

serve: export DEBUG = 0
serve: export PYTHONUNBUFFERED = 1
serve: $(VENV)/run.done  ## the production server, as deployed: the environment says everything
	$(BIN)/python manage.py collectstatic --no-input -v0
	$(BIN)/python manage.py migrate --no-input -v0
	exec $(BIN)/granian --interface wsgi --http 1 --no-ws --workers 2 --blocking-threads 96 --respawn-failed-workers --http1-header-read-timeout 10000 --workers-kill-timeout 10 \
		--access-log --access-log-fmt '"%(method)s %(path)s" %(status)d %(dt_ms).0f ms' project.wsgi:application

seed: $(VENV)/run.done
	$(BIN)/python manage.py seed_demo

reset: $(VENV)/run.done  ## the demo data as on the first day
	$(BIN)/python manage.py reset_demo

lock: $(VENV)/dev.done  ## the locked sets, from the ranges in pyproject.toml
	$(BIN)/uv pip compile pyproject.toml $(LOCK) -o requirements.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev -c requirements.txt $(LOCK) -o requirements-dev.txt
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra browser -c requirements-dev.txt $(LOCK) -o requirements-browser.txt

LOCK := --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header

clean:
	rm -rf $(VENV) .local staticfiles db.sqlite3*

$(VENV)/python.done:
	@$(PYTHON) -c "import sys; sys.exit(0 if (3, 11) <= sys.version_info[:2] <= (3, 13) else 'Python 3.11 to 3.13 is needed; this is ' + sys.version)"
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/run.done: requirements.txt $(VENV)/python.done
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@touch $@

$(VENV)/dev.done: requirements-dev.txt $(VENV)/run.done
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@

$(VENV)/browser.done: requirements-browser.txt $(VENV)/dev.done
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-browser.txt
	@touch $@
