# Two commands matter to most people: `make book` and `make test`. `make help` lists the rest.
PYTHON ?= python3
# Nothing that is started from here sends ONNX Runtime's telemetry.
export ORT_DISABLE_TELEMETRY ?= 1

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif
TOOLS := $(BIN)/python -m tools
PYTEST := $(BIN)/python -m pytest

.DEFAULT_GOAL := help
.PHONY: help environment book test test-fast test-heavy notebooks prose translations colab versions conversions engines links \
	lighthouse serve repository workshop workshop-kit slides lock lint bench clean

help: ## List the targets
	@echo "make TARGET [PYTHON=python3.12], where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment: ## Create .venv, or refresh it when what the book needs changed
	@$(PYTHON) tools/environment.py

book: environment ## Build the site and say where to open it
	@$(TOOLS) book

test: environment ## Prove the packages, the tools, the site in English, and every output of every notebook
	@$(PYTEST)

test-fast: environment ## What can be told in seconds, without Node, browser, network and notebooks
	@$(PYTEST) -m "not heavy and not node and not browser and not slow" tests helpers classroom tools

test-heavy: environment ## What takes long: a kit, the students' notebooks, all pages in all languages
	@$(PYTEST) -m heavy tests
	@$(PYTEST) vi/chapters/0*.ipynb

notebooks: environment ## Derive, run and store the notebooks (only one: make notebooks CHAPTER=NAME)
	@$(TOOLS) notebooks $(CHAPTER)

prose: environment ## Take edited prose over into the notebooks; stop at code that was not run
	@$(TOOLS) notebooks --prose $(CHAPTER)

translations: environment ## Take what changed in English over into the files of translations (only one: PAGE=NAME)
	@$(TOOLS) translations $(PAGE)

colab: environment ## Run every notebook alone, cold, in what Colab preinstalls (EDITION=vi)
	@$(TOOLS) colab $(CHAPTER) $(EDITION:%=--language %)

versions: environment ## Run the notebooks on other versions, old to new, and write down what is found
	@$(TOOLS) versions

conversions: environment ## Measure what converts, and write it down (only one: make conversions NAME=SVC)
	@$(TOOLS) conversions $(NAME) $(if $(NEWEST),--newest)

engines: environment ## Install Spark for its lesson (ALL=1: also run its job on Dask and on Ray)
	@$(TOOLS) engines $(ALL:%=--all)

links: environment ## Ask every host that the book links to whether the page is still there
	@$(TOOLS) links

lighthouse: environment ## Measure our pages and the stock theme's with Lighthouse, side by side
	@$(TOOLS) lighthouse

serve: environment ## Build the site, show it, and rebuild it while you write
	@$(TOOLS) book --serve

repository: environment ## Say where this copy lives: make repository URL=https://github.com/OWNER/REPO
	@$(TOOLS) repository $(URL)

workshop: environment ## Derive the notebooks for students and for teachers (CHAPTER=NAME EDITION=vi)
	@$(TOOLS) workshop $(CHAPTER) $(EDITION:%=--language %)

workshop-kit: environment ## Pack one zip for a room without a network (PLATFORM=windows-x86_64 VERSION=3.12 EDITION=vi)
	@$(TOOLS) kit $(CHAPTER) $(PLATFORM:%=--platform %) $(VERSION:%=--python %) $(EDITION:%=--language %)

slides: environment ## Derive a deck of slides from each chapter that has slide tags (EDITION=vi)
	@$(TOOLS) slides $(CHAPTER) $(EDITION:%=--language %)

lock: environment ## Resolve the bounds in pyproject.toml and each package.json (newer: UPGRADE=1)
	@$(TOOLS) lock $(UPGRADE:%=--upgrade)

CODE := helpers classroom tools tests chapters conftest.py
FORMAT_CELLS := ruff format --config chapters/ruff.toml -
lint: environment ## Format and check the code, also inside the chapters, its types, and the prose
	@$(BIN)/ruff format --quiet $(CODE)
	@PATH="$(CURDIR)/$(BIN):$$PATH" jupytext --quiet --pipe "$(FORMAT_CELLS)" \
		$(patsubst %.ipynb,%.md,$(wildcard chapters/*.ipynb chapters/reference/*.ipynb))
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(TOOLS) prose

bench: environment ## Report the seconds each notebook and each of its code cells takes
	@$(TOOLS) bench $(CHAPTER)

clean: ## Remove the environments, the built site and what the chapters wrote
	rm -rf .venv .environments _build build *.egg-info web/node_modules web/dist web/dist.sha256
	rm -rf chapters/models .pytest_cache .ruff_cache .mypy_cache .hypothesis
