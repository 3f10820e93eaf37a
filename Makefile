# Everything there is to do here, one word each: `make` alone lists it.

PYTHON ?= python3
WORKERS ?= 2

VENV := .venv
LIGHT := .venv-light
BIN := $(VENV)/bin
HEAVY := matplotlib|numpy|onnx|onnxruntime|opencv-python-headless|pillow|safetensors|scipy|torch

export PIP_DISABLE_PIP_VERSION_CHECK := 1

.DEFAULT_GOAL := help
.PHONY: help setup demo test lint light bench clean

help: ## list what can be made
	@sed -n 's/^\([a-z]*\):.*## /\1|/p' Makefile | awk -F'|' '{ printf "make %-6s  %s\n", $$1, $$2 }'

setup: $(VENV)/.ready ## create .venv with all that is pinned; done again when pyproject.toml or constraints.txt changes

demo: setup ## run the demonstration
	$(BIN)/python examples/demo.py

test: setup ## run every test
	$(BIN)/pytest -n $(WORKERS) $(ARGS)

lint: setup ## check lint rules, format and types
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy

# The wheel, not the work tree, so that a file missing from it is noticed; the oldest core
# dependencies that pyproject.toml admits; and nothing heavy, so that the arithmetic is seen to be light.
light: setup ## run the tests on the built wheel, with the oldest dependencies and without torch, numpy or onnx
	rm -rf build/wheel
	$(BIN)/python -m pip wheel --quiet --no-deps --wheel-dir build/wheel .
	$(PYTHON) -m venv --clear $(LIGHT)
	sed -n '/^dependencies = \[/,/^\]/s/.*"\(.*\)>=\(.*\)".*/\1==\2/p' pyproject.toml > $(LIGHT)/oldest.txt
	awk -F'==' 'NR == FNR { old[$$1]; print; next } !($$1 in old)' \
		$(LIGHT)/oldest.txt constraints.txt > $(LIGHT)/constraints.txt
	$(LIGHT)/bin/python -m pip install --quiet --constraint $(LIGHT)/constraints.txt \
		"$$(ls build/wheel/netsheet-*.whl)[test]"
	$(LIGHT)/bin/python -m pip freeze
	! $(LIGHT)/bin/python -m pip freeze | grep -iE '^($(HEAVY))[ =]'
	$(LIGHT)/bin/pytest -n $(WORKERS) $(ARGS)

bench: $(VENV)/.ready-bench ## compare accounts, imports, audits, filters and training with other tools
	$(BIN)/python benchmarks/accounting.py
	$(BIN)/python benchmarks/import.py
	$(BIN)/python benchmarks/prose.py
	$(BIN)/python benchmarks/filter.py
	$(BIN)/python benchmarks/training.py

clean: ## remove all that can be made again
	rm -rf $(VENV) $(LIGHT) build dist .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	@echo "installing into $(VENV): a minute or two the first time"
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[all,test,lint]'
	@touch $@

$(VENV)/.ready-bench: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[bench]'
	@touch $@
