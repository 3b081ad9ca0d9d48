"""Evidence: bytes beside the log, by their digest; looked into before they are kept, never run."""
