SELECT name FROM customer WHERE city = 'OSLO' = SELECT name FROM customer WHERE LOWER(city) = 'oslo'
SELECT name FROM customer WHERE city LIKE 'oslo' = SELECT name FROM customer WHERE UPPER(city) LIKE 'OSLO'
SELECT id DIV 2 FROM customer = SELECT FLOOR(id / 2) FROM customer
SELECT IFNULL(city, 'x') FROM customer = SELECT IF(city IS NULL, 'x', city) FROM customer
SELECT YEAR(placed) FROM `order` = SELECT EXTRACT(YEAR FROM placed) FROM `order`
SELECT DATE_FORMAT(placed, '%Y') FROM `order` = SELECT CAST(YEAR(placed) AS CHAR) FROM `order`
SELECT name FROM customer ORDER BY city, id = SELECT name FROM customer ORDER BY city IS NOT NULL, city, id
SELECT id FROM customer WHERE vip <> 0 = SELECT id FROM customer WHERE vip
SELECT DATE_ADD(placed, INTERVAL 1 DAY) FROM `order` = SELECT placed + INTERVAL 24 HOUR FROM `order`
SELECT CONCAT(name, '!') FROM customer = SELECT CONCAT_WS('', name, '!') FROM customer
SELECT id FROM customer WHERE id = 3 || id = 4 = SELECT id FROM customer WHERE id IN (3, 4)
SELECT LEFT(name, 3) FROM customer = SELECT SUBSTRING(name, 1, 3) FROM customer
SELECT id FROM customer WHERE FIND_IN_SET('far', tags) = SELECT id FROM customer WHERE CONCAT(',', tags, ',') LIKE '%,far,%'
SELECT flags + 0 FROM `order` = SELECT CAST(flags AS UNSIGNED) FROM `order`
SELECT JSON_VALUE(settings, '$.lang') FROM customer = SELECT JSON_UNQUOTE(JSON_EXTRACT(settings, '$.lang')) FROM customer
SELECT id FROM product WHERE stock >= 0 = SELECT id FROM product WHERE stock IS NOT NULL
SELECT ROUND(price, 2) FROM product = SELECT price FROM product
SELECT name FROM customer LIMIT 1000 = SELECT name FROM customer
SELECT id FROM customer WHERE city <=> 'Oslo' = SELECT id FROM customer WHERE city = 'Oslo'
SELECT SUM(vip) FROM customer = SELECT SUM(CASE WHEN vip THEN 1 ELSE 0 END) FROM customer
SELECT state, COUNT(*) FROM `order` GROUP BY state = SELECT state, SUM(1) FROM `order` GROUP BY 1
SELECT since + 1 FROM customer = SELECT since - -1 FROM customer
SELECT id FROM product ORDER BY title, id = SELECT id FROM product ORDER BY LOWER(title), id
