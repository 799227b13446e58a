"""Values that people say in other words: nationalities for countries, states for their letters, months, codes."""

from __future__ import annotations

from typing import Final

MONTHS: Final = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october",
                 "november", "december")  # fmt: skip
WEEKDAYS: Final = ("sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday")

_SAME: Final = """
usa|us|united states|united states of america|america|american|americans|u s|u s a|states
uk|united kingdom|britain|great britain|british|england|english
england|english|uk
france|french
germany|german|germans
italy|italian|italians
spain|spanish
portugal|portuguese
netherlands|dutch|holland
belgium|belgian
switzerland|swiss
austria|austrian
sweden|swedish
norway|norwegian
denmark|danish
finland|finnish
iceland|icelandic
ireland|irish
scotland|scottish
wales|welsh
poland|polish
russia|russian|russian federation
ukraine|ukrainian
greece|greek
turkey|turkish
hungary|hungarian
czech republic|czech
romania|romanian
bulgaria|bulgarian
croatia|croatian
serbia|serbian
china|chinese
japan|japanese
korea|korean|south korea
india|indian
pakistan|pakistani
thailand|thai
vietnam|vietnamese
indonesia|indonesian
malaysia|malaysian
philippines|filipino|philippine
australia|australian
new zealand|new zealander
canada|canadian
mexico|mexican
brazil|brazilian
argentina|argentine|argentinian
chile|chilean
colombia|colombian
peru|peruvian
cuba|cuban
egypt|egyptian
nigeria|nigerian
kenya|kenyan
south africa|south african
israel|israeli
iran|iranian
iraq|iraqi
saudi arabia|saudi
europe|european
asia|asian
africa|african
north america|north american
south america|south american
f|female|females|woman|women|girl|girls|lady|ladies
m|male|males|man|men|boy|boys
female|woman|women|girl|girls
male|man|men|boy|boys
al|alabama
ak|alaska
az|arizona
ar|arkansas
ca|california
co|colorado
ct|connecticut
de|delaware
fl|florida
ga|georgia
hi|hawaii
id|idaho
il|illinois
in|indiana
ia|iowa
ks|kansas
ky|kentucky
la|louisiana|los angeles
me|maine
md|maryland
ma|massachusetts
mi|michigan
mn|minnesota
ms|mississippi
mo|missouri
mt|montana
ne|nebraska
nv|nevada
nh|new hampshire
nj|new jersey
nm|new mexico
ny|new york
nyc|new york|new york city
nc|north carolina
nd|north dakota
oh|ohio
ok|oklahoma
or|oregon
pa|pennsylvania|philadelphia
ri|rhode island
sc|south carolina
sd|south dakota
tn|tennessee
tx|texas
ut|utah
vt|vermont
va|virginia
wa|washington
wv|west virginia
wi|wisconsin
wy|wyoming
dc|washington
jan|january
feb|february
mar|march
apr|april
jun|june
jul|july
aug|august
sep|september
oct|october
nov|november
dec|december
mon|monday
tue|tuesday
wed|wednesday
thu|thursday
fri|friday
sat|saturday
sun|sunday
l|left|left handed
r|right|right handed
win|won|winner|winning
loss|lost|losing|lose
cancelled|canceled|cancel
success|successful|successfully|succeeded
fail|failed|failure
completed|complete|finished
"""


def _read(lines: str) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for line in lines.split("\n"):
        said = line.split("|")
        for one in said if len(said[0]) > 2 or said[0] in ("us", "uk") else said[:1]:
            found.setdefault(one, set()).update(said)
    return {one: tuple(sorted(others)) for one, others in found.items() if one}


EQUIVALENTS: Final = _read(_SAME)
"""By a plain value: plain texts that say the same."""
