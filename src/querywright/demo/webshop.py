"""`webshop`: a shop for home and outdoor goods — five years of orders, parcels, returns, reviews (DuckDB)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from querywright.demo.chance import Skewed, at_office_hours, day_between, or_null, price, seasonal_day, weighted
from querywright.demo.words import email, listed, unique_people, untidy
from querywright.demo.writing import Blueprint

Row = tuple[Any, ...]

FIRST_DAY, LAST_DAY = date(2020, 1, 2), date(2024, 12, 30)
SHOPPING_MONTHS = (0.45, 0.4, 0.5, 0.55, 0.6, 0.6, 0.5, 0.45, 0.55, 0.65, 0.95, 1.0)

CATEGORIES: dict[str, tuple[str, ...]] = {
    "": ("Home & Kitchen", "Outdoor", "Electronics", "Stationery"),
    "Home & Kitchen": ("Cookware", "Lighting", "Textiles", "Storage"),
    "Cookware": ("Knives", "Pots & pans", "Bakeware"),
    "Lighting": ("Desk lamps", "Pendant lamps"),
    "Textiles": ("Blankets", "Cushions"),
    "Outdoor": ("Camping", "Cycling", "Garden"),
    "Camping": ("Tents", "Sleeping bags", "Stoves"),
    "Cycling": ("Helmets", "Panniers"),
    "Electronics": ("Audio", "Chargers"),
    "Audio": ("Headphones", "Radios"),
    "Stationery": ("Notebooks", "Pens"),
}
GOODS: dict[str, tuple[str, float, float, int]] = {
    "Knives": ("Chef's Knife|Paring Knife|Bread Knife|Santoku", 18, 140, 240),
    "Pots & pans": ("Cast-iron Pot|Frying Pan|Saucepan|Wok", 24, 190, 2600),
    "Bakeware": ("Loaf Tin|Springform|Muffin Tray|Rolling Pin", 8, 38, 650),
    "Storage": ("Storage Jar|Bread Box|Stacking Crate|Spice Rack", 7, 60, 900),
    "Desk lamps": ("Desk Lamp|Clip Lamp|Reading Lamp", 22, 130, 1400),
    "Pendant lamps": ("Pendant Lamp|Glass Pendant", 45, 320, 2300),
    "Blankets": ("Wool Blanket|Picnic Blanket|Throw", 25, 150, 1300),
    "Cushions": ("Cushion|Floor Cushion|Cushion Cover", 12, 70, 600),
    "Tents": ("Two-person Tent|Family Tent|Tarp", 90, 620, 4200),
    "Sleeping bags": ("Sleeping Bag|Sleeping Mat|Liner", 30, 310, 1250),
    "Stoves": ("Gas Stove|Alcohol Stove|Fire Pit", 28, 180, 780),
    "Helmets": ("Bike Helmet|Kids' Helmet", 30, 160, 330),
    "Panniers": ("Pannier|Handlebar Bag|Saddlebag", 20, 150, 850),
    "Garden": ("Watering Can|Secateurs|Bird House|Trowel", 9, 65, 700),
    "Headphones": ("Headphones|Earbuds|Headset", 25, 380, 260),
    "Radios": ("Kitchen Radio|Travel Radio", 29, 240, 1100),
    "Chargers": ("USB Charger|Power Bank|Charging Cable", 8, 75, 190),
    "Notebooks": ("Notebook|Sketchbook|Diary", 4, 32, 310),
    "Pens": ("Fountain Pen|Pencil Set|Gel Pen", 2, 95, 60),
}
RANGES = listed(
    "Aster|Birk|Bølge|Cobalt|Dune|Ember|Fjell|Grove|Halo|Iris|Juniper|Kestrel|Linnea|Marlow|Nord|Opal|Pico|Quartz|"
    "Ravel|Sierra|Tern|Umbra|Vela|Wren|Zephyr|Élan"
)
CITIES = {
    "DE": "Berlin|Hamburg|München|Köln|Leipzig",
    "FR": "Paris|Lyon|Nantes|Saint-Étienne",
    "NL": "Amsterdam|Utrecht|'s-Hertogenbosch",
    "ES": "Madrid|Valencia|A Coruña",
    "IT": "Milano|Torino|L'Aquila",
    "AT": "Wien|Graz",
    "SE": "Stockholm|Malmö",
    "PL": "Warszawa|Łódź|Gdańsk",
}
SUPPLIERS = listed(
    "Alpenwerk GmbH|Atelier Brume|Baltic Timber Co.|Bruno & Figli|Cobblestone Trading|Dal Lago S.r.l.|Ekström AB|"
    "Ferro e Fuoco|Gebrüder Lenz|Hexa Components|Isar Textil|Juhl & Søn|Kiwi Outdoor|Lodz Lighting|Maison d'Orme|"
    "Nordkap Supply|O'Hara Woollens|Pacific Cells Ltd|Quinta Verde|Rhein-Metallwaren|Solvang Import|Tessile Prato|"
    "Umeå Friluft|Van Dijk Papier|Zielony Ogród"
)
PROMOTIONS = (
    ("WELCOME10", "10 % off the first order", 10, date(2020, 1, 1), date(2024, 12, 31)),
    *((f"SPRING{y % 100}", f"Spring sale {y}", 15, date(y, 3, 20), date(y, 4, 15)) for y in range(2020, 2025)),
    *((f"BLACK{y % 100}", f"Black Friday {y}", 25, date(y, 11, 22), date(y, 11, 30)) for y in range(2020, 2025)),
    ("FREEBIRD", None, 5, date(2022, 5, 1), date(2023, 8, 31)),
    ("VIP20", "Thank you for your loyalty", 20, date(2021, 1, 1), date(2024, 12, 31)),
)
NOTES = (
    "Please leave with the neighbour",
    "ring twice!!",
    "It's a gift - no invoice in the box, please",
    "NO PLASTIC PLEASE",
    "  call before delivery ",
    "Lieferung bitte ins Büro",
    "Merci de livrer après 18h",
    "side door",
)
PRAISE = {
    1: ("Broke after a week", "Never again", "poor quality"),
    2: ("Disappointing", "Not what I expected", "too small"),
    3: ("It's OK", "Does the job", "average"),
    4: ("Very good", "Solid & well made", "Nice colour", "good value"),
    5: ("Love it!", "Perfect gift", "Can't live without it", "GREAT", "Très content"),
}


def blueprint() -> Blueprint:
    """The shop's rows, drawn in the order in which its tables need them."""
    rng = Random("webshop")
    categories = _categories()
    products = _products(rng, categories)
    suppliers = _suppliers(rng)
    customers = _customers(rng, 1300)
    orders, items = _orders(rng, 5200, customers, products)
    shipments = _shipments(rng, orders)
    return Blueprint(
        "webshop",
        "duckdb",
        {
            "categories": categories,
            "suppliers": suppliers,
            "products": products,
            "product_suppliers": _sourcing(rng, products, suppliers),
            "customers": customers,
            "promotions": list(PROMOTIONS),
            "orders": orders,
            "order_items": items,
            "payments": _payments(rng, orders, items),
            "shipments": shipments,
            "returns": _returns(rng, items, shipments),
            "reviews": _reviews(rng, orders, items),
        },
        parents={"categories": 2, "customers": 10},
    )


def _categories() -> list[Row]:
    rows: list[Row] = []
    ids: dict[str, int | None] = {"": None}
    for parent, names in CATEGORIES.items():
        for name in names:
            ids[name] = len(rows) + 1
            rows.append((ids[name], name, ids[parent], 7.0 if name in ("Notebooks", "Garden") else 19.0))
    return rows


def _products(rng: Random, categories: list[Row]) -> list[Row]:
    """Five to nineteen products a leaf category, each a range's name and a thing: `Fjell Two-person Tent`."""
    ids = {row[1]: row[0] for row in categories}
    rows: list[Row] = []
    for category, (things, low, high, grams) in GOODS.items():
        names = [f"{line} {thing}" for line in RANGES for thing in listed(things)]
        for name in rng.sample(names, k=rng.randint(5, 19)):
            launched = day_between(rng, date(2016, 2, 1), date(2024, 8, 30))
            sku = f"{category[:2].upper()}-{len(rows) + 101}-{rng.choice('ABCX')}"
            weight = int(grams * rng.uniform(0.5, 1.7))
            stock = 0 if rng.random() < 0.06 else int(rng.expovariate(1 / 85))
            rows.append(
                (len(rows) + 1, sku, name, ids[category], price(rng, low, high), or_null(rng, 0.05, weight), stock,
                 launched.year < 2021 and rng.random() < 0.25, or_null(rng, 0.04, launched))
            )  # fmt: skip
    return rows


def _suppliers(rng: Random) -> list[Row]:
    countries = Skewed(listed("Germany|China|Italy|Sweden|Netherlands|Poland|Portugal|Denmark"))
    people = unique_people(rng, len(SUPPLIERS))
    return [
        (i, name, countries.pick(rng), or_null(rng, 0.15, untidy(rng, f"{first} {last}")),
         or_null(rng, 0.12, round(rng.triangular(1.5, 5, 4.2), 1)))
        for i, (name, (first, last, _)) in enumerate(zip(SUPPLIERS, people, strict=True), 1)
    ]  # fmt: skip


def _sourcing(rng: Random, products: list[Row], suppliers: list[Row]) -> list[Row]:
    busy = Skewed(suppliers, 0.6)
    rows: dict[tuple[int, int], Row] = {}
    for product in products:
        for _ in range(weighted(rng, {1: 55, 2: 32, 3: 13})):
            supplier = busy.pick(rng)
            cost = round(product[4] * rng.uniform(0.36, 0.68), 2)
            wait = rng.randint(24, 70) if supplier[2] == "China" else rng.randint(2, 21)
            rows.setdefault((product[0], supplier[0]), (product[0], supplier[0], cost, or_null(rng, 0.08, wait)))
    return list(rows.values())


def _customers(rng: Random, count: int) -> list[Row]:
    people = sorted(
        ((day_between(rng, date(2018, 3, 1), date(2024, 12, 1), 0.7), *person) for person in unique_people(rng, count)),
        key=lambda person: person[0],
    )
    rows: list[Row] = []
    addresses: set[str | None] = {None}
    for i, (day, first, last, _) in enumerate(people, 1):
        country = weighted(rng, {"DE": 38, "FR": 17, "NL": 12, "IT": 9, "ES": 8, "AT": 7, "SE": 5, "PL": 4})
        town = rng.choice(listed(CITIES[country]))
        mail = or_null(rng, 0.03, email(rng, first, last))
        mail = None if mail in addresses else mail
        addresses.add(mail)
        friend = rng.choice(rows)[0] if i > 30 and rng.random() < 0.18 else None
        rows.append(
            (i, first, last, mail, or_null(rng, 0.3, day_between(rng, date(1948, 1, 1), date(2005, 12, 31))),
             or_null(rng, 0.03, town), country, weighted(rng, {"P": 78, "B": 15, "V": 7}),
             or_null(rng, 0.1, rng.random() < 0.45), at_office_hours(rng, day, 6, 24), friend)
        )  # fmt: skip
    return rows


def _orders(rng: Random, count: int, customers: list[Row], products: list[Row]) -> tuple[list[Row], list[Row]]:
    """Orders by date, VIPs and businesses with more of them and larger ones; the prices paid creep up by the year."""
    eager = Skewed(rng.sample(customers, k=len(customers)), 0.75)
    drafts: list[tuple[datetime, Row]] = []
    while len(drafts) < count:
        customer = eager.pick(rng)
        if customer[7] == "P" and rng.random() < 0.35:
            continue
        signed: datetime = customer[9]
        day = seasonal_day(rng, max(signed.date(), FIRST_DAY), LAST_DAY, SHOPPING_MONTHS)
        drafts.append((max(at_office_hours(rng, day, 6, 24), signed + timedelta(minutes=7)), customer))
    drafts.sort(key=lambda draft: (draft[0], draft[1][0]))
    bestsellers = Skewed(rng.sample(products, k=len(products)), 0.7)
    orders: list[Row] = []
    items: list[Row] = []
    known: set[int] = set()
    for i, (moment, customer) in enumerate(drafts, 1):
        lines = _basket(rng, i, moment.date(), customer[7], bestsellers)
        items += lines
        goods = sum(line[3] * line[4] for line in lines)
        fee = 0.0 if goods > 80 else weighted(rng, {4.95: 8, 6.9: 3, 12.5: 1})
        note = or_null(rng, 0.93, rng.choice(NOTES))
        channel = weighted(rng, {"WEB": 60, "APP": 10 + 9 * (moment.year - 2019), "TEL": 7})
        code = _promotion(rng, moment.date(), customer, known)
        orders.append((i, customer[0], moment, _status(rng, moment.date()), channel, code, fee, note))
    return orders, items


def _basket(rng: Random, order_id: int, day: date, segment: str, bestsellers: Skewed[Row]) -> list[Row]:
    wanted = {bestsellers.pick(rng)[0]: None for _ in range(weighted(rng, {1: 40, 2: 30, 3: 17, 4: 8, 6: 5}))}
    lines: list[Row] = []
    for product in sorted({bestsellers.pick(rng) for _ in wanted}):
        if product[8] is not None and product[8] > day:
            continue
        qty = rng.randint(2, 24) if segment == "B" and rng.random() < 0.5 else weighted(rng, {1: 78, 2: 15, 3: 5, 4: 2})
        paid = round(product[4] * (0.82 + 0.045 * (day.year - 2020)), 2)
        lines.append((order_id, len(lines) + 1, product[0], qty, paid))
    return lines or _basket(rng, order_id, day, segment, bestsellers)


def _promotion(rng: Random, day: date, customer: Row, known: set[int]) -> str | None:
    first = customer[0] not in known
    known.add(customer[0])
    usable = [code for code, _, _, start, end in PROMOTIONS if start <= day <= end]
    usable = [c for c in usable if (c != "WELCOME10" or first) and (c != "VIP20" or customer[7] == "V")]
    return rng.choice(usable) if usable and rng.random() < 0.45 else None


def _status(rng: Random, day: date) -> str:
    age = (LAST_DAY - day).days
    if age < 4:
        return weighted(rng, {"N": 5, "P": 4, "X": 1})
    return weighted(rng, {"S": 7, "P": 2, "X": 1}) if age < 12 else weighted(rng, {"D": 93, "X": 6, "S": 1})


def _payments(rng: Random, orders: list[Row], items: list[Row]) -> list[Row]:
    goods: dict[int, float] = {}
    for order_id, _, _, qty, paid in items:
        goods[order_id] = goods.get(order_id, 0) + qty * paid
    discounts = {code: pct for code, _, pct, _, _ in PROMOTIONS}
    rows: list[Row] = []
    for order_id, _, moment, status, _, code, fee, _ in orders:
        if status == "X":
            continue
        method = weighted(rng, {"CC": 42, "PP": 33, "BT": 10, "INV": 15})
        wait = timedelta(minutes=2) if method in ("CC", "PP") else timedelta(days=rng.randint(1, 24), minutes=317)
        amount = round(goods[order_id] * (1 - discounts.get(code, 0) / 100) + fee, 2)
        late = status == "N" or (moment + wait).date() > LAST_DAY or (method == "INV" and rng.random() < 0.06)
        rows.append((len(rows) + 1, order_id, method, amount, None if late else moment + wait))
    return rows


def _shipments(rng: Random, orders: list[Row]) -> list[Row]:
    days = {"Parcelo": 2, "BlauPost": 3, "Velo Courier": 1, "EuroFreight": 5}
    rows: list[Row] = []
    for order_id, _, moment, status, *_ in orders:
        if status not in "SD":
            continue
        carrier = weighted(rng, {"Parcelo": 45, "BlauPost": 30, "Velo Courier": 10, "EuroFreight": 15})
        sent = moment.date() + timedelta(days=rng.randint(0, 3))
        busy = 2 if sent.month == 12 else 0
        there = sent + timedelta(days=days[carrier] + int(rng.expovariate(0.7)) + rng.randint(0, busy))
        rows.append((len(rows) + 1, order_id, carrier, sent, there if status == "D" else None))
    return rows


def _returns(rng: Random, items: list[Row], shipments: list[Row]) -> list[Row]:
    arrived = {row[1]: row[4] for row in shipments if row[4]}
    drafts: list[Row] = []
    for order_id, line, product, qty, paid in items:
        if order_id in arrived and rng.random() < (0.11 if product % 7 == 0 else 0.05):
            back = arrived[order_id] + timedelta(days=rng.randint(2, 30))
            if back <= LAST_DAY:
                reason = weighted(rng, {"DEF": 25, "SIZ": 22, "LIK": 40, "WRG": 13})
                pending = (LAST_DAY - back).days < 10 or rng.random() < 0.03
                drafts.append((order_id, line, reason, back, None if pending else round(qty * paid, 2)))
    drafts.sort(key=lambda draft: (draft[3], draft[0], draft[1]))
    return [(i, *draft) for i, draft in enumerate(drafts, 1)]


def _reviews(rng: Random, orders: list[Row], items: list[Row]) -> list[Row]:
    delivered = {row[0]: (row[1], row[2].date()) for row in orders if row[3] == "D"}
    drafts: dict[tuple[int, int], Row] = {}
    for order_id, _, product, _, _ in items:
        if order_id not in delivered or rng.random() > 0.22:
            continue
        customer, day = delivered[order_id]
        posted = day + timedelta(days=rng.randint(6, 70))
        if posted <= LAST_DAY:
            good = 0.6 + 0.8 * Random(f"quality {product}").random()
            stars = weighted(rng, {1: 4 / good**3, 2: 6 / good**2, 3: 14 / good, 4: 30, 5: 40 * good})
            votes = int(rng.expovariate(1 / 3)) if rng.random() < 0.5 else 0
            title = or_null(rng, 0.25, rng.choice(PRAISE[stars]))
            drafts.setdefault((product, customer), (product, customer, stars, title, votes, posted))
    return [(i, *row) for i, row in enumerate(sorted(drafts.values(), key=lambda row: (row[5], row[:2])), 1)]
