"""The one place that holds gendock's version."""

VERSION = "0.1.0"
