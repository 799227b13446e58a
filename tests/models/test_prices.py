"""What tokens cost: what the person says first, then the list, else nobody knows."""

from __future__ import annotations

import pytest

from querywright.models import ModelSettings, Price
from querywright.models.prices import cost, price_of


def test_a_price_of_the_settings_goes_before_the_list() -> None:
    assert price_of(ModelSettings("m", "openai", "gpt-4o", price=Price(1.0, 2.0))) == Price(1.0, 2.0)


def test_a_known_model_has_the_price_of_the_list() -> None:
    price = price_of(ModelSettings("m", "openai", "gpt-4o"))
    assert price is not None
    assert 0 < price.input < price.output


@pytest.mark.parametrize(("provider", "model"), [("openai", "no-such-model"), ("mine", "gpt-4o")])
def test_what_nobody_knows_has_no_price(provider: str, model: str) -> None:
    assert price_of(ModelSettings("m", provider, model)) is None


def test_a_cost_is_dollars_for_a_million_tokens() -> None:
    assert cost(Price(2.0, 8.0), 1_000_000, 500_000) == 6.0
    assert cost(None, 1, 1) is None
