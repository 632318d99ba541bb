"""What runs in the plugin process that the engine starts."""
