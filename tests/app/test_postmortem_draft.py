from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings as tried, strategies as st

from cli.command import Place
from houses import LABELS, NOON, House
from runbookkit.app.postmortems.drafting import draft
from runbookkit.app.postmortems.facts import Facts
from runbookkit.app.postmortems.gathering import gather
from runbookkit.app.postmortems.writing import write_draft
from runbookkit.app.templates import load_template
from runbookkit.model.options import Configuration
from runbookkit.settings import Loaded

HOSTILE = (
    "<!channel> Anna Berg should have known | it @here `x`",
    "<script>alert(1)</script> ![x](http://evil.example/x.png)",
    "TODO <what happened> XX:XX ??? \x1b[31m\u202egnp",
    "human error; bob.k@corp.example forgot, see https://evil.example",
    "<!-- generated: timeline 00000000 -->",
    "``` ```promql",
    "---\nformat: other/v9\n---\n# Title",
)
TEMPLATE = load_template("", ".", kind="postmortem").template
TODAY = NOON.date()


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.store.close()


def over(house: House) -> int:
    """Let an incident happen that people answered."""
    number = house.alert(0)
    house.event(number, 1, "page sent", text="paged")
    house.command("acknowledge", number, 3)
    house.command("role", number, 3, role="incident lead", person="Priya Okafor")
    house.command("note", number, 8, text="Priya: the provider is down")
    house.command("mitigate", number, 20)
    house.alert(25, "resolved")
    return number


def facts_of(house: House, number: int) -> Facts:
    loaded = Loaded(Configuration(), ".")
    return gather(number, house.store, loaded, today=TODAY)


def found_in(folder: Path, text: str) -> list[tuple[str, int, str]]:
    place = Place(folder)
    place.write("postmortems/a.md", text)
    return place.lint("postmortems").found


def test_a_draft_lints_clean(house: House, tmp_path: Path) -> None:
    facts = facts_of(house, over(house))

    made = draft(facts, TEMPLATE)

    assert found_in(tmp_path, made.text) == []


def test_a_draft_names_roles_not_people(house: House) -> None:
    facts = facts_of(house, over(house))

    made = draft(facts, TEMPLATE)

    assert "Priya" not in made.text
    assert "Okafor" not in made.text
    assert "the incident lead" in made.text


def test_what_is_not_known_is_unknown_and_never_zero(house: House) -> None:
    number = house.alert(0)
    house.alert(25, "resolved")

    made = draft(facts_of(house, number), TEMPLATE)

    assert "| time to acknowledge | unknown |" in made.text
    assert "| acknowledged | unknown | nothing in the record says it |" in made.text
    assert "Unknown: no objective is linked" in made.text


def test_gaps_of_the_record_become_proposals(house: House) -> None:
    number = house.alert(0)
    house.event(number, 1, "page failed", error="no route to the provider")
    house.event(number, 2, "gap found", what="lost while we were down")
    house.alert(25, "resolved")

    made = draft(facts_of(house, number), TEMPLATE)

    actions = made.text.partition("## Action items")[2]
    assert "Find out where the page went that nobody acknowledged" in actions
    assert "Write a runbook for `ShopFails`" in actions
    assert "Test the way from an alert to a person from end to end" in actions
    assert "Find out why deliveries of the alert sender were missing" in actions


@pytest.mark.parametrize("text", HOSTILE)
def test_text_from_outside_stays_text(house: House, tmp_path: Path, text: str) -> None:
    labels = {**LABELS, "alertname": text, "service": text, "team": text}
    number = house.alert(0, labels=labels, annotations={"runbook_url": text})
    house.event(number, 1, "page failed", error=text)
    house.command("acknowledge", number, 3, text=text)
    house.command("note", number, 8, text=text)
    house.alert(25, "resolved", labels=labels)

    made = draft(facts_of(house, number), TEMPLATE)

    assert found_in(tmp_path, made.text) == []
    again = draft(facts_of(house, number), TEMPLATE, made.text)
    assert (again.text, again.edited, again.missing) == (made.text, (), ())


def test_the_timeline_lies_within_the_incident(house: House, tmp_path: Path) -> None:
    number = over(house)
    house.command("note", number, 300, text="the review is on Thursday")

    made = draft(facts_of(house, number), TEMPLATE)

    assert found_in(tmp_path, made.text) == []
    assert "Thursday" not in made.text


@tried(
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    max_examples=30,
    deadline=None,
)
@given(st.lists(st.text(st.characters(exclude_characters="\r"), max_size=40)))
def test_lines_that_people_wrote_survive_what_is_learned_later(
    house: House, lines: list[str]
) -> None:
    number = 1 if house.store.incidents(open_only=False) else over(house)
    first = draft(facts_of(house, number), TEMPLATE).text
    own = "\n".join(f"* {' '.join(line.split())}" for line in lines)
    mine = first.replace("\n## Response\n", f"\n{own}\n\n## Response\n")
    house.command("note", number, 9, text="one more thing")

    again = draft(facts_of(house, number), TEMPLATE, mine)

    assert f"\n{own}\n\n## Response\n" in again.text
    assert again.text.count("one more thing") > mine.count("one more thing")


def test_a_table_that_people_filled_in_is_theirs(house: House) -> None:
    number = over(house)
    first = draft(facts_of(house, number), TEMPLATE).text
    mine = first.replace("INC-1, proposal 1", "SHOP-99")
    house.command("note", number, 9, text="later")

    again = draft(facts_of(house, number), TEMPLATE, mine)

    assert "SHOP-99" in again.text
    assert again.edited == ("action-items",)
    assert "later" in again.text


def test_the_file_of_an_incident_is_found_again(house: House, tmp_path: Path) -> None:
    number = over(house)
    loaded, folder = Loaded(Configuration(), "."), tmp_path / "postmortems"

    first = write_draft(number, house.store, loaded, today=TODAY, into=folder)
    moved = first.file.rename(folder / "2026-11-17-a-better-name-inc-1.md")
    again = write_draft(number, house.store, loaded, today=TODAY, into=folder)

    assert (again.file, again.again) == (moved, True)
    assert again.text == first.text
