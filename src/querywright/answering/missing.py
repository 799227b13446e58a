"""What to say where no model was named."""

from __future__ import annotations

from querywright.errors import ModelUnavailable


def no_model() -> ModelUnavailable:
    """One line with the ways to a model."""
    return ModelUnavailable(
        "no model is named: --model openai:NAME with its key in OPENAI_API_KEY, --model ollama:NAME or vllm:NAME for a "
        "server on this machine, --model FOLDER for a folder of weights, or a table [models.NAME] in querywright.toml"
    )
