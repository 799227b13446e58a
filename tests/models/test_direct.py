"""HTTP as servers write it, byte by byte or all at once, and connections that are used again."""

from __future__ import annotations

import asyncio
import shutil
import ssl
import subprocess
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from querywright.models import direct
from querywright.models.direct import DirectWire
from querywright.models.failures import AttemptFailed
from querywright.models.wires import Response

OK = b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
Work = Callable[[DirectWire], Awaitable[object]]


def against(
    answer: bytes, work: Work, step: int = 0, close: bool = False, tls: ssl.SSLContext | None = None
) -> tuple[object, int, list[bytes]]:
    """What comes of the work with a server that answers each request so, in pieces; its connections and requests."""

    async def scene() -> tuple[object, int, list[bytes]]:
        connections, requests = 0, []

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            nonlocal connections
            connections += 1
            try:
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
                    requests.append(head + await reader.readexactly(length))
                    for start in range(0, len(answer), step or len(answer) or 1):
                        writer.write(answer[start : start + (step or len(answer))])
                        await writer.drain()
                        await asyncio.sleep(0)
                    if close:
                        break
            except (asyncio.IncompleteReadError, ConnectionError):
                pass
            finally:
                writer.close()

        server = await asyncio.start_server(serve, "127.0.0.1", 0, ssl=tls)
        port = server.sockets[0].getsockname()[1]
        scheme = "https" if tls else "http"
        wire = DirectWire(f"{scheme}://127.0.0.1:{port}/v1/?api-version=3", {"Authorization": "Bearer k"})
        try:
            return await work(wire), connections, requests
        finally:
            await wire.close()
            server.close()
            await asyncio.sleep(0.01)

    return asyncio.run(scene())


async def once(wire: DirectWire) -> Response:
    return await wire.post("/chat", b'{"a":1}')


def test_a_request_has_its_headers_its_path_and_its_body() -> None:
    _, _, (request,) = against(OK, once)
    head, _, body = request.partition(b"\r\n\r\n")
    first, *headers = head.decode().split("\r\n")
    assert first == "POST /v1/chat?api-version=3 HTTP/1.1"
    assert body == b'{"a":1}'
    assert {"Authorization: Bearer k", "Content-Type: application/json", "Content-Length: 7"} <= set(headers)


CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"


@pytest.mark.parametrize("step", [0, 1, 7])
@pytest.mark.parametrize(
    ("answer", "status", "body"),
    [
        (OK, 200, b"{}"),
        (b"HTTP/1.0 200 OK\r\ncontent-LENGTH:2\r\n\r\n{}", 200, b"{}"),
        (b"HTTP/1.1 503\r\nContent-Length: 0\r\n\r\n", 503, b""),
        (b"HTTP/1.1 100 Continue\r\n\r\n" + OK, 200, b"{}"),
        (CHUNKED + b"1\r\n{\r\n1;x=y\r\n}\r\n0\r\n\r\n", 200, b"{}"),
        (CHUNKED + b"D\r\n0\r\n0\r\n\r\n{}{}{\r\n0\r\nTrailer: x\r\n\r\n", 200, b"0\r\n0\r\n\r\n{}{}{"),
        (b"HTTP/1.1 204 No Content\r\n\r\n", 204, b""),
    ],
)
def test_an_answer_is_read_in_whatever_pieces_it_comes(answer: bytes, status: int, body: bytes, step: int) -> None:
    response, _, _ = against(answer, once, step)
    assert isinstance(response, Response)
    assert (response.status, response.body) == (status, body)


def test_an_answer_without_a_length_ends_with_its_connection() -> None:
    response, _, _ = against(b"HTTP/1.1 200 OK\r\n\r\n{}", once, close=True)
    assert isinstance(response, Response)
    assert response.body == b"{}"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (b"", "connection broken off"),
        (b"HTTP/1.1 200", "answer broken off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n{}", "answer broken off"),
        (CHUNKED + b"5\r\n{}", "answer broken off"),
        (CHUNKED + b"1\r\n{}\r\n0\r\n\r\n", "answer broken off"),
        (CHUNKED + b"zz\r\n{}", "answer broken off"),
        (b"SSH-2.0 hello\r\n\r\n", "answer broken off"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n{}", "answer too large"),
        (CHUNKED + b"FFFFFFF\r\n{}", "answer too large"),
        (b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 5_000_000, "answer too large"),
        (b"HTTP/1.1 200 OK\r\nX: " + b"x" * 100_000, "answer broken off"),
    ],
)
def test_an_answer_that_is_none_says_why(answer: bytes, reason: str) -> None:
    with pytest.raises(AttemptFailed) as caught:
        against(answer, once, close=True)
    assert caught.value.failure.kind.reason == reason


async def thrice(wire: DirectWire) -> None:
    for _ in range(3):
        await once(wire)
        await asyncio.sleep(0.01)


@pytest.mark.parametrize(
    ("answer", "close", "connections"),
    [
        (OK, False, 1),
        (OK, True, 3),
        (b"HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 2\r\n\r\n{}", False, 3),
        (OK.replace(b"1.1", b"1.0"), False, 3),
        (OK + b"what nobody asked for", False, 3),
        (CHUNKED + b"2\r\n{}\r\n0\r\n\r\n", False, 1),
        (CHUNKED + b"2\r\n{}\r\n0\r\n\r\nmore", False, 3),
    ],
)
def test_a_connection_is_used_again_if_it_is_whole(answer: bytes, close: bool, connections: int) -> None:
    assert against(answer, thrice, close=close)[1] == connections


def test_a_connection_that_lay_too_long_is_not_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(direct, "IDLE_SECONDS", 0.0)
    assert against(OK, thrice)[1] == 3


def test_a_request_that_is_given_up_takes_its_connection_with_it() -> None:
    async def work(wire: DirectWire) -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await once(wire)
        assert wire._idle == []

    against(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{", work)


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """A certificate for this machine that nobody trusts, with its key."""
    if shutil.which("openssl") is None:
        pytest.skip("needs openssl, to make a certificate")
    file = tmp_path / "both.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=toy",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", tmp_path / "key.pem", "-out", tmp_path / "cert.pem"],
        check=True, capture_output=True,
    )  # fmt: skip
    file.write_bytes((tmp_path / "key.pem").read_bytes() + (tmp_path / "cert.pem").read_bytes())
    return file


def serving(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def test_a_certificate_that_nobody_trusts_is_said(certificate: Path) -> None:
    with pytest.raises(AttemptFailed) as caught:
        against(OK, once, tls=serving(certificate))
    assert caught.value.failure.kind.reason == "its server's certificate cannot be trusted"
    assert "self-signed certificate" in caught.value.failure.detail


def test_a_certificate_that_the_environment_trusts_is_trusted(
    certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.with_name("cert.pem")))
    response, connections, _ = against(OK, once, tls=serving(certificate))
    assert isinstance(response, Response)
    assert (response.body, connections) == (b"{}", 1)
