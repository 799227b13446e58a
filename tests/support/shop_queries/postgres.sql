SELECT DISTINCT ON (customer_id) customer_id, placed FROM "order" ORDER BY customer_id, placed DESC
SELECT name FROM customer WHERE name ILIKE 'name 1%'
SELECT name FROM customer WHERE email ~ '^User[0-9]@'
SELECT name || ', ' || city FROM customer
SELECT id::text, price::int FROM product
SELECT COUNT(*) FILTER (WHERE vip), COUNT(*) FILTER (WHERE NOT vip) FROM customer
SELECT STRING_AGG(name, ', ' ORDER BY name) FROM customer GROUP BY city
SELECT ARRAY_AGG(id ORDER BY id) FROM customer GROUP BY city
SELECT c.name, l.placed FROM customer c, LATERAL (SELECT placed FROM "order" o WHERE o.customer_id = c.id ORDER BY placed DESC LIMIT 1) l
SELECT c.name, l.placed FROM customer c LEFT JOIN LATERAL (SELECT placed FROM "order" WHERE customer_id = c.id ORDER BY placed LIMIT 1) l ON TRUE
SELECT DATE_TRUNC('month', placed), COUNT(*) FROM "order" GROUP BY 1 ORDER BY 1
SELECT placed + INTERVAL '1 month 2 days' FROM "order"
SELECT AGE(TIMESTAMP '2024-06-01', placed) FROM "order"
SELECT TO_CHAR(placed, 'YYYY-MM') FROM "order"
SELECT EXTRACT(EPOCH FROM took), took * 2 FROM "order"
SELECT SUM(took) FROM "order"
SELECT id FROM "order" WHERE took > INTERVAL '5 days'
SELECT settings ->> 'lang', settings -> 'deep' -> 'a' ->> 1 FROM customer
SELECT id FROM customer WHERE settings @> '{"n": 3}'
SELECT id, JSONB_ARRAY_LENGTH(settings -> 'deep' -> 'a') FROM customer
SELECT id FROM customer WHERE 'new' = ANY(tags)
SELECT id, UNNEST(tags) FROM customer
SELECT c.id, t.tag FROM customer c CROSS JOIN UNNEST(c.tags) AS t(tag)
SELECT tags[1], ARRAY_LENGTH(tags, 1), CARDINALITY(tags) FROM customer
SELECT token FROM customer WHERE token = '00000000-0000-0000-0000-000000000003'
SELECT city FROM customer ORDER BY city NULLS FIRST
SELECT PERCENTILE_CONT(0.5) WITHIN GROUP (ORDER BY price) FROM product
SELECT MODE() WITHIN GROUP (ORDER BY city) FROM customer
SELECT city, vip, COUNT(*) FROM customer GROUP BY ROLLUP (city, vip)
SELECT city, vip, COUNT(*) FROM customer GROUP BY GROUPING SETS ((city), (vip), ())
SELECT c FROM customer c
SELECT ROW_TO_JSON(p) FROM product p
SELECT TO_JSONB(c) - 'settings' FROM customer c
SELECT GENERATE_SERIES(1, 3), name FROM customer
SELECT d, COUNT(o.id) FROM GENERATE_SERIES(1, 12) AS d LEFT JOIN "order" o ON EXTRACT(MONTH FROM o.placed) = d GROUP BY d
SELECT v.at, c.name FROM crm.visit v JOIN customer c ON c.id = v.customer_id
SELECT crm.visit.at, visit.id FROM crm.visit WHERE crm.visit.id > 3
SELECT public.customer.name FROM public.customer
SELECT state FROM "order" WHERE state > 'open'
SELECT MAX(state) FROM "order"
SELECT "order"."Rebate" FROM "order" WHERE "Rebate" IS DISTINCT FROM 1.5
SELECT seen AT TIME ZONE 'UTC' FROM "order"
SELECT LENGTH(photo), ENCODE(photo, 'hex') FROM product
SELECT SPLIT_PART(email, '@', 2), POSITION('@' IN email), STRPOS(email, 'x') FROM customer
SELECT REGEXP_REPLACE(name, '[0-9]', '#', 'g') FROM customer
SELECT INITCAP(name), LPAD(name, 20, '.'), LEFT(name, 3), REVERSE(name) FROM customer
SELECT name FROM customer FETCH FIRST 3 ROWS ONLY
SELECT SUM(price) OVER w, AVG(price) OVER w FROM product WINDOW w AS (ORDER BY id ROWS BETWEEN 2 PRECEDING AND CURRENT ROW)
SELECT doubled(id) FROM customer
SELECT BOOL_AND(vip), BOOL_OR(vip), EVERY(vip) FROM customer
SELECT * FROM customer NATURAL JOIN crm.visit
SELECT name FROM customer JOIN crm.visit USING (id)
SELECT WIDTH_BUCKET(price, 0, 50, 5), COUNT(*) FROM product GROUP BY 1
SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS v (n, word) JOIN customer c ON c.id = v.n
SELECT CORR(price, weight), REGR_SLOPE(price, weight) FROM product
SELECT name COLLATE "C" FROM customer ORDER BY name COLLATE "C", id
SELECT GROUPING(city), city, COUNT(*) FROM customer GROUP BY CUBE (city)
WITH customer AS MATERIALIZED (SELECT id FROM customer), o AS NOT MATERIALIZED (SELECT * FROM "order") SELECT * FROM customer JOIN o ON o.id = customer.id
SELECT opens + INTERVAL '1 hour' FROM product
SELECT MAKE_DATE(2020, id, 1), TO_DATE('2020-01-05', 'YYYY-MM-DD') - born FROM customer WHERE id < 13
SELECT FORMAT('%s: %L', name, city) FROM customer
SELECT COUNT(*) FROM customer WHERE (city, vip) IN (SELECT city, TRUE FROM customer)
SELECT name FROM customer WHERE id = ALL(ARRAY[3, 3]) OR id = ANY(SELECT customer_id FROM "order" WHERE state = 'sent')
