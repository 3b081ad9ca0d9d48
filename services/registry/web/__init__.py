"""Translation: body to command, error to problem document, version to ETag. No rules, no SQL."""
