"""One module per command: its options, what it asks for, what it prints."""
