"""`python -m gendock` is the same as the console script `gendock`."""

from gendock.cli import main

main()
