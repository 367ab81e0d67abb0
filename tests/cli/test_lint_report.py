"""What ``runbook lint`` says of files, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from cli.command import CLEAN, DIRTY, Place

AT = DIRTY.split("\n").index("- **Not met:** call the database team") + 1
TEMPLATED = (
    "{{- if .Values.on }}\ngroups:\n- rules:\n  - alert: A\n    expr: up\n{{ end }}\n"
)


@pytest.fixture
def place(tmp_path: Path) -> Place:
    found = Place(tmp_path)
    found.write("clean.md", CLEAN)
    found.write("deep/dirty.md", DIRTY.replace("CheckoutErrorsHigh", "CheckoutSlow"))
    return found


def test_json_names_the_place_of_a_finding_to_the_column(place: Place) -> None:
    (finding,) = place.lint(".").data["findings"]

    assert finding["path"] == "deep/dirty.md"
    assert (finding["line"], finding["column"]) == (AT, 3)
    assert (finding["end_line"], finding["end_column"]) == (AT, 38)
    assert (finding["code"], finding["name"]) == ("RB411", "unreadable-branch")
    assert finding["level"] == "error"
    assert finding["url"].endswith("/RB411.md")
    assert set(finding) == {
        *("path", "line", "column", "end_line", "end_column", "code", "name"),
        *("level", "message", "fix", "url", "related"),
    }


def test_json_offers_the_fix_as_edits_of_places(place: Place) -> None:
    (finding,) = place.lint(".").data["findings"]

    (edit,) = finding["fix"]["edits"]
    line = DIRTY.split("\n")[edit["line"] - 1]
    assert line[edit["column"] - 1 : edit["end_column"] - 1] == "call the database team"
    assert edit["text"] == "escalate"
    assert finding["fix"]["safe"] is False


def test_json_counts_what_was_read_and_found(place: Place) -> None:
    assert place.lint(".").data["summary"] == {
        "files": 2,
        "errors": 1,
        "warnings": 0,
        "infos": 0,
        "unchecked": 0,
        "allowed": 0,
        "baselined": 0,
        "fixable": 0,
    }


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (["clean.md"], 0),
        (["deep"], 1),
        (["clean.md", "deep/dirty.md"], 1),
        (["deep", "--ignore", "RB411"], 0),
        (["deep", "--select", "RB1"], 0),
        (["deep", "--select", "RB4"], 1),
        (["deep", "--select", "RB1,RB411"], 1),
        (["deep", "--select", "RB1", "--select", "unreadable-branch"], 1),
        (["deep", "--select", "RB4", "--ignore", "RB41"], 0),
        ([".", "--exclude", "deep"], 0),
        ([".", "--exclude", "*.md"], 0),
        (["gone"], 2),
        ([".", "--select", "XX"], 2),
        ([".", "--ignore", "RB999"], 2),
        ([".", "--output", "yaml"], 2),
        ([".", "--template", "gone"], 2),
        ([".", "--config", "gone.toml"], 2),
        ([".", "--write-baseline"], 2),
        ([".", "--baseline", "gone.json"], 2),
        ([".", "--output-file", "gone/report.json"], 2),
        (["--changed"], 3),
    ],
)
def test_the_exit_code_says_how_it_went(
    place: Place, line: list[str], code: int
) -> None:
    assert place.run("lint", *line, "--no-cache").code == code


def test_what_could_not_be_checked_is_told_and_is_not_clean(place: Place) -> None:
    place.write("rules.yaml", TEMPLATED)

    done = place.lint("clean.md", "rules.yaml")

    assert done.code == 3
    assert [each["code"] for each in done.data["unchecked"]] == ["AL111"]
    assert "is a template" in done.data["unchecked"][0]["reason"]


def test_findings_outweigh_what_could_not_be_checked(place: Place) -> None:
    place.write("rules.yaml", TEMPLATED)

    assert place.lint(".").code == 1


def test_what_could_not_be_checked_may_be_allowed(place: Place) -> None:
    place.write("rules.yaml", TEMPLATED)

    done = place.lint("clean.md", "rules.yaml", "--allow-unchecked", "AL111")

    assert done.code == 0
    assert done.data["unchecked"]


def test_a_hint_fails_nothing(place: Place) -> None:
    place.write("clean.md", CLEAN.replace("a restart", "as of now a restart"))

    done = place.lint("clean.md")

    assert [each["level"] for each in done.data["findings"]] == ["info"]
    assert done.code == 0


def test_without_paths_everything_here_is_linted(place: Place) -> None:
    assert place.lint().found == place.lint(".").found


def test_another_template_asks_for_other_sections(place: Place) -> None:
    bare = "# Down\n\n## Meaning\n\nIt is down.\n\n## Impact\n\nNobody can pay.\n"
    steps = "## Diagnosis\n\n```bash\nkubectl -n shop get pods\n```\n\n## Mitigation\n\nWait.\n"
    place.write("bare.md", f"{bare}\n{steps}")

    ours = place.lint("bare.md", "--select", "RB102,RB100").found
    theirs = place.lint(
        "bare.md", "--template", "meaning-impact", "--select", "RB102,RB100"
    )

    assert [code for _, _, code in ours] == ["RB100"]
    assert theirs.found == []


def test_a_template_of_the_house_may_be_a_file(place: Place) -> None:
    place.write(
        "house.md",
        "---\ntemplate: runbook/v1\ntitle: Ours\n---\n\n# Ours\n\n## Meaning\n\n*Required.*\n\n"
        "What fired.\n\n## Owner\n\n*Required.*\n\nWho answers.\n",
    )
    place.write("a.md", "# A\n\n## Meaning\n\nIt is down.\n\n## Owner\n\n")

    found = place.lint(
        "a.md", "--template", "house.md", "--select", "RB102,RB103"
    ).found

    assert found == [("a.md", 7, "RB103")]


def test_the_output_may_be_a_file(place: Place) -> None:
    expected = place.lint("deep").out

    done = place.lint("deep", "--output-file", "report.json")

    assert (done.code, done.out) == (1, "")
    assert place.read("report.json") == expected


def test_sarif_and_junit_are_whole_documents(place: Place) -> None:
    sarif = place.run("lint", ".", "-o", "sarif", "--no-cache").data
    junit = ET.fromstring(place.run("lint", ".", "-o", "junit", "--no-cache").out)

    (result,) = sarif["runs"][0]["results"]
    assert result["ruleId"] == "RB411"
    assert junit.attrib["failures"] == "1"


def test_paths_of_annotations_begin_at_the_root_of_the_repository(place: Place) -> None:
    (place.folder / ".git").mkdir()

    done = Place(place.folder / "deep").run("lint", ".", "-o", "github", "--no-cache")

    assert done.out.startswith("::error file=deep/dirty.md,line=")


def test_text_ends_with_what_to_mend_next(place: Place) -> None:
    out = place.run("lint", ".", "--no-cache").out

    assert f"deep/dirty.md:{AT}:3: error RB411 unreadable-branch" in out
    assert "runbook lint --select RB411\n" in out


def test_every_finding_of_json_is_on_a_line_of_its_own(place: Place) -> None:
    place.write("other.md", DIRTY)

    lines = place.lint(".").out.splitlines()

    parsed = [json.loads(line.removesuffix(",")) for line in lines if "RB411" in line]
    assert [each["path"] for each in parsed] == ["deep/dirty.md", "other.md"]


def test_a_folder_without_a_runbook_does_not_pass_in_silence(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("disk.md", "# Disk full\n\n```bash\nrm -rf /var/log/*\n```\n")

    done = place.lint(".")

    assert "none of 1 file is read as a runbook" in done.err


def test_it_is_said_how_many_files_are_read_as_pages(place: Place) -> None:
    place.write("disk.md", "# Disk full\n\n```bash\nrm -rf /var/log/*\n```\n")

    text, as_json = place.lint("."), place.run("lint", ".", "--output", "json")

    (line,) = (each for each in text.err.splitlines() if "as a page" in each)
    assert line.startswith("1 of 3 files is read as a page, without steps; a runbook")
    assert "as a page" not in as_json.out
