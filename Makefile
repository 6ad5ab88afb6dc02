# Everything a newcomer needs: `make run` serves, `make test` tests, on a machine with Python >= 3.11, make and git.
PYTHON ?= python3
BIN = .venv/bin
export PIP_DISABLE_PIP_VERSION_CHECK = 1
# What was compiled is kept: each process of a run, and each of the hundred that its tests start, would do it anew.
unexport PYTHONDONTWRITEBYTECODE

# A file of tests stays in one process, with the house that its walks share.
PYTEST = $(BIN)/pytest -n auto --dist loadfile

.PHONY: run test quick check sbom bench faults pictures train lock clean
.venv: .venv/.installed
	@touch .venv

.venv/.created:
	@$(PYTHON) -c 'import sys; sys.exit("保学通 needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || sh .ci/install-venv
	$(PYTHON) -m venv .venv
	@touch $@

.venv/.installed: .venv/.created requirements.txt pyproject.toml
	$(BIN)/pip install -q --require-hashes -r requirements.txt
	$(BIN)/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.venv/.tools: .venv/.installed requirements-dev.txt
	$(BIN)/pip install -q --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv
	@$(BIN)/baoxue init --demo
	@exec $(BIN)/baoxue up

check: .venv/.tools
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit -q -c pyproject.toml -ll -r intake forms bot exports wsgi.py
	$(BIN)/python -m tests.sql_literals

# What is in a running house and from where, in CycloneDX: what the lock file names, with the hash of each.
sbom: .venv/.tools
	$(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible --of JSON -o sbom.json requirements.txt

# What failed beside all the others is asked once more by itself: a machine that is busy is no fault of the house.
test: .venv/.tools
	@sh .ci/install-browser
	$(PYTEST) || { [ $$? -eq 1 ] && $(BIN)/pytest --last-failed --last-failed-no-failures none; }

# A loop of a minute: what needs neither processes nor a browser nor luck.
quick: .venv/.tools
	$(PYTEST) -m "not processes and not browser and not fuzz"

bench: .venv/.tools
	$(BIN)/python -m tests.understanding.evaluate
	$(BIN)/python -m tests.bench
	$(BIN)/python -m tests.bench.desk
	$(BIN)/python -m tests.bench.books
	$(BIN)/python -m tests.bench.returns
	$(BIN)/python -m tests.bench.children
	$(BIN)/python -m tests.bench.differences

# What breaks beneath the house; FAULTS says how many kills. A small disk of its own wants root, and is skipped otherwise.
faults: .venv/.tools
	$(BIN)/pytest tests/faults
	$(BIN)/python -u -m tests.faults $${FAULTS:-1000}

# Takes the pictures of the help pages and of the README in the browser.
pictures: .venv/.tools
	@sh .ci/install-browser
	$(BIN)/python -m tests.e2e.pictures

# Learns bot/understanding/verdict/weights.json from tests/understanding/phrases; the product itself needs no numpy.
train: .venv/.learns
	$(BIN)/python -m tests.understanding.train $(PILOT)

.venv/.learns: .venv/.tools requirements-train.txt
	$(BIN)/pip install -q --require-hashes -r requirements-train.txt
	@touch $@

# Needs uv on the PATH; the lock files name no registry.
lock:
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" --group build pyproject.toml -o requirements.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" --group build --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --custom-compile-command "make lock" --group train -c requirements-dev.txt pyproject.toml -o requirements-train.txt

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
