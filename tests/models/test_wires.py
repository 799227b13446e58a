"""Which way a request takes: straight where it can, through the SDK to Azure and behind a proxy."""

from __future__ import annotations

import asyncio

import pytest
from clients import KEY, asked, question, settings_for
from model_server import ModelServer

from querywright.errors import ModelUnavailable
from querywright.models import ModelSettings
from querywright.models.direct import DirectWire
from querywright.models.wires import SdkWire, wire_to

PROXY = {"https_proxy": "http://127.0.0.1:9", "no_proxy": "127.0.0.1,inside.example"}


@pytest.mark.parametrize(
    ("provider", "address", "environment", "way"),
    [
        ("openai", None, {}, DirectWire),
        ("test", "http://127.0.0.1:8000/v1", {}, DirectWire),
        ("azure", "https://toy.openai.azure.com", {}, SdkWire),
        ("azure", "https://toy.openai.azure.com/openai/v1", {}, DirectWire),
        ("openai", None, PROXY, SdkWire),
        ("test", "https://inside.example/v1", PROXY, DirectWire),
        ("test", "http://127.0.0.1:8000/v1", PROXY, DirectWire),
    ],
)
def test_the_way_is_straight_unless_only_the_sdk_knows_it(
    monkeypatch: pytest.MonkeyPatch, provider: str, address: str | None, environment: dict[str, str], way: type
) -> None:
    for name in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)

    async def opened() -> object:
        wire = wire_to(ModelSettings("toy", provider, "m", base_url=address), KEY)
        await wire.close()
        return wire

    assert type(asyncio.run(opened())) is way


@pytest.mark.parametrize("address", ["localhost:8000/v1", "ftp://x/v1", "http:///v1", "not an address"])
def test_an_address_that_is_none_is_said_before_anything_is_sent(address: str) -> None:
    with pytest.raises(ModelUnavailable, match=r"toy: base_url '.*' is no address: it begins with http://"):
        asked(ModelSettings("toy", "test", "m", base_url=address), question())


def test_azure_is_asked_in_its_own_way(server: ModelServer) -> None:
    server.behaviour.key = KEY
    settings = settings_for(server, provider="azure", base_url=server.url.removesuffix("/v1"))
    assert asked(settings, question(), key=KEY) == [["Answer 0 to: How many orders are there?"]]
