# SPDX-License-Identifier: Apache-2.0
"""A web server on loopback that serves bytes, and misbehaves where it is told to."""

import http.server
import re
import shutil
import ssl
import subprocess
import threading

import gate

PATIENCE = 600  # seconds; whoever tests lets it go on long before


class Server:
    """Serves the paths in `files`, also as a proxy, which is asked for whole addresses. Those in
    `breaks` lose their connection after so many bytes of each answer; `asked` notes (path, first
    byte) of each one."""

    def __init__(self, files, breaks=None, marks=True, certificate=None):
        self.files, self.breaks, self.marks = dict(files), dict(breaks or {}), marks
        self.redirections = {}
        self.headers = {}  # by path: what an answer has besides
        self.stubborn = False  # sends the rest of another version too
        self.shift = 0  # sends the rest from another byte on
        self.answers = {}  # by path: called with the first byte asked for; status, headers, body
        self.silent = False  # hangs up without a byte
        self.hold = None  # an event that is waited for in the middle of what is sent of a file
        self.asked = []
        self.server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), self.handler())
        self.scheme = 'https' if certificate else 'http'
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
            self.server.handle_error = lambda *_: None  # whoever asked does not trust us
        # It looks that often whether it is to end, which whoever closes it waits for.
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def url(self, path):
        return f'{self.scheme}://127.0.0.1:{self.server.server_port}/{path}'

    def close(self):
        self.server.shutdown()
        self.server.server_close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def handler(self):
        of = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = 'HTTP/1.1'

            def handle(self):
                try:
                    super().handle()
                except ConnectionError:
                    pass  # whoever asked has gone

            def log_message(self, *_):
                pass

            def do_GET(self):
                path = self.path.lstrip('/')
                if of.silent:
                    of.asked.append((path, 0))
                    self.close_connection = True
                elif path in of.answers:
                    self.send_answer(path)
                elif path in of.redirections:
                    self.send_response(302)
                    self.send_header('Location', of.redirections[path])
                    self.send_header('Content-Length', '0')
                    self.end_headers()
                elif path in of.files:
                    self.send_file(path)
                else:
                    self.send_error(404)

            def send_answer(self, path):
                wanted = re.match(r'bytes=(\d+)-$', self.headers.get('Range') or '')
                first = int(wanted[1]) if wanted else 0
                of.asked.append((path, first))
                status, headers, body = of.answers[path](first)
                self.send_response(status)
                for name, value in {**headers, 'Content-Length': str(len(body))}.items():
                    self.send_header(name, value)
                self.end_headers()
                self.wfile.write(body)

            def send_file(self, path):
                content = of.files[path]
                mark = f'"{hash(content):x}"'
                wanted = re.match(r'bytes=(\d+)-$', self.headers.get('Range') or '')
                same = of.stubborn or self.headers.get('If-Range') == mark
                first = int(wanted[1]) - of.shift if wanted and same else 0
                of.asked.append((path, first))
                self.send_response(206 if first else 200)
                if first:
                    self.send_header('Content-Range',
                                     f'bytes {first}-{len(content) - 1}/{len(content)}')
                if of.marks:
                    self.send_header('ETag', mark)
                for name, value in of.headers.get(path, {}).items():
                    self.send_header(name, value)
                self.send_header('Content-Length', str(len(content) - first))
                self.end_headers()
                rest = content[first:]
                sent = rest[:of.breaks.get(path, len(rest))]
                hold = of.hold  # which is taken away when it is set
                if hold:
                    self.wfile.write(sent[:len(sent) // 2])
                    hold.wait(PATIENCE)
                    sent = sent[len(sent) // 2:]
                self.wfile.write(sent)
                if path in of.breaks:
                    self.close_connection = True

        return Handler


def make_certificate(path, name):
    """A key and a certificate for this address, signed by itself, in one file."""
    if not shutil.which('openssl'):
        raise gate.Skip('no openssl')
    key, certificate = path.with_suffix('.key'), path.with_suffix('.crt')
    subprocess.run(['openssl', 'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256',
                    '-nodes', '-days', '2', '-subj', '/CN=made up', '-addext',
                    f'subjectAltName={name}', '-keyout', key, '-out', certificate],
                   check=True, capture_output=True)
    path.write_text(key.read_text() + certificate.read_text())
    return path
