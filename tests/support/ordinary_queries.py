"""Ordinary analytical SQL of two servers: what a strict guard must not refuse.

`sales (id, region, sold date, amount, tags, doc)` is small; each query must pass the guard and run.
"""

POSTGRES_SETUP = """
    CREATE TABLE sales (id int PRIMARY KEY, region text, sold timestamptz, amount numeric, tags text[], doc jsonb,
                        span int4range, lo_quantity int, http_status int);
    INSERT INTO sales SELECT i, chr(65 + i % 3), '2024-01-01'::timestamptz + i * interval '1 day', i * 1.5,
        ARRAY['a', 'b' || i], jsonb_build_object('k', i, 'l', jsonb_build_array(1, i)), int4range(i, i + 5), i, 200
        FROM generate_series(1, 50) i;
"""
POSTGRES = [
    "SELECT to_char(sold, 'YYYY-MM'), sum(amount) FROM sales GROUP BY 1 ORDER BY 1",
    "SELECT date_trunc('month', sold) AS m, count(*) FROM sales GROUP BY m HAVING count(*) > 1",
    "SELECT extract(dow FROM sold), date_part('year', sold), age(sold), sold::date - 7 FROM sales",
    "SELECT sold AT TIME ZONE 'UTC', sold + interval '1 month', make_date(2024, 1, 2), to_timestamp(0) FROM sales",
    "SELECT d::date, coalesce(sum(amount), 0) FROM generate_series('2024-01-01'::date, '2024-02-01', '1 day') d "
    "LEFT JOIN sales ON sold::date = d GROUP BY 1",
    "SELECT id, t FROM sales, unnest(tags) AS t",
    "SELECT id, t.tag, t.n FROM sales CROSS JOIN LATERAL unnest(tags) WITH ORDINALITY AS t(tag, n)",
    "SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b']) AS x(a, b)",
    "SELECT array_agg(id ORDER BY id DESC), cardinality(tags), array_length(tags, 1), tags[1:2] FROM sales "
    "GROUP BY tags",
    "SELECT array_position(tags, 'a'), array_to_string(tags, ','), 'a' = ANY(tags), tags @> ARRAY['a'] FROM sales",
    "SELECT string_agg(DISTINCT region, ', ' ORDER BY region) FROM sales",
    "SELECT doc ->> 'k', doc -> 'l' -> 0, doc #>> '{l,1}', doc @> '{\"k\": 1}', doc ? 'k' FROM sales",
    "SELECT k, v FROM sales, jsonb_each(doc) AS e(k, v)",
    "SELECT jsonb_array_elements_text(doc -> 'l'), jsonb_typeof(doc), jsonb_object_keys(doc) FROM sales",
    "SELECT jsonb_agg(region), json_build_object('a', 1), jsonb_path_query(doc, '$.l[*]') FROM sales GROUP BY doc",
    "SELECT x.a FROM sales, jsonb_to_record(doc) AS x(k int, a text)",
    "SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY amount), mode() WITHIN GROUP (ORDER BY region) FROM sales",
    "SELECT width_bucket(amount, 0, 100, 10) AS b, count(*) FROM sales GROUP BY b",
    "SELECT regexp_matches(region, '[A-C]', 'g'), regexp_replace(region, 'A', 'x'), region ~* 'a' FROM sales",
    "SELECT regexp_split_to_table('a,b', ','), split_part('a-b', '-', 2), region SIMILAR TO '(A|B)' FROM sales",
    "SELECT rank() OVER w, lag(amount, 1, 0) OVER w, sum(amount) OVER (w ROWS 2 PRECEDING) FROM sales "
    "WINDOW w AS (PARTITION BY region ORDER BY sold)",
    "SELECT first_value(id) OVER (ORDER BY id RANGE BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW), ntile(4) OVER "
    "(ORDER BY id), cume_dist() OVER (ORDER BY id) FROM sales",
    "SELECT * FROM (SELECT DISTINCT region FROM sales) r, LATERAL (SELECT max(amount) FROM sales s "
    "WHERE s.region = r.region) x",
    "SELECT DISTINCT ON (region) region, id FROM sales ORDER BY region, sold DESC",
    "SELECT count(*) FILTER (WHERE amount > 10), bool_and(amount > 0), every(true) FROM sales",
    "SELECT region, count(*) FROM sales GROUP BY GROUPING SETS ((region), ()) ORDER BY grouping(region)",
    "SELECT region, count(*) FROM sales GROUP BY ROLLUP (region)",
    "SELECT region, count(*) FROM sales GROUP BY CUBE (region, http_status)",
    "SELECT count(*) FROM sales TABLESAMPLE SYSTEM (50)",
    "SELECT count(*) FROM sales TABLESAMPLE BERNOULLI (50) REPEATABLE (1)",
    "SELECT span @> 3, lower(span), upper(span), span && int4range(1, 3), isempty(span) FROM sales",
    "SELECT to_tsvector('english', region) @@ to_tsquery('a & b'), ts_rank(to_tsvector(region), "
    "plainto_tsquery('a')), ts_headline(region, 'a'::tsquery) FROM sales",
    "SELECT s.lo_quantity, s.http_status, sales.lo_quantity FROM sales s JOIN sales ON s.id = sales.id",
    "SELECT (s).id, (s).lo_quantity, (SELECT s).id FROM sales s",
    "SELECT corr(amount, id), stddev(amount), var_pop(amount), regr_slope(amount, id), avg(amount)::numeric(10, 2) "
    "FROM sales",
    "SELECT round(amount, 1), trunc(amount), ceil(amount), mod(id, 3), power(id, 2), ln(amount), random() "
    ">= 0 FROM sales",
    "SELECT coalesce(region, 'x'), nullif(region, 'A'), greatest(1, id), CASE WHEN id > 3 THEN 'x' END FROM sales",
    "SELECT upper(region), initcap(region), left(region, 1), lpad(region, 3, '0'), md5(region), "
    "concat_ws('-', 'a', 1), "
    "format('%s', region), position('A' IN region), overlay(region PLACING 'x' FROM 1), translate(region, 'A', 'B') "
    "FROM sales",
    "SELECT now() > sold, current_date, clock_timestamp() > sold, localtimestamp IS NULL, gen_random_uuid() IS NULL "
    "FROM sales",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
    "WITH a AS MATERIALIZED (SELECT * FROM sales) SELECT count(*) FROM a",
    "SELECT id FROM sales EXCEPT SELECT 1 INTERSECT SELECT 2 ORDER BY 1 OFFSET 2 ROWS FETCH FIRST 3 ROWS ONLY",
    "SELECT id, region FROM sales WHERE (id, region) IN (VALUES (1, 'B')) OR region ILIKE 'a%' OR id BETWEEN 1 AND 3",
    "SELECT pg_typeof(id), pg_column_size(doc), pg_size_pretty(pg_total_relation_size('sales')) FROM sales",
    "SELECT relname, pg_get_userbyid(relowner) FROM pg_class WHERE pg_table_is_visible(oid)",
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'",
    "SELECT version(), current_user, current_database(), current_schema()",
    "SELECT num_nulls(1, NULL), crosstab FROM (SELECT 1 AS crosstab, 2 AS sleep) x",
    "TABLE sales",
    "VALUES (1, 'a'), (2, 'b')",
]

MARIADB_SETUP = """
    CREATE TABLE sales (id int PRIMARY KEY, region varchar(10), sold datetime, amount decimal(10, 2), doc json,
                        note text, FULLTEXT (note));
    INSERT INTO sales SELECT seq, char(65 + seq % 3), '2024-01-01' + INTERVAL seq DAY, seq * 1.5,
        json_object('k', seq, 'l', json_array(1, seq)), concat('note number ', seq) FROM seq_1_to_50;
"""
MARIADB = [
    "SELECT date_format(sold, '%Y-%m') AS m, sum(amount) FROM sales GROUP BY m ORDER BY m",
    "SELECT year(sold), month(sold), dayofweek(sold), quarter(sold), extract(YEAR_MONTH FROM sold) FROM sales",
    "SELECT str_to_date('2024-01-02', '%Y-%m-%d'), timestampdiff(DAY, sold, now()), datediff(now(), sold) FROM sales",
    "SELECT date_add(sold, INTERVAL 1 MONTH), sold - INTERVAL 1 WEEK, last_day(sold), date(sold) FROM sales",
    "SELECT unix_timestamp(sold), from_unixtime(0), sec_to_time(3600), makedate(2024, 5), curdate() FROM sales",
    "SELECT group_concat(DISTINCT region ORDER BY region DESC SEPARATOR '; ') FROM sales",
    "SELECT json_extract(doc, '$.k'), json_value(doc, '$.k'), json_unquote(json_extract(doc, '$.l[1]')) FROM sales",
    "SELECT json_contains(doc, '1', '$.l'), json_length(doc), json_keys(doc), json_type(doc), "
    "json_valid(doc) FROM sales",
    "SELECT json_arrayagg(id), json_objectagg(id, region) FROM sales",
    "SELECT j.k FROM sales, json_table(doc, '$' COLUMNS (k int PATH '$.k')) AS j",
    "SELECT region REGEXP '^[AB]', region RLIKE 'A', regexp_replace(region, 'A', 'x'), regexp_substr(region, '.') "
    "FROM sales",
    "SELECT if(id > 3, 'a', 'b'), ifnull(region, 'x'), nullif(region, 'A'), coalesce(region, 'x'), "
    "greatest(1, id), least(1, id), CASE region WHEN 'A' THEN 1 ELSE 2 END FROM sales",
    "SELECT id FROM sales WHERE MATCH (note) AGAINST ('number' IN BOOLEAN MODE)",
    "SELECT MATCH (note) AGAINST ('note') AS score FROM sales ORDER BY score DESC LIMIT 3",
    "SELECT rank() OVER (PARTITION BY region ORDER BY amount DESC), lag(amount) OVER (ORDER BY id), "
    "sum(amount) OVER (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW), ntile(4) OVER (ORDER BY id) FROM sales",
    "SELECT row_number() OVER w, first_value(id) OVER w FROM sales WINDOW w AS (PARTITION BY region ORDER BY id)",
    "SELECT median(amount) OVER (PARTITION BY region) FROM sales",
    "SELECT region, sum(amount) FROM sales GROUP BY region WITH ROLLUP",
    "SELECT stddev(amount), var_samp(amount), bit_or(id), avg(amount), count(DISTINCT region, id) FROM sales",
    "SELECT round(amount, 1), truncate(amount, 1), mod(id, 3), id DIV 2, id % 2, pow(id, 2), log(amount), rand() >= 0, "
    "conv(id, 10, 2), format(amount, 2), sign(id), abs(id), ceiling(amount), crc32(region) FROM sales",
    "SELECT concat(region, '-', id), concat_ws(',', region, id), substring_index('a-b', '-', 1), locate('A', region), "
    "lpad(id, 5, '0'), reverse(region), replace(region, 'A', 'B'), left(region, 1), trim(region), md5(region), "
    "char_length(region), find_in_set('a', 'a,b'), elt(1, 'a', 'b'), field('a', 'b', 'a'), hex(id), "
    "soundex('x') FROM sales",
    "SELECT cast(id AS char), convert(amount, signed), cast(sold AS date), BINARY region = 'a', region <=> "
    "NULL FROM sales",
    "SELECT convert(region USING utf8mb4) COLLATE utf8mb4_bin FROM sales",
    "SELECT s.id FROM sales s USE INDEX (PRIMARY) STRAIGHT_JOIN sales t ON s.id = t.id",
    "SELECT DISTINCT region FROM sales LIMIT 1, 2",
    "SELECT * FROM sales WHERE (region, id) IN (SELECT region, max(id) FROM sales GROUP BY region)",
    "SELECT region FROM sales UNION ALL SELECT 'x' EXCEPT SELECT 'y' ORDER BY 1",
    "WITH RECURSIVE r(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM r WHERE n < 5) SELECT * FROM r",
    "WITH a AS (SELECT * FROM sales) SELECT count(*) FROM a JOIN a AS b USING (id)",
    "SELECT seq FROM seq_1_to_5",
    "SELECT `id` AS `sleep`, id AS benchmark FROM `sales` AS `set` WHERE id BETWEEN 1 AND 3 # the first",
    "SELECT uuid() IS NULL, version(), database(), user(), connection_id() > 0, inet_aton('127.0.0.1')",
    "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = database()",
    "SELECT table_name, constraint_name FROM information_schema.key_column_usage",
    "SELECT yearweek(sold), weekday(sold), dayname(sold), time_format('10:00', '%H'), adddate(sold, 3), "
    "period_diff(1, 2) "
    "FROM sales",
    "SELECT interval(5, 1, 10), export_set(5, 'Y', 'N'), make_set(1, 'a', 'b'), bit_count(id), id << 2, id "
    "^ 1 FROM sales",
    "SELECT 'it''s', \"double\", 'back\\\\slash', x'41', b'1', N'n', _utf8mb4'x' FROM sales",
]
