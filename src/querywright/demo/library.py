"""`library`: a city's public libraries — books, copies, members, nine years of loans and fines (SQLite)."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from querywright.demo.chance import Skewed, at_office_hours, day_between, or_null, price, seasonal_day, weighted
from querywright.demo.words import email, listed, plain_letters, street_address, unique_people, untidy
from querywright.demo.writing import Blueprint

Row = tuple[Any, ...]

FIRST_DAY, LAST_DAY = date(2016, 1, 4), date(2024, 12, 20)
READING_MONTHS = (1.0, 0.85, 0.8, 0.75, 0.7, 0.8, 0.95, 0.9, 0.7, 0.85, 0.95, 0.75)

BRANCHES = (
    ("Central Library", "Brookhaven", date(1962, 5, 4), 4200, True),
    ("Harbour Branch", "Brookhaven", date(1978, 9, 18), 1150, True),
    ("Northgate Branch", "Brookhaven", date(1984, 3, 1), 900, False),
    ("Willow Park Branch", "Brookhaven", date(1991, 6, 12), 640, False),
    ("Elmsford Library", "Elmsford", date(1969, 11, 3), 1420, True),
    ("St. Aubin Library", "St. Aubin", date(1996, 4, 22), 760, False),
    ("Kingsbridge Library", "Kingsbridge", date(2003, 10, 6), 1310, True),
    ("University Quarter Branch", "Brookhaven", date(2012, 2, 27), 1875, True),
    ("Mobile Library", "Brookhaven", date(2017, 8, 14), None, False),
)
GENRES: dict[str, tuple[str, ...]] = {
    "": ("Fiction", "Non-fiction", "Children's books"),
    "Fiction": ("Crime", "Fantasy", "Historical fiction", "Romance", "Science fiction", "Short stories"),
    "Crime": ("Cosy mystery", "Nordic noir", "Police procedural"),
    "Fantasy": ("Epic fantasy", "Urban fantasy"),
    "Non-fiction": ("Biography", "Cookery", "History", "Science", "Travel", "Art & design"),
    "History": ("Ancient history", "Modern history"),
    "Science": ("Astronomy", "Biology", "Mathematics"),
    "Children's books": ("Picture books", "First readers", "Young adult"),
}
COUNTRIES = Skewed(
    listed(
        "United Kingdom|United States|Germany|France|Ireland|Spain|Canada|Italy|Sweden|India|Nigeria|Japan|Australia|"
        "Norway|Argentina|South Africa"
    ),
    1.1,
)
PUBLISHERS = Skewed(
    listed(
        "Heron & Vale|Northlight Press|Bellweather Books|Éditions du Phare|Lantern House|Marrow & Sons|"
        "Kupferberg Verlag|Quillfeather|Saltmarsh|Casa Olmo|Tidewater Academic|O'Dowd Publishing"
    )
)
LANGUAGES = {"en": 68.0, "fr": 11.0, "de": 10.0, "es": 7.0, "it": 4.0}
ADJECTIVES = listed(
    "Silent|Crooked|Last|Hidden|Burning|Winter|Forgotten|Glass|Golden|Distant|Paper|Broken|Quiet|Hollow|Crimson|Long|"
    "Restless|Northern|Painted|Secret|Second|Scarlet|Wandering|Unfinished|Copper"
)
NOUNS = listed(
    "Orchard|River|Lighthouse|Letter|Garden|Harbour|Kingdom|Mountain|Clockmaker|Island|House|Road|Winter|Mapmaker|"
    "Daughter|Forest|Bridge|Violin|Sparrow|Cathedral|Summer|Baker|Witness|Station|Tide|Lantern|Ferry|Archive"
)
PLACES = listed("Lisbon|Prague|Trieste|Saint-Malo|the Fens|Kraków|Galway|Marseille|the Orkneys|Ghent|Córdoba|Turin")
SUBJECTS = listed(
    "the Baltic|Bread|the Night Sky|Numbers|the Roman Road|Bees|the Silk Trade|Moss and Lichen|the Postal Service|"
    "Lighthouses|Salt|Clocks|the Printing Press|Whales|Colour|Ancient Harbours|Glass|the Atlas|Wool|Cheese|"
    "Volcanoes|the Microscope|Bridges|the Danube|Owls|Prime Numbers|Glaciers|Portraits|Tea|the Moon|Mushrooms|Gravity"
)
OCCUPATIONS = Skewed(
    listed(
        "Teacher|Nurse|Software developer|Retired|Student|Accountant|Shop assistant|Carpenter|Journalist|Bus driver|"
        "Architect|Chef|Electrician|Translator|Gardener|Self-employed"
    ),
    0.6,
)


def blueprint() -> Blueprint:
    """The library's rows, drawn in the order in which its tables need them."""
    rng = Random("library")
    staff = _staff(rng)
    genres = _genres()
    authors = _authors(rng, 210)
    books = _books(rng, 720, genres)
    copies = _copies(rng, books)
    members = _members(rng, 640)
    loans = _loans(rng, copies, members, staff)
    events = _events(rng, 190, staff)
    return Blueprint(
        "library",
        "sqlite",
        {
            "branches": [
                (i, name, city, None if name.startswith("Mobile") else street_address(rng), *rest)
                for i, (name, city, *rest) in enumerate(BRANCHES, 1)
            ],
            "staff": staff,
            "genres": genres,
            "authors": authors,
            "books": books,
            "book_authors": _book_authors(rng, books, authors),
            "copies": copies,
            "members": members,
            "loans": loans,
            "fines": _fines(rng, loans, copies),
            "reservations": _reservations(rng, 820, books, members),
            "events": events,
            "event_attendance": _attendance(rng, events, members),
        },
    )


def _staff(rng: Random) -> list[Row]:
    """A director, two deputies, a head for each branch, librarians under the heads and assistants under those."""
    people = iter(unique_people(rng, 90))
    rows: list[Row] = []

    def hire(title: str, branch: int | None, manager: int | None, low: float, high: float) -> int:
        first, last, _ = next(people)
        hired = day_between(rng, date(1998, 1, 5), date(2024, 6, 3))
        pay = round(low + (high - low) * (0.6 * rng.random() + 0.4 * (2024 - hired.year) / 26), 2)
        rows.append((len(rows) + 1, first, last, title, branch, manager, hired, pay))
        return len(rows)

    director = hire("Director", None, None, 96_000, 99_000)
    deputies = [
        hire(f"Deputy director, {area}", None, director, 74_000, 82_000) for area in ("services", "collections")
    ]
    for branch in range(1, len(BRANCHES) + 1):
        head = hire("Branch manager", branch, deputies[branch % 2], 55_000, 68_000)
        for _ in range(4 if branch == 1 else rng.randint(1, 2)):
            librarian = hire("Librarian", branch, head, 38_000, 52_000)
            for _ in range(rng.randint(1, 3)):
                hire("Library assistant", branch, librarian, 27_000, 36_000)
    return rows


def _genres() -> list[Row]:
    rows: list[Row] = []
    ids: dict[str, int | None] = {"": None}
    for parent, names in GENRES.items():
        for name in names:
            ids[name] = len(rows) + 1
            rows.append((ids[name], name, ids[parent]))
    return rows


def _authors(rng: Random, count: int) -> list[Row]:
    rows: list[Row] = []
    for i, (first, last, _) in enumerate(unique_people(rng, count), 1):
        middle = f" {rng.choice('ABCDEFGHJKLMNPRSTW')}." if rng.random() < 0.2 else ""
        born = rng.randint(1890, 1992)
        died = born + rng.randint(41, 95)
        rows.append(
            (i, f"{first}{middle} {last}", or_null(rng, 0.06, COUNTRIES.pick(rng)), or_null(rng, 0.08, born),
             died if died < 2024 else None)
        )  # fmt: skip
    return rows


def _title(rng: Random, factual: bool) -> str:
    if factual:
        subject = rng.choice(SUBJECTS)
        capital = subject[0].upper() + subject[1:]
        return rng.choice(
            (
                f"A Short History of {subject}",
                f"{capital}: A Life's Work",
                f"The Book of {capital.removeprefix('The ')}",
                f"Understanding {subject}",
                f"Travels in {rng.choice(PLACES)}",
                f"{capital} Explained",
                f"In Praise of {subject}",
            )
        )
    adjective, noun, other = rng.choice(ADJECTIVES), rng.choice(NOUNS), rng.choice(NOUNS)
    return rng.choice(
        (
            f"The {adjective} {noun}",
            f"The {noun}'s {other}",
            f"{adjective} {noun}",
            f"The {noun} of {rng.choice(PLACES)}",
            f"A {noun} for the {other}",
            f"Beyond the {adjective} {noun}",
        )
    )


def _books(rng: Random, count: int, genres: list[Row]) -> list[Row]:
    top = {row[0]: row[0] if row[2] is None else None for row in genres}
    for genre, _, parent in genres:
        top[genre] = top[genre] or top[parent]
    shelves = Skewed(rng.sample([row[0] for row in genres if row[2] is not None], k=len(genres) - 3), 0.5)
    rows: list[Row] = []
    used: set[str] = set()
    for i in range(1, count + 1):
        genre = shelves.pick(rng)
        kind = top[genre]
        title = _title(rng, kind == 2)
        while title in used and rng.random() < 0.9:
            title = _title(rng, kind == 2)
        used.add(title)
        pages = int(rng.gauss(64, 22) if kind == 3 else rng.gauss(355, 120))
        year = int(2024 - 62 * rng.random() ** 2.2)
        cost = price(rng, 6, 16) if kind == 3 else price(rng, 8, 28) + (9 if kind == 2 else 0)
        rows.append(
            (
                i,
                title,
                f"978-{rng.randint(0, 9)}-{i:04d}-{rng.randint(1000, 9999)}-{rng.randint(0, 9)}",
                genre,
                or_null(rng, 0.04, PUBLISHERS.pick(rng)),
                or_null(rng, 0.02, year),
                weighted(rng, LANGUAGES),
                or_null(rng, 0.05, max(pages, 18 + i % 30)),
                or_null(rng, 0.05, round(cost + pages / 60, 2)),
            )
        )
    return rows


def _book_authors(rng: Random, books: list[Row], authors: list[Row]) -> list[Row]:
    writers = Skewed(authors, 0.6)
    rows: dict[tuple[int, int], Row] = {}
    for book in books:
        for place in range(weighted(rng, {1: 74, 2: 20, 3: 6})):
            role = "AUT" if place == 0 or rng.random() < 0.45 else weighted(rng, {"EDT": 3, "TRL": 5, "ILL": 3})
            author = writers.pick(rng)
            while (author[3] or 1900) + 19 > (book[5] or 2024):
                author = writers.pick(rng)
            rows.setdefault((book[0], author[0]), (book[0], author[0], role))
    return list(rows.values())


def _copies(rng: Random, books: list[Row]) -> list[Row]:
    branches = {1: 30.0, 2: 12, 3: 10, 4: 7, 5: 13, 6: 6, 7: 11, 8: 14, 9: 3}
    rows: list[Row] = []
    for book in books:
        for _ in range(weighted(rng, {1: 40, 2: 32, 3: 17, 4: 8, 6: 3})):
            branch = weighted(rng, branches)
            start = max(BRANCHES[branch - 1][2], date(book[5] or 1990, 1, 15), date(2005, 1, 10))
            bought = day_between(rng, start, date(2024, 11, 25)) if start < date(2024, 11, 1) else date(2024, 11, 28)
            paid = None if book[8] is None or rng.random() < 0.07 else round(book[8] * rng.uniform(0.62, 0.97), 2)
            age = (2024 - bought.year) / 20
            state = weighted(rng, {"N": max(1.2 - 4 * age, 0.02), "G": 1.4, "F": 0.2 + age, "P": 0.9 * age, "L": 0.06})
            number = f"{branch:02d}-{len(rows) + 1:06d}"
            rows.append((len(rows) + 1, book[0], branch, number, bought, paid, state, rng.random() < 0.06))
    return rows


def _members(rng: Random, count: int) -> list[Row]:
    towns = {"Brookhaven": 58.0, "Elmsford": 14, "Kingsbridge": 12, "St. Aubin": 8, "Marlow Green": 5, "Øster Vik": 3}
    homes = {"Brookhaven": (1, 2, 3, 4, 8), "Elmsford": (5, 1), "Kingsbridge": (7, 1), "St. Aubin": (6, 1)}
    rows: list[Row] = []
    for i, (first, last, _) in enumerate(unique_people(rng, count), 1):
        kind = weighted(rng, {"A": 52, "S": 18, "C": 17, "P": 13})
        low, high = {"A": (1961, 2000), "S": (1998, 2006), "C": (2009, 2017), "P": (1935, 1959)}[kind]
        born = day_between(rng, date(low, 1, 1), date(high, 12, 31))
        joined = day_between(rng, max(FIRST_DAY, date(born.year + 6, 1, 8)), date(2024, 10, 30), 1.2)
        town = weighted(rng, towns)
        job = {"S": "Student", "C": None, "P": "Retired"}.get(kind, OCCUPATIONS.pick(rng))
        mail = None if rng.random() < (0.5 if kind in "CP" else 0.1) else email(rng, first, last)
        card = f"{plain_letters(last)[:3].upper():X<3}{joined.year % 100:02d}{i:05d}"
        rows.append(
            (i, card, first, last, or_null(rng, 0.04, born), mail, town,
             untidy(rng, job) if job and rng.random() > 0.12 else None, kind,
             rng.choice(homes.get(town, (1, 2, 5))), joined, rng.random() < 0.84)
        )  # fmt: skip
    return rows


def _loans(rng: Random, copies: list[Row], members: list[Row], staff: list[Row]) -> list[Row]:
    """Each copy goes from reader to reader; a popular book rests shortly, a careless reader brings it back late."""
    readers = Skewed(rng.sample(members, k=len(members)), 0.55)
    careless = {member[0]: rng.random() ** 3 for member in members}
    desks: dict[int, list[Row]] = {}
    for person in staff:
        desks.setdefault(person[4], []).append(person)
    drafts: list[Row] = []
    for copy_id, book_id, branch, _, bought, _, state, reference in copies:
        if reference:
            continue
        rest = 60 + 1300 * Random(f"popularity {book_id}").random() ** 2
        day = max(FIRST_DAY, bought + timedelta(days=6)) + timedelta(days=int(rest * rng.random()))
        while day < LAST_DAY:
            member = readers.pick(rng)
            if member[10] > day or rng.random() > READING_MONTHS[day.month - 1]:
                day += timedelta(days=rng.randint(9, 40))
                continue
            renewals = weighted(rng, {0: 72, 1: 18, 2: 7, 3: 3})
            due = day + timedelta(days=21 * (renewals + 1))
            late = rng.random() < 0.05 + 0.75 * careless[member[0]]
            back = due + timedelta(days=rng.randint(1, 45) if late else -rng.randint(0, 18))
            clerk = rng.choice(desks[branch])
            desk = None if rng.random() < 0.3 or clerk[6] > day else clerk[0]
            open_still = back > LAST_DAY or (state == "L" and rng.random() < 0.12)
            moment, returned = at_office_hours(rng, day, 9, 19), None if open_still else back
            drafts.append((copy_id, member[0], desk, moment, due, returned, renewals))
            if open_still:
                break
            day = max(back, day + timedelta(days=1)) + timedelta(days=int(rng.expovariate(1 / rest)) + 1)
    drafts.sort(key=lambda draft: (draft[3], draft[0]))
    return [(i, *draft) for i, draft in enumerate(drafts, 1)]


def _fines(rng: Random, loans: list[Row], copies: list[Row]) -> list[Row]:
    drafts: list[Row] = []
    for loan_id, copy_id, _, _, _, due, back, _ in loans:
        worth = copies[copy_id - 1][5] or 15.0
        if back is None and (LAST_DAY - due).days > 60:
            drafts.append((loan_id, "LOST", round(worth + 5, 2), due + timedelta(days=60)))
        elif back is not None and (back - due).days > 3 and rng.random() < 0.8:
            drafts.append((loan_id, "LATE", round(0.25 * (back - due).days + 0.5, 2), back))
        elif back is not None and rng.random() < 0.02:
            drafts.append((loan_id, "DMG", round(worth * rng.uniform(0.2, 0.8), 2), back))
    drafts.sort(key=lambda draft: (draft[3], draft[0]))
    rows: list[Row] = []
    for i, (*draft, issued) in enumerate(drafts, 1):
        paid = issued + timedelta(days=int(rng.expovariate(1 / 25)))
        rows.append((i, *draft, issued, None if paid > LAST_DAY or rng.random() < 0.17 else paid))
    return rows


def _reservations(rng: Random, count: int, books: list[Row], members: list[Row]) -> list[Row]:
    wanted = Skewed(rng.sample(books, k=len(books)), 0.9)
    drafts: list[Row] = []
    for _ in range(count):
        member = rng.choice(members)
        day = seasonal_day(rng, max(member[10], date(2019, 1, 7)), LAST_DAY, READING_MONTHS, 1.3)
        recent = (LAST_DAY - day).days < 40
        status = weighted(rng, {"W": 5, "R": 3, "C": 2, "X": 1} if recent else {"C": 8, "X": 2})
        told = day + timedelta(days=rng.randint(1, 30)) if status in "RC" else None
        place = member[9] if rng.random() < 0.8 else rng.randint(1, len(BRANCHES))
        drafts.append(
            (
                member[0],
                wanted.pick(rng)[0],
                place,
                at_office_hours(rng, day, 7, 23),
                status,
                told and min(told, LAST_DAY),
            )
        )
    drafts.sort(key=lambda draft: (draft[3], draft[0]))
    return [(i, *draft) for i, draft in enumerate(drafts, 1)]


def _events(rng: Random, count: int, staff: list[Row]) -> list[Row]:
    titles = {
        "RDG": ("An evening with {name}", "Reading: {name}", "Poetry night"),
        "WKS": ("Bookbinding for beginners", "Family history on-line", "Writing workshop", "Repair café"),
        "STO": ("Story time", "Bedtime stories", "Puppet theatre"),
        "CLB": ("Crime club", "Readers' circle", "Book club: new voices", "Cercle de lecture"),
    }
    drafts: list[Row] = []
    for _ in range(count):
        host = rng.choice([person for person in staff if person[4]])
        kind = weighted(rng, {"RDG": 3, "WKS": 3, "STO": 4, "CLB": 3})
        name = " ".join(unique_people(rng, 1)[0][:2])
        day = seasonal_day(
            rng, max(date(2017, 1, 10), BRANCHES[host[4] - 1][2], host[6]), LAST_DAY, READING_MONTHS, 1.2
        )
        title = rng.choice(titles[kind]).format(name=name)
        drafts.append((host[4], or_null(rng, 0.1, host[0]), title, kind, day, rng.choice((12, 15, 20, 25, 30, 40, 60))))
    drafts.sort(key=lambda draft: (draft[4], draft[2]))
    return [(i, *draft) for i, draft in enumerate(drafts, 1)]


def _attendance(rng: Random, events: list[Row], members: list[Row]) -> list[Row]:
    rows: list[Row] = []
    for event_id, branch, _, _, kind, day, seats in events:
        likely = [
            m
            for m in members
            if m[10] <= day and (m[8] == "C") == (kind == "STO") and (m[9] == branch or m[0] % 4 == 0)
        ]
        guests = rng.sample(likely, k=min(len(likely), max(1, int(seats * rng.uniform(0.25, 0.8)))))
        liked = {"RDG": 22.0, "WKS": 38.0, "STO": 45.0, "CLB": 19.0}[kind]
        marks = {1: 2.0, 2: 5.0, 3: 14.0, 4: 30.0, 5: liked}
        rows += [(event_id, guest[0], or_null(rng, 0.3, weighted(rng, marks))) for guest in sorted(guests)]
    return rows
