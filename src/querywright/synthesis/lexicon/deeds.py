"""What is done, as a noun: `delivered on` → delivery date, `open year` → opening year."""

from __future__ import annotations

from collections.abc import Sequence

from querywright.synthesis.lexicon.listing import paired

DEEDS = paired("""
delivered=delivery shipped=shipping opened=opening started=start finished=completion completed=completion ended=end
retired=retirement posted=posting paid=payment returned=return issued=issue due=due booked=booking
registered=registration loaned=loan lent=loan ordered=order launched=launch created=creation updated=update
published=publication hired=hire enrolled=enrollment joined=joining reserved=reservation scheduled=scheduled
admitted=admission discharged=discharge released=release cancelled=cancellation canceled=cancellation
approved=approval submitted=submission purchased=purchase founded=founding closed=closing acquired=acquisition
installed=installation notified=notification borrowed=borrowing filed=filing departed=departure arrived=arrival
modified=modification refunded=refund reviewed=review placed=placement disposed=disposal adopted=adoption sold=sale
built=construction constructed=construction stored=storage resolved=resolution discontinued=discontinuation
signed=signing recorded=recording measured=measurement formed=formation established=founding elected=election
appointed=appointment assigned=assignment awarded=award reported=reporting requested=request granted=grant
expired=expiry expires=expiry collected=collection inspected=inspection visited=visit attended=attendance
rented=rental hosted=hosting aired=air broadcast=broadcast written=writing transferred=transfer settled=settlement
treated=treatment performed=performance renewed=renewal terminated=termination activated=activation
introduced=introduction invoiced=invoice billed=billing received=receipt sent=sending printed=printing
departs=departure arrives=arrival tested=test trained=training upgraded=upgrade verified=verification
moved=move left=leaving born=birth died=death produced=production manufactured=manufacturing
""")
"""What was done → the noun that goes with its date."""
STEMS = paired("""
open=opening close=closing ship=shipping join=joining create=creation deliver=delivery depart=departure
arrive=arrival publish=publication admit=admission register=registration install=installation retire=retirement
expire=expiry enroll=enrollment enrol=enrolment complete=completion acquire=acquisition cancel=cancellation
approve=approval submit=submission establish=founding construct=construction build=construction built=construction
founded=founding opened=opening launched=launch joined=joining retired=retirement completed=completion
oppose=opposition consider=consideration survive=survival accept=acceptance reject=rejection graduate=graduation
retain=retention employ=employment occupy=occupancy pay=payment begin=start finish=completion inspect=inspection
terminate=termination renew=renewal assign=assignment elect=election appoint=appointment produce=production
modify=modification born=birth making=production maker=making
""")
"""A verb before a noun → the noun it should have been."""
_AFTER = frozenset(("date", "time", "year", "month", "day", "rate", "datetime", "percentage"))
_PLACES = frozenset(("state", "city", "country", "place", "town", "county"))
_NOT_VERBS = frozenset((("complete", "time"), ("pay", "rate"), ("graduate", "year"), ("making", "time")))


def dated(noun: str, when: str, entity: Sequence[str] = ()) -> list[str] | None:
    """The words of a date by what was done then; None if no noun is known for it.

    Args:
        noun: the participle (`taken`, `held`, `delivered`).
        when: `date`, `time` or `year`.
        entity: the words of the table's noun: an event that is held has an event date.
    """
    if noun in ("held", "played", "fought", "made", "done", "conducted") and entity:
        return [entity[-1], when]
    if noun == "taken" and entity:
        sampled = {"result", "sample", "test", "specimen", "measurement", "reading"} & set(entity)
        return ["sampling", when] if sampled else [entity[-1], when]
    deed = DEEDS.get(noun)
    return [deed, when] if deed else None


def as_noun(words: Sequence[str]) -> list[str]:
    """`open year` → opening year; `born state` → state of birth; anything else unchanged."""
    out = list(words)
    if len(out) == 2 and out[0] in ("born", "birth") and out[1] in _PLACES:
        return [out[1], "of", "birth"]
    if (
        len(out) == 2
        and out[0] in ("year", "date")
        and out[1] in ("founded", "opened", "built", "established", "launched")
    ):
        return [DEEDS[out[1]], out[0]]
    if len(out) > 1 and out[-1] in _AFTER and out[-2] in STEMS and (out[-2], out[-1]) not in _NOT_VERBS:
        return [*out[:-2], STEMS[out[-2]], out[-1]]
    if len(out) > 3 and out[:2] == ["how", "to"]:
        return ["way", "of", _doing(out[2]), *out[3:]]
    return out


def _doing(verb: str) -> str:
    if verb.endswith("e") and not verb.endswith("ee"):
        return verb[:-1] + "ing"
    short = len(verb) == 3 and verb[1] in "aeiou" and verb[2] not in "aeiouwxy"
    return verb + verb[-1] * short + "ing"
