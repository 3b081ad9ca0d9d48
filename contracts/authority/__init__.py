"""Authority room: who may do what; pure, one table, and whatever it does not say is refused."""
