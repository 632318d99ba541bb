"""Pulumi on the quick start's stacks, with the emulator as the cloud and all state in here."""
