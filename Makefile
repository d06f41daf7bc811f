# Two commands set everything up on a fresh machine: `make run` and `make test`.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
PIP := $(BIN)/pip install --quiet --disable-pip-version-check

.PHONY: run test lint hashes audit
run: $(INSTALLED)
	$(BIN)/quotewise chat

test: lint
	$(BIN)/pytest -n 2 --dist loadfile

lint: $(INSTALLED)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

# First all that is known by hash; then torch, whose builds for the CPU and for each CUDA share one version number.
$(INSTALLED): .requirements.lock .requirements.hashes pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes --no-deps -r .requirements.hashes
	$(PIP) -r .requirements.lock
	$(PIP) --no-deps --editable .
	touch $@

# After a change of .requirements.lock: what every file of these packages must be.
hashes:
	sed -n '1,3p' .requirements.hashes > .requirements.hashes.new
	grep -v '^#\|^torch==' .requirements.lock | uv pip compile - --universal --generate-hashes --no-deps --no-annotate \
		--no-header --quiet >> .requirements.hashes.new
	mv .requirements.hashes.new .requirements.hashes

# What is known to be wrong with the packages of the lock. It asks a database on the network.
audit: $(INSTALLED)
	$(PYTHON) -m venv $(VENV)/audit
	$(VENV)/audit/bin/pip install --quiet --disable-pip-version-check pip-audit
	$(VENV)/audit/bin/pip-audit --progress-spinner off --disable-pip --no-deps -r .requirements.lock \
		> $(VENV)/audit.txt 2>&1; code=$$?; cat $(VENV)/audit.txt; \
	if grep -q "could not be audited\|[Cc]onnection\|Error:" $(VENV)/audit.txt; then \
		echo "The database of known faults could not be asked about all packages: nothing is said of the others."; \
		exit 2; \
	fi; exit $$code
