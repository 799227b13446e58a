"""`airline`: a small European carrier — fleet, crews, four years of flights and tickets (DuckDB)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import asin, cos, radians, sin, sqrt
from random import Random
from typing import Any

from querywright.demo.chance import Skewed, day_between, or_null, price, seasonal_day, weighted
from querywright.demo.words import email, listed, unique_people
from querywright.demo.writing import Blueprint

Row = tuple[Any, ...]

FIRST_DAY, LAST_DAY = date(2021, 1, 3), date(2024, 12, 29)
FLYING_MONTHS = (0.55, 0.55, 0.65, 0.75, 0.8, 0.95, 1.0, 1.0, 0.85, 0.75, 0.6, 0.75)

AIRPORTS = (  # code, name, city, country, feet, runways, hub, latitude, longitude
    ("VIE", "Vienna Schwechat", "Vienna", "Austria", 600, 2, True, 48.1, 16.6),
    ("LIS", "Humberto Delgado", "Lisbon", "Portugal", 374, 1, True, 38.8, -9.1),
    ("CPH", "Kastrup", "Copenhagen", "Denmark", 17, 3, False, 55.6, 12.6),
    ("BCN", "El Prat", "Barcelona", "Spain", 14, 3, False, 41.3, 2.1),
    ("AMS", "Schiphol", "Amsterdam", "Netherlands", -11, 6, False, 52.3, 4.8),
    ("DUB", "Dublin Airport", "Dublin", "Ireland", 242, 2, False, 53.4, -6.3),
    ("ATH", "Eleftherios Venizelos", "Athens", "Greece", 308, 2, False, 37.9, 23.9),
    ("PRG", "Václav Havel", "Prague", "Czechia", 1247, 2, False, 50.1, 14.3),
    ("KRK", "John Paul II", "Kraków", "Poland", 791, 1, False, 50.1, 19.8),
    ("NCE", "Côte d'Azur", "Nice", "France", 12, 2, False, 43.7, 7.2),
    ("LYS", "Saint-Exupéry", "Lyon", "France", 821, 2, False, 45.7, 5.1),
    ("ZRH", "Kloten", "Zurich", "Switzerland", 1416, 3, False, 47.5, 8.5),
    ("OSL", "Gardermoen", "Oslo", "Norway", 681, 2, False, 60.2, 11.1),
    ("FAO", "Gago Coutinho", "Faro", "Portugal", 24, 1, False, 37.0, -8.0),
    ("FNC", "Cristiano Ronaldo", "Funchal", "Portugal", None, 1, False, 32.7, -16.8),
    ("TLV", "Ben Gurion", "Tel Aviv", "Israel", 134, 3, False, 32.0, 34.9),
    ("BOS", "Logan", "Boston", "United States", 19, 6, False, 42.4, -71.0),
    ("YUL", "Trudeau", "Montréal", "Canada", 118, 2, False, 45.5, -73.7),
    ("KEF", "Keflavík", "Reykjavík", "Iceland", None, 2, False, 64.0, -22.6),
    ("INN", "Kranebitten", "Innsbruck", "Austria", 1907, 1, False, 47.3, 11.3),
    ("GRZ", "Thalerhof", "Graz", "Austria", 1115, 1, False, 47.0, 15.4),
    ("VCE", "Marco Polo", "Venice", "Italy", 7, 2, False, 45.5, 12.4),
)
TYPES = (
    ("AT76", "ATR", "72-600", 70, 1530, 650),
    ("E195", "Embraer", "E195", 120, 3300, 1850),
    ("A320", "Airbus", "A320neo", 180, 6300, 2100),
    ("A321", "Airbus", "A321LR", 206, 7400, 2450),
    ("A333", "Airbus", "A330-300", 290, 11750, 5700),
)
NICKNAMES = listed(
    "Edelweiss|Danube|Saudade|Alfama|Semmering|Tejo|Enzian|Fado|Wachau|Atlântico|Azulejo|Großglockner|Lady Harbour|"
    "Mozart|Camões|Wörthersee"
)
REMARKS = (
    "Bird strike, left engine", "hydraulic leak", "Cabin lights replaced", "seat 14C broken again", "OK",
    "Landing gear: see technician's note", "waiting for parts ", "Corrosion found - rechecked",
)  # fmt: skip
NATIONS = Skewed(
    listed(
        "Austria|Portugal|Germany|Spain|United Kingdom|Netherlands|France|Italy|Ireland|United States|Denmark|Poland|"
        "Brazil|Greece|Canada|Israel|Sweden"
    ),
    0.9,
)


def blueprint() -> Blueprint:
    """The airline's rows, drawn in the order in which its tables need them."""
    rng = Random("airline")
    fleet = _fleet(rng)
    employees = _employees(rng)
    routes = _routes(rng)
    flights = _flights(rng, 1650, routes, fleet)
    passengers = _passengers(rng, 1100)
    tickets = _tickets(rng, flights, routes, passengers)
    return Blueprint(
        "airline",
        "duckdb",
        {
            "airports": [row[:7] for row in AIRPORTS],
            "aircraft_types": list(TYPES),
            "aircraft": fleet,
            "employees": employees,
            "routes": routes,
            "flights": flights,
            "flight_crew": _crew(rng, flights, employees),
            "passengers": passengers,
            "tickets": tickets,
            "maintenance": _maintenance(rng, fleet, employees),
            "complaints": _complaints(rng, tickets, flights),
        },
        parents={"employees": 5},
    )


def _fleet(rng: Random) -> list[Row]:
    rows: list[Row] = []
    nicknames = rng.sample(NICKNAMES, k=len(NICKNAMES))
    for kind, count in {"AT76": 5, "E195": 7, "A320": 9, "A321": 4, "A333": 3}.items():
        for _ in range(count):
            delivered = day_between(rng, date(2006, 3, 1), date(2022, 6, 1))
            old = delivered.year < 2010 and rng.random() < 0.6
            tail = f"OE-L{'ABCDEFGHIJKLMNOPQRSTUVWXYZ'[len(rows) % 26]}{'QW'[len(rows) // 26]}"
            nickname = nicknames.pop() if nicknames and rng.random() < 0.6 else None
            retired = day_between(rng, date(2022, 2, 1), date(2024, 3, 1)) if old else None
            rows.append((tail, kind, nickname, delivered, rng.random() < 0.4, retired))
    return rows


def _employees(rng: Random) -> list[Row]:
    """Five levels: chief executive, chiefs, base managers, team leaders, crews and technicians."""
    people = iter(unique_people(rng, 260))
    rows: list[Row] = []

    def hire(position: str, base: str | None, manager: int | None, low: float, high: float) -> int:
        first, last, _ = next(people)
        hired = day_between(rng, date(2002, 1, 7), date(2020, 12, 1))
        pay = round(low + (high - low) * (0.5 * rng.random() + 0.5 * (2021 - hired.year) / 19), 2)
        part_time = low < 90_000 and rng.random() < 0.14
        rows.append((len(rows) + 1, first, last, position, base, manager, hired, pay, part_time))
        return len(rows)

    boss = hire("Chief executive", None, None, 240_000, 250_000)
    flying, cabin, technical = (
        hire(f"Chief of {x}", None, boss, 130_000, 165_000) for x in ("flight", "cabin", "technics")
    )
    teams = (
        (flying, "Fleet captain", "Captain", 105_000, 148_000, 4),
        (flying, "Fleet captain", "First officer", 58_000, 88_000, 4),
        (cabin, "Cabin manager", "Purser", 38_000, 52_000, 4),
        (cabin, "Cabin manager", "Cabin attendant", 26_000, 39_000, 9),
        (technical, "Shift leader", "Technician", 36_000, 60_000, 4),
    )
    for base, size in (("VIE", 2), ("LIS", 2), ("CPH", 1)):
        for chief, leader, role, low, high, heads in teams:
            head = hire(f"Base manager, {role.lower()}s", base, chief, high * 1.25, high * 1.4)
            for _ in range(size):
                lead = hire(leader, base, head, high * 1.05, high * 1.2)
                for _ in range(heads if size > 1 else heads // 2):
                    hire(role, base, lead, low, high)
    return rows


def _routes(rng: Random) -> list[Row]:
    rows: list[Row] = []
    places = {row[0]: row for row in AIRPORTS}
    for hub in ("VIE", "LIS"):
        for place in places.values():
            if place[0] == hub or (hub == "LIS" and place[0] in ("INN", "GRZ", "KRK", "PRG")):
                continue
            opened = or_null(rng, 0.05, day_between(rng, date(2004, 4, 1), date(2020, 12, 1)))
            summer = place[0] in ("FAO", "FNC", "KEF", "VCE") and hub == "VIE"
            for start, end in ((hub, place[0]), (place[0], hub)):
                if start == "LIS" and end == "VIE" and hub == "LIS":
                    continue
                if not any(row[1:3] == (start, end) for row in rows):
                    rows.append((len(rows) + 1, start, end, _distance(places[start], places[end]), opened, summer))
    return rows


def _distance(a: Row, b: Row) -> int:
    """Great-circle kilometres between two airports."""
    lat, lng = radians(b[7] - a[7]), radians(b[8] - a[8])
    half = sin(lat / 2) ** 2 + cos(radians(a[7])) * cos(radians(b[7])) * sin(lng / 2) ** 2
    return round(2 * 6371 * asin(sqrt(half)))


def _flights(rng: Random, count: int, routes: list[Row], fleet: list[Row]) -> list[Row]:
    """Aircraft fly what they can reach; winters bring weather, evenings bring delays that piled up over the day."""
    busy = Skewed(rng.sample(routes, k=len(routes)), 0.5)
    reach = {row[0]: row[4] for row in TYPES}
    drafts: list[Row] = []
    while len(drafts) < count:
        route = busy.pick(rng)
        day = seasonal_day(rng, FIRST_DAY, LAST_DAY, FLYING_MONTHS, 1.3)
        if route[5] and not 4 <= day.month <= 10:
            continue
        planes = [p for p in fleet if route[3] * 1.15 < reach[p[1]] < max(7500, route[3] * 6) and p[3] <= day]
        planes = [p for p in planes if p[5] is None or p[5] > day] or [p for p in fleet if p[1] == "A333"]
        leaves = datetime(
            day.year, day.month, day.day, rng.randrange(6, 22), rng.choice((0, 5, 10, 20, 25, 40, 45, 55))
        )
        drafts.append((route, rng.choice(planes)[0], leaves))
    drafts.sort(key=lambda draft: (draft[2], draft[0][0]))
    return [(i, f"QW{100 + route[0] * 7}", route[0], *_course(rng, route, tail, leaves)) for i, (route, tail, leaves)
            in enumerate(drafts, 1)]  # fmt: skip


def _course(rng: Random, route: Row, tail: str, leaves: datetime) -> Row:
    lands = leaves + timedelta(minutes=5 * round((35 + route[3] / 13.2) / 5))
    winter = leaves.month in (12, 1, 2)
    reason: str | None
    if rng.random() < (0.045 if winter else 0.018):
        reason = weighted(rng, {"WX": 6 if winter else 1, "TC": 3, "AT": 2, "CR": 2})
        return or_null(rng, 0.5, tail), leaves, lands, None, None, "C", reason
    late = rng.random() < 0.12 + 0.012 * (leaves.hour - 6) + (0.1 if winter else 0)
    wait = int(15 + rng.expovariate(1 / 38)) if late else rng.randint(-4, 12)
    left = leaves + timedelta(minutes=wait)
    landed = lands + timedelta(minutes=wait + rng.randint(-14, 9))
    reason = weighted(rng, {"WX": 3 if winter else 1, "TC": 2, "AT": 3, "CR": 1, "RA": 4}) if late else None
    return tail, leaves, lands, left, landed, "D" if late and rng.random() < 0.03 else "L", reason


def _crew(rng: Random, flights: list[Row], employees: list[Row]) -> list[Row]:
    """Two in the cockpit, a purser, one or two attendants; cancelled flights have none."""
    pools = {
        "CPT": [e[0] for e in employees if e[3] in ("Captain", "Fleet captain")],
        "FO": [e[0] for e in employees if e[3] == "First officer"],
        "PU": [e[0] for e in employees if e[3] == "Purser"],
        "CA": [e[0] for e in employees if e[3] == "Cabin attendant"],
    }
    rows: list[Row] = []
    for flight in flights:
        if flight[8] == "C":
            continue
        for duty, pool in pools.items():
            people = rng.sample(pool, k=2 if duty == "CA" and flight[0] % 3 == 0 else 1)
            rows += [(flight[0], person, duty) for person in sorted(people)]
    return rows


def _passengers(rng: Random, count: int) -> list[Row]:
    rows: list[Row] = []
    for i, (first, last, _) in enumerate(unique_people(rng, count), 1):
        tier = weighted(rng, {None: 52, "B": 30, "S": 12, "G": 6})
        low, high = {None: (0, 0), "B": (150, 24_000), "S": (25_000, 59_000), "G": (60_000, 240_000)}[tier]
        miles = None if tier is None else int(price(rng, low, high))
        name = f"{first} {last}" if rng.random() > 0.05 else f"{first}  {last.upper()}"
        born = or_null(rng, 0.06, day_between(rng, date(1942, 1, 1), date(2012, 12, 31)))
        mail = or_null(rng, 0.2, email(rng, first, last))
        rows.append((i, name, or_null(rng, 0.04, NATIONS.pick(rng)), born, mail, tier, miles))
    return rows


def _tickets(rng: Random, flights: list[Row], routes: list[Row], passengers: list[Row]) -> list[Row]:
    """A sample of the seats sold; frequent flyers book late and sit in front."""
    travellers = Skewed(rng.sample(passengers, k=len(passengers)), 0.6)
    rows: list[Row] = []
    for flight_id, _, route_id, _, leaves, _, _, _, status, _ in flights:
        taken: set[str] = set()
        for person in sorted({travellers.pick(rng)[0] for _ in range(weighted(rng, {1: 1, 2: 3, 3: 4, 4: 2, 6: 1}))}):
            regular = passengers[person - 1][5] in ("S", "G")
            cabin = weighted(rng, {"Y": 60, "W": 20, "J": 20} if regular else {"Y": 85, "W": 11, "J": 4})
            ahead = int(rng.expovariate(1 / (18 if regular else 42))) + 1
            fare = _fare(rng, routes[route_id - 1][3], cabin, leaves.month, ahead)
            booked = leaves - timedelta(days=ahead, minutes=rng.randint(5, 900))
            absent = None if status == "C" else rng.random() < (0.06 if cabin == "J" else 0.03)
            seat = _seat(rng, cabin, taken) if absent is False else None
            bags = weighted(rng, {0: 45, 1: 42, 2: 11, 3: 2})
            number = f"257-{len(rows) + 240_001}"
            rows.append((number, person, flight_id, cabin, seat, fare, booked, bags, absent))
    return rows


def _fare(rng: Random, kilometres: int, cabin: str, month: int, days_ahead: int) -> float:
    """Dearer on long routes, in front, in high season and when booked late."""
    base = (35 + kilometres * 0.055) * {"Y": 1.0, "W": 1.7, "J": 3.1}[cabin]
    season, hurry = 1.3 if month in (7, 8, 12) else 1.0, 1.35 if days_ahead < 8 else 1.0
    return round(base * season * hurry * rng.uniform(0.75, 1.3), 2)


def _seat(rng: Random, cabin: str, taken: set[str]) -> str:
    """A seat that nobody on this flight has: business in rows 1 to 4."""
    first, last = (1, 4) if cabin == "J" else (5, 17)
    while (seat := f"{rng.randint(first, last)}{rng.choice('ABCD')}") in taken:
        pass
    taken.add(seat)
    return seat


def _maintenance(rng: Random, fleet: list[Row], employees: list[Row]) -> list[Row]:
    technicians = [e for e in employees if e[3] in ("Technician", "Shift leader")]
    drafts: list[Row] = []
    for tail, kind, _, delivered, _, retired in fleet:
        size = {"AT76": 0.5, "E195": 0.8, "A320": 1.0, "A321": 1.15, "A333": 2.1}[kind]
        for _ in range(rng.randint(7, 16) + (2021 - delivered.year) // 3):
            job = weighted(rng, {"A": 62, "U": 28, "C": 7, "P": 3})
            start = day_between(rng, max(FIRST_DAY, delivered), min(LAST_DAY, retired or LAST_DAY))
            days, low, high = {"A": (2, 8e3, 3e4), "U": (4, 2e3, 9e4), "C": (32, 3.5e5, 9e5), "P": (9, 6e4, 1.4e5)}[job]
            end = start + timedelta(days=rng.randint(1, days))
            tech = rng.choice(technicians)
            cost = None if end > date(2024, 12, 1) or rng.random() < 0.04 else round(size * price(rng, low, high), 2)
            remark = or_null(rng, 0.6, rng.choice(REMARKS))
            drafts.append(
                (tail, tech[4], or_null(rng, 0.06, tech[0]), job, start, None if end > LAST_DAY else end, cost, remark)
            )
    drafts.sort(key=lambda draft: (draft[4], draft[0]))
    return [(i, *draft) for i, draft in enumerate(drafts, 1)]


def _complaints(rng: Random, tickets: list[Row], flights: list[Row]) -> list[Row]:
    drafts: list[Row] = []
    for ticket_no, _, flight_id, cabin, _, fare, _, bags, _ in tickets:
        _, _, _, _, leaves, lands, _, landed, status, _ = flights[flight_id - 1]
        late = (landed - lands).total_seconds() / 60 if landed else 0
        odds = {"DLY": 0.3 if late > 60 else 0.0, "REF": 0.5 if status == "C" else 0.004, "BAG": 0.012 * bags}
        odds["SVC"] = 0.02 if cabin == "J" else 0.006
        for topic, chance in odds.items():
            if rng.random() < chance:
                filed = leaves.date() + timedelta(days=1 + int(rng.expovariate(1 / 9)))
                solved = filed + timedelta(days=3 + int(rng.expovariate(1 / 26)))
                paid = round(fare * rng.uniform(0.2, 1), 2) if topic in ("DLY", "REF") and rng.random() < 0.7 else None
                open_still = solved > LAST_DAY or rng.random() < 0.06
                if filed <= LAST_DAY:
                    drafts.append(
                        (ticket_no, topic, filed, None if open_still else solved, None if open_still else paid)
                    )
    drafts.sort(key=lambda draft: (draft[2], draft[0], draft[1]))
    return [(i, *draft) for i, draft in enumerate(drafts, 1)]
