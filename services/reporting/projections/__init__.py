"""Pure: an entry in, statements out. No reads, no clock, no other projection."""
