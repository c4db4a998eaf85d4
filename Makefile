# Two commands, and what they need.

.PHONY: demo test

demo: .venv/ready  ## a Go program that gendock has never seen: init, lint, build, smoke
	@scripts/demo

test: .venv/ready  ## every check and every test, those on the engine included
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/pytest

.venv/ready: pyproject.toml constraints.txt scripts/setup
	@scripts/setup
