# The daily commands. `sh scripts/test` does the same as `make test` where there is no make.
.PHONY: check test bench docs lock mutants environment

# Quick: everything but the slow property tests and the coverage.
check: environment
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	.venv/bin/pytest -q -m 'not slow'

test:
	sh scripts/test

bench: environment
	.venv/bin/python benchmarks/run.py

docs: environment
	.venv/bin/python scripts/compile-grammars --check || .venv/bin/python scripts/compile-grammars
	.venv/bin/python scripts/compile-rules
	.venv/bin/python scripts/rules-page

# Upgrade the development environment to the newest versions that pyproject.toml admits.
lock:
	sh scripts/lock

# The mutation score of `identities` and `binding`: some hours.
mutants: environment
	.venv/bin/mutmut run
	.venv/bin/mutmut results

environment:
	@sh scripts/environment dev
