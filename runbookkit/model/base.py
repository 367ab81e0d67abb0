"""What all of our own data has in common."""

from __future__ import annotations

from typing import Any, ClassVar


class Data:
    """Our own data: refuses unknown keys, and its attribute docstrings are its schema.

    Subclasses are frozen slots dataclasses, so that parsing needs no
    validation library; the library reads the same classes when schemas are
    generated.
    """

    __slots__ = ()
    __pydantic_config__: ClassVar[dict[str, Any]] = {
        "use_attribute_docstrings": True,
        "extra": "forbid",
    }
