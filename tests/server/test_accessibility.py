"""The pages as axe-core sees them, on a phone and a desk, in light and dark."""

from __future__ import annotations

from pathlib import Path

import pytest

from browser import violations
from cli.command import Place
from runbookkit.app.postmortems.archive import write_archive
from runbookkit.app.transcripts.page import run_page
from runbookkit.model.options import Configuration
from runbookkit.settings import Loaded
from server.evidence import with_evidence
from server.sites import site

pytestmark = [pytest.mark.program, pytest.mark.allow_hosts(["127.0.0.1"])]
POSTMORTEMS = Path(__file__).parents[2] / "ops-handbook" / "postmortems"
ADDRESSES = {
    "list": "/",
    "all": "/?all=true",
    "resolved": "/incidents/1",
    "open": "/incidents/2",
    "dead-letters": "/dead-letters",
}


@pytest.fixture
def pages(tmp_path: Path) -> dict[str, str]:
    """All pages, of an incident that was played and of one that is open."""
    place = Place(tmp_path)
    played = place.run("demo", "--fast", "--into", "kept")
    assert played.code == 0, played.err
    loaded = Loaded(Configuration(), str(tmp_path))
    with site(tmp_path / "kept") as (web, desk):
        with_evidence(desk, "payments are refused")
        desk.unreadable("prod", b"{]", "digest", "no JSON")
        found = {
            name: web.get(address).body.decode() for name, address in ADDRESSES.items()
        }
        (run,) = desk.store.streams("run")
        name = run.partition("/")[2]
        found["transcript"] = run_page(name, store=desk.store, loaded=loaded)
    write_archive(POSTMORTEMS, tmp_path / "archive", loaded)
    for file in (tmp_path / "archive").glob("*.html"):
        found[f"archive-{file.stem}"] = file.read_text(encoding="utf-8")
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_nothing_on_a_page_is_out_of_reach(
    pages: dict[str, str], tmp_path: Path, dark: bool
) -> None:
    style = Path("runbookkit/server/static/style.css").read_text(encoding="utf-8")

    found = violations(
        pages, {"/static/style.css": style}, tmp_path / "profile", dark=dark
    )

    assert found == []
