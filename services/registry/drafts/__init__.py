"""Private working copies of reports: outside the log, deletable; nothing of them is published."""
