"""The one place that holds gendock's version and where it lives."""

VERSION = "0.1.0"
HOME = "https://github.com/gendock/gendock"
