"""The emulator of Function Compute as a background process of this checkout."""
