from __future__ import annotations

import pytest

from tests.buildkit.buildkit import NoOracleError, Oracle, build


@pytest.fixture(scope="session")
def oracle() -> Oracle:
    """BuildKit's reader; tests that need it are skipped where it cannot be built."""
    try:
        return build()
    except NoOracleError as error:
        pytest.skip(str(error))
