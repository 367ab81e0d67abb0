from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from runbookkit.discovery import member, members
from runbookkit.errors import ConfigError

FAMILY = "runbookkit.backends"


@pytest.fixture
def installed(tmp_path: Path) -> Iterator[Path]:
    """Let the folder hold packages for one test."""
    members.cache_clear()
    sys.path.insert(0, str(tmp_path))
    yield tmp_path
    sys.path.remove(str(tmp_path))
    members.cache_clear()


def install(folder: Path, name: str, module: str, content: str = "") -> None:
    """Make a package that offers a backend."""
    (folder / f"{module}.py").write_text(content)
    about = folder / f"{module}-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text(f"Name: {module}\nVersion: 1.0\n")
    entry = f"[{FAMILY}]\n{name} = {module}\n"
    (about / "entry_points.txt").write_text(entry)


def test_our_own_backends_are_known_by_the_names_of_their_modules() -> None:
    known = members(FAMILY)

    assert {"bpftrace", "loki", "prometheus", "shell", "tempo"} <= set(known)
    assert list(known) == sorted(known)


def test_a_member_is_a_module() -> None:
    module = member(FAMILY, "loki", ("NAME", "LANGUAGES", "Config", "connect"))

    assert module.NAME == "loki"


def test_another_package_may_offer_one_and_is_imported_only_when_wanted(
    installed: Path,
) -> None:
    install(installed, "clickhouse", "runbook_clickhouse", "NAME = 'clickhouse'\n")

    assert members(FAMILY)["clickhouse"] == "runbook_clickhouse"
    assert "runbook_clickhouse" not in sys.modules
    assert member(FAMILY, "clickhouse", ("NAME",)).NAME == "clickhouse"


def test_a_name_that_is_taken_is_refused(installed: Path) -> None:
    install(installed, "loki", "another_loki")

    with pytest.raises(ConfigError, match="both called 'loki'"):
        members(FAMILY)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("import no_such_module_at_all\n", "cannot be imported"),
        ("NAME = 'broken'\n", "does not define LANGUAGES, connect"),
    ],
)
def test_a_package_that_cannot_be_used_is_named(
    installed: Path, content: str, reason: str
) -> None:
    install(installed, "broken", f"broken_{len(content)}", content)

    with pytest.raises(ConfigError, match=reason):
        member(FAMILY, "broken", ("NAME", "LANGUAGES", "connect"))


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(ConfigError, match=r"no 'graphite' .* loki, prometheus"):
        member(FAMILY, "graphite")
