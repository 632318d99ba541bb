"""What the documentation shows of the code."""
