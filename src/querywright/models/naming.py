"""From a model's name to its settings: `provider:model`, a table `[models.NAME]`, or a folder of weights."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from querywright.errors import ModelUnavailable, SettingsError
from querywright.models.settings import ModelSettings, Price
from querywright.models.weights import weights_in

FOLDER = "folder"
"""The provider of a model whose weights lie in a folder."""
LOCAL = "local:"
"""What may stand before a folder, so that it is taken for nothing else."""
HASHED = "hashed"
"""The embedded embedding model, and its provider."""


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a provider listens, and which environment variable holds the key it wants; None: it wants none."""

    base_url: str | None
    key_variable: str | None = None


PROVIDERS: Mapping[str, Provider] = {
    "openai": Provider("https://api.openai.com/v1", "OPENAI_API_KEY"),
    "anthropic": Provider("https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"),
    "gemini": Provider("https://generativelanguage.googleapis.com/v1beta/openai", "GEMINI_API_KEY"),
    "openrouter": Provider("https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
    # Every Azure resource has an address of its own.
    "azure": Provider(None, "AZURE_OPENAI_API_KEY"),
    "ollama": Provider("http://127.0.0.1:11434/v1"),
    "vllm": Provider("http://127.0.0.1:8000/v1"),
    "sglang": Provider("http://127.0.0.1:30000/v1"),
    "llamacpp": Provider("http://127.0.0.1:8080/v1"),
    # Whatever else speaks the same protocol.
    "compatible": Provider(None),
}


def resolve(name: str, tables: Mapping[str, Mapping[str, Any]]) -> ModelSettings:
    """The settings of the model that a person calls `name`.

    Args:
        name: the name of one of `tables`, `provider:model`, a folder of weights or of a training, perhaps behind
            `local:`, or `hashed`.
        tables: the `[models.NAME]` tables of `querywright.toml`, by their names.

    Raises:
        SettingsError: it is none of these, or its table has a key or a value that cannot be used.
    """
    if name in tables:
        return _from_table(name, tables[name])
    provider, model = _split(name)
    if provider is None and name.startswith(LOCAL):
        raise SettingsError(f"there is no folder {name.removeprefix(LOCAL)!r}, which {name!r} names")
    if provider is None:
        near = difflib.get_close_matches(name, list(tables), 1) or [f"{p}:…" for p in _near(name.split(":")[0])]
        hint = f"; did you mean {near[0]}?" if near else ""
        raise SettingsError(
            f"there is no model {name!r}: it is no provider:model ({', '.join(PROVIDERS)}), no table [models.{name}] "
            f"of querywright.toml and no folder of weights{hint}"
        )
    return _settings(name, provider, model, {})


def key_of(settings: ModelSettings, environ: Mapping[str, str]) -> str | None:
    """The key of this model; None where its server wants none.

    Raises:
        ModelUnavailable: the environment does not have it; says which variable, and how to do without.
    """
    if settings.key_variable is None:
        return None
    key = environ.get(settings.key_variable, "").strip()
    if not key:
        raise ModelUnavailable(
            f"there is no key: set {settings.key_variable}, or do without one: --model with a local server "
            "(ollama:NAME, vllm:NAME) or a folder of weights, or no --model at all for the embedded grammar author",
            settings.name,
        )
    return key


def _split(name: str) -> tuple[str | None, str]:
    """Provider and model of a name that no table has; None where there is no such provider or folder."""
    provider, colon, model = name.partition(":")
    if colon and model and provider in PROVIDERS:
        return provider, model
    if name == HASHED:
        return HASHED, HASHED
    folder = name.removeprefix(LOCAL)
    if folder and Path(folder).expanduser().is_dir():
        return FOLDER, _place(folder)
    return None, name


def _place(folder: str) -> str:
    """Where the weights of a folder lie that a person names."""
    return str(weights_in(Path(folder).expanduser().resolve()))


def _from_table(name: str, table: Any) -> ModelSettings:
    where = f"querywright.toml: [models.{name}]"
    if not isinstance(table, Mapping):
        raise SettingsError(
            f"querywright.toml: {name} stands under no model: put it below a line such as [models.NAME]"
        )
    values: dict[str, Any] = {}
    for key, value in table.items():
        dashed = str(key).replace("_", "-")
        if dashed not in _KEYS:
            raise SettingsError(f"{where} has no setting {key!r}{_nearest(dashed, _KEYS)}")
        values[_KEYS[dashed].field] = _KEYS[dashed].read(value, f"{where}: {dashed}")
    if "model" not in values:
        raise SettingsError(f'{where} names no model: give it a line such as model = "openai:gpt-5-mini"')
    model, provider = values.pop("model"), values.pop("provider", None)
    if provider is None:
        provider, model = _split(model)
    if provider is None:
        raise SettingsError(f"{where} says no provider: give it a line provider = … (there are {', '.join(PROVIDERS)})")
    if provider not in PROVIDERS and provider not in (FOLDER, HASHED):
        raise SettingsError(f"{where}: there is no provider {provider!r}{_nearest(provider, PROVIDERS)}")
    if provider == FOLDER:
        model = model.removeprefix(LOCAL)
        if not Path(model).expanduser().is_dir():
            raise SettingsError(f"{where}: there is no folder {model}")
        model = _place(model)
    return _settings(name, provider, model, values)


def _settings(name: str, provider: str, model: str, values: dict[str, Any]) -> ModelSettings:
    """What a provider's defaults and the values of a table give together."""
    usual = PROVIDERS.get(provider, Provider(None))
    base_url = values.pop("base_url", usual.base_url)
    if base_url is None and provider in PROVIDERS:
        example = "https://NAME.openai.azure.com" if provider == "azure" else "http://127.0.0.1:8000/v1"
        raise SettingsError(
            f"{name}: where is it? give it a table in querywright.toml, [models.NAME], with provider = {provider!r}, "
            f"model = {model!r} and base-url = {example!r}"
        )
    # A provider's key goes to that provider; to an address of somebody else only where the table says so.
    at_home = usual.base_url is None or base_url == usual.base_url
    key_variable = values.pop("key_variable", usual.key_variable if at_home else None)
    return ModelSettings(name, provider, model, base_url, key_variable, **values)


@dataclass(frozen=True, slots=True)
class _Key:
    field: str
    read: Callable[[Any, str], Any]
    """The value as the settings have it; the second argument says where it stands. Raises SettingsError."""


def _text(value: Any, where: str) -> str:
    if not isinstance(value, str) or not value.strip():
        raise SettingsError(f"{where} is text, not {value!r}")
    return value.strip()


def _address(value: Any, where: str) -> str:
    text = _text(value, where)
    if not text.startswith(("http://", "https://")):
        raise SettingsError(f"{where} is an address that starts with http:// or https://, not {value!r}")
    return text.rstrip("/")


def _whole(least: int) -> Callable[[Any, str], int]:
    def read(value: Any, where: str) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or value < least:
            raise SettingsError(f"{where} is a whole number from {least} on, not {value!r}")
        return value

    return read


def _number(value: Any, where: str) -> float:
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value < float("inf"):
        raise SettingsError(f"{where} is a number from 0 on, not {value!r}")
    return float(value)


def _seconds(value: Any, where: str) -> float:
    if not _number(value, where):
        raise SettingsError(f"{where} is a number of seconds above 0")
    return float(value)


def _price(value: Any, where: str) -> Price:
    if not isinstance(value, Mapping) or "input" not in value or set(value) - {"input", "output"}:
        raise SettingsError(
            f"{where} is in US dollars for a million tokens, {{input = 0.25, output = 2.0}}, not {value!r}"
        )
    return Price(**{side: _number(amount, f"{where}.{side}") for side, amount in value.items()})


def _body(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, Mapping):
        raise SettingsError(f"{where} is a table, {{top_p = 0.9}}, not {value!r}")
    return dict(value)


_KEYS: Mapping[str, _Key] = {
    "provider": _Key("provider", _text),
    "model": _Key("model", _text),
    "base-url": _Key("base_url", _address),
    "key-variable": _Key("key_variable", _text),
    "price": _Key("price", _price),
    "concurrency": _Key("concurrency", _whole(1)),
    "temperature": _Key("temperature", _number),
    "timeout": _Key("timeout", _seconds),
    "retries": _Key("retries", _whole(0)),
    "extra-body": _Key("extra_body", _body),
}


def _near(word: str) -> list[str]:
    return difflib.get_close_matches(word, list(PROVIDERS), 1)


def _nearest(word: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(word, list(known), 1)
    return f"; did you mean {near[0]!r}?" if near else f" (there are {', '.join(known)})"
