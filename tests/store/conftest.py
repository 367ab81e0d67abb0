from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from runbookkit.store.log import Log
from runbookkit.store.open import open_store
from servers import postgres

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with postgres(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(params=["sqlite", "postgres"])
def name(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The name of a store: a new file, or the database that all tests share."""
    if request.param == "postgres":
        url: str = request.getfixturevalue("postgres_url")
        return url
    return str(tmp_path / "log.sqlite")


@pytest.fixture
def opened(name: str) -> Iterator[Callable[[], Log]]:
    """Open the store, as often as asked."""
    stores: list[Log] = []

    def again() -> Log:
        stores.append(open_store(name, clock=lambda: NOON))
        return stores[-1]

    yield again
    for store in stores:
        store.close()
