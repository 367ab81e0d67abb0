"""A backend and its language from another package: installed, it is linted and run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

BACKEND = """
from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from runbookkit.model.answer import Answer

NAME = "weather"
LANGUAGES = ("weather",)


@dataclass(frozen=True, slots=True)
class Config:
    degrees: float = 20.0


class Weather:
    name = NAME
    languages = LANGUAGES

    def __init__(self, config):
        self._config = config

    def ask(self, ask):
        names = {"value": self._config.degrees, "series": []}
        return Answer("instant", names, NAME, ask.text, ask.now, timedelta())

    def link(self, ask):
        return ""


def connect(config, *, clock, transport=None):
    return Weather(config)
"""
LANGUAGE = """
from __future__ import annotations

from runbookkit.queries.language import Checked, Language, QueryProblem


def check(query, version):
    if query.strip() != "Atlantis":
        return Checked(kind="instant")
    return Checked((QueryProblem("no such city", 0, len(query)),))


LANGUAGE = Language("weather", ("weather",), ("the sky",), True, check, str)
"""
RUNBOOK = """---
format: runbook/v1
title: Is it warm?
---

# Is it warm?

## Diagnosis

### Ask

**In the sky**:

```weather
Berlin
```

**Expect:** above 25 degrees: `value > 25.0`

- **Met:** stop
- **Not met:** escalate
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "weather_backend.py").write_text(BACKEND)
    (tmp_path / "weather_language.py").write_text(LANGUAGE)
    about = tmp_path / "weather-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Name: weather\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text(
        "[runbookkit.backends]\nweather = weather_backend\n"
        "[runbookkit.languages]\nweather = weather_language\n"
    )
    (tmp_path / "warm.md").write_text(RUNBOOK)
    return tmp_path


def runbook(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "runbookkit", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder), "XDG_STATE_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=50,
        check=False,
    )


@pytest.mark.parametrize(("degrees", "code"), [(30.0, 0), (10.0, 1)])
def test_a_step_of_another_packages_language_is_run_and_judged(
    folder: Path, degrees: float, code: int
) -> None:
    config = folder / "runbook.toml"
    config.write_text(f"[backends.weather]\ndegrees = {degrees}\n")

    done = runbook(folder, "run", "warm.md", "--auto")

    assert done.returncode == code, done.stdout + done.stderr
    assert f"{degrees:g} is" in done.stderr


def test_a_text_that_another_packages_language_refuses_is_a_finding(
    folder: Path,
) -> None:
    (folder / "warm.md").write_text(RUNBOOK.replace("Berlin", "Atlantis"))

    done = runbook(folder, "lint", "warm.md", "-o", "concise")

    assert "no such city" in done.stdout, done.stdout + done.stderr
