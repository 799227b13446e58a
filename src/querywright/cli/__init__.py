"""The command line: parse, call one function below, print. Everything here can be done from Python in the same words."""

from querywright.cli.app import main

__all__ = ["main"]
