# The commands of daily work. `cargo xtask help` lists the finer ones.
.DEFAULT_GOAL := help
.PHONY: help run test lint bench fmt console

help: ## What there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/make \1	\2/' | expand -t 16

run: console ## Builds everything and starts the demo: no account, no network (ARGS="--speed 60" and the like are passed on)
	cargo run --quiet --locked --package antiphon -- demo $(ARGS)

test: ## Runs every test, and brings what they need
	@cargo xtask test

lint: ## Everything that is checked without running the product
	@cargo xtask lint --keep-going

bench: console ## Measures speed and size beside yardsticks (QUICK=1 for a look, BENCH=name for one of them)
	cargo build --release --locked --package antiphon
	cargo run --release --locked --package bench

fmt: ## Formats the code
	cargo fmt --all

# Packages are installed when their lock file changed; none of them may run scripts.
%/node_modules/.installed: %/package.json %/package-lock.json
	cd $* && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
	@touch $@

# The console is built when its sources changed.
CONSOLE := $(shell find console/src console/public console/index.html console/vite.config.ts console/tsconfig.json -type f 2>/dev/null)

console: console/dist/index.html ## Builds the console

console/dist/index.html: console/node_modules/.installed $(CONSOLE)
	@echo "Building the console"
	cd console && npm run --silent build -- --logLevel warn
