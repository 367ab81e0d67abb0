"""Notifiers as the configuration names them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from doubles.clocks import StillClock
from doubles.pagerduty import ROUTING_KEY
from runbookkit.app.notifying import crew_of, integrations_of, notifiers_of
from runbookkit.discovery import members
from runbookkit.errors import ConfigError
from runbookkit.ports import Notifier
from runbookkit.settings import load
from runbookkit.store.sqlite import SqliteStore

TABLE = """\
[notifiers.slack]
channel = "C1"

[notifiers.audit]
use = "webhook"
endpoint = {url = "https://audit.example/hook"}
key_file = "audit-key"
"""
THIRD_PARTY = """\
from dataclasses import dataclass

NAME = "pigeon"

@dataclass(frozen=True)
class Config:
    loft: str = ""

class Pigeon:
    name = NAME
    kinds = frozenset({"post"})

    def __init__(self, config):
        self.loft = config.loft

def connect(config, *, clock, transport=None):
    return Pigeon(config)
"""


def connected(folder: Path, table: str, **variables: str) -> dict[str, Notifier]:
    (folder / "runbook.toml").write_text(table)
    (folder / "audit-key").write_text("s3cret\n")
    return notifiers_of(load(folder, variables), StillClock(), "prod")


def test_a_table_is_a_notifier_and_secrets_come_from_elsewhere(tmp_path: Path) -> None:
    found = connected(tmp_path, TABLE, RUNBOOK_NOTIFIERS__SLACK__TOKEN="xoxb-1")

    assert {name: each.name for name, each in found.items()} == {
        "slack": "slack",
        "audit": "webhook",
    }
    assert "open channel" in integrations_of(found)["slack"]


def test_a_secret_may_come_from_a_file_that_the_environment_names(
    tmp_path: Path,
) -> None:
    (tmp_path / "key").write_text(ROUTING_KEY)

    found = connected(
        tmp_path,
        "[notifiers.pagerduty]\n",
        RUNBOOK_NOTIFIERS__PAGERDUTY__ROUTING_KEY_FILE=str(tmp_path / "key"),
    )

    assert "page" in found["pagerduty"].kinds


def test_a_notifier_may_be_kept_for_what_others_cannot(tmp_path: Path) -> None:
    table = '[notifiers.statuspage]\nfolder = "drafts"\nonly = []\n'

    found = connected(tmp_path, table)

    assert integrations_of(found) == {"statuspage": frozenset()}
    assert found["statuspage"].kinds == {"show status"}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('[notifiers.slack]\ntoken = "xoxb-s3cret"\n', "SLACK__TOKEN"),
        (
            '[notifiers.grafana.endpoint]\nurl = "http://g"\nbearer = "s3cret"\n',
            "GRAFANA__ENDPOINT__BEARER",
        ),
        ("[notifiers.pigeon]\n", "no 'pigeon'"),
        (
            '[notifiers.statuspage]\nfolder = "drafts"\nonly = ["page"]\n',
            "cannot 'page'; it can show status",
        ),
        (
            '[notifiers.statuspage]\nfolder = "drafts"\nwings = 2\n',
            "statuspage.wings",
        ),
        ('[notifiers.slack]\ntoken_file = "nowhere"\n', "nowhere: cannot be read"),
    ],
)
def test_a_table_that_cannot_be_used_says_where_and_what_to_do(
    tmp_path: Path, table: str, said: str
) -> None:
    with pytest.raises(ConfigError, match=said) as failed:
        connected(tmp_path, table)

    assert "s3cret" not in str(failed.value)


def test_a_fallback_that_is_no_notifier_is_refused(tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_text('fallback_notifiers = ["mail"]\n')
    store = SqliteStore(tmp_path / "log.sqlite", clock=StillClock().now)

    with pytest.raises(ConfigError, match=r"no table \[notifiers\.mail\]"):
        crew_of(store, {}, load(tmp_path, {}), clock=StillClock(), complain=print)

    store.close()


@pytest.fixture
def pigeon(tmp_path: Path) -> Iterator[None]:
    """Install a package that offers a notifier."""
    (tmp_path / "runbook_pigeon.py").write_text(THIRD_PARTY)
    about = tmp_path / "runbook_pigeon-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: runbook_pigeon\nVersion: 1.0\n")
    entry = "[runbookkit.notifiers]\npigeon = runbook_pigeon\n"
    (about / "entry_points.txt").write_text(entry)
    members.cache_clear()
    sys.path.insert(0, str(tmp_path))
    yield
    sys.path.remove(str(tmp_path))
    members.cache_clear()


@pytest.mark.usefixtures("pigeon")
def test_another_package_may_offer_a_notifier(tmp_path: Path) -> None:
    found = connected(tmp_path, '[notifiers.pigeon]\nloft = "roof"\n')

    assert integrations_of(found) == {"pigeon": {"post"}}
    assert found["pigeon"].loft == "roof"  # type: ignore[attr-defined]
