SELECT name FROM customer WHERE city = 'OSLO '
SELECT name FROM customer WHERE name LIKE 'name%' AND email LIKE 'user%'
SELECT id DIV 3, id / 3, id MOD 4 FROM customer
SELECT IF(vip, 'yes', 'no'), IFNULL(city, 'nowhere') FROM customer
SELECT GROUP_CONCAT(name ORDER BY name SEPARATOR '; ') FROM customer GROUP BY city
SELECT DATE_FORMAT(placed, '%Y-%m') AS m, COUNT(*) FROM `order` GROUP BY m ORDER BY m
SELECT YEAR(placed), MONTH(placed), DAY(placed), DAYOFWEEK(placed), DAYNAME(placed) FROM `order`
SELECT DATE_ADD(placed, INTERVAL 1 MONTH), placed - INTERVAL 2 DAY FROM `order`
SELECT DATEDIFF('2024-06-01', placed), TIMESTAMPDIFF(MONTH, placed, '2024-06-01') FROM `order`
SELECT UNIX_TIMESTAMP(seen), DATE(placed), TIME(placed) FROM `order`
SELECT JSON_EXTRACT(settings, '$.lang'), JSON_UNQUOTE(JSON_EXTRACT(settings, '$.deep.a[1]')) FROM customer
SELECT JSON_VALUE(settings, '$.n') FROM customer
SELECT id FROM customer WHERE JSON_CONTAINS(settings, '3', '$.n')
SELECT tags FROM customer WHERE FIND_IN_SET('far', tags) > 0
SELECT state, COUNT(*) FROM `order` WHERE state IN ('open', 'paid') GROUP BY state
SELECT c.name, c.city FROM customer c JOIN `order` o ON o.customer_id = c.id GROUP BY c.id
SELECT city, COUNT(*) FROM customer GROUP BY city WITH ROLLUP
SELECT CONCAT_WS('-', id, city), LPAD(id, 4, '0'), LEFT(name, 3), RIGHT(name, 2) FROM customer
SELECT SUBSTRING_INDEX(email, '@', 1), LOCATE('@', email), INSTR(email, 'x') FROM customer
SELECT CHAR_LENGTH(city), LENGTH(city), REVERSE(city) FROM customer
SELECT name FROM customer WHERE email REGEXP '^User[0-9]@'
SELECT flags + 0, flags & 1 FROM `order`
SELECT id FROM `order` WHERE flags = b'101'
SELECT HEX(photo), LENGTH(photo) FROM product
SELECT since, since + 1 FROM customer WHERE since > 1995
SELECT stock + 1, weight * 2, price DIV 3 FROM product
SELECT title FROM product WHERE weight = 0.1
SELECT id || city FROM customer
SELECT id FROM customer WHERE vip = TRUE AND NOT city <=> NULL
SELECT name FROM customer WHERE city = 'sao paulo'
SELECT COUNT(DISTINCT city, vip) FROM customer
SELECT name FROM customer ORDER BY city IS NULL, city, id
SELECT name FROM customer ORDER BY FIELD(city, 'Oslo', 'Bergen'), id
SELECT name FROM customer LIMIT 2, 3
SELECT customer.name FROM customer AS customer
SELECT TRUNCATE(price, 0), FORMAT(price, 1), ROUND(price, -1) FROM product
SELECT ADDDATE(born, 30), LAST_DAY(born), QUARTER(born), WEEK(born) FROM customer
SELECT CAST(price AS SIGNED), CAST(title AS CHAR(5)), CONVERT(price, CHAR) FROM product
SELECT SUM(vip), AVG(vip) FROM customer
SELECT id XOR vip, id AND vip, !vip FROM customer
SELECT ELT(1 + id % 3, 'a', 'b', 'c') FROM customer
SELECT TIMEDIFF(opens, '01:00:00'), HOUR(opens), SEC_TO_TIME(TIME_TO_SEC(opens)) FROM product
SELECT STR_TO_DATE('05,01,2020', '%d,%m,%Y') < born FROM customer
SELECT MD5(name), CRC32(name) FROM customer
SELECT BINARY name = 'name 1 O''Neil' FROM customer
SELECT name FROM customer WHERE (city, vip) IN (SELECT city, 1 FROM customer)
SELECT name FROM customer c STRAIGHT_JOIN `order` o ON o.customer_id = c.id
SELECT BIT_COUNT(id), BIT_OR(id) FROM customer
SELECT JSON_OBJECTAGG(id, name) FROM customer WHERE id = 3
SELECT city, AVG(id) OVER (PARTITION BY city) FROM customer
SELECT 'it''s', "double", name FROM customer
SELECT INTERVAL(id, 3, 6, 9) FROM customer
SELECT MAKEDATE(2020, id), PERIOD_ADD(202001, id) FROM customer
SELECT name FROM customer WHERE name SOUNDS LIKE 'Nam'
