"""What tokens cost: a dated table, and nothing for a model that is not in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import yaml
from pydantic import TypeAdapter, ValidationError

from runbookkit.errors import ConfigError
from runbookkit.model.audit import Usage
from runbookkit.model.base import Data

_MILLION: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Band(Data):
    """Prices of a million tokens, in US dollars."""

    input: float
    output: float
    cache_write: float
    cache_read: float
    above: int = 0
    """Tokens of a prompt from which on these prices hold."""


@dataclass(frozen=True, slots=True)
class Prices(Data):
    """Prices of models at a date."""

    as_of: date
    source: str
    models: Mapping[str, tuple[Band, ...]] = field(default_factory=dict)
    batch: float = 1.0
    """Share of the price that a request in a batch costs."""

    def cost(self, model: str, usage: Usage) -> float | None:
        """Return what a turn costs in US dollars; nothing where no price is known.

        >>> band = Band(2, 10, 2.5, 0.2)
        >>> prices = Prices(date(2026, 11, 20), "here", {"m": (band,)})
        >>> prices.cost("m", Usage(1_000_000, 100_000)), prices.cost("n", Usage(1, 1))
        (3.0, None)
        """
        prompt = usage.input + usage.cache_read + usage.cache_write
        bands = [
            each
            for each in self.models.get(model, ())
            if not each.above or prompt > each.above
        ]
        if not bands:
            return None
        band = max(bands, key=lambda each: each.above)
        return (
            usage.input * band.input
            + usage.output * band.output
            + usage.cache_write * band.cache_write
            + usage.cache_read * band.cache_read
        ) / _MILLION

    def worst(self, model: str, prompt: int, output: int) -> float | None:
        """Return the most that a request can cost: all of its prompt is cached anew."""
        return self.cost(model, Usage(0, output, 0, prompt))


def prices_of(file: Path | None = None) -> Prices:
    """Return the prices of a file, or those that come with the package.

    Raises:
        ConfigError: The file is no table of prices.
    """
    return _built_in() if file is None else _read(str(file), file)


@cache
def _built_in() -> Prices:
    return _read("prices.yaml", files("runbookkit.audit") / "prices.yaml")


def _read(name: str, file: Any) -> Prices:
    try:
        table = yaml.safe_load(file.read_text(encoding="utf-8"))
        return TypeAdapter(Prices).validate_python(table)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"{name}: cannot be read as YAML: {error}") from error
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        where = ".".join(map(str, first["loc"]))
        raise ConfigError(f"{name}: {where}: {first['msg']}") from error
