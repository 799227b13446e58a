"""The eleven ways to ask one request; each is a function from its pieces to text.

Four groups (Text2SQL-Flow, section III): tone (formal, colloquial), mood (imperative, interrogative, declarative),
amount of information (concise, descriptive, vague, metaphorical) and setting (role-play, procedural).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from querywright.synthesis.english.request import Request
from querywright.synthesis.english.voice import Unfitting, Voice


def upper(text: str) -> str:
    """The text with its first letter raised."""
    return text[:1].upper() + text[1:]


def tail(request: Request, order: bool = True) -> str:
    """Sorting, rounding and tie rules behind a comma each."""
    parts = [request.order] if order and request.order else []
    parts += [f"considering only {request.considering}"] if request.considering else []
    return "".join(f", {p}" for p in [*parts, *request.remarks] if p)


def lead(request: Request) -> str:
    """`for each country, among the orders placed in 2019, `; empty where the request needs neither."""
    groups = f"of the {request.only}" if request.only else request.each
    start = f"for each {groups}, " if groups else ""
    return start + (f"among the {request.among}, " if request.among else "")


def thing(request: Request) -> str:
    """What is asked for, as something one can show."""
    return f"the number of {request.what}" if request.kind == "count" else request.what


def asked(request: Request) -> str:
    """The question itself, without mark: `which customers have no orders`, `what are the names of …`."""
    if request.kind == "count":
        if request.which:
            return f"how many {request.which}"
        return f"how many {_there('are there', request)}"
    if request.which:
        return f"which {request.which}"
    if request.kind == "each" and request.what.startswith("the number of ") and not request.many:
        counted = request.what.removeprefix("the number of ")
        rest = counted.removeprefix(request.subject)
        return f"how many {request.subject} are there{rest}" if rest != counted else f"how many {counted} are there"
    several = request.many and not request.what.startswith("the number of ")  # the verb agrees with what comes first
    return f"what {'are' if several else 'is'} {request.what}"


def _there(verb: str, request: Request) -> str:
    """`customers there are whose country is Norway`: the verb right behind the noun."""
    noun = request.noun.plural
    rest = request.what.removeprefix(noun) if request.what.startswith(noun + " ") else ""
    return f"{noun} {verb}{rest}" if rest else f"{request.what} {verb}"


def wondered(request: Request) -> str:
    """The question as a clause: `how many customers there are`, `which products have the highest price`."""
    if request.kind == "count":
        return f"how many {request.which or _there('there are', request)}"
    return f"which {request.which}" if request.which else request.what


def sentences(request: Request, first: str, mark: str = ".") -> str:
    """A first sentence and, where the result is sorted, a second one that says so."""
    said = f"{upper(first)}{tail(request, order=False)}{mark}"
    return f"{said} {upper(request.order.replace('sorted', 'sort the result', 1))}." if request.order else said


def interrogative(request: Request, voice: Voice) -> str:
    """A plain question."""
    if request.which or request.kind == "count":
        return sentences(request, lead(request) + asked(request), "?")
    return upper(f"{lead(request)}{asked(request)}{tail(request)}?")


def imperative(request: Request, voice: Voice) -> str:
    """An order: list, show, count."""
    if request.kind == "count":
        verb = voice.pick(("count the", "tell me the number of", "find the number of"))
        return upper(f"{lead(request)}{verb} {request.what}{tail(request)}.")
    verbs = (
        ("calculate", "find", "work out", "report")
        if request.kind == "value"
        else ("list", "show", "give me", "find", "return")
    )
    return upper(f"{lead(request)}{voice.pick(verbs)} {thing(request)}{tail(request)}.")


def declarative(request: Request, voice: Voice) -> str:
    """A statement of what is wanted."""
    if request.kind == "count" or request.which:
        opening = voice.pick(("I want to know", "I would like to know", "I need to find out"))
        return sentences(request, f"{lead(request)}{opening} {wondered(request)}")
    opening = voice.pick(("I need", "I would like to see", "I am looking for", "I want to see"))
    return upper(f"{lead(request)}{opening} {thing(request)}{tail(request)}.")


FORMAL = (
    "Please provide",
    "Kindly report",
    "Could you please determine",
    "Would you please list",
    "Please state",
    "We would be grateful for",
    "We kindly request",
)


def formal(request: Request, voice: Voice) -> str:
    """Polite and complete."""
    opening = voice.pick(FORMAL)
    mark = "?" if opening.startswith(("Could", "Would")) else "."
    start = lead(request)
    said = f"{start}{opening[0].lower()}{opening[1:]}" if start else opening
    return f"{upper(said)} {thing(request)}{tail(request)}{mark}"


GREETINGS = ("Hey, ", "So, ", "Quick one: ", "Just wondering, ", "Hi, ")
GRABS = (
    "can you pull up {0}?",
    "could you dig up {0}?",
    "can you get me {0}?",
    "mind grabbing {0}?",
    "I could use {0}.",
    "any chance you can find {0}?",
    "can you send me {0}?",
)


def colloquial(request: Request, voice: Voice) -> str:
    """As one would ask across the desk."""
    start = lead(request)
    if request.kind == "count" or request.which:
        return sentences(request, f"{voice.pick(GREETINGS)}{start}{asked(request)}", "?")
    return upper(f"{voice.pick((*GREETINGS, ''))}{start}{voice.pick(GRABS).format(thing(request) + tail(request))}")


def concise(request: Request, voice: Voice) -> str:
    """A heading rather than a sentence."""
    what = thing(request).removeprefix("the ")
    if request.each or request.only:
        over = f"per {request.each}" if not request.only else f"for each of the {request.only}"
        among = f", among {request.among}" if request.among else ""
        return upper(f"{what} {over}{among}{tail(request)}")
    if request.among:
        return upper(f"{what} among {request.among}{tail(request)}")
    return upper(f"{what}{tail(request)}")


SETTINGS = (
    "This is about {0}.",
    "My question concerns {0}.",
    "Let us look at {0}.",
    "Consider {0}.",
    "I have been looking at {0}.",
)
WISHES = ("For these, please show", "Of these I would like to see", "I am interested in", "Please give me")


def descriptive(request: Request, voice: Voice) -> str:
    """The rows first, then the wish, then how the answer should look, a sentence each."""
    rows = request.among or request.rows
    if request.considering and not request.among:
        rows, wish, request = request.considering, request.what, replace(request, considering=None)
    elif not rows or (request.bare == request.what and not request.among):
        rows, wish = f"our {_subject(request)}", thing(request)
    else:
        wish = request.what if request.among else request.bare
    setting = voice.pick(SETTINGS).format(f"the {rows}" if not rows.startswith(("the ", "our ", "all ")) else rows)
    if request.kind == "count":
        return f"{setting} How many of them are there{tail(request, order=False)}?"
    each = lead(_without_among(request))
    body = f"{upper(each)}I would like to see {wish}" if each else f"{voice.pick(WISHES)} {wish}"
    order = f" The answer should be {request.order}." if request.order else ""
    return f"{setting} {body}{tail(request, order=False)}.{order}"


def _without_among(request: Request) -> Request:
    return replace(request, among=None)


def _subject(request: Request) -> str:
    """What the question is about, in one plural noun."""
    return request.subject if not request.subject.startswith("combinations") else "records"


def vague(request: Request, voice: Voice) -> str:
    """Thresholds left open; what they mean stands in the evidence. Raises Unfitting where there are none."""
    if not voice.loosened:
        raise Unfitting("nothing to be vague about")
    if request.which or request.kind == "count":
        return sentences(request, f"{lead(request)}{asked(request)}", "?")
    opening = voice.pick(("tell me about", "I am curious about", "give me an idea of", "what about"))
    mark = "?" if opening.startswith("what") else "."
    return upper(f"{lead(request)}{opening} {thing(request)}{tail(request)}{mark}")


def metaphorical(request: Request, voice: Voice) -> str:
    """A figure of speech carries a condition; the evidence says which. Raises Unfitting where none fits."""
    if not voice.loosened:
        raise Unfitting("nothing to say in a figure")
    if request.which or request.kind == "count":
        return sentences(request, f"{lead(request)}{asked(request)}", "?")
    if voice.rng.random() < 0.5:
        return interrogative(request, voice)
    return imperative(request, voice)


ROLES = (
    "As an analyst on this data, ", "As the person responsible for our {0}, ", "I have just joined the team that looks "
    "after our {0}. ", "I am preparing a report on our {0}. ", "As a reporter writing about {0}, ",
    "My manager wants an update on our {0}. ", "I work with our {0} every day. ", "As an auditor reviewing the {0}, ",
)  # fmt: skip


def role_play(request: Request, voice: Voice) -> str:
    """Somebody asks in a role."""
    role = voice.pick(ROLES).format(_subject(request))
    start = lead(request)
    wish = voice.pick(("I need", "I would like", "I am looking for"))
    body = f"{start}{wish} {thing(request)}{tail(request)}."
    if request.kind == "count" or request.which:
        body = sentences(request, f"{start}I need to know {wondered(request)}")
        body = body if role.endswith(". ") or start else f"I{body[1:]}"
    first = body[0].upper() if role.endswith(". ") or body.startswith("I ") else body[0].lower()
    return f"{role}{first}{body[1:]}"


def procedural(request: Request, voice: Voice) -> str:
    """Step by step."""
    first, then, last = PROCEDURES[voice.rng.randrange(len(PROCEDURES))]
    rows = request.among or request.rows
    if request.considering and not request.among:
        steps = [f"{first} {request.considering}.", f"{then} pick out {request.what}."]
    elif not rows or (request.bare == request.what and request.kind == "list" and not request.among):
        steps = [f"{first} the {_subject(request)}.", f"{then} pick out {request.what}."]
    elif request.kind == "count":
        steps = [f"{first} {rows}.", f"{then} count them."]
    else:
        body = request.what if request.among else request.bare
        verb = "work out" if request.each or request.kind == "value" else "show"
        group = f", for each {request.each}," if request.each else ""
        steps = [f"{first} {rows}.", f"{then.rstrip(',') + group if group else then} {verb} {body}."]
    if request.only:
        steps.append(f"Keep only the {request.only}.")
    if request.considering and request.among:
        steps.append(f"Consider only {request.considering}.")
    steps += [f"{upper(_ordered(r))}." for r in request.remarks]
    if request.order:
        steps.append(f"{last}, {request.order.replace('sorted', 'sort the result', 1)}.")
    return " ".join(steps)


PROCEDURES = (("First take", "Then", "Finally"), ("Start from", "Next,", "At the end"),
              ("Begin with", "After that,", "Lastly"))  # fmt: skip
_ORDERS = {"considering": "consider", "breaking": "break", "including": "include", "keeping": "keep",
           "counting": "count", "skipping": "skip", "limited": "limit the result",
           "rounded": "round the figures", "each listed": "list each", "listed": "list them"}  # fmt: skip


def _ordered(remark: str) -> str:
    """`breaking ties by name` → `break ties by name`."""
    for said, order in _ORDERS.items():
        if remark.startswith(said):
            return order + remark.removeprefix(said)
    return remark


STYLES: dict[str, Callable[[Request, Voice], str]] = {
    "formal": formal,
    "colloquial": colloquial,
    "imperative": imperative,
    "interrogative": interrogative,
    "declarative": declarative,
    "concise": concise,
    "descriptive": descriptive,
    "vague": vague,
    "metaphorical": metaphorical,
    "role-play": role_play,
    "procedural": procedural,
}
"""Every style by its name, in the order of its group."""
