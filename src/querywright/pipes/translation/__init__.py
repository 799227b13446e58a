"""Expressions from one language into another, keeping what they mean."""
