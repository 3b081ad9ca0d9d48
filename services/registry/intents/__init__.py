"""Registry: from a request's document to what it asks for: checked by contract, sealed, a command.

Every function in here gives an `Intent` or raises `Malformed`.
"""
