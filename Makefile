# What people and CI do with Keel. `make` alone shows the list.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

# The address `make run` listens on.
LISTEN ?= 127.0.0.1:8420

RUST_TESTS = $(shell cargo nextest --version >/dev/null 2>&1 \
	&& echo 'cargo nextest run --locked --workspace --no-fail-fast' \
	|| echo 'cargo test --locked --workspace --lib --bins --tests --examples --no-fail-fast')

.PHONY: help
help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 20

.PHONY: run
run: setup-run web-if-node ## Build Keel and start it in the browser, on this machine only
	cargo run --locked --profile app --bin keel -- serve --listen $(LISTEN)

.PHONY: test
test: setup-test format lint tests doc-tests knowledge pure types browser ## Run every check that CI runs

.PHONY: bench
bench: ## Measure: a week's programme, pages under load, the programme as PDF, the record on this disk
	cargo build --locked --profile app --bin keel
	tools/bench-plan.sh
	cargo run --locked --profile app -p keel-therapy --example triage -- examples/*.toml
	@if command -v node >/dev/null; then node tools/bench-server.mjs; else echo 'Node is missing: the pages were not put under load.'; fi
	cargo run --locked --profile app -p keel-report --example sheet -- \
		crates/keel-report/tests/sheets/programme-ru.json target/bench-programme.pdf 5
	cargo run --locked --profile app -p keel-record --example latency -- target

.PHONY: peers
peers: ## Compare the loads with MuJoCo, OpenSim and Clarabel on the same body
	validation/peers/run.sh

.PHONY: peers-disc
peers-disc: ## Compare the solutes of the disc with finite elements
	validation/disc/run.sh

.PHONY: docs
docs: ## Write the tables of docs/case-file.md anew from the knowledge
	cargo run --locked --quiet --bin keel -- knowledge fields | tools/fill-fields.sh

.PHONY: fmt
fmt: ## Format the code
	cargo fmt --all

.PHONY: clean
clean: ## Remove everything that was built
	rm -rf target web/dist web/node_modules tests/browser/node_modules

# ── The parts of `make test`; each can be run alone ──────────────────────────────────────────────────────────────────────────────────

.PHONY: format
format:
	cargo fmt --all --check

.PHONY: lint
lint: web
	cargo clippy --locked --workspace --all-targets -- -D warnings

.PHONY: tests
tests: web
	$(RUST_TESTS)

.PHONY: doc-tests
doc-tests:
	cargo test --locked --workspace --doc --no-fail-fast

.PHONY: knowledge
knowledge:
	cargo run --locked --quiet --bin keel -- knowledge check

.PHONY: pure
pure:
	tools/check-wasm.sh

.PHONY: types
types: web/node_modules/.package-lock.json
	cd web && npm run --silent check

.PHONY: browser
browser: web tests/browser/node_modules/.package-lock.json
	cargo build --locked --bin keel
	cd tests/browser && npm test

# ── The scripts of the pages ─────────────────────────────────────────────────────────────────────────────────────────────────────────

.PHONY: web
web: web/dist/.built

# Without Node the pages come without scripts and work all the same.
.PHONY: web-if-node
web-if-node:
	@if command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory web; \
	else \
		echo 'Node is missing: building the pages without scripts. They work; autosave and the like are left out.'; \
	fi

WEB_SOURCES := $(shell find web -name node_modules -prune -o -name dist -prune -o \
	\( -name '*.ts' -o -name '*.mjs' -o -name '*.json' \) -print)

# The date of this file says when the scripts were last built; unchanged scripts are left alone, so that the program is not built again.
web/dist/.built: web/node_modules/.package-lock.json $(WEB_SOURCES)
	cd web && npm run --silent build
	touch $@

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	cd $* && npm ci --no-audit --no-fund
	touch $@

.PHONY: setup-run setup-test
setup-run:
	@tools/setup.sh run
setup-test:
	@tools/setup.sh test
