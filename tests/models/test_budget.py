"""A budget is read, shown and held to, in money or in tokens."""

from __future__ import annotations

import pytest

from querywright.errors import SettingsError
from querywright.models import Usage
from querywright.models.budget import Budget, money


@pytest.mark.parametrize(
    ("text", "budget", "shown"),
    [
        ("5usd", Budget(usd=5.0), "$5.00"),
        ("5 USD", Budget(usd=5.0), "$5.00"),
        ("2.5$", Budget(usd=2.5), "$2.50"),
        ("$2.5", Budget(usd=2.5), "$2.50"),
        (" $1_000 ", Budget(usd=1000.0), "$1,000.00"),
        ("0.005usd", Budget(usd=0.005), "$0.0050"),
        ("2Mtok", Budget(tokens=2_000_000), "2,000,000 tokens"),
        ("1.5mtok", Budget(tokens=1_500_000), "1,500,000 tokens"),
        ("500ktok", Budget(tokens=500_000), "500,000 tokens"),
        ("500 k tokens", Budget(tokens=500_000), "500,000 tokens"),
        ("800tok", Budget(tokens=800), "800 tokens"),
        ("1Gtok", Budget(tokens=10**9), "1,000,000,000 tokens"),
    ],
)
def test_a_budget_is_read_and_shown(text: str, budget: Budget, shown: str) -> None:
    assert Budget.parse(text) == budget
    assert str(budget) == shown


@pytest.mark.parametrize(
    "text",
    ["", "5", "usd", "0usd", "-1usd", "5eur", "2M", "0tok", "0.2tok", "1.2.3usd", "$5usd", "nan usd", "tok", "_usd"],
)
def test_what_is_no_budget_is_refused(text: str) -> None:
    with pytest.raises(SettingsError, match="cannot be read: write 5usd, "):
        Budget.parse(text)


@pytest.mark.parametrize(
    ("budget", "usage", "spent", "said"),
    [
        ("5usd", {"cost": 0.0}, False, "$0.00 of $5.00"),
        ("5usd", {"cost": 4.99}, False, "$4.99 of $5.00"),
        ("5usd", {"cost": 5.0}, True, "$5.00 of $5.00"),
        ("5usd", {"cost": 0.00132}, False, "$0.0013 of $5.00"),
        ("5usd", {"cost": None}, True, "an unknown sum of $5.00"),
        ("1ktok", {"input_tokens": 900, "output_tokens": 99, "cost": None}, False, "999 of 1,000 tokens"),
        ("1ktok", {"input_tokens": 900, "output_tokens": 100}, True, "1,000 of 1,000 tokens"),
        ("1ktok", {"input_tokens": 1, "saved_tokens": 9000}, False, "1 of 1,000 tokens"),
    ],
)
def test_a_budget_is_spent_when_it_is_reached(budget: str, usage: dict[str, float], spent: bool, said: str) -> None:
    used = Usage("question", "default", "m", **usage)  # type: ignore[arg-type]
    assert Budget.parse(budget).spent(used) is spent
    assert Budget.parse(budget).of(used) == said


def test_money_without_a_price_is_refused_with_what_to_do() -> None:
    with pytest.raises(SettingsError) as error:
        Budget.parse("5usd").require_price("vllm:mine", known=False)
    assert str(error.value).startswith("vllm:mine: its price is not known, so it cannot be held to $5.00")
    assert "2Mtok" in str(error.value)
    assert "price = {input" in str(error.value)


def test_tokens_need_no_price_and_money_with_a_price_is_taken() -> None:
    Budget.parse("2Mtok").require_price("vllm:mine", known=False)
    Budget.parse("5usd").require_price("openai:gpt-5-mini", known=True)


@pytest.mark.parametrize(
    ("usd", "shown"), [(0.0, "$0.00"), (0.1, "$0.10"), (0.099, "$0.099"), (0.0000012, "$0.0000012")]
)
def test_small_sums_keep_two_figures(usd: float, shown: str) -> None:
    assert money(usd) == shown
