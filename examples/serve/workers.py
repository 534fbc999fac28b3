"""The command `uvicorn`, with answers that are sent at once: python workers.py app:app.

With several workers and the event loop of Python, uvicorn's socket holds a small answer back
until the client has confirmed the one before, which Linux does after 40 ms.
"""

import socket

import uvicorn

plain = uvicorn.Config.bind_socket


def bind_socket(config: uvicorn.Config) -> socket.socket:
    """Bind the socket that the workers share; on Linux, connections take over the option."""
    made = plain(config)
    if made.family != getattr(socket, "AF_UNIX", None):
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return made


uvicorn.Config.bind_socket = bind_socket  # type: ignore[method-assign]

if __name__ == "__main__":
    uvicorn.main()
