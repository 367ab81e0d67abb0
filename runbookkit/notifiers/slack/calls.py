"""Calls of Slack's Web API, and what their refusals mean."""

from __future__ import annotations

import http.client
import logging
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final, cast

from runbookkit.errors import ConfigError, NotifierError
from runbookkit.plaintext import cut, one_line

if TYPE_CHECKING:
    from slack_sdk import WebClient

_MOST_CALLS: Final = 10
"""Of one effect: its lease ends some time."""
_READING: Final = frozenset(
    {
        "auth.test",
        "conversations.history",
        "conversations.replies",
        "users.conversations",
    }
)
_DENIED: Final = frozenset(
    {
        "account_inactive",
        "invalid_auth",
        "missing_scope",
        "not_authed",
        "token_expired",
        "token_revoked",
    }
)
"""Somebody has to change the token or its scopes; until then trying is in vain."""
_PASSING: Final = frozenset(
    {
        "fatal_error",
        "internal_error",
        "message_limit_exceeded",
        "ratelimited",
        "rate_limited",
        "request_timeout",
        "service_unavailable",
        "team_added_to_org",
    }
)
_CODE: Final = re.compile(r"[a-z0-9_]{1,80}")
_DENIED_AGAIN: Final = 60.0
_STILL_UNDER_WAY: Final = 2
_LONGEST: Final = 200


def client_of(token: str, base_url: str, seconds: float) -> WebClient:
    """Return the SDK's client; nothing is sent yet.

    Raises:
        ConfigError: The SDK is not installed, or the token is none.
    """
    if not token.isascii() or not token.strip() or token != token.strip():
        raise ConfigError(
            "slack: there is no token; set RUNBOOK_NOTIFIERS__SLACK__TOKEN"
        )
    try:
        from slack_sdk import WebClient
    except ImportError as error:
        raise ConfigError(
            "slack needs its SDK: uv tool install 'runbookkit[slack]'"
        ) from error
    quiet = logging.getLogger("runbookkit.slack")
    quiet.addHandler(logging.NullHandler())
    quiet.propagate = False
    return WebClient(
        token,
        base_url=base_url,
        timeout=cast("int", seconds),  # sockets take fractions
        # the SDK would send again what was applied before the connection broke
        retry_handlers=[],
        # its messages hold what people wrote
        logger=quiet,
    )


class Calls:
    """The calls that one effect makes."""

    def __init__(self, notifier: str, client: WebClient) -> None:
        self._notifier = notifier
        self._client = client
        self._left = _MOST_CALLS

    def __call__(
        self,
        method: str,
        arguments: Mapping[str, Any],
        *,
        allow: tuple[str, ...] = (),
    ) -> Mapping[str, Any]:
        """Call a method; return its answer, also with an ``error`` out of ``allow``.

        Raises:
            NotifierError: It was refused, or its answer was lost.
        """
        from slack_sdk.errors import (
            SlackApiError,
            SlackClientError,
        )

        self._left -= 1
        if self._left < 0:
            raise self._error(f"{method}: too many calls for one effect; goes on later")
        try:
            # methods that only read take no JSON
            way = "data" if method in _READING else "json"
            answer = self._client.api_call(method, **{way: dict(arguments)})  # type: ignore[arg-type]
        except SlackApiError as error:
            refused = _body(error)
            if refused.get("error") in allow:
                return refused
            raise self._refusal(method, error, refused) from error
        except (
            SlackClientError,
            OSError,
            http.client.HTTPException,
            ValueError,
            LookupError,
        ) as error:
            # what was sent may still be carried out: it is looked for after that
            later = _STILL_UNDER_WAY * self._client.timeout
            raise self._error(f"{method}: {_said(error)}", after=later) from error
        body = answer.data
        return body if isinstance(body, dict) else {}

    def pages(
        self, method: str, arguments: Mapping[str, Any], name: str, most: int
    ) -> list[Mapping[str, Any]]:
        """Return the list ``name`` of all pages, of ``most`` pages at most."""
        found: list[Mapping[str, Any]] = []
        cursor = ""
        for _ in range(most):
            more = {**arguments, "cursor": cursor} if cursor else arguments
            answer = self(method, more)
            found.extend(answer.get(name) or ())
            cursor = (answer.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                break
        return found

    def _refusal(
        self, method: str, error: Any, body: Mapping[str, Any]
    ) -> NotifierError:
        status = error.response.status_code
        told = str(body.get("error") or "")
        # the SDK puts a page that is no answer of Slack's where the code is
        code = told if _CODE.fullmatch(told) else ""
        details = (body.get("response_metadata") or {}).get("messages") or ()
        said = ": ".join(filter(None, (method, code or f"answers {status}", *details)))
        if status == 429 or code in _DENIED:
            after = _DENIED_AGAIN if code in _DENIED else _after(error)
            return self._error(said, after=after)
        passing = status >= 500 or code in _PASSING
        return self._error(said, retryable=passing or not code)

    def _error(
        self, message: str, *, retryable: bool = True, after: float | None = None
    ) -> NotifierError:
        return NotifierError(
            cut(one_line(message), _LONGEST),
            notifier=self._notifier,
            retryable=retryable,
            retry_after=after,
        )


def _body(error: Any) -> Mapping[str, Any]:
    data = error.response.data
    return data if isinstance(data, dict) else {}


def _after(error: Any) -> float | None:
    headers = {k.lower(): v for k, v in error.response.headers.items()}
    told = str(headers.get("retry-after", ""))
    return float(told) if told.isdecimal() else None


def _said(error: BaseException) -> str:
    return str(error) or type(error).__name__
