"""What a program imports: resources, inputs, outputs, `Provider`, and errors of wrong calls."""
