"""``runbook schema``."""

from __future__ import annotations

from pathlib import Path

from cli.command import Place

ROOT = Path(__file__).parents[2]


def test_the_published_schemas_are_up_to_date() -> None:
    assert Place(ROOT).run("schema", "--check").code == 0


def test_a_name_that_is_listed_can_be_printed(tmp_path: Path) -> None:
    place = Place(tmp_path)

    names = place.run("schema").out.split()

    assert len(names) > 5
    for name in (names[0], names[-1]):
        assert place.run("schema", name).data["$id"].endswith(f"/{name}.json")


def test_schemas_are_written_and_held_against_the_models(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.run("schema", "--write", "--folder", "here")
    fresh = place.run("schema", "--check", "--folder", "here")
    place.write("here/runbook.json", "{}")
    place.write("here/older.json", "{}")

    drifted = place.run("schema", "--check", "--folder", "here")

    assert fresh.code == 0
    assert drifted.code == 1
    assert [line.split(":")[0] for line in drifted.err.splitlines()] == [
        "here/runbook.json",
        "here/older.json",
    ]
    assert "`runbook schema --write --folder here`" in drifted.err


def test_an_unknown_schema_is_a_usage_error_that_names_the_known(
    tmp_path: Path,
) -> None:
    done = Place(tmp_path).run("schema", "nothing")

    assert done.code == 2
    assert "known are runbook, " in done.err
