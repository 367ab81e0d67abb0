"""The way out: text is made fit to leave this machine, or is not sent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from runbookkit.audit.sensitive import private_finders, secret_places
from runbookkit.errors import SecretError
from runbookkit.redact import TOKEN, Redactor


class Outgoing:
    """Replaces what is private by tokens, and refuses what is secret.

    The same text gets the same token everywhere; lines stay lines. What stands
    behind a token is known to nobody but this object.
    """

    def __init__(self, *, hosts: Sequence[str] = (), replace_secrets: bool) -> None:
        self._replace = replace_secrets
        self._redact = Redactor((secret_places, *private_finders(hosts)))

    def text(self, text: str, where: str) -> str:
        """Return a text as it may leave.

        Raises:
            SecretError: A secret stands in it, and secrets are not to be replaced.
        """
        if not self._replace:
            self._refuse(text, where)
        return self._redact(text)

    def data(self, value: Any, where: str) -> Any:
        """Return data of any shape with its texts as they may leave.

        Raises:
            SecretError: A secret stands in one of them.
        """
        match value:
            case str():
                return self.text(value, where)
            case list() | tuple():
                kind = type(value)
                return kind(self.data(each, where) for each in value)
            case dict():
                return {
                    self.text(str(key), where): self.value_of(key, each, where)
                    for key, each in value.items()
                }
            case _:
                return value

    def value_of(self, key: Any, value: Any, where: str) -> Any:
        """Return the value of a key, whose name may say that it is a secret.

        Raises:
            SecretError: It is one.
        """
        if not isinstance(value, str):
            return self.data(value, where)
        # the finders look at what stands before a value
        before = f"{key}: "
        told = self.text(f"{before}{value}", where)
        return (
            told[len(before) :] if told.startswith(before) else self.text(value, where)
        )

    def _refuse(self, text: str, where: str) -> None:
        for place in secret_places(text):
            line = text.count("\n", 0, place.start) + 1
            raise SecretError(
                f"{where}:{line}: a secret stands here, so nothing was sent; replace it"
                " where it is used and name the place that holds it, or let --redact"
                " put a token in its place"
            )


@dataclass(frozen=True, slots=True)
class LastLook:
    """Looks at what is about to be sent, whoever made it; the last of two walls."""

    never: Sequence[str] = ()
    """Values that are known to be secret here, such as the key itself."""

    def __call__(self, body: Any) -> None:
        """Look at a body.

        Raises:
            SecretError: A secret stands in it.
        """
        for text in texts_of(body):
            if any(each in text for each in self.never if each) or _holds_secret(text):
                raise SecretError(
                    "what was about to be sent holds a secret, so nothing was sent;"
                    " look at it with --print-request, and report this as a fault"
                )


@lru_cache(maxsize=256)
def _holds_secret(text: str) -> bool:
    """Tell whether a text holds one; most of a request was looked at a turn ago."""
    return next(secret_places(TOKEN.sub("…", text)), None) is not None


def texts_of(value: Any) -> list[str]:
    """Return every text of some data, at whatever depth."""
    pending, found = [value], []
    while pending:
        each = pending.pop()
        if isinstance(each, str):
            found.append(each)
        elif isinstance(each, Mapping):
            pending += each.values()
        elif isinstance(each, (list, tuple)):
            pending += each
    return found
