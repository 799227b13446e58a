"""Words of column names, by what they say about the column's role. Whole words only; several lists may share one."""

from __future__ import annotations

from querywright.synthesis.lexicon.listing import listed

CONTACT = listed("""
    email url homepage website phone fax telephone mobile link web uri webpage mail twitter facebook linkedin
    instagram skype
""")
ADDRESS = frozenset(["address", "street", "addresses"])
POSTAL = listed("zip postcode postal zipcode")
COORDINATES = listed("latitude longitude coordinates coordinate geom geometry geo")
SECRETS = listed("password hash token salt uuid guid checksum")
PROSE = listed("""
    description comment comments note notes remarks remark abstract summary text details detail review body
    content biography bio message synopsis overview plot recommendations caption feedback
""")
AMOUNTS = listed("""
    quantity amount total population duration count sales revenue cost costs budget votes attendance profit
    expense expenses points goals wins losses credits milliseconds seconds minutes hours days bytes stock units
    number profits passengers employees students members killed injured deaths cases balance shares downloads
    views likes followers gold silver bronze medals turnover visits payment value volume shipments laps funding
    fine fee fees tonnage assists rebounds runs hits caps matches appearances seats copies donations injuries
    investment deposits tax enrollment enrolment circulation spending usage orders tickets bonus output
    production yield area wickets touchdowns yards games gnp gdp refund loan loss earnings audience stops docks
    bikes inventory
""")
LEVELS = listed("""
    price rate rating score age height weight percentage percent capacity average salary temperature humidity
    speed level length width depth elevation altitude size distance density ratio gpa mpg horsepower
    acceleration wage minimum maximum index share pressure visibility latitude limit pay discount margin
    interest wind income power displacement cylinders expectancy tenure experience stars grade mark marks
    overall potential penetration probability confidence frequency voltage mean median worth pages floors
    stories amplitude magnitude bmi radius diameter thickness range hardness ph purity viscosity strength
    quality popularity importance intensity difficulty latency bandwidth resolution
""")
RANKS = listed("""
    floor rank ranking position place order sequence seq ordinal standing seed priority round lap grid series
    season episode line row version sort
""")
FLAGGED = listed("is has if was are can flag yn does allows accepts indicator")
CATEGORY = listed("""
    type status gender sex country city state nationality category class color colour region continent language
    genre party league division department major level method season month day weekday stage format brand make
    model mode group sector industry citizenship religion ethnicity race currency size shape material tier role
    position rank result outcome conference county province district location hometown branch venue place area
    channel team club grade occupation affiliation carrier operator manufacturer publisher
""")
CODES = listed("""
    room classroom code isbn issn sku number symbol ticker iata icao iso abbreviation vin ssn upc ean barcode
    plate call npi cve passport license serial reference doi acronym ndc swift initials initial extension ip
""")
IDENTIFYING = listed("id ids code number no key ssn")
COUNTING = listed("total average mean minimum maximum number median")
NEVER_SUMMED = listed("""
    average mean minimum maximum median per rate percentage price share ratio highest lowest initial unit list
    measured
""")
YES = listed("1 y yes t true")
NO = listed("0 n no f false")


def truth(value: object) -> bool | None:
    """Whether a flag's value says yes (1, Y, true, …) or no, however it is spelled; None for any other value."""
    said = str(value).strip().lower().removesuffix(".0")
    return True if said in YES else False if said in NO else None


OWN_NAMES = listed(
    "first last middle full given family personal short long common user nick display local maiden birth"
)
PROPER = listed("country city language state region nationality continent brand manufacturer team company airline")
"""Columns whose values are names."""
