"""Expressions between GoogleSQL and the databases' own languages."""
