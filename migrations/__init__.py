"""Two histories for two databases; a service never opens the other's."""
