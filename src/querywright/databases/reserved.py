"""Names that a server reads as its own words: such a name of a table or column is quoted, every other stands bare."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POSTGRES = frozenset(
    """
    all alter analyse analyze and any array as asc asymmetric authorization between binary both case cast check
    collate collation column concurrently constraint create cross cube current_catalog current_date current_role
    current_schema current_time current_timestamp current_user default deferrable desc describe distinct do drop
    else end except false fetch for foreign freeze from full glob grant group having if ilike in initially inner
    insert intersect into is isnull join lateral leading left like limit localtime localtimestamp natural not
    notnull null offset on only or order outer overlaps partitioned_by placing primary qualify references regexp
    returning revoke right rlike rollback rollup select session_user similar some symmetric table tablesample
    then to trailing true uncache union unique user using values variadic verbose when where window with xor
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a list of strings
)
"""What PostgreSQL does not read bare as a table and a column, or SQLGlot does not."""

MYSQL = frozenset(
    """
    accessible add all alter analyze and any as asc asensitive before between bigint binary blob both by call
    cascade case change char character charset check collate column condition constraint continue convert create
    cross cube cume_dist current_date current_time current_timestamp current_user cursor databases day_hour
    day_microsecond day_minute day_second dec decimal declare default delayed delete dense_rank desc describe
    deterministic distinct distinctrow div double drop dual each else elseif empty enclosed escaped except exists
    exit explain false fetch first_value float for force foreign from fulltext function generated get glob grant
    group grouping groups having high_priority hour_microsecond hour_minute hour_second if ignore ilike in index
    infile inner inout insensitive insert int integer intersect interval into io_after_gtids io_before_gtids is
    iterate join json_table key keys kill lag last_value lateral lead leading leave left library like limit
    linear lines load localtime localtimestamp lock long longblob longtext loop low_priority manual master_bind
    match maxvalue mediumblob mediumint mediumtext middleint minute_microsecond minute_second mod modifies
    natural not notnull nth_value ntile null numeric of offset on optimize optimizer_costs optionally or order
    out outer outfile over parallel partition partitioned_by percent_rank portion precision primary procedure
    purge qualify range rank read read_write reads real recursive references regexp release rename repeat replace
    require resignal restrict return returning revoke right rlike rollback rollup row row_number rows schemas
    second_microsecond select sensitive separator set show signal smallint spatial specific sql sqlexception
    sqlstate sqlwarning ssl starting stored straight_join system table tablesample terminated then tinyblob
    tinyint tinytext to trailing trigger true uncache undo union unique unlock unsigned update usage use using
    values varbinary varchar varcharacter varying virtual when where while window with write xor year_month
    zerofill
    """.split()  # noqa: SIM905
)
"""Reserved in MariaDB or in MySQL 8, or not read bare by SQLGlot."""

RESERVED: Mapping[str, frozenset[str]] = MappingProxyType({"postgres": POSTGRES, "mysql": MYSQL})
"""By dialect, in lower case."""
