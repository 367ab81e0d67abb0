"""Everything that apprise reaches: Teams, Opsgenie, Jira, Google Chat, mail.

Addresses: https://appriseit.com/services/

Apprise cannot ask whether something arrived, so an answer that was lost brings the
text twice: rather that than never.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from runbookkit.errors import ConfigError, NotifierError
from runbookkit.http import Transport
from runbookkit.model.base import Data
from runbookkit.model.effect import Effect, EffectKind, Receipt
from runbookkit.plaintext import cut, one_line, plain, web_address
from runbookkit.ports import Clock

if TYPE_CHECKING:
    from apprise import Apprise

NAME: Final = "apprise"
_TITLE: Final = 200
_BODY: Final = 4000
# whatever service it is, what would call people or become a link there does not
_CALLING: Final = re.compile(r"@(?=\w)|<(?=[!@#a-zA-Z/])|\]\(")


@dataclass(frozen=True, slots=True)
class Config(Data):
    """One service; several are several tables that use this notifier."""

    url: str = field(repr=False)
    """Apprise's address of the service; it holds the secrets."""


class AppriseNotifier:
    """Sends texts through one service; see :class:`runbookkit.ports.Notifier`."""

    name = NAME
    kinds: frozenset[EffectKind] = frozenset({"page", "post"})

    def __init__(self, config: Config) -> None:
        self._service = _service(config.url)

    def perform(self, effect: Effect, attempt: int) -> Receipt:  # noqa: ARG002  it cannot be asked
        """Send a text.

        Raises:
            NotifierError: The service did not take it.
        """
        title, body = words(effect)
        if not self._service.notify(body=body, title=title, body_format="text"):
            raise NotifierError(
                "the service did not take it; the log of apprise says why",
                notifier=NAME,
                retryable=True,
            )
        return Receipt()


def words(effect: Effect) -> tuple[str, str]:
    """Return title and body; nothing in them calls people or leads anywhere."""
    incident, block = effect.incident, effect.block
    title = f"[{incident.severity}] incident {incident.id}: {incident.title}"
    lines = [plain(effect.text)]
    if block and effect.kind == "page":
        lines += [f"{name}: {value}" for name, value in block.lines]
    body = _quiet("\n".join(lines))
    links = [web_address(url) for _, url in block.links] if block else []
    body = cut(body, _BODY) + "".join(f"\n{url}" for url in links if url)
    return cut(_quiet(one_line(title)), _TITLE), body or "-"


def _quiet(text: str) -> str:
    return _CALLING.sub(lambda found: f"{found[0][0]}\u200b{found[0][1:]}", plain(text))


def _service(url: str) -> Apprise:
    try:
        from apprise import Apprise, AppriseAsset
    except ImportError as error:
        raise ConfigError(
            "apprise needs its extra: uv tool install 'runbookkit[apprise]'"
        ) from error
    asset = AppriseAsset(app_id="runbookkit", async_mode=False, interpret_escapes=False)
    service = Apprise(asset=asset)
    if not service.add(url):
        raise ConfigError(
            "apprise: the address is none that it knows; see"
            " https://appriseit.com/services/ and set RUNBOOK_NOTIFIERS__APPRISE__URL"
        )
    return service


def connect(
    config: Config,
    *,
    clock: Clock,  # noqa: ARG001  the shape of a notifier
    transport: Transport | None = None,  # noqa: ARG001  apprise has its own
) -> AppriseNotifier:
    """Return the notifier of one service.

    Raises:
        ConfigError: Apprise is not installed, or does not know the address.
    """
    return AppriseNotifier(config)
