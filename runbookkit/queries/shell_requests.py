"""Tell which HTTP requests of curl, wget and HTTPie change something."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from runbookkit.queries.shell_arguments import (
    has_option,
    names,
    operands,
    option_values,
)
from runbookkit.queries.shell_commands import Command

READING: Final = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PROPFIND"})
_CURL_DATA: Final = (
    *("-d", "--data", "--data-raw", "--data-binary", "--data-urlencode"),
    *("--data-ascii", "--json", "-F", "--form"),
)
_WGET_DATA: Final = ("--post-data", "--post-file", "--body-data", "--body-file")
_METHODS: Final = names("GET, HEAD, OPTIONS, POST, PUT, PATCH, DELETE")

_READ_BY_POST: Final = re.compile(
    r"""
      /api/v1/(query|query_range|query_exemplars|series|labels|format_query)\b
    | /loki/api/v1/(query|query_range|series|labels|index/\w+|format_query)\b
    | /api/(search|traces|ds/query|v2/search)\b
    | /_(search|msearch|count|mget|validate|explain|field_caps|analyze|cat|sql)\b
    | /(oauth2?|openid|auth|sso|realms)/\S*\btoken\b | /(token|login)\b
    | /apis/authorization\.k8s\.io/
    """,
    re.VERBOSE,
)
_LOSES_BY_POST: Final = re.compile(
    r"/_delete_by_query\b|/delete_series\b|/loki/api/v1/delete\b|/clean_tombstones\b"
)


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request; ``target`` holds all operands that may be its address."""

    method: str
    target: str
    body: str = ""

    @property
    def reads(self) -> bool:
        """Whether the request changes nothing, as far as one can tell."""
        if self.method in READING:
            return True
        return self.method == "POST" and bool(_READ_BY_POST.search(self.target))

    @property
    def loses(self) -> bool:
        """Whether the request deletes something for good."""
        if self.method == "DELETE":
            # Deleting a silence makes alerts sound again, it loses nothing.
            return "/silence" not in self.target
        return not self.reads and bool(_LOSES_BY_POST.search(self.target))


def request(command: Command) -> Request | None:
    """Return the request that a command sends, or ``None`` when it sends none.

    >>> from runbookkit.queries.shell_commands import commands
    >>> request(commands("curl -d x=1 http://a/b")[0])
    Request(method='POST', target='http://a/b', body='x=1')
    """
    match command.name:
        case "curl":
            return _curl(command)
        case "wget":
            return _wget(command)
        case "http" | "https" | "xh":
            return _httpie(command)
        case _:
            return None


def _curl(command: Command) -> Request:
    body = " ".join(option_values(command, *_CURL_DATA))
    given = option_values(command, "-X", "--request")
    if given:
        method = given[-1].upper()
    elif has_option(command, "-G", "--get", "-I", "--head"):
        method = "GET"
    elif has_option(command, "-T", "--upload-file"):
        method = "PUT"
    else:
        method = "POST" if has_option(command, *_CURL_DATA) else "GET"
    return Request(method, _target(command), body)


def _wget(command: Command) -> Request:
    given = option_values(command, "--method")
    posts = has_option(command, *_WGET_DATA)
    method = given[-1].upper() if given else "POST" if posts else "GET"
    body = " ".join(option_values(command, *_WGET_DATA))
    return Request(method, _target(command), body)


def _httpie(command: Command) -> Request:
    words = operands(command)
    if words and words[0].upper() in _METHODS:
        return Request(words[0].upper(), " ".join(words[1:2]), " ".join(words[2:]))
    fields = [word for word in words[1:] if re.search(r"[^=:]:?=[^=]", word)]
    method = "POST" if fields or command.has_input else "GET"
    return Request(method, " ".join(words[:1]), " ".join(fields))


def _target(command: Command) -> str:
    return " ".join((*operands(command), *option_values(command, "--url")))
