"""Querywright: the whole text-to-SQL loop on your own databases."""
