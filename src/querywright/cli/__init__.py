"""The command line: parse, call one function below, print. All of it can be done from Python in the same words."""

from querywright.cli.app import main

__all__ = ["main"]
