"""The only writer of the log, and of the Merkle tree over it."""
