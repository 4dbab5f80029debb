"""A gateway of our own: it speaks Cloudflare's HTTP, draws the pictures itself and costs nothing.

It is a process beside the studio and knows nothing of it: no Django, no rows, no import from the
studio. What it does is what is known of the real gateway, in the same order, with the same words;
what is not known of the real one can be switched, so that the studio is tried either way.

    python -m generations.emulator --host 127.0.0.1 --port 8787 --data var/emulator

The way of one call, module by module:

    server      sockets and HTTP/1.1 (h11), runs any ASGI application; can also break a connection
    app         addresses and who answers them
    run         POST …/ai/run: the order of checks, the provider, the money, the answer
    wire        the request as sent: headers, body on disk, sources decoded one at a time
    models      which models there are, their schemas and messages, what a call costs
    drawing     the picture
    book, logs  what was received and charged; the same rows read as the gateway's log
    moderations the moderation endpoint, which scores texts and pictures
    faults      everything that can go wrong, as one table (GET /emulator/faults shows it)
"""
