"""The Docker engine that ``scripts/engine`` finds or, where there is none, runs.

Standard library only: this runs before anything of the project is installed.
"""
