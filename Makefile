PYTHON ?= python3
BIN := .venv/bin
NOTEBOOKS := notebooks/00_start.ipynb
# Jupyter refuses to serve as root unless told to: containers are root.
LAB := $(BIN)/jupyter lab $(if $(filter 0,$(shell id -u)),--allow-root)
FRONTEND := $(shell find dlwidgets/frontend -name node_modules -prune -o -type f -print)
export PATH := $(CURDIR)/$(BIN):$(PATH)

.PHONY: lab test check bench dev build picture

lab: .venv/lab.stamp  ## JupyterLab with the first notebook
	$(LAB) $(NOTEBOOKS)

test: check .venv/chromium.stamp  ## everything; pytest comes last
	$(BIN)/python -m pytest

check: .venv/test.stamp build  ## lint, format, types; tests of the TypeScript
	$(BIN)/ruff check && $(BIN)/ruff format --check && $(BIN)/mypy
	cd dlwidgets/frontend && deno task check && deno task test

bench: .venv/bench.stamp build .venv/chromium.stamp  ## ratios to peers, measured in the same run
	$(BIN)/python tests/bench

dev: .venv/test.stamp  ## JupyterLab where a changed view shows at once
	$(BIN)/python dlwidgets/frontend/hatch_build.py --watch & trap "kill $$!" EXIT; ANYWIDGET_HMR=1 $(LAB) $(NOTEBOOKS)

build: .venv/test.stamp  ## the bundles in dlwidgets/static
	$(BIN)/python dlwidgets/frontend/hatch_build.py

picture: build .venv/chromium.stamp  ## the picture in README, taken by the browser tests
	DLWIDGETS_PICTURE=notebooks/pictures/train.png $(BIN)/python -m pytest tests/lab -k picture

# The stamps let a second call start at once, and a changed dependency or view install anew.
# matplotlib lists the fonts when first imported and says so; that must not happen in a test.
.venv/lab.stamp: pyproject.toml $(FRONTEND)
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -e . && touch $@

.venv/test.stamp: pyproject.toml
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install -e '.[test]'
	$(BIN)/python -c "import matplotlib.font_manager" && touch $@

.venv/bench.stamp: .venv/test.stamp
	$(BIN)/python -m pip install -e '.[test,bench]' && touch $@

# Debian's own browser where it can be had; Playwright's everywhere else.
.venv/chromium.stamp: .venv/test.stamp
	command -v chromium || { test "$$(id -u)" = 0 && apt-get update -q && apt-get install -yq --no-install-recommends chromium; } || $(BIN)/playwright install chromium
	touch $@
