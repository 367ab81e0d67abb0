"""Open the provider's client; the only place that imports its library."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from typing import Any, Final

from runbookkit.audit.players.messages.guard import RETRIED
from runbookkit.errors import PlayerError, UsageError
from runbookkit.http import LibraryError
from runbookkit.model.options import AuditOptions

_KEY: Final = "ANTHROPIC_API_KEY"
_TOKEN: Final = "ANTHROPIC_AUTH_TOKEN"  # noqa: S105  the name of a variable
_OTHER_WAYS: Final = ("ANTHROPIC_PROFILE", "ANTHROPIC_FEDERATION_RULE_ID")
_NEEDED: Final = {"bedrock": "boto3", "vertex": "google.auth"}
_CONTENT: Final = 200
"""Letters of a server's message that are repeated."""


def check(options: AuditOptions, variables: Mapping[str, str]) -> None:
    """Look whether a model can be asked at all, before anything is.

    Raises:
        UsageError: No model or no credential is given, or what is sent would
            be written into the log of a build.
    """
    if not options.model:
        raise UsageError(
            "no model is configured; set `model` under [audit] or pass --model, or play"
            " without one: --player literal"
        )
    if variables.get("CI") and variables.get("ANTHROPIC_LOG") == "debug":
        raise UsageError(
            "ANTHROPIC_LOG=debug would write requests into the build's log; unset it"
        )
    if options.provider == "anthropic" and not _lets_in(options, variables):
        raise UsageError(
            f"no credential: set {_KEY}, or `profile` under [audit], or play without"
            " a model: --player literal"
        )


def _lets_in(options: AuditOptions, variables: Mapping[str, str]) -> bool:
    ways = (_KEY, _TOKEN, *_OTHER_WAYS)
    return bool(options.profile) or any(variables.get(name) for name in ways)


def known_secrets(variables: Mapping[str, str]) -> tuple[str, ...]:
    """Return the credentials, which must never stand in what is sent."""
    return tuple(value for name in (_KEY, _TOKEN) if (value := variables.get(name)))


def opened(options: AuditOptions, variables: Mapping[str, str]) -> Any:
    """Return the client of the configured provider; nothing is sent yet.

    Raises:
        UsageError: The library is not installed, or it lacks something.
    """
    check(options, variables)
    try:
        import anthropic
    except ModuleNotFoundError as error:
        raise UsageError(
            "a model is played through the package anthropic: install runbookkit[audit]"
        ) from error
    _check_provider(options, variables)
    common: dict[str, Any] = {
        "max_retries": options.retries,
        "timeout": options.seconds,
        "open_telemetry": False,
    }
    if options.base_url:
        common["base_url"] = options.base_url
    makers: Mapping[str, Callable[[], Any]] = {
        "anthropic": lambda: anthropic.Anthropic(
            **common, **_credential(options, variables)
        ),
        "bedrock": lambda: anthropic.AnthropicBedrock(
            **common,
            **_given(
                aws_region=options.region,
                aws_profile=options.profile,
                api_key=variables.get("AWS_BEARER_TOKEN_BEDROCK", ""),
            ),
        ),
        "vertex": lambda: anthropic.AnthropicVertex(
            **common, **_given(region=options.region, project_id=options.project)
        ),
    }
    try:
        return makers[options.provider]()
    except (anthropic.AnthropicError, ImportError, ValueError) as error:
        raise UsageError(f"{options.provider}: {_first_line(error)}") from error


def _check_provider(options: AuditOptions, variables: Mapping[str, str]) -> None:
    """Look for what the library itself looks for only when it sends."""
    needed = _NEEDED.get(options.provider, "")
    if options.provider == "bedrock" and variables.get("AWS_BEARER_TOKEN_BEDROCK"):
        return
    if needed and not _is_installed(needed):
        raise UsageError(
            f"{options.provider} is asked through {needed}: install"
            f" anthropic[{options.provider}]"
        )


def _is_installed(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


def _credential(options: AuditOptions, variables: Mapping[str, str]) -> dict[str, Any]:
    if options.profile:
        return {"profile": options.profile}
    if key := variables.get(_KEY):
        return {"api_key": key}
    return _given(auth_token=variables.get(_TOKEN, ""))


def _given(**values: str) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value}


@contextmanager
def failures(provider: str) -> Iterator[None]:
    """Turn whatever a client may raise into one error that is never a verdict.

    The library lets through its own errors, those of the HTTP library under it,
    and plain ones where an answer cannot be parsed.

    Raises:
        PlayerError: The call brought nothing that can be used.
    """
    import anthropic

    try:
        yield
    except anthropic.APIStatusError as error:
        raise _status(provider, error) from error
    except anthropic.APITimeoutError as error:
        raise PlayerError(
            f"{provider}: no answer in time", reason="time-out"
        ) from error
    except anthropic.APIConnectionError as error:
        cause = _first_line(error.__cause__ or error)
        message = f"{provider}: cannot be reached: {cause}"
        raise PlayerError(message, reason="unreachable") from error
    except anthropic.AnthropicError as error:
        message = f"{provider}: {_first_line(error)}"
        raise PlayerError(message, reason="client") from error
    except LibraryError as error:
        message = f"{provider}: the answer was cut off: {_first_line(error)}"
        raise PlayerError(message, reason="cut") from error
    except (ValueError, TypeError, LookupError, AttributeError, RuntimeError) as error:
        message = f"{provider}: the answer cannot be read: {type(error).__name__}"
        raise PlayerError(message, reason="malformed") from error


def _status(provider: str, error: Any) -> PlayerError:
    """Return the error of a status; the body's type counts, since a stream has 200."""
    kind = str(error.type or f"status {error.status_code}")
    said = _first_line(error.api_message or error)
    tried = "; it was tried again before" if error.status_code in RETRIED else ""
    request = f" (request {error.request_id})" if error.request_id else ""
    return PlayerError(
        f"{provider}: {kind.replace('_', ' ')}: {said}{tried}{request}",
        reason=kind.removesuffix("_error").replace("_", " "),
    )


def _first_line(error: object) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:_CONTENT] if lines else type(error).__name__
