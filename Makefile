# Two commands matter to most people: `make book` and `make test`. `make help` lists the rest.
PYTHON ?= python3
# Nothing that is started from here sends ONNX Runtime's telemetry.
export ORT_DISABLE_TELEMETRY ?= 1

ifeq ($(OS),Windows_NT)
BIN := .venv/Scripts
else
BIN := .venv/bin
endif

.DEFAULT_GOAL := help
.PHONY: help environment book test notebooks colab versions lighthouse serve repository schedule workshop workshop-kit slides lock lint bench clean

help: ## List the targets
	@echo "make TARGET [PYTHON=python3.12], where TARGET is one of:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

environment: ## Create .venv, or refresh it when requirements.txt changed
	@$(PYTHON) tools/environment.py

book: environment ## Build the site and say where to open it
	@$(BIN)/python tools/book.py

test: environment ## Prove everything: helpers, pairs, site, and the outputs of every notebook
	@$(BIN)/python -m pytest

notebooks: environment ## Derive, execute and store the notebooks (only one: make notebooks CHAPTER=NAME)
	@$(BIN)/python tools/notebooks.py $(CHAPTER)

colab: environment ## Run every notebook alone, cold, in what Colab preinstalls
	@$(BIN)/python tools/cold.py $(CHAPTER)

versions: environment ## Run the notebooks on the lowest, Colab's and the newest versions; write the findings
	@$(BIN)/python tools/versions.py

lighthouse: environment ## Measure our pages and the stock theme's with Lighthouse, side by side
	@$(BIN)/python tools/lighthouse.py

serve: environment ## Build the site, show it, and rebuild it while you write
	@$(BIN)/python tools/book.py --serve

repository: environment ## Say where this copy lives: make repository URL=https://github.com/OWNER/REPO
	@$(BIN)/python tools/repository.py $(URL)

schedule: environment ## Derive the plans for teachers, and the minutes on the pages
	@$(BIN)/python tools/schedule.py

workshop: environment ## Derive the notebooks for students and for teachers (only one: CHAPTER=NAME)
	@$(BIN)/python tools/workshop.py $(CHAPTER)

workshop-kit: environment ## Pack one zip for a room without a network (PLATFORM=windows-x86_64 VERSION=3.12)
	@$(BIN)/python tools/workshop_kit.py $(CHAPTER) $(PLATFORM:%=--platform %) $(VERSION:%=--python %)

slides: environment ## Derive a deck of slides from each chapter that has slide tags
	@$(BIN)/python tools/slides.py $(CHAPTER)

lock: environment ## Resolve the bounds in pyproject.toml into requirements.txt
	@$(BIN)/python tools/lock.py

FORMAT_CELLS := ruff format --config chapters/ruff.toml -
lint: environment ## Format and check the code, also inside the chapters
	@$(BIN)/ruff format helpers tools tests conftest.py
	@PATH="$(CURDIR)/$(BIN):$$PATH" jupytext --quiet --pipe "$(FORMAT_CELLS)" chapters/*.md
	@$(BIN)/ruff check .

bench: environment ## Report the seconds each notebook and each of its code cells takes
	@$(BIN)/python tools/bench.py $(CHAPTER)

clean: ## Remove the environment, the built site and what the chapters wrote
	rm -rf .venv .cold build web/node_modules web/dist web/dist.sha256 _build chapters/models *.egg-info .pytest_cache .ruff_cache
