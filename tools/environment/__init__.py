"""The virtual environment that everything here runs in."""
