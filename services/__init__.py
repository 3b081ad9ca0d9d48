"""Two services that meet only in contracts, and the kit both stand on."""
