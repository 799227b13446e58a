"""Which model does what in a run: settings that travel to workers, and the models of one process opened from them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from querywright.models.settings import ModelSettings

if TYPE_CHECKING:
    from querywright.models.opened import Models


@dataclass(frozen=True, slots=True)
class Roles:
    """The models of a run. Without any, everything is done by rule; an embedding model alone asks nothing."""

    default: ModelSettings | None = None
    """Writes, varies, asks, judges and answers."""
    reasoning: ModelSettings | None = None
    """Explains; None: the default one does."""
    embedding: ModelSettings | None = None
    """Compares questions; None: the embedded one does."""
    cache: Path | None = None
    """Where answers are kept; None: nowhere."""

    @classmethod
    def named(
        cls,
        default: str | None = None,
        reasoning: str | None = None,
        embedding: str | None = None,
        *,
        cache: Path | None = None,
        tables: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> Roles:
        """The models that a person names: `provider:model`, a folder of weights, or one of `tables`.

        Args:
            default: for everything but what the others are for.
            reasoning: for the reasoning.
            embedding: for comparing questions.
            cache: where answers are kept; `models.default_cache()` is where the command line keeps them.
            tables: descriptions of models by name, as the `[models.NAME]` tables of `querywright.toml`.

        Raises:
            SettingsError: a name means nothing.
            ModelUnavailable: a model wants a key, and the environment has none.
        """
        from querywright.models.naming import key_of, resolve

        def described(name: str | None) -> ModelSettings | None:
            settings = resolve(name, tables or {}) if name else None
            if settings is not None:
                key_of(settings, os.environ)
            return settings

        return cls(described(default), described(reasoning), described(embedding), cache)

    @property
    def any(self) -> bool:
        """Whether a chat model is asked for anything."""
        return self.default is not None or self.reasoning is not None

    @property
    def author(self) -> str:
        """What records say who wrote them."""
        return self.default.model if self.default else "grammar"

    @property
    def width(self) -> int:
        """Inputs that a process should work on at a time, so that its models are kept busy."""
        return max((each.concurrency for each in (self.default, self.reasoning) if each), default=1)

    def fingerprint(self) -> dict[str, Any]:
        """What decides their answers."""
        named = {"default": self.default, "reasoning": self.reasoning, "embedding": self.embedding}
        return {role: settings.fingerprint() for role, settings in named.items() if settings}

    def open(self) -> Models:
        """The models of this process. Raises ModelUnavailable where a key is missing."""
        from querywright.models.opened import Models

        return Models(self.default, self.reasoning, self.embedding, self.cache)

    @contextmanager
    def served(self, tell: Callable[[str], None] | None = None) -> Iterator[Roles]:
        """These roles with a server for each folder of weights, for as long as the block runs.

        `tell` hears how the start of a server goes, and that the cache cannot be used.

        Raises:
            ModelUnavailable: a server could not be started; with what it said.
        """
        from querywright.models.cache import ResponseCache
        from querywright.models.naming import FOLDER
        from querywright.models.serving import serve

        if self.any and self.cache is not None:
            ResponseCache(self.cache, tell).close()
        with ExitStack() as servers:
            running: dict[str, ModelSettings] = {}

            def at_hand(settings: ModelSettings | None) -> ModelSettings | None:
                if settings is None or settings.provider != FOLDER:
                    return settings
                if settings.model not in running:
                    running[settings.model] = servers.enter_context(serve(settings, tell))
                return running[settings.model]

            yield replace(self, default=at_hand(self.default), reasoning=at_hand(self.reasoning))
