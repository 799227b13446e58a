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
        "setval nextval lastval currval set_config current_setting setseed query_to_xml query_to_xml_and_xmlschema "
        "query_to_xmlschema table_to_xml table_to_xml_and_xmlschema table_to_xmlschema cursor_to_xml "
        "cursor_to_xmlschema schema_to_xml schema_to_xml_and_xmlschema schema_to_xmlschema database_to_xml "
        "database_to_xml_and_xmlschema database_to_xmlschema ts_stat ts_rewrite connectby normal_rand xpath_table "
        "xslt_process txid_current txid_status currtid currtid2 plpgsql_call_handler plpgsql_inline_handler "
        "plpgsql_validator fmgr_c_validator fmgr_internal_validator fmgr_sql_validator inet_server_addr "
        "inet_server_port inet_client_addr inet_client_port getpgusername heap_force_kill heap_force_freeze "
        "get_raw_page verify_heapam bt_index_check bt_index_parent_check "
        "lo_close lo_creat lo_create lo_export lo_from_bytea lo_get lo_import lo_import_with_oid lo_lseek lo_lseek64 "
        "lo_manage lo_oid lo_open lo_put lo_tell lo_tell64 lo_truncate lo_truncate64 lo_unlink loread lowrite "
        "http http_get http_post http_put http_patch http_delete http_head http_set_curlopt http_reset_curlopt "
        "query_export_to_s3 table_import_from_s3"
    ),
    "mysql": _words(
        "load_file benchmark sleep get_lock release_lock release_all_locks is_free_lock is_used_lock "
        "master_pos_wait source_pos_wait master_gtid_wait wait_for_executed_gtid_set "
        "wait_until_sql_thread_after_gtids gtid_subset binlog_gtid_pos sys_eval sys_exec sys_get sys_set "
        "lib_mysqludf_sys_info nextval setval lastval last_insert_id found_rows row_count extractvalue updatexml "
        "ps_kill set_var resource_group max_execution_time read_firewall_users read_firewall_groups "
        "read_firewall_whitelist gen_dictionary_load gen_dictionary_drop gen_blacklist gen_blocklist sphinx_snippets "
        "mroonga_command"
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
        "pg_read_", "pg_ls_", "pg_stat_file", "dblink", "crosstab", "pg_sleep", "pg_terminate_", "pg_cancel_",
        "pg_advisory_", "pg_try_advisory_", "pg_reload_", "pg_rotate_", "pg_switch_", "pg_create_", "pg_drop_",
        "pg_replication_", "pg_logical_", "pg_backup_", "pg_start_backup", "pg_stop_", "pg_file_", "pg_stat_reset",
        "pg_stat_statements", "pg_stat_get_activity", "pg_wal_", "pg_log_", "pg_copy_", "pg_sync_", "pg_get_wal",
        "pg_set_", "pg_clear_", "pg_restore_", "pg_promote", "pg_notify", "pg_export_snapshot", "pg_current_xact_id",
        "pg_current_logfile", "pg_prewarm", "pg_import_", "pg_nextoid", "pg_extension_config", "pg_buffercache",
        "pg_truncate_", "pg_xact_status", "autoprewarm_", "brin_summarize", "brin_desummarize", "gin_clean_",
        "binary_upgrade_", "ts_debug_exec",
    ),
    "mysql": (
        "wsrep_", "mysql_firewall_", "set_firewall_", "version_tokens_", "service_", "spider_", "keyring_key",
        "audit_log_", "group_replication_", "asynchronous_connection_failover_", "masking_dictionary", "memc_",
        "gman_",
    ),
}  # fmt: skip
"""Beginnings of names refused the same way."""

KNOWN: Final[dict[str, dict[str, frozenset[str]]]] = {
    "postgres": {
        "pg_": _words(
            "pg_typeof pg_basetype pg_size_pretty pg_size_bytes pg_column_size pg_column_compression "
            "pg_relation_size pg_table_size pg_indexes_size pg_total_relation_size pg_database_size "
            "pg_get_constraintdef pg_get_expr pg_get_indexdef pg_get_viewdef pg_get_functiondef pg_get_triggerdef "
            "pg_get_ruledef pg_get_partkeydef pg_get_partition_constraintdef pg_get_statisticsobjdef "
            "pg_get_function_arguments pg_get_function_identity_arguments pg_get_function_result "
            "pg_get_function_arg_default pg_get_serial_sequence pg_get_userbyid pg_get_keywords "
            "pg_collation_is_visible pg_conversion_is_visible pg_function_is_visible pg_opclass_is_visible "
            "pg_operator_is_visible pg_opfamily_is_visible pg_statistics_obj_is_visible pg_table_is_visible "
            "pg_ts_config_is_visible pg_ts_dict_is_visible pg_ts_parser_is_visible pg_ts_template_is_visible "
            "pg_type_is_visible pg_char_to_encoding pg_encoding_to_char pg_encoding_max_length pg_client_encoding "
            "pg_collation_for pg_describe_object pg_identify_object pg_has_role pg_backend_pid pg_is_in_recovery "
            "pg_postmaster_start_time pg_my_temp_schema pg_is_other_temp_schema pg_partition_root pg_partition_tree "
            "pg_partition_ancestors pg_column_is_updatable pg_relation_is_updatable pg_index_column_has_property "
            "pg_index_has_property pg_indexam_has_property pg_options_to_table pg_timezone_names pg_timezone_abbrevs "
            "pg_sequence_parameters pg_stat_get_live_tuples pg_stat_get_dead_tuples pg_stat_get_numscans "
            "pg_input_is_valid pg_input_error_info pg_lsn"
        )
    }
}
"""Of the functions with such a beginning only these pass: every version of the server brings new ones."""

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
        "pg_authid", "pg_shadow", "pg_file_settings", "pg_hba_file", "pg_ident_file", "pg_user_mapping",
        "pg_largeobject", "pg_settings", "pg_db_role_setting", "pg_stat_activity", "pg_stat_statements",
        "pg_stat_replication", "pg_stat_wal_receiver", "pg_stat_ssl", "pg_stat_gssapi", "pg_stat_progress_",
        "pg_subscription", "pg_foreign_server", "pg_locks", "pg_prepared_", "pg_cursors", "pg_config",
        "pg_shmem_", "pg_backend_memory_", "pg_replication_",
    ),
    "mysql": (),
}  # fmt: skip
"""Beginnings of table names refused: engine internals that answer with more than the database's own data."""

SCHEMAS: Final[dict[str, dict[str, tuple[str, ...]]]] = {
    "postgres": {
        "information_schema": ("user_mapping", "_pg_user_mapping", "foreign_server", "_pg_foreign_server"),
    },
    "mysql": {
        "mysql": ("",),
        "performance_schema": ("",),
        "sys": ("",),
        # Reading innodb_cmp_reset and its like sets the server's counters to zero.
        "information_schema": (
            "processlist", "innodb_", "user_variables", "global_", "session_", "system_variables", "user_privileges",
            "client_statistics", "user_statistics", "table_statistics", "index_statistics", "thread_pool_",
            "metadata_lock_info", "query_cache", "feedback", "wsrep_", "plugins", "all_plugins",
        ),
    },
}  # fmt: skip
"""Schemas of the engine, and the beginnings of what is refused in them as a table or a function."""

FILE_ENDINGS: Final = (
    ".csv", ".tsv", ".txt", ".parquet", ".json", ".jsonl", ".ndjson", ".gz", ".zst", ".bz2", ".zip", ".xlsx", ".xls",
    ".arrow", ".feather", ".ipc", ".db", ".sqlite", ".duckdb", ".orc", ".avro", ".shp", ".geojson", ".gpkg", ".log",
    ".vortex", ".lance",
)  # fmt: skip
"""DuckDB reads a table name that ends like this as a file."""
