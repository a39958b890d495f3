PYTHON ?= python3
BIN := .venv/bin
export OPENBLAS_NUM_THREADS = 1
export OMP_NUM_THREADS = 1

.PHONY: setup report test test-slow evidence lint lab bench lock clean

setup: .venv/.ready  ## the locked environment in .venv

.venv/.ready: requirements.lock pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

report: setup  ## the studies that ship with the package, published under reports/
	$(BIN)/retention-research run params/cdnow.yml
	$(BIN)/retention-research run params/company.yml

test: setup  ## the fast tests
	$(BIN)/python -m pytest -q -n 2 --dist worksteal -m "not slow"

test-slow: setup  ## simulations in a fixed slice, large files, the built wheel
	$(BIN)/python -m pytest -q -m slow

evidence: setup  ## the full simulation counts, kept in tests/evidence/
	$(BIN)/python -m tests.evidence && $(BIN)/python -m tests.evidence.club

lint: setup  ## style, types, notebooks without outputs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify notebooks/*.ipynb

lab: setup  ## JupyterLab on the notebooks
	$(BIN)/jupyter lab notebooks

bench: setup  ## ratios measured in one run
	$(BIN)/python -m tests.bench

lock:  ## after a change of pyproject.toml
	$(BIN)/uv pip compile pyproject.toml --extra dev --extra postgres --extra demo --universal --python-version 3.11 \
	  --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

clean:
	rm -rf .venv build dist
