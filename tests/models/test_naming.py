"""`provider:model`, a table and a folder give settings; what is wrong with a name is said in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from querywright.errors import ModelUnavailable, SettingsError
from querywright.models import ModelSettings, Price
from querywright.models.naming import PROVIDERS, key_of, resolve


@pytest.mark.parametrize(
    ("name", "model", "base_url", "key_variable"),
    [
        ("openai:gpt-5-mini", "gpt-5-mini", "https://api.openai.com/v1", "OPENAI_API_KEY"),
        ("anthropic:claude-sonnet-4-5", "claude-sonnet-4-5", "https://api.anthropic.com/v1", "ANTHROPIC_API_KEY"),
        ("openrouter:qwen/qwen3-32b:free", "qwen/qwen3-32b:free", "https://openrouter.ai/api/v1", "OPENROUTER_API_KEY"),
        ("ollama:qwen2.5-coder:7b", "qwen2.5-coder:7b", "http://127.0.0.1:11434/v1", None),
        ("vllm:Qwen/Qwen3-8B", "Qwen/Qwen3-8B", "http://127.0.0.1:8000/v1", None),
        ("sglang:m", "m", "http://127.0.0.1:30000/v1", None),
        ("llamacpp:m", "m", "http://127.0.0.1:8080/v1", None),
    ],
)
def test_a_provider_and_a_model(name: str, model: str, base_url: str, key_variable: str | None) -> None:
    assert resolve(name, {}) == ModelSettings(name, name.split(":")[0], model, base_url, key_variable)


def test_every_provider_that_has_an_address_is_named_without_a_table() -> None:
    for provider, usual in PROVIDERS.items():
        if usual.base_url:
            assert resolve(f"{provider}:m", {}).base_url == usual.base_url


def test_a_table_says_everything() -> None:
    table = {
        "provider": "compatible",
        "model": "coder",
        "base-url": "http://gpu:9000/v1/",
        "key-variable": "GPU_KEY",
        "price": {"input": 1, "output": 2.5},
        "concurrency": 8,
        "temperature": 0.7,
        "timeout": 30,
        "retries": 0,
        "extra_body": {"top_p": 0.9},
    }
    assert resolve("mine", {"mine": table}) == ModelSettings(
        "mine", "compatible", "coder", "http://gpu:9000/v1", "GPU_KEY",
        temperature=0.7, concurrency=8, timeout=30.0, retries=0, price=Price(1.0, 2.5), extra_body={"top_p": 0.9},
    )  # fmt: skip


def test_a_table_may_name_its_model_with_the_provider_before_it() -> None:
    found = resolve("cold", {"cold": {"model": "ollama:qwen2.5-coder:7b", "temperature": 0}})
    assert (found.name, found.provider, found.model) == ("cold", "ollama", "qwen2.5-coder:7b")
    assert found.temperature == 0


def test_a_table_wins_over_a_provider_of_that_name() -> None:
    assert resolve("openai:x", {"openai:x": {"model": "vllm:y"}}).provider == "vllm"


def test_a_folder_is_named_by_its_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "weights").mkdir()
    monkeypatch.chdir(tmp_path)
    for found in (resolve("weights", {}), resolve("./weights", {}), resolve("w", {"w": {"model": "weights"}})):
        assert (found.provider, found.model) == ("folder", str(tmp_path / "weights"))
        assert (found.base_url, found.key_variable) == (None, None)


@pytest.mark.parametrize("named", ["local:weights", "local:./weights", "weights"])
def test_a_folder_may_be_said_to_be_local(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str) -> None:
    (tmp_path / "weights").mkdir()
    monkeypatch.chdir(tmp_path)
    for found in (resolve(named, {}), resolve("w", {"w": {"model": named}})):
        assert (found.provider, found.model) == ("folder", str(tmp_path / "weights"))
    table = {"provider": "folder", "model": named, "concurrency": 1}
    assert resolve("w", {"w": table}).model == str(tmp_path / "weights")


@pytest.mark.parametrize("named", ["local:trained", "trained"])
@pytest.mark.parametrize("mark", ["config.json", "modules.json"])
def test_the_folder_of_a_training_means_the_weights_in_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, named: str, mark: str
) -> None:
    (tmp_path / "trained" / "model").mkdir(parents=True)
    (tmp_path / "trained" / "training.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    assert resolve(named, {}).model == str(tmp_path / "trained"), "there are no weights yet"
    (tmp_path / "trained" / "model" / mark).write_text("{}")
    assert resolve(named, {}).model == str(tmp_path / "trained" / "model")
    assert resolve(named, {}).name == named


def test_a_folder_with_weights_of_its_own_is_meant_itself(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    for place in (tmp_path / "config.json", tmp_path / "training.json", tmp_path / "model" / "config.json"):
        place.write_text("{}")
    assert resolve(f"local:{tmp_path}", {}).model == str(tmp_path)


def test_the_embedded_embedding_has_a_name() -> None:
    assert resolve("hashed", {}) == ModelSettings("hashed", "hashed", "hashed")


def test_a_key_does_not_go_to_somebody_elses_address_unless_told() -> None:
    table = {"provider": "openai", "model": "m", "base-url": "http://proxy/v1"}
    assert resolve("m", {"m": table}).key_variable is None
    assert resolve("m", {"m": {**table, "key-variable": "OPENAI_API_KEY"}}).key_variable == "OPENAI_API_KEY"
    own = {"provider": "openai", "model": "m", "base-url": "https://api.openai.com/v1/"}
    assert resolve("m", {"m": own}).key_variable == "OPENAI_API_KEY"
    azure = {"provider": "azure", "model": "m", "base-url": "https://r.openai.azure.com"}
    assert resolve("m", {"m": azure}).key_variable == "AZURE_OPENAI_API_KEY"


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("opnai:gpt-5-mini", "did you mean openai:…?"),
        ("gpt-5-mini", "no provider:model (openai, anthropic"),
        ("smal", "did you mean small?"),
        ("openai:", "there is no model 'openai:'"),
        ("", "there is no model ''"),
        ("./nowhere", "no folder of weights"),
        ("local:nowhere", "there is no folder 'nowhere'"),
        ("local:", "there is no folder ''"),
        ("azure:gpt-5", "provider = 'azure', model = 'gpt-5' and base-url = 'https://NAME.openai.azure.com'"),
        ("compatible:m", "where is it?"),
    ],
)
def test_a_name_that_leads_nowhere(name: str, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        resolve(name, {"small": {"model": "openai:gpt-5-mini"}})
    assert said in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"modle": "m"}, "[models.m] has no setting 'modle'; did you mean 'model'?"),
        ({"colour": "m"}, "has no setting 'colour' (there are provider, model, base-url"),
        ({"provider": "openai"}, "[models.m] names no model"),
        ({"model": "m"}, "says no provider"),
        ({"model": "m", "provider": "olama"}, "there is no provider 'olama'; did you mean 'ollama'?"),
        ({"model": "nowhere", "provider": "folder"}, "there is no folder nowhere"),
        ({"model": 3}, "model is text, not 3"),
        ({"model": "vllm:m", "base-url": "gpu:8000"}, "starts with http:// or https://, not 'gpu:8000'"),
        ({"model": "vllm:m", "concurrency": 0}, "concurrency is a whole number from 1 on, not 0"),
        ({"model": "vllm:m", "retries": 1.5}, "retries is a whole number from 0 on, not 1.5"),
        ({"model": "vllm:m", "concurrency": True}, "concurrency is a whole number"),
        ({"model": "vllm:m", "temperature": float("nan")}, "temperature is a number from 0 on, not nan"),
        ({"model": "vllm:m", "timeout": 0}, "timeout is a number of seconds above 0"),
        ({"model": "vllm:m", "price": 3}, "price is in US dollars for a million tokens"),
        ({"model": "vllm:m", "price": {"output": 3}}, "price is in US dollars for a million tokens"),
        ({"model": "vllm:m", "price": {"input": -1}}, "price.input is a number from 0 on, not -1"),
        ({"model": "vllm:m", "extra-body": [1]}, "extra-body is a table"),
        ("vllm:m", "m stands under no model"),
    ],
)
def test_a_table_that_is_wrong(table: Any, said: str) -> None:
    with pytest.raises(SettingsError) as error:
        resolve("m", {"m": table})
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_the_key_is_read_from_the_variable_and_trimmed() -> None:
    assert key_of(resolve("openai:m", {}), {"OPENAI_API_KEY": " sk-1\n"}) == "sk-1"


def test_a_server_that_wants_no_key_gets_none() -> None:
    assert key_of(resolve("ollama:m", {}), {"OPENAI_API_KEY": "sk-1"}) is None


@pytest.mark.parametrize("environ", [{}, {"OPENAI_API_KEY": " "}])
def test_a_missing_key_is_one_line_with_the_variable_and_the_ways_without(environ: dict[str, str]) -> None:
    with pytest.raises(ModelUnavailable) as error:
        key_of(resolve("openai:gpt-5-mini", {}), environ)
    said = str(error.value)
    assert said.startswith("openai:gpt-5-mini: there is no key: set OPENAI_API_KEY")
    assert "folder of weights" in said
    assert "no --model at all" in said
    assert "\n" not in said
