"""The one exception tree; every message says where, what, and what now."""

from __future__ import annotations


class RunbookkitError(Exception):
    """The root of everything this package raises on purpose."""


class UsageError(RunbookkitError):
    """What was asked for makes no sense; leads to exit code 2."""


class NotFoundError(UsageError):
    """What was asked for is not there."""


class ConfigError(UsageError):
    """A configuration file or value cannot be used."""


class TemplateError(UsageError):
    """A template document does not say what a template must say."""


class CouldNotCheckError(RunbookkitError):
    """A check could not run, so it says neither yes nor no; leads to exit code 3."""


class BackendError(CouldNotCheckError):
    """An engine gave no answer that can be judged; the message names it."""

    def __init__(self, message: str, *, backend: str, retryable: bool = False) -> None:
        super().__init__(f"{backend}: {message}")
        self.backend = backend
        self.retryable = retryable


class QueryRejectedError(BackendError):
    """The query is wrong; asking again changes nothing."""


class BackendUnavailableError(BackendError):
    """The server is wrong: unreachable, overloaded, or not what it should be."""


class BackendTimeoutError(BackendUnavailableError):
    """No whole answer came in the time that the step allows."""


class NeverBegunError(BackendError):
    """A change whose result was asked for was never begun, and will not be."""


class AnswerTooLargeError(BackendError):
    """The answer is larger than the bound; ask for less."""


class QuotingError(RunbookkitError):
    """A value cannot stand inside a string of a query language."""


class StoreError(RunbookkitError):
    """The log of events cannot be read or written."""


class ConflictError(StoreError):
    """Somebody else appended to the stream meanwhile; read it again."""


class NotifierError(RunbookkitError):
    """An effect outside is not known to have happened; the message names it."""

    def __init__(
        self,
        message: str,
        *,
        notifier: str,
        retryable: bool,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(f"{notifier}: {message}")
        self.notifier = notifier
        self.retryable = retryable
        self.retry_after = retry_after
        """Seconds, as the other side asked for."""


class SessionError(UsageError):
    """What was asked of a run does not fit its state."""


class PlayerError(CouldNotCheckError):
    """The player of an audit said nothing that can be used: no pass, and no gap."""

    def __init__(self, message: str, *, reason: str) -> None:
        super().__init__(message)
        self.reason = reason
        """A word for reports: ``overloaded``, ``cut``, ``budget``, ``offline``, …"""


class SecretError(UsageError):
    """A secret stands in what was to leave this machine; nothing was sent."""


class DeliveryError(RunbookkitError):
    """A webhook's body is not what its sender should send; it is kept as it came."""


class IncidentError(UsageError):
    """What was asked of an incident does not fit its state."""
