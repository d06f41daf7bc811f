"""A web of this machine alone, to fetch from."""

import threading
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Web:
    """A server on this machine: `pages` are what it gives at each path: a status, headers and a body."""

    def __init__(self):
        self.pages, self.asked = {}, []
        web = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self):
                web.asked.append(self.path)
                status, headers, body = web.pages.get(self.path, (404, {}, b"nothing"))
                self.send_response(status)
                for name, value in headers.items():
                    self.send_header(name, value)
                self.end_headers()
                for piece in [body] if isinstance(body, bytes) else body:
                    self.wfile.write(piece)

            def log_message(self, *_):
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.handle_error = lambda *_: None  # whoever asked has gone

    def put(self, path, body, kind="text/html", status=200, **headers):
        body = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, {**({"Content-Type": kind} if kind else {}), **named}, body)
        return self.at(path)

    def at(self, path):
        return f"http://127.0.0.1:{self.server.server_port}{path}"


@contextmanager
def served_web():
    web = Web()
    thread = threading.Thread(target=partial(web.server.serve_forever, poll_interval=0.01))
    thread.start()
    try:
        yield web
    finally:
        web.server.shutdown()
        web.server.server_close()
        thread.join()
