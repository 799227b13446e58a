"""Datasets and pipes: rows get a pipe query, which is verified and measured, and become lessons."""
