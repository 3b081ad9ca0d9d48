"""Questions to the projections, as SQL; rows out."""
