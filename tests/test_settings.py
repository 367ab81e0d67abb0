from __future__ import annotations

from pathlib import Path

import pytest

from runbookkit.errors import ConfigError
from runbookkit.settings import load


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    loaded = load(tmp_path, {})

    assert loaded.configuration.lint.review_days == 180
    assert not loaded.file
    assert str(tmp_path / "runbook.toml") in loaded.looked_for


def test_the_nearest_file_upward_holds(tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_text("[lint]\nreview_days = 30\n")
    (tmp_path / "deep" / "er").mkdir(parents=True)

    loaded = load(tmp_path / "deep" / "er", {})

    assert loaded.configuration.lint.review_days == 30
    assert loaded.folder == str(tmp_path)
    assert loaded.origins["lint.review_days"] == str(tmp_path / "runbook.toml")


def test_pyproject_counts_only_with_our_table(tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_text("[lint]\nreview_days = 30\n")
    below = tmp_path / "below"
    below.mkdir()
    (below / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert load(below, {}).configuration.lint.review_days == 30

    (below / "pyproject.toml").write_text("[tool.runbookkit.lint]\nreview_days = 7\n")

    assert load(below, {}).configuration.lint.review_days == 7


def test_the_environment_wins(tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_text("[lint]\nreview_days = 30\n")
    variables = {"RUNBOOK_LINT__REVIEW_DAYS": "90", "RUNBOOK_LINT__IGNORE": "RB9,RB806"}

    loaded = load(tmp_path, variables)

    assert loaded.configuration.lint.review_days == 90
    assert loaded.configuration.lint.ignore == ("RB9", "RB806")
    assert loaded.origins["lint.review_days"] == "$RUNBOOK_LINT__REVIEW_DAYS"


@pytest.mark.parametrize(
    ("value", "rules"),
    [
        ("RB9", ("RB9",)),
        ("RB9, RB806", ("RB9", "RB806")),
        ('["RB9"]', ("RB9",)),
        ("", ()),
    ],
)
def test_a_list_in_the_environment_may_hold_one_or_many(
    tmp_path: Path, value: str, rules: tuple[str, ...]
) -> None:
    loaded = load(tmp_path, {"RUNBOOK_LINT__IGNORE": value})

    assert loaded.configuration.lint.ignore == rules


def test_a_text_in_the_environment_stays_one(tmp_path: Path) -> None:
    variables = {
        "RUNBOOK_LINT__VERSIONS__PROMETHEUS": "3.5",
        "RUNBOOK_PROMETHEUS_URL": "http://localhost:9090",
        "RUNBOOK_BACKENDS__PROMETHEUS__ENDPOINT__BEARER": "12,34",
    }

    loaded = load(tmp_path, variables)

    assert loaded.configuration.lint.versions.prometheus == "3.5"
    assert loaded.configuration.prometheus_url == "http://localhost:9090"
    endpoint = loaded.configuration.backends["prometheus"]["endpoint"]
    assert endpoint == {"bearer": "12,34"}
    assert loaded.origins["prometheus_url"] == "$RUNBOOK_PROMETHEUS_URL"


def test_variables_of_other_programs_are_left_alone(tmp_path: Path) -> None:
    variables = {"RUNBOOK_HOME": "/x", "RUNBOOK_CACHE_DIR": "/y"}

    assert load(tmp_path, variables).origins == {}


@pytest.mark.parametrize("name", ["RUNBOOK_LINT__REVIEW_DAYS", "RUNBOOK_LINT__NEW"])
def test_a_wrong_variable_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    (tmp_path / "runbook.toml").write_text("[lint]\nignore = []\n")

    with pytest.raises(ConfigError, match=rf"\${name}: lint\."):
        load(tmp_path, {name: "soon"})


def test_a_variable_below_a_wrong_table_does_not_hide_it(tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_text("lint = 3\n")

    with pytest.raises(ConfigError, match=r"runbook\.toml: lint"):
        load(tmp_path, {"RUNBOOK_LINT__IGNORE": "RB9"})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[lint", "not valid TOML"),
        ("[lint]\nreview_day = 3\n", "lint.review_day: unknown key"),
        ("[lint]\nreview_days = 'soon'\n", "lint.review_days: input should be"),
        ("[lint]\nversions = 3\n", "lint.versions"),
        ("[lint]\nignore = 'RB9'\n", "lint.ignore: not a list"),
    ],
)
def test_a_wrong_file_is_an_error_that_names_file_and_key(
    tmp_path: Path, text: str, message: str
) -> None:
    (tmp_path / "runbook.toml").write_text(text)

    with pytest.raises(ConfigError, match=message) as caught:
        load(tmp_path, {})

    assert str(tmp_path / "runbook.toml") in str(caught.value)


def test_a_file_that_is_named_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        load(tmp_path, {}, file=str(tmp_path / "gone.toml"))
