"""What network failures read like to a person."""

from __future__ import annotations

import aiohttp
import httpx
from aiohttp.http_exceptions import ContentLengthError, TransferEncodingError

from runtime.network.guard import Target
from runtime.sdk import ErrorClass, NodeError

FAILURES = (httpx.HTTPError, httpx.InvalidURL, aiohttp.ClientError, OSError, ValueError)


def failure(error: Exception, target: Target) -> NodeError:
    """The NodeError for whatever the HTTP library raised."""
    cause = error.__cause__ or error
    host = target.host
    if isinstance(cause, aiohttp.ClientConnectorDNSError):
        return _network(f"There is no host called “{host}”.", "Check the address for typos.")
    if isinstance(cause, (aiohttp.ClientConnectorCertificateError, aiohttp.ClientSSLError)):
        return _network(
            f"The certificate of “{host}” is not valid, so nothing was sent.",
            "Ask whoever runs it, or check the address.",
        )
    if isinstance(error, httpx.TimeoutException) and isinstance(cause, aiohttp.ServerTimeoutError):
        return timed_out(target, None)
    if isinstance(cause, aiohttp.ClientConnectorError):
        return _network(
            f"“{host}” did not accept the connection on port {target.port}.",
            "It may be down for a moment; a later try may help.",
        )
    if isinstance(cause, (aiohttp.ServerDisconnectedError, aiohttp.ClientOSError)):
        return _network(f"“{host}” closed the connection before it answered.")
    if isinstance(cause, aiohttp.ClientPayloadError) and _broken_off(cause):
        return _network(f"“{host}” closed the connection in the middle of its answer.")
    if isinstance(error, aiohttp.ClientResponseError) or isinstance(
        cause, (aiohttp.ClientPayloadError, aiohttp.ClientResponseError)
    ):
        return _bad(f"“{host}” sent an answer that breaks off or cannot be read.")
    if isinstance(error, httpx.DecodingError):
        return _bad(f"“{host}” sent an answer that cannot be unpacked.")
    if isinstance(error, (httpx.InvalidURL, ValueError)):
        return NodeError(
            "The request cannot be sent like this: an address or header holds characters that do "
            "not belong there.",
            error_class=ErrorClass.INPUT,
            retryable=False,
            fix="Look at the data that goes into the address and the headers.",
        )
    return _network(f"The connection to “{host}” failed.")


def _broken_off(error: aiohttp.ClientPayloadError) -> bool:
    """Whether the answer was good as far as it came: a later try may bring the rest."""
    cause = error.__cause__
    missing = isinstance(cause, TransferEncodingError) and "Not enough data" in str(cause)
    return missing or isinstance(cause, ContentLengthError)


def timed_out(target: Target, seconds: float | None) -> NodeError:
    """It took too long."""
    within = f" within {seconds:g} s" if seconds else " in time"
    return NodeError(f"“{target.host}” did not answer{within}.", error_class=ErrorClass.TIMEOUT)


def too_large(limit: int) -> NodeError:
    """The answer does not fit."""
    return NodeError(
        f"The answer is larger than {limit / 1_000_000:g} MB.",
        error_class=ErrorClass.BAD_ANSWER,
        retryable=False,
        fix="Ask for less at once, for example page by page.",
    )


def _network(message: str, fix: str | None = None) -> NodeError:
    return NodeError(message, error_class=ErrorClass.NETWORK, fix=fix)


def _bad(message: str) -> NodeError:
    return NodeError(message, error_class=ErrorClass.BAD_ANSWER)
