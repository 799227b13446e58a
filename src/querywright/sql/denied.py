"""What no query of ours may call, by dialect: tables the guard looks things up in.

A name is refused wherever it is called as a function. A table function (a call in FROM) of SQLite or DuckDB must
moreover be in the short list of those known to touch nothing but their arguments, because these two engines offer
files, network and settings as tables and grow new ones with every version and extension.
"""

from __future__ import annotations

from typing import Final


def _words(names: str) -> frozenset[str]:
    return frozenset(names.split())


CALLS: Final[dict[str, frozenset[str]]] = {
    "sqlite": _words(
        "load_extension readfile writefile edit fts3_tokenizer fsdir lsdir lsmode eval shell sqlite_dbpage "
        "sqlite_dbdata sqlite_dbptr zipfile"
    ),
    "duckdb": _words(
        "glob query query_table sniff_csv getenv which_secret add_parquet_key current_setting setseed write_log "
        "nextval currval checkpoint force_checkpoint sql_auto_complete json_execute_serialized_sql "
        "json_serialize_plan from_substrait from_substrait_json get_substrait get_substrait_json shapefile_meta "
        "st_read st_read_meta st_drivers load_aws_credentials arrow_scan arrow_scan_dumb pandas_scan "
        "python_map_function test_vector_types sleep_ms summary"
    ),
    "postgres": _words(
        "setval nextval lastval set_config query_to_xml query_to_xml_and_xmlschema query_to_xmlschema table_to_xml "
        "table_to_xml_and_xmlschema table_to_xmlschema cursor_to_xml cursor_to_xmlschema schema_to_xml "
        "schema_to_xml_and_xmlschema schema_to_xmlschema database_to_xml database_to_xml_and_xmlschema "
        "database_to_xmlschema ts_stat ts_rewrite crosstab connectby normal_rand xpath_table pg_stat_file pg_promote "
        "pg_notify pg_export_snapshot pg_current_xact_id txid_current txid_status currtid currtid2 "
        "pg_current_logfile pg_relation_filepath pg_prewarm pg_import_system_collations pg_stat_statements_reset "
        "pg_read_file_old pg_nextoid pg_extension_config_dump pg_buffercache_evict plpgsql_call_handler "
        "inet_server_addr inet_client_addr getpgusername heap_force_kill heap_force_freeze get_raw_page"
    ),
    "mysql": _words(
        "load_file benchmark sleep get_lock release_lock release_all_locks is_free_lock is_used_lock "
        "master_pos_wait source_pos_wait master_gtid_wait wait_for_executed_gtid_set "
        "wait_until_sql_thread_after_gtids gtid_subset sys_eval sys_exec sys_get sys_set lib_mysqludf_sys_info "
        "nextval setval lastval last_insert_id extractvalue updatexml ps_kill "
        "set_var resource_group max_execution_time audit_log_read audit_log_read_bookmark keyring_key_fetch "
        "keyring_key_store keyring_key_remove keyring_key_generate asynchronous_connection_failover_add_source "
        "group_replication_set_as_primary group_replication_switch_to_single_primary_mode"
    ),
}
"""Functions refused by name."""

PREFIXES: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": ("pragma_",),
    "duckdb": (
        "read_", "parquet_", "pragma_", "duckdb_", "iceberg_", "delta_", "postgres_", "mysql_", "sqlite_", "http_",
        "ducklake_", "scan_", "load_", "enable_", "disable_",
    ),
    "postgres": (
        "pg_read_", "pg_ls_", "lo_", "loread", "lowrite", "dblink", "pg_sleep", "pg_terminate_", "pg_cancel_",
        "pg_advisory_", "pg_try_advisory_", "pg_reload_", "pg_rotate_", "pg_switch_", "pg_create_", "pg_drop_",
        "pg_replication_", "pg_logical_", "pg_backup_", "pg_start_backup", "pg_stop_backup", "pg_file_",
        "pg_stat_reset", "pg_wal_", "pg_log_", "pg_copy_", "pg_sync_", "pg_get_wal", "pg_set_", "pg_clear_",
        "pg_restore_", "brin_summarize", "brin_desummarize", "gin_clean_", "binary_upgrade_", "ts_debug_exec",
    ),
    "mysql": ("wsrep_", "mysql_firewall_", "set_firewall_", "version_tokens_", "service_"),
}  # fmt: skip
"""Beginnings of names refused the same way."""

SUFFIXES: Final[dict[str, tuple[str, ...]]] = {"duckdb": ("_scan", "_attach", "_scan_pushdown")}
"""Ends of names refused the same way."""

TABLE_FUNCTIONS: Final[dict[str, frozenset[str]]] = {
    "sqlite": _words("json_each json_tree jsonb_each jsonb_tree generate_series"),
    "duckdb": _words("range generate_series unnest json_each json_tree generate_subscripts repeat repeat_row values"),
}
"""The only calls allowed in FROM, for the dialects listed."""

TABLES: Final[dict[str, tuple[str, ...]]] = {
    "sqlite": ("pragma_", "sqlite_dbpage", "sqlite_dbdata", "sqlite_dbptr", "sqlite_memstat", "fsdir"),
    "duckdb": ("pragma_", "duckdb_", "sqlite_scan"),
    "postgres": (
        "pg_authid",
        "pg_shadow",
        "pg_file_settings",
        "pg_hba_file_rules",
        "pg_user_mapping",
        "pg_largeobject",
    ),
    "mysql": (),
}
"""Beginnings of table names refused: engine internals that answer with more than the database's own data."""

FILE_ENDINGS: Final = (
    ".csv", ".tsv", ".txt", ".parquet", ".json", ".jsonl", ".ndjson", ".gz", ".zst", ".bz2", ".zip", ".xlsx", ".xls",
    ".arrow", ".feather", ".ipc", ".db", ".sqlite", ".duckdb", ".orc", ".avro", ".shp", ".geojson", ".gpkg", ".log",
    ".vortex", ".lance",
)  # fmt: skip
"""DuckDB reads a table name that ends like this as a file."""
