"""HTTP/1.1 to one server over kept connections: no more than a chat completion needs, at a tenth of a library's time.

It speaks to servers that are reached directly; proxies and Azure are the SDK's (`wires.py`).
"""

from __future__ import annotations

import asyncio
import errno
import os
import ssl
from collections.abc import Mapping
from time import monotonic
from urllib.parse import urlsplit

from querywright.models.failures import BROKEN_OFF, CUT_BODY, TOO_LARGE, UNREACHABLE, UNTRUSTED, AttemptFailed, Failure
from querywright.models.wires import CONNECT_SECONDS, LARGEST_BODY, Response

IDLE_SECONDS = 4.0
"""Connections are not used again after so long: many servers close theirs after five."""
LARGEST_HEAD = 65_536


class DirectWire:
    """Connections to one server, as many as there are requests at once; each is used again and again."""

    def __init__(self, base_url: str, headers: Mapping[str, str]) -> None:
        address = urlsplit(base_url)
        self._host = address.hostname or ""
        self._secure = address.scheme == "https"
        self._port = address.port or (443 if self._secure else 80)
        self._path = address.path.rstrip("/")
        self._query = f"?{address.query}" if address.query else ""
        host = address.netloc.rpartition("@")[2]
        own = {"Host": host, "Content-Type": "application/json", "Accept": "application/json"}
        lines = "".join(f"{name}: {value}\r\n" for name, value in {**own, **headers}.items())
        self._headers = lines.encode("latin-1")
        self._idle: list[tuple[float, _Connection]] = []
        self._tls: ssl.SSLContext | None = None

    async def post(self, path: str, body: bytes) -> Response:
        """Send the body and wait for the whole answer. Raises AttemptFailed."""
        connection = self._kept() or await self._connect()
        target = f"{self._path}{path}{self._query}"
        head = b"POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n" % (target.encode(), self._headers, len(body))
        try:
            response = await connection.exchange(head + body)
        except BaseException:
            connection.abort()
            raise
        if connection.reusable:
            self._idle.append((monotonic(), connection))
        else:
            connection.abort()
        return response

    async def close(self) -> None:
        """Close every connection that is not in use."""
        while self._idle:
            self._idle.pop()[1].abort()
        await asyncio.sleep(0)  # the sockets are closed in the next turn of the loop

    def _kept(self) -> _Connection | None:
        """The connection that was used last; those that lay too long are closed."""
        while self._idle:
            since, connection = self._idle.pop()
            if connection.reusable and monotonic() - since < IDLE_SECONDS:
                return connection
            connection.abort()
        return None

    async def _connect(self) -> _Connection:
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                _, connection = await loop.create_connection(_Connection, self._host, self._port, ssl=self._context())
        except ssl.SSLCertVerificationError as error:
            raise AttemptFailed(Failure(UNTRUSTED, error.verify_message)) from error
        except TimeoutError as error:
            raise AttemptFailed(Failure(UNREACHABLE, f"no connection in {CONNECT_SECONDS:.0f} s")) from error
        except (OSError, UnicodeError) as error:
            raise AttemptFailed(Failure(UNREACHABLE, _why(error))) from error
        return connection

    def _context(self) -> ssl.SSLContext | None:
        if self._secure and self._tls is None:
            import httpx2

            # The same certificates that the SDK trusts.
            self._tls = httpx2.create_ssl_context()
        return self._tls


class _Connection(asyncio.Protocol):
    """One connection: one exchange after the other."""

    def __init__(self) -> None:
        self.reusable = False
        self._transport: asyncio.Transport
        self._answer: asyncio.Future[Response] | None = None
        self._begin()

    def _begin(self) -> None:
        self._buffer = bytearray()
        self._status = 0
        self._headers: dict[str, str] = {}
        self._length: int | None = None
        self._stays = False
        self._chunks: bytearray | None = None

    async def exchange(self, request: bytes) -> Response:
        self.reusable = False
        self._begin()
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def abort(self) -> None:
        self.reusable = False
        self._answer = None
        self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        if self._answer is None or self._answer.done():
            self.abort()  # nobody asked
            return
        self._buffer += data
        try:
            self._read()
        except AttemptFailed as failed:
            self._fail(failed.failure)
        except ValueError as error:
            self._fail(Failure(CUT_BODY, f"no HTTP: {error}"))

    def connection_lost(self, exc: Exception | None) -> None:
        self.reusable = False
        if self._answer is None or self._answer.done():
            return
        if self._status and self._length is None and self._chunks is None and exc is None:
            self._stays = False
            self._finish(bytes(self._buffer), end=len(self._buffer))  # the body ends with the connection
        elif self._status or self._buffer:
            self._fail(Failure(CUT_BODY, "the connection ended in the middle"))
        else:
            self._fail(Failure(BROKEN_OFF, "the server closed the connection"))

    def _fail(self, failure: Failure) -> None:
        answer, self._answer = self._answer, None
        if answer is not None and not answer.done():
            answer.set_exception(AttemptFailed(failure))
        self._transport.abort()

    def _read(self) -> None:
        if not self._status and not self._read_head():
            return
        if self._chunks is not None:
            self._read_chunks()
            return
        _bounded(max(self._length or 0, len(self._buffer)))
        if self._length is not None and len(self._buffer) >= self._length:
            self._finish(bytes(self._buffer[: self._length]), end=self._length)

    def _read_head(self) -> bool:
        while True:
            end = self._buffer.find(b"\r\n\r\n")
            if end < 0:
                if len(self._buffer) > LARGEST_HEAD:
                    raise ValueError("its head has no end")
                return False
            first, *lines = self._buffer[:end].decode("latin-1").split("\r\n")
            del self._buffer[: end + 4]
            version, status = first.split(" ", 2)[:2]
            if not version.startswith("HTTP/1."):
                raise ValueError(f"it begins with {version[:20]!r}")
            if int(status) >= 200:  # a 1xx goes before the real one
                break
        self._status = int(status)
        self._headers = {name.strip().lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
        wish = self._headers.get("connection", "").lower()
        self._stays = "keep-alive" in wish if version == "HTTP/1.0" else "close" not in wish
        if "chunked" in self._headers.get("transfer-encoding", "").lower():
            self._chunks = bytearray()
        elif "content-length" in self._headers:
            self._length = int(self._headers["content-length"])
        elif self._status in (204, 304):
            self._length = 0
        return True

    def _read_chunks(self) -> None:
        assert self._chunks is not None
        while (end := self._buffer.find(b"\r\n")) >= 0:
            size = int(bytes(self._buffer[:end]).partition(b";")[0], 16)
            _bounded(len(self._chunks) + size)
            if size == 0:
                # Trailers are read over; an empty line ends them.
                if (last := self._buffer.find(b"\r\n\r\n", end)) >= 0:
                    self._finish(bytes(self._chunks), end=last + 4)
                return
            if len(self._buffer) < end + 2 + size + 2:
                return
            if self._buffer[end + 2 + size : end + 4 + size] != b"\r\n":
                raise ValueError("a chunk does not end where it should")
            self._chunks += self._buffer[end + 2 : end + 2 + size]
            del self._buffer[: end + 2 + size + 2]

    def _finish(self, body: bytes, end: int) -> None:
        """The answer is whole; it ends there in the buffer."""
        answer, self._answer = self._answer, None
        # What nobody asked for would be taken for the next answer.
        self.reusable = self._stays and end == len(self._buffer)
        if answer is not None and not answer.done():
            answer.set_result(Response(self._status, self._headers, body))


def _bounded(size: int) -> None:
    if size > LARGEST_BODY:
        raise AttemptFailed(Failure(TOO_LARGE, f"more than {LARGEST_BODY:,} bytes"))


def _why(error: OSError | UnicodeError) -> str:
    """The operating system's words for it; asyncio's own are a tuple in a sentence."""
    number = getattr(error, "errno", None)
    if isinstance(number, int) and number in errno.errorcode:
        return os.strerror(number)
    return getattr(error, "strerror", None) or str(error)
