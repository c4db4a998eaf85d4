from __future__ import annotations

import pytest

COUNTS = pytest.StashKey[list[str]]()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say how much was compared, as a test that compares nothing would pass, too."""
    for line in config.stash.get(COUNTS, []):
        terminalreporter.write_line(line)


@pytest.fixture
def counts(pytestconfig: pytest.Config) -> list[str]:
    """Lines for the end of the run."""
    return pytestconfig.stash.setdefault(COUNTS, [])
