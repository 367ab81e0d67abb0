"""Where a run is kept is told to people, without what opens it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from runbookkit.app.running import store_in_words
from runbookkit.model.options import Configuration
from runbookkit.settings import Loaded

HOME = Path.home()


@pytest.mark.parametrize(
    ("store", "variables", "words"),
    [
        ("", {}, "~/state/log.sqlite"),
        ("/srv/log.sqlite", {}, "/srv/log.sqlite"),
        ("postgresql://ada:hunter22@db.test:5432/log", {}, "PostgreSQL db.test/log"),
        ("", {"RUNBOOK_SERVER": "https://a:b@runs.test/x"}, "the log of runs.test"),
    ],
)
def test_a_store_is_named_without_what_opens_it(
    store: str, variables: Mapping[str, str], words: str
) -> None:
    loaded = Loaded(Configuration(store=store), ".")

    assert store_in_words(loaded, HOME / "state", variables) == words
