"""What functions give, by their names: GoogleSQL's, and SQLGlot's for those that it models."""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from sqlglot import exp

from querywright.pipes.tree import Expression

_GIVEN: Final = {
    "INT64": """
        ascii unicode byte_length octet_length bit_count bitwise_count unix_date unix_seconds unix_millis unix_micros
        farm_fingerprint edit_distance levenshtein array_length array_size bit_and bit_or bit_xor bitwise_and_agg
        bitwise_or_agg bitwise_xor_agg safe_negate json_type instr char_length character_length
    """,
    "FLOAT64": """
        trunc cos sin tan acos asin atan atan2 cosh sinh tanh cot csc sec pi cbrt ieee_divide covar_pop covar_samp corr
        log10 log2 degrees radians euclidean_distance cosine_distance
    """,
    "STRING": """
        format generate_uuid uuid to_json_string json_format j_s_o_n_format session_user current_user to_hex lower_hex translate
        soundex normalize normalize_and_casefold json_value json_extract_scalar format_date format_datetime
        format_timestamp format_time string to_base64 to_base32 safe_convert_bytes_to_string regexp_substr json_query
        lpad rpad split_part chr collate
    """,
    "BOOL": "starts_with ends_with regexp_contains regexp_like contains contains_substr is_nan is_inf",
    "BYTES": "md5 md5_digest sha1 sha256 sha512 from_hex from_base64 unhex",
    "DATE": """
        date_trunc parse_date str_to_date date_from_parts last_day date_from_unix_date date current_date
        date_add date_sub
    """,
    "DATETIME": """
        datetime ts_or_ds_to_datetime datetime_add datetime_sub datetime_trunc parse_datetime current_datetime
    """,
    "TIMESTAMP": """
        timestamp timestamp_add timestamp_sub timestamp_trunc parse_timestamp str_to_time timestamp_seconds
        timestamp_millis timestamp_micros current_timestamp unix_to_time
    """,
    "TIME": "time time_add time_sub time_trunc parse_time current_time time_from_parts",
    "ARRAY<STRING>": "split regexp_extract_all json_value_array to_code_points",
}

FUNCTIONS: Final = MappingProxyType({name.upper(): kind for kind, names in _GIVEN.items() for name in names.split()})
"""The type each gives, by its name in capitals."""

AS_WIDER: Final = frozenset({"SAFE_ADD", "SAFE_SUBTRACT", "SAFE_MULTIPLY"})
"""Arithmetic by name: the wider of both."""


def function_name(tree: Expression) -> str:
    """A call's name in capitals; empty for what is no call."""
    if isinstance(tree, exp.Anonymous):
        return tree.name.upper()
    return tree.sql_name() if isinstance(tree, exp.Func) else ""
