"""Names that a server reads as its own words: such a name of a table or column is quoted, every other stands bare."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

POSTGRES = frozenset(
    """
    all alter analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean
    both case cast char character check coalesce collate collation column concurrently constraint create cross
    cube current_catalog current_date current_role current_schema current_time current_timestamp current_user dec
    decimal default deferrable desc describe distinct do drop else end except exists extract false fetch float
    for foreign freeze from full glob grant greatest group grouping having if ilike in initially inner inout
    insert int integer intersect interval into is isnull join lateral leading least left like limit localtime
    localtimestamp national natural nchar none normalize not notnull null nullif numeric offset on only or order
    out outer overlaps overlay partitioned_by placing position precision primary qualify real references regexp
    returning revoke right rlike rollback rollup row select session_user setof similar smallint some substring
    symmetric table tablesample then time timestamp to trailing treat trim true uncache union unique user using
    values varchar variadic verbose when where window with xmlattributes xmlconcat xmlelement xmlexists xmlforest
    xmlnamespaces xmlparse xmlpi xmlroot xmlserialize xmltable xor
    """.split()  # noqa: SIM905 - a paragraph of words reads better than a list of strings
)
"""What PostgreSQL's own `quote_ident` quotes, and what SQLGlot does not read bare."""

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
