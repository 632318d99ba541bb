"""What Function Compute is: names, fields, requests, responses, errors. Pure."""
