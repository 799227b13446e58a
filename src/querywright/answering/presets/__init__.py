"""Presets: lists of stages with their settings, in TOML."""
