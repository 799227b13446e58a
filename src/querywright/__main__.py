"""`python -m querywright`."""

from querywright.cli import main

main()
