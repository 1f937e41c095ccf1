# The front door. `make run` and `make test` need Python 3.11 or newer and a package registry, nothing else.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && break; done)
IN = .venv/bin/python
ALONE = $(IN) -m clinic.embedded exec
SBOM ?= var/sbom.json
TEMPLATES = find templates -name '*.html'
LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-annotate --no-header pyproject.toml
export PYTHONUNBUFFERED = 1
# Where byte code is not kept, every process compiles all modules anew, which takes longer than it works.
export PYTHONDONTWRITEBYTECODE =

help: ## this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed -E 's/:.*## /\t/' | expand -t 14

run: .venv/ready-run ## Mendline with a demo clinic, at http://127.0.0.1:8000
	@$(IN) -m clinic.translations
	@$(IN) -m clinic.embedded run $(ARGS)

reset: ## stop what `make run` started and delete its data
	@if [ -x $(IN) ]; then $(IN) -m clinic.embedded reset; else rm -rf var; fi

test: .venv/ready-test lint ## lint and all tests but the slow ones (ARGS='-k name' for some)
	@$(IN) tests/workshop/chromium.py
	@$(ALONE) -- python -m pytest --numprocesses=2 --dist loadgroup --no-loadscope-reorder $(ARGS)

test-slow: .venv/ready-test ## the tests that take minutes
	@$(IN) tests/workshop/chromium.py
	@$(ALONE) -- python -m pytest -m slow $(ARGS)

screens: .venv/ready-test ## every page at every size, in every state, into var/screens/
	@$(IN) tests/workshop/chromium.py
	@$(ALONE) -- python -m pytest -m slow tests/test_screens.py $(ARGS)

bench: .venv/ready-test ## measure speed, into benchmarks/results/latest.json
	@$(IN) -m clinic.translations
	@$(ALONE) --durable --migrate -- python -m benchmarks $(ARGS)

check-data: .venv/ready-run ## import published data and compare (DATA=folder)
	@test -n "$(DATA)" || { echo "Say which folder: make check-data DATA=path/to/folder"; exit 2; }
	@$(ALONE) --migrate -- python manage.py check_data "$(DATA)"

lint: .venv/ready-test ## format, rules, types, arrows, migrations, deployment check
	@$(ALONE) -- $(MAKE) --no-print-directory --jobs=2 lint-types lint-rest

lint-types:
	python -m mypy

lint-rest:
	python -m ruff format --check --quiet
	python -m ruff check --quiet
	$(TEMPLATES) -print0 | xargs -0 djade --check --target-version 5.2
	lint-imports >.venv/arrows.txt || { cat .venv/arrows.txt; exit 1; }
	python manage.py makemigrations --check --dry-run
	SITE_URL=https://outcomes.example.org python manage.py check --deploy --fail-level WARNING
	python tests/workshop/vulnerabilities.py
	check-jsonschema --builtin-schema vendor.compose-spec docker-compose.yml

sbom: .venv/ready-test ## the list of what the image holds, CycloneDX (SBOM=file)
	$(IN) -m cyclonedx_py requirements requirements/base.txt --pyproject pyproject.toml --output-reproducible --of JSON -o $(SBOM)

lock: .venv/ready-test ## the locked requirements anew, from pyproject.toml
	$(LOCK) $(ARGS) --all-extras --output-file requirements/dev.txt
	$(LOCK) --constraint requirements/dev.txt --extra embedded --output-file requirements/run.txt
	$(LOCK) --constraint requirements/dev.txt --output-file requirements/base.txt

.venv/ready-run: requirements/run.txt
	@$(call install,requirements/run.txt)
	@touch $@

.venv/ready-test: requirements/dev.txt
	@$(call install,requirements/dev.txt)
	@touch $@ .venv/ready-run

define install
test -n "$(PYTHON)" || { echo "Mendline needs Python 3.11 or newer, and there is none on PATH."; exit 1; }; \
test -x $(IN) && $(IN) -m pip --version >/dev/null 2>&1 || { \
	echo "Making .venv with $(PYTHON) ..."; \
	rm -rf .venv; \
	"$(PYTHON)" -m venv .venv || { rm -rf .venv; \
		echo "This Python cannot make virtual environments. On Debian or Ubuntu: apt-get install python3-venv"; exit 1; }; }; \
echo "Installing $(1) into .venv (a minute or two the first time) ..."; \
$(IN) -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1) || { \
	echo "Installing failed: see the lines above. Is a package registry reachable?"; exit 1; }
endef

.PHONY: help run reset test test-slow screens bench check-data lint lint-types lint-rest sbom lock
