"""Reporting: turns the log into answers. It can forget everything and start again."""
