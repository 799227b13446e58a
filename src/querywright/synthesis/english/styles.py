"""The eleven ways to ask one request; each is a function from its pieces to text.

Four groups (Text2SQL-Flow, section III): tone (formal, colloquial), mood (imperative, interrogative, declarative),
amount of information (concise, descriptive, vague, metaphorical) and setting (role-play, procedural).
"""

from __future__ import annotations

from collections.abc import Callable

from querywright.synthesis.english.request import Request
from querywright.synthesis.english.voice import Voice


def upper(text: str) -> str:
    """The text with its first letter raised."""
    return text[:1].upper() + text[1:]


def tail(request: Request, order: bool = True) -> str:
    """Sorting, rounding and tie rules behind a comma each."""
    parts = [request.order] if order and request.order else []
    return "".join(f", {p}" for p in [*parts, *request.remarks] if p)


def lead(request: Request) -> str:
    """`for each country, ` or `among customers whose …, `; empty where the request needs neither."""
    if request.only:
        return f"for each of the {request.only}, "
    if request.each:
        return f"for each {request.each}, "
    return f"among the {request.among}, " if request.among else ""


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
    return f"what {'are' if request.many else 'is'} {request.what}"


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


def formal(request: Request, voice: Voice) -> str:
    """Polite and complete."""
    opening = voice.pick(("Please provide", "Kindly report", "Could you please determine", "Would you please list"))
    mark = "?" if opening.startswith(("Could", "Would")) else "."
    verb = opening if request.kind != "value" or "list" not in opening else "Could you please state"
    start = lead(request)
    said = f"{start}{verb[0].lower()}{verb[1:]} {thing(request)}" if start else f"{verb} {thing(request)}"
    return f"{upper(said)}{tail(request)}{mark}"


def colloquial(request: Request, voice: Voice) -> str:
    """As one would ask across the desk."""
    start = lead(request)
    if request.kind == "count" or request.which:
        opening = voice.pick(("Hey, ", "So, ", "Quick one: ", "Just wondering, "))
        return sentences(request, f"{opening}{start}{asked(request)}", "?")
    opening = voice.pick(("can you pull up", "could you dig up", "can you get me", "mind grabbing"))
    return upper(f"{voice.pick(('hey, ', 'hi, ', ''))}{start}{opening} {thing(request)}{tail(request)}?")


def concise(request: Request, voice: Voice) -> str:
    """A heading rather than a sentence."""
    what = thing(request).removeprefix("the ")
    if request.only:
        return upper(f"{what} for each of the {request.only}{tail(request)}")
    if request.each:
        return upper(f"{what} per {request.each}{tail(request)}")
    if request.among:
        return upper(f"{what} among {request.among}{tail(request)}")
    return upper(f"{what}{tail(request)}")


def descriptive(request: Request, voice: Voice) -> str:
    """The setting first, then the wish, then how the answer should look."""
    openings = (
        "I am going through our records of {0}",
        "I am putting together an overview of our {0}",
        "We keep track of {0}, and I want to understand them better",
        "I am reviewing what we know about {0}",
    )
    opening = voice.pick(openings).format(_subject(request))
    wish = voice.pick(("what I would like to see is", "I am interested in", "please show me"))
    start = lead(request)
    body = f"{start}{wish} {thing(request)}" if start else f"{wish} {thing(request)}"
    order = (
        f" {upper(voice.pick(('please have the answer ', 'the answer should be ')))}{request.order}."
        if request.order
        else ""
    )
    return f"{opening}. {upper(body)}{tail(request, order=False)}.{order}"


def _subject(request: Request) -> str:
    """What the question is about, in one plural noun."""
    return request.subject if not request.subject.startswith("combinations") else "these records"


def vague(request: Request, voice: Voice) -> str:
    """Something left open; what it means stands in the evidence."""
    if not voice.notes:
        return _vague_figures(request, voice)
    if request.which or request.kind == "count":
        return sentences(request, f"{lead(request)}{asked(request)}", "?")
    opening = voice.pick(("tell me about", "I am curious about", "give me an idea of", "what about"))
    mark = "?" if opening.startswith("what") else "."
    start = lead(request)
    return upper(f"{start}{opening} {thing(request)}{tail(request)}{mark}")


def _vague_figures(request: Request, voice: Voice) -> str:
    """No threshold to blur: what to show is left to the evidence instead."""
    if request.kind == "count":
        voice.note(f"how common means the number of {request.what}")
        return f"How common are {request.what}?"
    if request.kind == "each":
        voice.note(f"the usual figures are {request.bare}")
        return upper(f"{lead(request)}how do {request.rows} look by the usual figures{tail(request)}?")
    if request.kind == "value":
        voice.note(f"the usual figures are {request.bare}")
        return f"How do {request.rows} look by the usual figures{tail(request)}?"
    if request.among or request.bare == request.what:
        voice.note(f"the ones that stand out means {request.what}")
        return upper(f"{lead(request)}which ones stand out{tail(request)}?")
    voice.note(f"the main facts are {request.bare}")
    return f"What are the main facts about {request.rows}{tail(request)}?"


def metaphorical(request: Request, voice: Voice) -> str:
    """An image instead of the plain words; the evidence says what the image stands for."""
    start = lead(request)
    if request.kind == "count":
        image = voice.pick(("crowd", "family", "pile"))
        voice.note(f"the size of the {image} means the number of {request.what}")
        return f"How big is the {image} of {request.what}?"
    if request.kind == "value":
        image = voice.pick(("where does the needle point for", "what does the yardstick say about"))
        voice.note(
            f"the {'needle' if 'needle' in image else 'yardstick'} stands for the figures to report: {request.bare}"
        )
        return f"{upper(image)} {request.what}{tail(request)}?"
    if request.kind == "each":
        voice.note("every stop of the walk stands for one row of the answer")
        where = start.removesuffix(", ").removeprefix("for each of the ").removeprefix("for each ")
        walk = f"walk through the {where}" if request.only else f"walk from one {where} to the next"
        return f"{upper(walk)} and, at every stop, note down {request.what}{tail(request)}."
    image = voice.pick(("shine a torch on", "cast a net and haul in", "open the treasure chest and lift out"))
    return upper(f"{start}{image} {request.what}{tail(request)}.")


ROLES = (
    "As an analyst preparing the next review meeting",
    "As the person responsible for {0}",
    "I have just joined the team that looks after {0}",
    "As an auditor going through the {0}",
    "As a reporter writing a piece about {0}",
    "You are our data assistant and I am planning next year's budget",
)


def role_play(request: Request, voice: Voice) -> str:
    """Somebody asks in a role."""
    role = voice.pick(ROLES).format(_subject(request))
    start = lead(request)
    joiner = ". " if role.startswith(("I have", "You are")) else ", "
    wish = voice.pick(("I need", "I have to know", "I would like"))
    if request.kind == "count" or request.which:
        return sentences(
            request, f"{role}{joiner}{upper(start) if joiner == '. ' else start}I need to know {wondered(request)}"
        )
    wish = "I need" if wish == "I have to know" else wish
    body = f"{start}{wish} {thing(request)}{tail(request)}."
    return f"{role}{joiner}{upper(body) if joiner == '. ' else body}"


def procedural(request: Request, voice: Voice) -> str:
    """Step by step."""
    first = f"First take {request.among or request.rows or request.noun.plural}."
    if request.kind == "count":
        return f"{first} Then tell me how many there are{tail(request, order=False)}."
    body = request.what if request.among else request.bare
    if request.bare == request.what and request.kind == "list" and not request.among:
        return f"First look at the {_subject(request)}. Then pick out {request.what}{tail(request)}."
    each = f"for each {request.each}, work out" if request.each else "work out" if request.kind == "value" else "show"
    middle = f" Then, {each} {body}." if request.each else f" Then {each} {body}{_of_them(request)}."
    keep = f" Keep only the {request.only}." if request.only else ""
    last = [request.order.replace("sorted", "sort the result", 1)] if request.order else []
    closing = f" Finally, {last[0]}." if last else ""
    extra = "".join(f" {upper(_ordered(r))}." for r in request.remarks)
    return f"{first}{middle}{keep}{closing}{extra}"


_ORDERS = {
    "considering": "consider",
    "breaking": "break",
    "including": "include",
    "keeping": "keep",
    "counting": "count",
    "skipping": "skip",
    "rounded": "round the figures",
    "each listed": "list each",
    "listed": "list them",
}


def _ordered(remark: str) -> str:
    """`breaking ties by name` → `break ties by name`."""
    for said, order in _ORDERS.items():
        if remark.startswith(said):
            return order + remark.removeprefix(said)
    return remark


def _of_them(request: Request) -> str:
    return "" if request.among else " for them" if request.kind == "value" else ""


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
