"""Starts the parts of the studio, keeps them running and stops them: what `make run` runs.

The parts are the embedded PostgreSQL server, the gateway emulator, the web server and the worker;
the first two only where the environment names no other database and no Cloudflare account. Each
runs under a keeper (`imagestudio.keeper`) in a session of its own, so that only the supervisor
hears a signal, and nothing is left behind when the supervisor itself is killed: web server and
worker end at once (the worker after its calls), the emulator after the worker, the database last.
"""
