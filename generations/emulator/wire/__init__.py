"""The request as it was sent: headers with a meaning, the body, the source pictures in it."""
