"""Where the Pulumi engine comes from: found, cached, installed or built."""
