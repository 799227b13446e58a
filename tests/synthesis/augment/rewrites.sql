-- dvt: another constant
SELECT title FROM album WHERE genre = 'Jazz';
SELECT title FROM album WHERE genre = 'Rock';

-- dvt: another constant
SELECT title FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id WHERE a.stock > 20 AND r.name = 'Band H';
SELECT title FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id WHERE a.stock > 25 AND r.name = 'Band H';

-- dvt: another constant
SELECT title FROM album WHERE released >= '2014-01-01';
SELECT title FROM album WHERE released >= '2017-01-01';

-- dvt: another constant
SELECT COUNT(*) FROM concert WHERE visitors BETWEEN 200 AND 600;
SELECT COUNT(*) FROM concert WHERE visitors BETWEEN 380 AND 620;

-- dvt: another constant
SELECT name FROM artist WHERE country IN ('Norway', 'Chile');
SELECT name FROM artist WHERE country IN ('Norway', 'Japan');

-- dvt: another constant
SELECT COUNT(*) FROM artist WHERE country <> 'Norway';
SELECT COUNT(*) FROM artist WHERE country <> 'Japan';

-- dvt: another range
SELECT title FROM album WHERE stock > 20;
SELECT title FROM album WHERE stock BETWEEN 21 AND 41;

-- dvt: another range
SELECT name FROM artist WHERE country = 'Norway';
SELECT name FROM artist WHERE country IN ('Norway', 'Japan');

-- dvt: another direction
SELECT title FROM album ORDER BY price DESC LIMIT 3;
SELECT title FROM album ORDER BY price LIMIT 3;

-- dvt: another direction
SELECT genre FROM album GROUP BY genre ORDER BY COUNT(*);
SELECT genre FROM album GROUP BY genre ORDER BY COUNT(*) DESC;

-- dvt: another limit
SELECT title FROM album ORDER BY price LIMIT 1;
SELECT title FROM album ORDER BY price LIMIT 10;

-- dvt: another threshold
SELECT artist_id FROM album GROUP BY artist_id HAVING COUNT(*) > 2;
SELECT artist_id FROM album GROUP BY artist_id HAVING COUNT(*) > 3;

-- dvt: another threshold
SELECT city FROM concert GROUP BY city HAVING AVG(visitors) > 300;
SELECT city FROM concert GROUP BY city HAVING AVG(visitors) > 490;

-- qsm: join to IN
SELECT a.title FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id WHERE r.country = 'Norway';
SELECT title FROM album WHERE artist_id IN (SELECT artist_id FROM artist WHERE country = 'Norway');

-- qsm: join to IN
SELECT COUNT(*) FROM artist AS r JOIN concert AS c ON r.artist_id = c.artist_id WHERE r.country = 'Norway' AND c.city = 'Oslo';
SELECT COUNT(*) FROM concert WHERE city = 'Oslo' AND artist_id IN (SELECT artist_id FROM artist WHERE country = 'Norway');

-- qsm: join to EXISTS
SELECT DISTINCT r.name FROM artist AS r JOIN concert AS c ON c.artist_id = r.artist_id WHERE c.city = 'Oslo';
SELECT DISTINCT r.name FROM artist AS r WHERE EXISTS (SELECT 1 FROM concert AS c WHERE c.artist_id = r.artist_id AND c.city = 'Oslo');

-- qsm: IN to join
SELECT title FROM album WHERE artist_id IN (SELECT artist_id FROM artist WHERE country = 'Norway') AND stock > 10;
SELECT a.title FROM album AS a JOIN artist AS ar ON a.artist_id = ar.artist_id WHERE a.stock > 10 AND ar.country = 'Norway';

-- qsm: IN to EXISTS
SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM concert WHERE city = 'Oslo');
SELECT a.name FROM artist AS a WHERE EXISTS (SELECT 1 FROM concert AS c WHERE c.artist_id = a.artist_id AND c.city = 'Oslo');

-- qsm: EXISTS to IN
SELECT name FROM artist AS r WHERE EXISTS (SELECT 1 FROM concert AS c WHERE c.artist_id = r.artist_id AND c.city = 'Oslo');
SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM concert WHERE city = 'Oslo');

-- qsm: EXISTS to IN
SELECT name FROM artist AS r WHERE NOT EXISTS (SELECT 1 FROM concert AS c WHERE c.artist_id = r.artist_id);
SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert WHERE artist_id IS NOT NULL);

-- qsm: NOT IN to NOT EXISTS
SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM album WHERE genre = 'Jazz');
SELECT a.name FROM artist AS a WHERE NOT EXISTS (SELECT 1 FROM album AS al WHERE al.artist_id = a.artist_id AND al.genre = 'Jazz');

-- qsm: NOT IN to NOT EXISTS
SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert WHERE artist_id IS NOT NULL);
SELECT a.name FROM artist AS a WHERE NOT EXISTS (SELECT 1 FROM concert AS c WHERE c.artist_id = a.artist_id);

-- qsm: NOT IN to LEFT JOIN
SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM album);
SELECT a.name FROM artist AS a LEFT JOIN album AS al ON a.artist_id = al.artist_id WHERE al.artist_id IS NULL;

-- qsm: NOT IN to EXCEPT
SELECT artist_id FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM album);
SELECT artist_id FROM artist EXCEPT SELECT artist_id FROM album;

-- qsm: set operation to IN
SELECT artist_id FROM artist WHERE country = 'Chile' INTERSECT SELECT artist_id FROM concert;
SELECT artist_id FROM artist WHERE country = 'Chile' AND artist_id IN (SELECT artist_id FROM concert);

-- qsm: set operation to IN
SELECT artist_id FROM artist EXCEPT SELECT artist_id FROM concert;
SELECT artist_id FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert WHERE artist_id IS NOT NULL);

-- qsm: groups to CTE
SELECT r.name FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id GROUP BY r.artist_id, r.name HAVING COUNT(*) > 3;
WITH counts AS (SELECT r.name, COUNT(*) AS album_count FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id GROUP BY r.artist_id, r.name) SELECT name FROM counts WHERE album_count > 3;

-- qsm: groups to derived table
SELECT city, AVG(visitors) FROM concert GROUP BY city HAVING COUNT(*) >= 2 ORDER BY AVG(visitors) DESC;
SELECT city, average_visitors FROM (SELECT city, AVG(visitors) AS average_visitors, COUNT(*) AS concert_count FROM concert GROUP BY city) AS figures WHERE concert_count >= 2 ORDER BY average_visitors DESC;

-- qsm: groups to window
SELECT genre, COUNT(*) FROM album GROUP BY genre;
SELECT DISTINCT genre, COUNT(*) OVER (PARTITION BY genre) AS album_count FROM album;

-- qsm: top rows to window
SELECT title, price FROM album ORDER BY price DESC, title LIMIT 3;
SELECT title, price FROM (SELECT title, price, ROW_NUMBER() OVER (ORDER BY price DESC, title) AS position FROM album) AS ranked WHERE position <= 3 ORDER BY price DESC, title;

-- qsm: subquery to CTE
SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM concert WHERE city = 'Oslo');
WITH chosen_concerts AS (SELECT artist_id FROM concert WHERE city = 'Oslo') SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM chosen_concerts);

-- qsm: subquery to CTE
SELECT title FROM album WHERE price > (SELECT AVG(price) FROM album);
WITH overall AS (SELECT AVG(price) AS average_price FROM album) SELECT title FROM album WHERE price > (SELECT average_price FROM overall);

-- qsm: CTE to derived table
WITH counts AS (SELECT artist_id, COUNT(*) AS n FROM album GROUP BY artist_id) SELECT artist_id FROM counts WHERE n > 2;
SELECT artist_id FROM (SELECT artist_id, COUNT(*) AS n FROM album GROUP BY artist_id) AS counts WHERE n > 2;

-- qsm: derived table to CTE
SELECT artist_id FROM (SELECT artist_id, COUNT(*) AS n FROM album GROUP BY artist_id) AS counts WHERE n > 2;
WITH counts AS (SELECT artist_id, COUNT(*) AS n FROM album GROUP BY artist_id) SELECT artist_id FROM counts WHERE n > 2;

-- qsm: subquery to window
SELECT title FROM album WHERE price > (SELECT AVG(price) FROM album);
SELECT title FROM (SELECT title, price, AVG(price) OVER () AS average_price FROM album) AS compared WHERE price > average_price;

-- qsm: subquery to window
SELECT name FROM artist WHERE born = (SELECT MIN(born) FROM artist);
SELECT name FROM (SELECT name, RANK() OVER (ORDER BY born) AS amount_born_rank FROM artist WHERE born IS NOT NULL) AS ranked WHERE amount_born_rank = 1;

-- qsm: correlated subquery to join
SELECT a.title FROM album AS a WHERE a.price > (SELECT AVG(b.price) FROM album AS b WHERE b.genre = a.genre);
SELECT a.title FROM album AS a JOIN (SELECT genre, AVG(price) AS average_price FROM album GROUP BY genre) AS figures ON figures.genre = a.genre WHERE a.price > figures.average_price;

-- qsm: filter to CTE
SELECT title FROM album WHERE stock > 20 ORDER BY price;
WITH chosen_albums AS (SELECT title, price FROM album WHERE stock > 20) SELECT title FROM chosen_albums ORDER BY price;

-- qsm: filter to derived table
SELECT AVG(price) FROM album WHERE genre = 'Jazz';
SELECT AVG(price) FROM (SELECT price FROM album WHERE genre = 'Jazz') AS chosen_albums;

-- blc: another measure
SELECT AVG(stock) FROM album WHERE genre = 'Jazz';
SELECT AVG(price) FROM album WHERE genre = 'Jazz';

-- blc: another measure
SELECT genre, AVG(price) AS average_price FROM album GROUP BY genre ORDER BY average_price;
SELECT genre, AVG(stock) AS average_stock FROM album GROUP BY genre ORDER BY average_stock;

-- blc: another aggregate
SELECT city, SUM(visitors) AS total FROM concert GROUP BY city ORDER BY total DESC;
SELECT city, MAX(visitors) AS highest_visitors FROM concert GROUP BY city ORDER BY highest_visitors DESC;

-- blc: another aggregate
SELECT COUNT(*) FROM concert WHERE city = 'Oslo';
SELECT SUM(visitors) FROM concert WHERE city = 'Oslo';

-- blc: another grain
SELECT genre, COUNT(*) FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id GROUP BY genre;
SELECT r.country, COUNT(*) FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id GROUP BY r.country;

-- blc: another child
SELECT r.name, COUNT(*) FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id GROUP BY r.artist_id, r.name;
SELECT r.name, COUNT(*) FROM artist AS r JOIN concert AS c ON c.artist_id = r.artist_id GROUP BY r.artist_id, r.name;

-- blc: another child
SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM album);
SELECT name FROM artist WHERE artist_id NOT IN (SELECT artist_id FROM concert WHERE artist_id IS NOT NULL);

-- blc: another yardstick
SELECT title, price FROM album ORDER BY price DESC LIMIT 5;
SELECT title, stock FROM album ORDER BY stock DESC LIMIT 5;

-- blc: count to list
SELECT COUNT(*) FROM album WHERE stock < 5;
SELECT title FROM album WHERE stock < 5;

-- blc: list to count
SELECT title FROM album WHERE genre = 'Jazz' ORDER BY title;
SELECT COUNT(*) FROM album WHERE genre = 'Jazz';

-- blc: list to count
SELECT DISTINCT genre FROM album WHERE stock > 40;
SELECT COUNT(DISTINCT genre) FROM album WHERE stock > 40;

-- blc: list to figure
SELECT city FROM concert WHERE city = 'Lima';
SELECT SUM(visitors) AS total_visitors FROM concert WHERE city = 'Lima';

-- blc: another output
SELECT title, stock FROM album WHERE genre = 'Jazz';
SELECT title, released FROM album WHERE genre = 'Jazz';

-- ce: more conditions
SELECT title FROM album WHERE genre = 'Jazz';
SELECT title FROM album WHERE genre = 'Jazz' AND stock < 30;

-- ce: join with condition
SELECT title FROM album WHERE stock > 20;
SELECT a.title FROM album AS a JOIN artist AS ar ON a.artist_id = ar.artist_id WHERE a.stock > 20 AND ar.country = 'Japan';

-- ce: groups with HAVING
SELECT artist_id, COUNT(*) FROM album GROUP BY artist_id;
SELECT artist_id, COUNT(*) FROM album GROUP BY artist_id HAVING COUNT(*) > 3;

-- ce: band column
SELECT title FROM album WHERE genre = 'Jazz';
SELECT title, stock, CASE WHEN stock < 20 THEN 'low' WHEN stock < 40 THEN 'medium' ELSE 'high' END AS stock_band FROM album WHERE genre = 'Jazz';

-- ce: figure per group
SELECT COUNT(*) FROM album WHERE stock > 20;
SELECT genre, COUNT(*) FROM album WHERE stock > 20 GROUP BY genre;

-- ce: above average
SELECT title FROM album WHERE genre = 'Jazz';
SELECT title FROM album WHERE genre = 'Jazz' AND stock > (SELECT AVG(stock) FROM album WHERE genre = 'Jazz');

-- ce: with children
SELECT name FROM artist WHERE country = 'Chile';
SELECT name FROM artist WHERE country = 'Chile' AND artist_id IN (SELECT artist_id FROM concert WHERE city = 'Oslo');

-- ce: known only
SELECT name, born FROM artist;
SELECT name, born FROM artist WHERE born IS NOT NULL;

-- asf: rank of groups
SELECT city, SUM(visitors) FROM concert GROUP BY city;
SELECT city, SUM(visitors), RANK() OVER (ORDER BY SUM(visitors) DESC) AS total_visitors_rank FROM concert GROUP BY city;

-- asf: rank of groups
SELECT artist_id FROM album GROUP BY artist_id ORDER BY COUNT(*) DESC LIMIT 1;
SELECT artist_id, COUNT(*) AS album_count, RANK() OVER (ORDER BY COUNT(*) DESC) AS album_count_rank FROM album GROUP BY artist_id;

-- asf: share of groups
SELECT genre, COUNT(*) FROM album GROUP BY genre;
SELECT genre, COUNT(*), ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS percent_of_total FROM album GROUP BY genre;

-- asf: share per category
SELECT COUNT(*) FROM concert WHERE visitors > 200;
SELECT city, COUNT(*) AS concert_count, ROUND(100.0 * COUNT(*) / SUM(COUNT(*)) OVER (), 1) AS percent_of_total FROM concert WHERE visitors > 200 GROUP BY city;

-- asf: pivot
SELECT COUNT(*) FROM album WHERE stock > 20;
SELECT SUM(CASE WHEN genre = 'Jazz' THEN 1 ELSE 0 END) AS jazz_album_count, SUM(CASE WHEN genre = 'Rock' THEN 1 ELSE 0 END) AS rock_album_count FROM album WHERE stock > 20;

-- asf: pivot
SELECT city, SUM(visitors) FROM concert GROUP BY city;
SELECT SUM(CASE WHEN city = 'Kyoto' THEN visitors ELSE 0 END) AS kyoto_visitors, SUM(CASE WHEN city = 'Lima' THEN visitors ELSE 0 END) AS lima_visitors FROM concert;

-- asf: best of each
SELECT title, price FROM album ORDER BY price DESC LIMIT 3;
WITH ranked AS (SELECT genre, title, price, RANK() OVER (PARTITION BY genre ORDER BY price DESC) AS position FROM album) SELECT genre, title, price FROM ranked WHERE position <= 3;

-- asf: rank of rows
SELECT title FROM album WHERE genre = 'Jazz' ORDER BY price;
SELECT title, price, RANK() OVER (ORDER BY price) AS price_rank FROM album WHERE genre = 'Jazz' ORDER BY price;

-- asf: distance from average
SELECT title, price FROM album;
SELECT title, price, price - AVG(price) OVER () AS difference_from_average FROM album;

-- asf: number beside
SELECT title FROM album;
SELECT title, genre, COUNT(*) OVER (PARTITION BY genre) AS albums_in_genre FROM album;

-- asf: of two kinds
SELECT r.name FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id WHERE a.genre = 'Jazz';
SELECT r.artist_id, r.name FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id WHERE a.genre = 'Jazz' INTERSECT SELECT r.artist_id, r.name FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id WHERE a.genre = 'Rock';

-- asf: without children
SELECT name FROM artist WHERE country = 'Chile';
SELECT artist_id, name FROM artist WHERE country = 'Chile' EXCEPT SELECT a.artist_id, a.name FROM concert AS c JOIN artist AS a ON c.artist_id = a.artist_id;

-- asf: everyone under
SELECT full_name FROM employee WHERE department = 'Shop';
WITH RECURSIVE below AS (SELECT employee_id, full_name, 0 AS depth FROM employee WHERE full_name = 'Person 4' UNION ALL SELECT c.employee_id, c.full_name, b.depth + 1 FROM employee AS c JOIN below AS b ON c.boss_id = b.employee_id) SELECT COUNT(*) AS employee_count FROM below WHERE depth > 0;

-- po: OR to IN
SELECT name FROM artist WHERE (country = 'Chile' OR country = 'Japan') AND born > 1960;
SELECT name FROM artist WHERE country IN ('Chile', 'Japan') AND born > 1960;

-- po: star to columns
SELECT * FROM concert WHERE city = 'Oslo';
SELECT concert_id, artist_id, city, held_on, visitors FROM concert WHERE city = 'Oslo';

-- po: UNION to OR
SELECT title FROM album WHERE genre = 'Jazz' UNION SELECT title FROM album WHERE stock > 40;
SELECT title FROM album WHERE genre = 'Jazz' OR stock > 40;

-- po: UNION to OR
SELECT artist_id FROM album WHERE genre = 'Jazz' UNION SELECT artist_id FROM album WHERE genre = 'Rock';
SELECT DISTINCT artist_id FROM album WHERE genre IN ('Jazz', 'Rock');

-- po: INTERSECT to AND
SELECT title FROM album WHERE genre = 'Jazz' INTERSECT SELECT title FROM album WHERE stock > 40;
SELECT title FROM album WHERE genre = 'Jazz' AND stock > 40;

-- po: needless DISTINCT
SELECT DISTINCT title, genre FROM album;
SELECT title, genre FROM album;

-- po: needless DISTINCT
SELECT name FROM artist WHERE artist_id IN (SELECT DISTINCT artist_id FROM album);
SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album);

-- po: needless ORDER BY
SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album ORDER BY price);
SELECT name FROM artist WHERE artist_id IN (SELECT artist_id FROM album);

-- po: needless join
SELECT a.title, r.artist_id FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id;
SELECT title, artist_id FROM album;

-- po: needless join
SELECT COUNT(*) FROM concert AS c JOIN artist AS r ON c.artist_id = r.artist_id;
SELECT COUNT(*) FROM concert WHERE artist_id IS NOT NULL;

-- po: count of key
SELECT COUNT(DISTINCT a.album_id) FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id WHERE r.country = 'Chile';
SELECT COUNT(*) FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id WHERE r.country = 'Chile';

-- po: aggregate first
SELECT r.name, COUNT(*) FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id WHERE a.genre = 'Jazz' GROUP BY r.artist_id, r.name HAVING COUNT(*) > 1 ORDER BY COUNT(*) DESC, r.name;
SELECT r.name, counts.album_count FROM artist AS r JOIN (SELECT artist_id, COUNT(*) AS album_count FROM album WHERE genre = 'Jazz' GROUP BY artist_id) AS counts ON r.artist_id = counts.artist_id WHERE counts.album_count > 1 ORDER BY counts.album_count DESC, r.name;

-- po: filter into derived table
SELECT name, n FROM (SELECT r.name, COUNT(*) AS n FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id GROUP BY r.name) AS counts WHERE name <> 'Band A' AND n > 1;
SELECT name, n FROM (SELECT r.name, COUNT(*) AS n FROM artist AS r JOIN album AS a ON a.artist_id = r.artist_id WHERE r.name <> 'Band A' GROUP BY r.name) AS counts WHERE n > 1;

-- po: HAVING to WHERE
SELECT genre, COUNT(*) FROM album GROUP BY genre HAVING genre <> 'Jazz';
SELECT genre, COUNT(*) FROM album WHERE genre <> 'Jazz' GROUP BY genre;

-- po: count to EXISTS
SELECT name FROM artist AS r WHERE (SELECT COUNT(*) FROM album AS a WHERE a.artist_id = r.artist_id) > 0;
SELECT name FROM artist AS r WHERE EXISTS (SELECT 1 FROM album AS a WHERE a.artist_id = r.artist_id);

-- po: filter before join
SELECT a.title, r.name FROM album AS a JOIN artist AS r ON a.artist_id = r.artist_id WHERE a.stock > 30 AND r.country = 'Chile';
SELECT a.title, r.name FROM album AS a JOIN (SELECT name, artist_id FROM artist WHERE country = 'Chile') AS r ON a.artist_id = r.artist_id WHERE a.stock > 30;

