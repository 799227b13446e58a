"""Scoring: the queries of a gold row are executed once, and every metric is read from their results and trees."""
