from __future__ import annotations

from pathlib import Path

from pydantic import TypeAdapter

from cli.command import Place
from runbookkit.cli.budgets import status_text
from runbookkit.cli.slo_examples import slo_status
from runbookkit.model.impact import SloStatus
from slo.test_slo_files import SLOTH


def place_in(folder: Path) -> Place:
    place = Place(folder)
    place.write("runbook.toml", 'slos = ["slos"]\nstate = "state"\n')
    place.write("slos/shop.yaml", SLOTH)
    return place


def test_rules_are_printed_and_an_equal_file_passes(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    printed = place.run("slo", "rules", "slos/shop.yaml")
    place.write("rules.yaml", printed.out.replace("\n      or ", " or "))

    done = place.run("slo", "rules", "slos/shop.yaml", "--check", "rules.yaml")

    assert (printed.code, done.code, done.err) == (0, 0, "")


def test_rules_that_drifted_are_told(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    text = place.run("slo", "rules", "slos/shop.yaml").out
    place.write("rules.yaml", text.replace("14.4", "10"))

    done = place.run("slo", "rules", "slos/shop.yaml", "--check", "rules.yaml")

    assert done.code == 1
    assert "rules.yaml: not what slos/shop.yaml leads to" in done.err


def test_an_objective_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    place = place_in(tmp_path)
    place.write("slos/shop.yaml", SLOTH.replace("99.9", "ninety"))

    done = place.run("slo", "rules", "slos/shop.yaml")

    assert done.code == 3
    assert "slos/shop.yaml:5: `objective` must be a number" in done.err


def test_without_a_prometheus_nothing_is_known_and_that_is_said(tmp_path: Path) -> None:
    done = place_in(tmp_path).run("slo", "status", "--json")

    assert done.code == 3
    assert done.data["objectives"][0]["left"] is None
    assert "no Prometheus is configured" in done.data["not_asked"][0]["reason"]


def test_status_in_words_shows_the_query(tmp_path: Path) -> None:
    done = place_in(tmp_path).run("slo", "status")

    assert "shop-orders  (99.9 % over 30d)" in done.out
    assert 'query         (sum(rate(orders_total{ok="no"}[30d])))' in done.out


def test_no_file_of_objectives_is_a_wrong_call(tmp_path: Path) -> None:
    done = Place(tmp_path).run("slo", "status")

    assert done.code == 2
    assert "name one, or set `slos`" in done.err


def test_a_budget_is_told_with_its_rate_its_gaps_and_its_link() -> None:
    status = TypeAdapter(SloStatus).validate_python(slo_status())

    told = status_text(status).splitlines()

    assert told[0] == "checkout-availability  (99.9 % over 30d)"
    assert told[1].endswith("74.0 %, gone in 1 d 13 h at the rate of the last hour")
    assert told[2].strip() == "burn rate     1h 14.4"
    assert "  no data       2026-11-20 05:00 UTC to 2026-11-20 06:00 UTC" in told
    assert told[-1].strip().startswith("see           http://127.0.0.1:9090/graph")
