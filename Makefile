# The commands of a developer. Anything longer than a line lives in scripts/.
PORT ?= 8000
SIZE ?= scotland
KILLS ?= 200
export PORT SIZE KILLS

.PHONY: demo demo-reset test check bench chaos fix

demo: ## the whole service with its demonstration cases, on http://127.0.0.1:$(PORT)
	@scripts/demo

demo-reset: ## forgets the demonstration's database, files and mail
	@rm -rf var
	@echo "var/ is gone. The next make demo starts afresh."

test: ## everything, on SQLite and on PostgreSQL, browser journeys and all
	@scripts/test

check: ## what to run every few minutes; under a minute
	@scripts/check

bench: ## the benchmark; SIZE=small, scotland or uk
	@scripts/bench

chaos: ## the long fault-injection run: reminders, with at least KILLS=200 processes killed; SEED=… draws the same again
	@scripts/chaos

fix: ## formats the code and repairs what can be repaired
	@scripts/fix
