"""Registry: decides what may be recorded, and records it once, in order, for ever."""
