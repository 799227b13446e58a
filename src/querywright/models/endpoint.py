"""A chat model behind any server that speaks OpenAI's protocol."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from hashlib import blake2b

from querywright.errors import ModelFailed
from querywright.models.cache import Kept, ResponseCache
from querywright.models.calling import Caller
from querywright.models.contract import Request, Role
from querywright.models.failures import BAD_REQUEST, CUT_OFF, EMPTY, Failure, RequestFailed
from querywright.models.manners import Manners
from querywright.models.prices import cost, price_of
from querywright.models.replies import Reply, read
from querywright.models.settings import ModelSettings, Price
from querywright.models.usage import Ledger, Usage
from querywright.models.wires import Wire


class ChatEndpoint:
    """Answers from the cache, or asks; enters what it took into the ledger. For one event loop; `close` it there."""

    def __init__(
        self,
        settings: ModelSettings,
        role: Role,
        ledger: Ledger,
        cache: ResponseCache | None = None,
        key: str | None = None,
        wire: Wire | None = None,
    ) -> None:
        """`key` is sent to the server, and never written anywhere. `wire` is another way to it than the usual."""
        self.name = settings.name
        self.settings, self.role = settings, role
        self._ledger, self._cache = ledger, cache
        self._caller = Caller(settings, key, wire)
        self._manners = Manners()
        self._running: dict[bytes, _Asking] = {}
        self._price: Price | None = None
        self._priced = False

    async def chat(self, request: Request) -> list[str]:
        """As `ChatModel.chat`. Equal requests that are made at the same time are one."""
        question = _question(self.settings, request)
        found = self._known(question, request.samples)
        while (running := self._running.get(question)) is not None:
            await asyncio.wait([running.over])
            both = running.found | self._known(question, request.samples)
            found = {number: kept for number, kept in both.items() if number < request.samples}
        if len(found) >= request.samples:
            return self._reuse(request, found)
        asking = self._running[question] = _Asking(found)
        try:
            await self._complete(request, question, found)
        finally:
            del self._running[question]
            asking.over.set_result(None)
        return self._texts(request, found)

    def remembered(self, request: Request) -> list[str] | None:
        """The answers, if all of them are in the cache; in any thread. Raises ModelFailed if it kept a refusal."""
        found = self._known(_question(self.settings, request), request.samples)
        return None if len(found) < request.samples else self._reuse(request, found)

    async def close(self) -> None:
        """Let go of the connections."""
        await self._caller.close()

    def _known(self, question: bytes, samples: int) -> dict[int, Kept]:
        return {} if self._cache is None else self._cache.get(question, samples)

    def _reuse(self, request: Request, found: Mapping[int, Kept]) -> list[str]:
        self._enter_saved(request, [found[number] for number in range(request.samples)])
        return self._texts(request, found)

    async def _complete(self, request: Request, question: bytes, found: dict[int, Kept]) -> None:
        """Ask for the answers that are not there yet, and keep them."""
        self._enter_saved(request, list(found.values()))
        missing = [number for number in range(request.samples) if number not in found]
        calls = _Calls()
        try:
            await self._ask_for(request, missing, found, calls)
            # An empty answer is an accident; of several answers, another draw may do where one did not.
            again = [n for n in missing if n in found and _worth_another(found[n], request.samples)]
            if again:
                await self._ask_one_by_one(request, again, found, calls)
        finally:
            self._enter(request, calls)
            if self._cache is not None:
                # What a model answers to a question is kept, its refusal too; an accident is not.
                fresh = {n: found[n] for n in missing if n in found and found[n].trouble != EMPTY.reason}
                self._cache.put(question, fresh)

    async def _ask_for(self, request: Request, missing: list[int], found: dict[int, Kept], calls: _Calls) -> None:
        if len(missing) > 1 and self._manners.several:
            reply = await self._ask(request, len(missing), calls)
            # Without `several` by now, the request went out for one.
            found.update(zip(missing, reply.answers, strict=False))
            if len(reply.answers) < len(missing):
                self._manners = replace(self._manners, several=False)
                missing = missing[len(reply.answers) :]
            else:
                return
        await self._ask_one_by_one(request, missing, found, calls)

    async def _ask_one_by_one(
        self, request: Request, numbers: list[int], found: dict[int, Kept], calls: _Calls
    ) -> None:
        async def one(number: int) -> None:
            found[number] = (await self._ask(request, 1, calls)).answers[0]

        if len(numbers) == 1:
            await one(numbers[0])
            return
        # All of them end before one failure is told: what the others brought is kept.
        ended = await asyncio.gather(*(one(number) for number in numbers), return_exceptions=True)
        for outcome in ended:
            if outcome is not None:
                raise outcome

    async def _ask(self, request: Request, samples: int, calls: _Calls) -> Reply:
        """One request, asked otherwise where the server refuses the way it was asked; the way is remembered."""
        manners = self._manners
        while True:
            body = manners.body(self.settings, request, samples if manners.several else 1)
            try:
                reply = read(await self._caller.post("/chat/completions", body, calls.sent), request.messages)
            except RequestFailed as failed:
                other = manners.after(failed.detail, body) if failed.failure.kind is BAD_REQUEST else None
                if other is None:
                    raise
                manners = other
            else:
                if manners is not self._manners:
                    self._manners = self._manners.less(manners)
                calls.take(reply)
                return reply

    def _texts(self, request: Request, found: Mapping[int, Kept]) -> list[str]:
        answers = [found[number] for number in range(request.samples)]
        if request.partial:
            answers = [each._replace(trouble="") if each.trouble == CUT_OFF.reason else each for each in answers]
        if request.blanks:
            return ["" if answer.trouble else answer.text for answer in answers]
        for answer in answers:
            if answer.trouble:
                text = answer.text
                detail = f"at {answer.output_tokens} tokens: {text}" if answer.trouble == CUT_OFF.reason else text
                raise ModelFailed(answer.trouble, detail, self.name)
        return [answer.text for answer in answers]

    def _enter(self, request: Request, calls: _Calls) -> None:
        if not calls.number:
            return
        if not self._priced and calls.tokens:
            self._price, self._priced = price_of(self.settings), True
        paid = cost(self._price, calls.inputs, calls.outputs) if calls.tokens else 0.0
        self._ledger.add(
            Usage(
                request.step, self.role, self.settings.name, calls=calls.number,
                input_tokens=calls.inputs, output_tokens=calls.outputs, cost=paid,
            )
        )  # fmt: skip

    def _enter_saved(self, request: Request, answers: list[Kept]) -> None:
        if answers:
            saved = sum(answer.input_tokens + answer.output_tokens for answer in answers)
            usage = Usage(request.step, self.role, self.settings.name, cached=1, saved_tokens=saved)
            self._ledger.add(usage)


class _Asking:
    """A question that is being asked, for others who want to know the same."""

    def __init__(self, found: dict[int, Kept]) -> None:
        self.found = found
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class _Calls:
    """What was sent for one request, and what came back."""

    __slots__ = ("inputs", "number", "outputs")

    def __init__(self) -> None:
        self.number = self.inputs = self.outputs = 0

    @property
    def tokens(self) -> int:
        return self.inputs + self.outputs

    def sent(self) -> None:
        self.number += 1

    def take(self, reply: Reply) -> None:
        self.inputs += reply.input_tokens
        self.outputs += reply.output_tokens


def _worth_another(answer: Kept, samples: int) -> bool:
    return answer.trouble == EMPTY.reason or (bool(answer.trouble) and samples > 1)


def _question(settings: ModelSettings, request: Request) -> bytes:
    """What decides the answers, and nothing else, as a digest. Raises ModelFailed where it is no text."""
    import orjson

    asked = settings.fingerprint()
    if request.temperature is not None:
        asked["temperature"] = request.temperature
    asked["messages"] = [(message.role, message.content) for message in request.messages]
    asked["max_tokens"] = request.max_tokens
    asked["schema"] = request.schema
    try:
        text = orjson.dumps(asked, option=orjson.OPT_SORT_KEYS)
    except TypeError as error:  # half a surrogate pair, from a database that holds no Unicode
        raise RequestFailed(Failure(BAD_REQUEST, f"it cannot be written as JSON: {error}"), settings.name) from error
    return blake2b(text, digest_size=16).digest()
