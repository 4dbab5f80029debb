"""What runs inside the locked child process: the only code that decodes pictures.

It imports nothing of the studio but itself, so that the child starts fast and holds no secret.
"""
