"""The workspace of CDNOW, opened once for all tests that ask for it."""

import pytest


@pytest.fixture(scope="session")
def cdnow():
    from retention_research.workspace import open_workspace

    return open_workspace("params/cdnow.yml")


@pytest.fixture(scope="session")
def cdnow_stay(cdnow):
    """The survival report's answer on CDNOW."""
    from retention_research.answers.survival import survival

    return survival(cdnow)


@pytest.fixture
def say():
    from retention_research.wording.numbers import Wording

    return Wording("en_GB", "USD")


@pytest.fixture(scope="session")
def postgres():
    from tests.postgres_server import binaries, server, why_not

    if reason := why_not():
        pytest.skip(reason)
    with server(binaries()) as running:
        yield running
