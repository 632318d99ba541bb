"""What `client.py` is made of: where a call goes, one try of it, its repetition, its deadline."""
