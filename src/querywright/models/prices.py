"""What a model's tokens cost: what the person says, or the list of `genai-prices`, which needs no network."""

from __future__ import annotations

from querywright.models.settings import ModelSettings, Price

_LISTED = {
    "anthropic": "anthropic",
    "azure": "azure",
    "cerebras": "cerebras",
    "cohere": "cohere",
    "deepseek": "deepseek",
    "fireworks": "fireworks",
    "gemini": "google",
    "google": "google",
    "groq": "groq",
    "mistral": "mistral",
    "openai": "openai",
    "openrouter": "openrouter",
    "together": "together",
    "xai": "x-ai",
}
"""Our providers, and what the list calls them."""
_MILLION = 1_000_000
_SMALL = 1_000
"""Some prices rise with the length of a prompt; ours are short."""


def price_of(settings: ModelSettings) -> Price | None:
    """Dollars for a million tokens; None where nobody says."""
    if settings.price is not None:
        return settings.price
    provider = _LISTED.get(settings.provider)
    if provider is None:
        return None
    from genai_prices import Usage, calc_price

    def for_a_million(usage: Usage) -> float:
        return float(calc_price(usage, settings.model, provider_id=provider).total_price) * _MILLION / _SMALL

    try:
        return Price(
            for_a_million(Usage(input_tokens=_SMALL, output_tokens=0)),
            for_a_million(Usage(input_tokens=0, output_tokens=_SMALL)),
        )
    except LookupError:
        return None


def cost(price: Price | None, input_tokens: int, output_tokens: int) -> float | None:
    """Dollars; None where the price is not known."""
    if price is None:
        return None
    return (input_tokens * price.input + output_tokens * price.output) / _MILLION
