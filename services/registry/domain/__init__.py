"""Pure rules: no clock, no database, no HTTP. Everything needed comes in as an argument."""
