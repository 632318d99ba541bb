"""What `make` runs: the environment, the engine, the emulator, the stack.

Standard library only, but for `tools.stack`, which runs inside the environment.
"""
