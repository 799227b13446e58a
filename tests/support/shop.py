"""A shop on a server, and queries as people write them for it, for tests of what a copy of its tables answers."""

from pathlib import Path

from querywright.databases.literals import quote

SCHEMA = {
    "postgres": """
CREATE TYPE state AS ENUM ('open', 'paid', 'sent');
CREATE DOMAIN amount AS INTEGER CHECK (VALUE >= 0);
CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, email TEXT COLLATE "C" UNIQUE,
  born DATE, city VARCHAR(20), vip BOOLEAN NOT NULL, tags TEXT[], settings JSONB, token UUID);
CREATE TABLE product (id INTEGER PRIMARY KEY, title TEXT NOT NULL UNIQUE, price NUMERIC(8,2) NOT NULL,
  weight REAL, stock amount, parent_id INTEGER REFERENCES product (id), photo BYTEA, opens TIME);
CREATE TABLE "order" (id BIGINT PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customer (id),
  state state NOT NULL, placed TIMESTAMP NOT NULL, seen TIMESTAMPTZ, note TEXT, "Rebate" NUMERIC(5,2), took INTERVAL);
CREATE TABLE item (order_id BIGINT NOT NULL REFERENCES "order" (id),
  product_id INTEGER NOT NULL REFERENCES product (id), quantity INTEGER NOT NULL, PRIMARY KEY (order_id, product_id));
CREATE VIEW dear AS SELECT id, title, price FROM product WHERE price > 20;
CREATE SCHEMA crm;
CREATE TABLE crm.visit (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customer (id), at DATE);
CREATE FUNCTION customers_of(which TEXT) RETURNS BIGINT STABLE LANGUAGE SQL
  AS 'SELECT COUNT(*) FROM customer WHERE city = which';
CREATE FUNCTION doubled(x INTEGER) RETURNS INTEGER IMMUTABLE LANGUAGE SQL AS 'SELECT 2 * x';
""",
    "mysql": """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL,
  email VARCHAR(60) COLLATE utf8mb4_bin UNIQUE,
  born DATE, city VARCHAR(20), vip BOOLEAN NOT NULL, tags SET('new', 'old', 'far'), settings JSON, since YEAR);
CREATE TABLE product (id INTEGER UNSIGNED PRIMARY KEY, title VARCHAR(60) NOT NULL UNIQUE, price DECIMAL(8,2) NOT NULL,
  weight FLOAT, stock SMALLINT UNSIGNED, parent_id INTEGER UNSIGNED REFERENCES product (id), photo BLOB, opens TIME);
CREATE TABLE `order` (id BIGINT PRIMARY KEY, customer_id INTEGER NOT NULL, state ENUM('open', 'sent', 'paid') NOT NULL,
  placed DATETIME NOT NULL, seen TIMESTAMP(3) NULL, note TEXT, `Rebate` DECIMAL(5,2), flags BIT(3),
  FOREIGN KEY (customer_id) REFERENCES customer (id));
CREATE TABLE item (order_id BIGINT NOT NULL, product_id INTEGER UNSIGNED NOT NULL, quantity INTEGER NOT NULL,
  PRIMARY KEY (order_id, product_id), FOREIGN KEY (order_id) REFERENCES `order` (id),
  FOREIGN KEY (product_id) REFERENCES product (id));
CREATE VIEW dear AS SELECT id, title, price FROM product WHERE price > 20;
CREATE FUNCTION customers_of(which VARCHAR(20)) RETURNS BIGINT READS SQL DATA
  RETURN (SELECT COUNT(*) FROM customer WHERE city = which);
""",
}

CITIES = ("Oslo", "Bergen", None, "São Paulo")
CUSTOMERS = 14
PRODUCTS = 12
ORDERS = 20


def inserts(dialect: str) -> str:
    """Statements that fill the shop; the same rows in both dialects where the types are the same."""
    own = dialect == "postgres"
    order = '"order"' if own else "`order`"
    lines = []
    for n in range(1, CUSTOMERS + 1):
        city = f"'{CITIES[n % 4]}'" if CITIES[n % 4] else "NULL"
        tags = ("ARRAY['new','it''s']" if own else "'new,far'") if n % 3 else "NULL"
        settings = f'\'{{"lang": "en", "n": {n}, "deep": {{"a": [1, {n}.50]}}}}\'' if n % 5 else "NULL"
        last = f"'00000000-0000-0000-0000-{n:012}'" if own else str(1990 + n)
        email = f"'User{n}@example.org'" if n % 4 else "NULL"
        lines.append(
            f"INSERT INTO customer VALUES ({n}, 'Name {n % 9} O''Neil', {email}, '19{60 + n}-02-{n:02}', {city}, "
            f"{'TRUE' if n % 2 else 'FALSE'}, {tags}, {settings}, {last})"
        )
    for n in range(1, PRODUCTS + 1):
        parent = str(n // 3) if n > 3 else "NULL"
        photo = ("'\\x00ff41'" if own else "X'00ff41'") if n % 2 else "NULL"
        lines.append(
            f"INSERT INTO product VALUES ({n}, 'Thing {n}%_', {n * 7 % 50}.{n:02}, {n / 8 if n % 4 else 'NULL'}, "
            f"{n % 5}, {parent}, {photo}, '{8 + n % 4:02}:30:00')"
        )
    for n in range(1, ORDERS + 1):
        seen = f"'2024-03-{n:02} 10:00:00.125'" if n % 3 else "NULL"
        note = f"'line one\nline two {n}'" if n % 4 else "''" if n % 8 else "NULL"
        rebate = f"{n}.5" if n % 2 else "NULL"
        last = f"'{n} days 0{n % 9}:15:00'" if own else f"b'{n % 8:03b}'"
        lines.append(
            f"INSERT INTO {order} VALUES ({n}, {1 + n * 5 % CUSTOMERS}, '{('open', 'paid', 'sent')[n % 3]}', "
            f"'202{n % 4}-0{1 + n % 9}-{n:02} 1{n % 10}:20:30', {seen}, {note}, {rebate}, {last})"
        )
        products = {1 + n % PRODUCTS, 1 + n * 5 % PRODUCTS}
        lines += [f"INSERT INTO item VALUES ({n}, {product}, {1 + (n + product) % 6})" for product in products]
    if own:
        lines += [f"INSERT INTO crm.visit VALUES ({n}, {n % 7 + 1}, '2024-01-{n:02}')" for n in range(1, 10)]
    return ";\n".join(lines) + ";"


QUERIES = Path(__file__).parent / "shop_queries"


def queries(dialect: str) -> list[str]:
    """What people ask of the shop: one query a line. In `common.sql` the table of orders is called `o_`."""
    common, own = ((QUERIES / f"{name}.sql").read_text().splitlines() for name in ("common", dialect))
    order, rebate = (quote(name, dialect) for name in ("order", "Rebate"))
    return [line.replace("o_", order).replace('"Rebate"', rebate) for line in common] + own


def same(dialect: str) -> list[tuple[str, str]]:
    """Pairs of queries that mean the same, whatever the tables hold."""
    order = quote("order", dialect)
    lines = [
        line.replace("o_", order)
        for name in ("same_common", f"same_{dialect}")
        for line in (QUERIES / f"{name}.sql").read_text().splitlines()
    ]
    pairs = [line.split(" = SELECT ") for line in lines]
    return [(" = SELECT ".join(parts[:-1]), "SELECT " + parts[-1]) for parts in pairs]
