"""The words by which people ask for a count, an order, a limit: one table of general English.

Each cue is a pattern over plain text (lower case, no accents). None knows any database.
"""

from __future__ import annotations

import re
from typing import Final


def _any(phrases: str) -> re.Pattern[str]:
    """A pattern for any of these patterns of phrases, `;` between them."""
    each = (" ".join(phrase.split()) for phrase in phrases.split(";"))
    return re.compile(rf"\b(?:{'|'.join(each)})\b")


_NO_SUPERLATIVES: Final = (
    r"interest|request|test|guest|west|forest|contest|harvest|protest|arrest|rest|nest|chest|quest|invest|midwest|"
    r"northwest|southwest|conquest|suggest|honest|modest|manifest|digest|crest|pest|vest|attest|ingest|priest"
)

CUES: Final = {
    "count": _any(r"""
        how many; numbers?(?: of)?; count(?:s|ed|ing)?; amounts? of; quantit\w+; how often; num; total; how
        much; frequen\w+; times; tally; size of; head ?count; how large; volume; common(?:ly)?; popular\w*;
        most; fewest; least; prevalent; how big; occurrences?; distribution; breakdown
    """),
    "count only": _any(r"""
        how many(?! (?:days|weeks|months|years|hours|minutes)); number of(?!
        (?:days|weeks|months|years|hours|minutes|seconds)); count of; how often; count(?=(?: up)?
        (?:the|all|how)); total number
    """),
    "sum": _any(r"""
        total\w*; sum(?:s|med)?; overall; combined; altogether; how much; in all; amounts?; together; how
        many; aggregate; number of; add(?:ed)? up; cumulative\w*; running; revenue; most; least; entire; so
        far; whole; sales; collective\w*
    """),
    "sum only": _any(r"""
        total(?! number); sum; combined; altogether; add(?:ed)? up
    """),
    "average": _any(r"""
        averag\w*; mean; avg; typical\w*; on the whole; usual(?:ly)?; normal(?:ly)?
    """),
    "average only": _any(r"""
        averag(?:e|es|ed|ing); mean; avg
    """),
    "share": _any(r"""
        percent\w*; share; proportion; ratio; fraction; rate; per; divided; what part; average\w*; mean;
        portion; for every; times; relative; compared; half; how large; growth; change\w*; each; an?
    """),
    "high": _any(r"""
        high(?:est)?; largest; biggest; greatest; max(?:imum|imal|ima)?; (?<!at )most; longest; tallest;
        heaviest; widest; deepest; strongest; hottest; richest; peak; warmest; thickest; busiest; dearest;
        priciest; farthest; furthest; upper; leading; (?<!least )popular; (?<!least )common(?:ly)?; utmost;
        brightest; loudest; densest; major; principal; dominant; main; exceed\w*; favou?rite; prevalent;
        frequent(?:ly)?; record; senior; expensive; outperform\w*
    """),
    "low": _any(r"""
        low(?:est)?; smallest; shortest; lightest; fewest; (?<!at )least; min(?:imum|imal|ima)?; mininum;
        bottom; cheap(?:est)?; narrowest; poorest; coldest; weakest; tiniest; thinnest; coolest; nearest;
        closest; rarest; scarcest; quietest; emptiest; shallowest; slightest; rare(?:ly)?; minor
    """),
    "late": _any(r"""
        latest; last; newest; most recent(?:ly)?; recent(?:ly)?; youngest; younger; most current; later;
        newer; current(?:ly)?; new; final(?:ly)?; most up to date; end(?:ed|ing)?
    """),
    "early": _any(r"""
        earli(?:est|er); first; oldest; older; eldest; original(?:ly)?; initial(?:ly)?; longest;
        start(?:ed|ing)?; begin\w*; least recent(?:ly)?; senior; before
    """),
    "maximum": _any(r"""
        max(?:imum|imal)?; highest
    """),
    "minimum": _any(r"""
        min(?:imum|imal)?; lowest
    """),
    "quantified": _any(r"""
        any; all; every; some; each
    """),
    "top": re.compile(r"\btop\b(?!.*\b(?:lowest|smallest|least|fewest|cheapest)\b)"),
    "ripe": _any(r"""
        oldest; eldest; older; senior; most senior; aged
    """),
    "young": _any(r"""
        youngest; younger; newest; junior
    """),
    "vague": re.compile(
        r"\b(?:best|worst|fast(?:est|er)|slow(?:est|er)|first|last|leading|ranked|rank|winn?\w*|champions?|better|worse|"
        r"top|bottom|quickest|strongest|weakest|safest|hardest|easiest|"
        rf"(?!(?:{_NO_SUPERLATIVES})\b)[a-z]{{3,}}est)\b|\b(?:most|least) (?!of\b|likely\b)[a-z]+\b"
    ),
    "ascending": _any(r"""
        ascending; ascend\w*; asc; increas\w+; a to z;
        (?:smallest|lowest|least|oldest|earliest|shortest|fewest|cheapest|youngest|low|small|old|first|bottom|lowest
        \w+|least \w+|fewest \w+|earliest \w+|cheapest \w+) (?:to|first); chronologic\w*; ris\w+; starting
        (?:with|from) (?:the
        )?(?:smallest|lowest|least|oldest|earliest|shortest|fewest|cheapest|youngest|first|low); from (?:the
        )?(?:least|smallest|lowest|oldest|earliest|youngest|shortest|fewest|cheapest|low|early|first);
        (?:least|lowest|smallest|fewest|cheapest|earliest|oldest|shortest)(?: \w+)? (?:at the top|first); in
        order of
    """),
    "alphabetical": _any(r"""
        alphabet\w*; lexicograph\w+
    """),
    "descending": _any(r"""
        descen\w*; desc; decreas\w+; reverse\w*; z to a;
        (?:largest|highest|most|newest|latest|longest|biggest|greatest|oldest|youngest|heaviest|high|large|best|top|most
        recent|recent|tallest|most expensive|late) (?:\w+ )?(?:to|first); starting (?:with|from|at) (?:the
        )?(?:largest|highest|most|newest|latest|longest|biggest|greatest|oldest|youngest|best|top|high);
        from (?:the
        )?(?:largest|highest|most|newest|latest|longest|biggest|greatest|oldest|youngest|high|best|top|recent|late|last|tallest|heaviest|z);
        (?:largest|highest|most|newest|latest|longest|biggest|greatest|best)(?: \w+)? (?:at the top|first);
        ranked; rank; top; inverse\w*; fall\w+; high(?:er)? to low(?:er)?; backwards?; downwards?; most \w+
        to (?:the )?least; most \w+ first
    """),
    "superlative only": _any(r"""
        (?<!at )(?<!the )most; the most(?! part); (?<!at )least; highest; lowest; largest; smallest;
        biggest; greatest; oldest; youngest; latest; earliest; fewest; longest; shortest; cheapest; maximum;
        minimum; newest; tallest; heaviest; most recent; top \w+
    """),
    "sorted only": _any(r"""
        (?:order|sort|rank)(?:ed|ing)? (?:\w+ ){0,4}by; in (?:\w+
        ){0,2}(?:ascending|descending|alphabetical) ; in
        (?:ascending|descending|alphabetical|reverse|increasing|decreasing|lexicographical) order
    """),
    "sorted": _any(r"""
        order(?:ed|ing)? (?:\w+ ){0,4}by; sort\w*; rank\w*; in order; arrang\w+; order; list(?:ed)? by; in
        \w+ order; order(?:ed|ing)?; organized; sequence; first
    """),
    "negation": re.compile(
        r"\b(?:not|no|never|without|except\w*|excluding|exclud\w+|neither|nor|none|cannot|other than|outside|"
        r"apart from"
        r"|besides?|rather than|lack\w*|miss\w+|fail\w*|different (?:from|than|to)|differ\w*|nobody|nothing|non|yet to|"
        r"instead|unable|without|free of|aside from|remaining|rest of|absent|absence|empty|unknown|no longer|else|"
        r"others?|another|still|but|zero|avoid\w*|nowhere|null|exclusive of|minus|leav\w+ out|devoid|blank|outstanding|"
        r"only|"
        r"un(?!i|de|til)[a-z]{4,}|in(?:valid|active|complete)|anything|anyone|fewer than one)\b|n't\b|\bunder(?=age)"
    ),
    "negation only": re.compile(
        r"\b(?:not|never|without|neither|nor|none|cannot|other than|apart from"
        r"|excluding|outside|except(?:ing)?|no(?!\.))\b"
        r"|n't\b"
    ),
    "turned": re.compile(
        r"(?:\b(?:no|not|never|cannot)|n't) (?:\w+ ){0,2}"
        r"(?:more|less|fewer|later|earlier|above|below|over|under|exceed\w*|longer|older|before|after|than|at least)\b"
    ),
    "group": _any(r"""
        each; every; per; by; for; different; all; respective\w*; corresponding\w*; their; among; various;
        across; any; distinct; individual\w*; separately; grouped?; both; its; in; of; and
    """),
    "group only": _any(r"""
        for each; for every; per; of each; in each; by each; each
    """),
    "intersect": _any(r"""
        both; and; also; as well; but; while; too; at the same time; common; shared?; along with; who; that;
        with; simultaneously; together
    """),
    "union": _any(r"""
        or; either; and; both; all; any; as well; together; combined?; plus; also; along with; union;
        every\w*
    """),
    "distinct": _any(r"""
        distinct\w*; different; unique; all; various; kinds?; types?; which; each; once; duplicat\w+;
        repeat\w*; any; who; at least one
    """),
    "distinct only": _any(r"""
        distinct; unique; without (?:repetition|duplicates|repeating)
    """),
    "one": _any(r"""
        one; a; an; single; any; some; at all; only; ever; once; first; per; repeat\w*; more than once;
        multiple; several; duplicate\w*; both
    """),
    "several": _any(r"""
        multiple; several; repeat\w*; duplicat\w*; more than once; at least twice; two; shared?; common;
        same; both; twice; more than one; plural
    """),
    "none": _any(r"""
        zero; no; not; none; never; without; positive; negative; any; some; at all; free; nothing; nil; more
        than zero; sea level; empty; ever; have; has; with
    """),
    "inclusive": _any(r"""
        at least; at most; or
        (?:more|less|fewer|higher|lower|above|below|later|earlier|over|under|older|younger|longer|greater|better|worse|after|before|bigger|smaller|larger|cheaper|shorter|up);
        minimum; maximum; no (?:more|less|fewer|later|earlier|longer|older); and
        (?:more|above|up|over|below|later|under); up to; since; not? (?:more|less|exceed|fewer|over|below);
        until; onwards?
    """),
    "exclusive": _any(r"""
        \w+ than; over; above; exceed\w*; under; below; before; after; beyond; past; surpass\w*
    """),
}
