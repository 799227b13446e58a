"""The way a request takes to a model's server: straight, or through the official SDK where that knows more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple, Protocol
from urllib.parse import urlsplit

from querywright.errors import ModelUnavailable
from querywright.models.failures import BROKEN_OFF, CUT_BODY, TOO_LARGE, UNREACHABLE, UNTRUSTED, AttemptFailed, Failure
from querywright.models.settings import ModelSettings

if TYPE_CHECKING:
    import httpx2

CONNECT_SECONDS = 10.0
LARGEST_BODY = 4 * 1024 * 1024
"""Bytes of a response; a longer one is refused before it is read."""
AZURE_VERSION = "2024-10-21"


class Response(NamedTuple):
    """What a server answered. Names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Wire(Protocol):
    """Sends a request and brings the response, whatever its status; it knows nothing of deadlines and retries."""

    async def post(self, path: str, body: bytes) -> Response:
        """Send this JSON. Raises AttemptFailed where there is no whole response."""

    async def close(self) -> None:
        """Let go of the connections."""


def wire_to(settings: ModelSettings, key: str | None) -> Wire:
    """The way to a model's server: straight, unless it is Azure's or behind a proxy.

    Raises ModelUnavailable where its address is none.
    """
    address = settings.base_url or "https://api.openai.com/v1"
    parts = urlsplit(address)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ModelUnavailable(f"base_url {address!r} is no address: it begins with http:// or https://", settings.name)
    if _speaks_azure(settings) or _behind_proxy(address):
        return SdkWire(settings, key)
    from querywright.models.direct import DirectWire

    return DirectWire(address, {"Authorization": f"Bearer {key}"} if key else {})


class SdkWire:
    """Requests over the `openai` SDK and its HTTP library: four times the processor time, and all their knowledge."""

    def __init__(self, settings: ModelSettings, key: str | None) -> None:
        import httpx2
        import openai

        limits = httpx2.Limits(
            max_connections=settings.concurrency, max_keepalive_connections=settings.concurrency, keepalive_expiry=4.0
        )
        http = httpx2.AsyncClient(limits=limits, timeout=httpx2.Timeout(None, connect=CONNECT_SECONDS))
        # The SDK wants a key even where the server does not.
        secret = key or "none"
        self._client: openai.AsyncOpenAI
        if _speaks_azure(settings):
            self._client = openai.AsyncAzureOpenAI(
                azure_endpoint=settings.base_url or "", azure_deployment=settings.model, api_version=AZURE_VERSION,
                api_key=secret, max_retries=0, http_client=http,
            )  # fmt: skip
        else:
            self._client = openai.AsyncOpenAI(
                base_url=settings.base_url, api_key=secret, max_retries=0, http_client=http
            )

    async def post(self, path: str, body: bytes) -> Response:
        """Send this JSON. Raises AttemptFailed where there is no whole response."""
        import httpx2
        import openai

        try:
            response = await self._client.post(
                path, cast_to=httpx2.Response, content=body, stream=True, stream_cls=openai.AsyncStream[object],
                options={"headers": {"Content-Type": "application/json"}},
            )  # fmt: skip
            return await _read(response)  # type: ignore[arg-type]
        except openai.APIStatusError as error:
            return Response(error.status_code, _lower(error.response.headers), error.response.content)
        except openai.APIConnectionError as error:
            raise AttemptFailed(_connecting(error)) from error
        except httpx2.HTTPError as error:
            raise AttemptFailed(Failure(CUT_BODY, str(error))) from error

    async def close(self) -> None:
        """Let go of the connections."""
        await self._client.close()


async def _read(response: httpx2.Response) -> Response:
    body = bytearray()
    try:
        async for part in response.aiter_bytes():
            body += part
            if len(body) > LARGEST_BODY:
                raise AttemptFailed(Failure(TOO_LARGE, f"more than {LARGEST_BODY:,} bytes"))
    finally:
        await response.aclose()
    return Response(response.status_code, _lower(response.headers), bytes(body))


def _lower(headers: Mapping[str, str]) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


def _connecting(error: Exception) -> Failure:
    import ssl

    import httpx2

    cause: BaseException | None = error.__cause__
    unconnected = isinstance(cause, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.ProxyError)
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return Failure(UNTRUSTED, cause.verify_message)
        cause = cause.__cause__ or cause.__context__
    detail = str(error.__cause__ or error)
    return Failure(UNREACHABLE if unconnected else BROKEN_OFF, detail)


def _speaks_azure(settings: ModelSettings) -> bool:
    """Whether the model's name is in the path; Azure's newer addresses are asked as everybody is."""
    return settings.provider == "azure" and "/openai/v1" not in (settings.base_url or "")


def _behind_proxy(address: str) -> bool:
    from urllib.request import getproxies, proxy_bypass

    parts = urlsplit(address)
    proxies = getproxies()
    return bool(proxies.get(parts.scheme) or proxies.get("all")) and not proxy_bypass(parts.hostname or "")
