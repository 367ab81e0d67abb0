"""``runbook config show``."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.command import Place


def test_every_value_is_shown_with_its_origin(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", "[lint]\nreview_days = 30\n")

    lines = place.run(
        "config", "show", "--origin", RUNBOOK_LINT__IGNORE="RB9"
    ).out.splitlines()

    assert "lint.review_days = 30  # runbook.toml" in lines
    assert 'lint.ignore = ["RB9"]  # $RUNBOOK_LINT__IGNORE' in lines
    assert "lint.select = []  # default" in lines


def test_without_origins_it_is_json(tmp_path: Path) -> None:
    data = Place(tmp_path).run("config", "show").data

    assert data["lint"]["review_days"] == 180
    assert data["template"] == ""


def test_the_nearest_file_upward_is_named(tmp_path: Path) -> None:
    Place(tmp_path).write("runbook.toml", "[lint]\nreview_days = 30\n")
    Place(tmp_path).write("deep/a.md", "")

    out = Place(tmp_path / "deep").run("config", "show", "--origin").out

    assert f"lint.review_days = 30  # {tmp_path / 'runbook.toml'}\n" in out


def test_a_wrong_file_is_a_usage_error(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", "[lint]\nreviewdays = 30\n")

    done = place.run("config", "show", "--origin")

    assert (done.code, done.out) == (2, "")
    assert "lint.reviewdays: unknown key" in done.err


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("RUNBOOK_SERVE__SOURCES__PROD__SOCKET__APP_TOKEN", "hushhush"),
        ("RUNBOOK_NOTIFIERS__MAIL__URL", "mailtos://example.com/hushhush"),
        ("RUNBOOK_NOTIFIERS__APPRISE__URL", "mailtos://example.com/hushhush"),
        ("RUNBOOK_STORE", "postgresql://ada:hushhush@db.example/runbook"),
    ],
)
def test_a_secret_within_an_address_or_a_table_is_not_shown(
    tmp_path: Path, variable: str, value: str
) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", '[notifiers.mail]\nuse = "apprise"\n')

    shown = place.run("config", "show", **{variable: value})
    listed = place.run("config", "show", "--origin", **{variable: value})

    assert "(set)" in shown.out
    assert "hushhush" not in shown.out + listed.out


def test_secrets_are_only_said_to_be_set(tmp_path: Path) -> None:
    place = Place(tmp_path)
    place.write("runbook.toml", '[serve.sources.prod]\nkind = "alertmanager"\n')
    secret = "s" * 32
    variables = {
        "RUNBOOK_SERVE__SOURCES__PROD__TOKENS": f'["{secret}"]',
        "RUNBOOK_SERVE__TOKENS__ADA__TOKENS": f'["{secret}"]',
    }

    shown = place.run("config", "show", **variables)
    listed = place.run("config", "show", "--origin", **variables)

    assert secret not in shown.out + listed.out
    assert shown.data["serve"]["tokens"]["ada"]["tokens"] == "(set)"
