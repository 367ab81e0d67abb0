"""Slack's Socket Mode: we connect, and Slack tells us on that connection.

https://docs.slack.dev/apis/events-api/using-socket-mode: every envelope is
acknowledged by its id within three seconds, or the person is shown an error and an
event is sent again, to any of the connections of the app.
"""

from __future__ import annotations

import contextlib
import hashlib
import http.client
import json
import logging
import socket
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.builtin.connection import Connection
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from runbookkit.errors import StoreError
from runbookkit.server.bodies import RefusedError
from runbookkit.server.inbound.slack import Challenge, Told, enclosed
from runbookkit.server.slack_desk import SlackDesk, answer

_LOG: Final = logging.getLogger("runbookkit.server.slack")
_SECONDS: Final = 2.5
"""Until an envelope is answered whatever became of it; Slack waits for three."""
_HANDS: Final = 4
_LONGEST_WAIT: Final = 60.0
_BUFFER: Final = 64 * 1024
"""Bytes read at once; the SDK calls itself once more for each further piece."""
Unreadable = Callable[[str, bytes, str, str], None]
"""Keeps what nobody understood: source, body, digest, and what is wrong with it."""


class SlackSocket:
    """A connection to Slack that is opened again whenever it is lost."""

    def __init__(
        self,
        slack: SlackDesk,
        unreadable: Unreadable,
        *,
        token: str,
        base_url: str,
        pause: float = 1.0,
        seconds: float = _SECONDS,
    ) -> None:
        """Prepare a connection; it is opened by :meth:`start`.

        Args:
            slack: What is done about what Slack tells.
            unreadable: Keeps what nobody understands.
            token: App-level, ``xapp-…``.
            base_url: Of the Web API.
            pause: Seconds between two looks at the connection, and before the second
                attempt to open it; longer before each further one.
            seconds: Until an envelope is answered, kept or not.
        """
        self._slack = slack
        self._unreadable = unreadable
        self._pause = pause
        self._seconds = seconds
        self._client = _client(token, base_url, pause)
        self._client.socket_mode_request_listeners.append(self._told)
        self._hands = ThreadPoolExecutor(_HANDS, thread_name_prefix="slack")
        self._stop = threading.Event()
        self._keeper = threading.Thread(
            target=self._keep_connected, name=f"slack-socket-{slack.name}", daemon=True
        )

    @property
    def name(self) -> str:
        """Of the source."""
        return self._slack.name

    @property
    def is_connected(self) -> bool:
        """Whether Slack can tell us something now."""
        return self._client.is_connected()

    def start(self) -> None:
        """Connect, however long that takes, and stay connected."""
        self._keeper.start()

    def close(self) -> None:
        """Let go of the connection; what was being kept is kept."""
        self._stop.set()
        _stop_waiting(self._client.current_session)
        self._client.close()
        self._hands.shutdown()

    def _keep_connected(self) -> None:
        failures, wait = 0, 0.0
        while not self._stop.wait(wait):
            wait = self._pause
            if self._client.is_connected():
                failures = 0
                continue
            said = self._connected()
            if self._client.is_connected():
                _LOG.info("connected to Slack", extra={"source": self.name})
            else:
                wait = min(self._pause * 2**failures, _LONGEST_WAIT)
                failures = min(failures + 1, 16)
                _LOG.error(
                    "Slack cannot be reached; commands, buttons and messages wait",
                    extra={"source": self.name, "error": said, "failures": failures},
                )

    def _connected(self) -> str:
        """Connect, unless somebody else just did; return what went wrong."""
        try:
            self._client.connect_to_new_endpoint()
        except SlackApiError as error:
            return f"apps.connections.open: {error.response.get('error')}"
        except (
            SlackClientError,
            OSError,
            http.client.HTTPException,
            ValueError,
            LookupError,
        ) as error:
            return f"{type(error).__name__}: {error}"
        return "the connection was refused or ended at once"

    def _told(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Answer one envelope; an event that is not kept is not acknowledged."""
        is_event = request.type == "events_api"
        envelope = str(request.envelope_id)
        kept = self._hands.submit(self._taken, request.type, envelope, request.payload)
        try:
            said = kept.result(self._seconds)
        except TimeoutError:
            said = "this takes long; look at the incident before you ask again"
            self._complain("not kept in time", envelope, is_event=is_event)
        except StoreError as error:
            said = "it could not be stored; try again"
            self._complain(str(error), envelope, is_event=is_event)
        else:
            is_event = False
        if is_event:
            return  # Slack sends it again, and it is kept once
        wanted = said and request.accepts_response_payload
        payload = answer(said) if wanted else None
        client.send_socket_mode_response(SocketModeResponse(envelope, payload))

    def _taken(self, kind: str, envelope: str, payload: Any) -> str:
        body = json.dumps(payload).encode()
        try:
            told: Told = enclosed(kind, body)
        except RefusedError as refused:
            digest = hashlib.sha256(body).hexdigest()
            self._unreadable(self.name, body, digest, refused.said)
            return ""
        return self._slack.take(None if isinstance(told, Challenge) else told, envelope)

    def _complain(self, error: str, envelope: str, *, is_event: bool) -> None:
        _LOG.error(
            "Slack was not answered; it sends the event again"
            if is_event
            else "a command of Slack could not be carried out",
            extra={"source": self.name, "envelope": envelope, "error": error},
        )


class _Client(SocketModeClient):
    """The SDK's client, which is not held up by the connection that it gives up."""

    def connect_to_new_endpoint(self, force: bool = False) -> None:  # noqa: FBT001, FBT002  the SDK calls it so
        """Connect to where Slack says now."""
        _stop_waiting(self.current_session)
        super().connect_to_new_endpoint(force)


def _stop_waiting(session: Connection | None) -> None:
    """End a wait for the next piece: who closes would wait as long, three seconds."""
    if session is not None and session.sock is not None:
        with contextlib.suppress(OSError):
            # the method of a TLS socket would go on without TLS
            socket.socket.shutdown(session.sock, socket.SHUT_RD)


def _client(token: str, base_url: str, pause: float) -> SocketModeClient:
    sdk = logging.getLogger("runbookkit.server.slack.sdk")
    sdk.setLevel(logging.WARNING)  # below that it logs what people wrote
    return _Client(
        token,
        logger=sdk,
        web_client=WebClient(
            base_url=base_url, timeout=5, retry_handlers=[], logger=sdk
        ),
        # it would try again every few seconds for ever; we wait longer each time
        auto_reconnect_enabled=False,
        ping_interval=5 * pause,
        receive_buffer_size=_BUFFER,
    )
