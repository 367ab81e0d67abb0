"""The way out: text is made fit to leave this machine, or is not sent."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
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

    def text(self, text: str, where: str = "") -> str:
        """Return a text as it may leave.

        Raises:
            SecretError: A secret stands in it, and secrets are not to be replaced.
        """
        if not self._replace:
            self._refuse(text, where)
        return self._redact(text)

    def _refuse(self, text: str, where: str) -> None:
        for place in secret_places(text):
            line = text.count("\n", 0, place.start) + 1
            raise SecretError(
                f"{where}:{line}: a secret stands here, so nothing was sent; replace it"
                " where it is used and name the place that holds it, or let --redact"
                " put a token in its place"
            )


def hidden_value(name: str, value: str, redact: Callable[[str], str]) -> str:
    """Return the value of a name as it may leave: the name may say it is secret.

    >>> hidden_value("password", "Tr4vel9kQz", Outgoing(replace_secrets=True).text)
    '«secret:1»'
    """
    before = f"{name}: "
    told = redact(f"{before}{value}")
    return told.removeprefix(before) if told.startswith(before) else redact(value)


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
