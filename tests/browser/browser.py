# SPDX-License-Identifier: Apache-2.0
"""Debian's Chromium without a network, driven through chromedriver's HTTP interface (W3C WebDriver).

    with Browser() as browser:
        browser.shape(360, dark=True)
        browser.open(path)
        print(browser.run('return document.title'))

Chromium may look up no name and its proxy is a port that nobody listens on, so a page that asks for
anything gets an error, which is then among the messages of the console.
"""

import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile
import urllib.error
import urllib.request

LOADED = 120  # seconds that a page may take to draw all charts, on a busy machine

OPTIONS = ['--headless=new', '--disable-gpu', '--disable-dev-shm-usage', '--no-first-run',
           '--hide-scrollbars', '--host-resolver-rules=MAP * ~NOTFOUND',
           '--proxy-server=http://127.0.0.1:9', '--proxy-bypass-list=<-loopback>']

DRAWN = 'return document.documentElement.dataset.drawn === "yes"'


def missing():
    """What is not there, or None."""
    absent = [name for name in ('chromium', 'chromedriver') if not shutil.which(name)]
    return f'no {" and no ".join(absent)}' if absent else None


class Browser:
    def __enter__(self):
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        self.driver = subprocess.Popen(['chromedriver', '--port=0'], text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
        try:
            self.address = f'http://127.0.0.1:{self._port()}'
            self.session = '/session/' + self._ask('POST', '/session', self._wishes())['sessionId']
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        if hasattr(self, 'session'):
            try:
                self._ask('DELETE', self.session)
            except OSError:
                pass
        self.driver.terminate()
        self.driver.wait()
        self.driver.stdout.close()
        self.folder.cleanup()

    def _port(self):
        for line in self.driver.stdout:
            found = re.search(r'started successfully on port (\d+)', line)
            if found:
                return int(found[1])
        raise OSError('chromedriver ended before it was ready')

    def _wishes(self):
        options = OPTIONS + [f'--user-data-dir={self.folder.name}']
        if os.geteuid() == 0:
            options.append('--no-sandbox')  # root has none
        return {'capabilities': {'alwaysMatch': {
            'browserName': 'chrome',
            'goog:chromeOptions': {'args': options, 'binary': shutil.which('chromium')},
            'goog:loggingPrefs': {'browser': 'ALL', 'performance': 'ALL'}}}}

    def _ask(self, method, path, body=None):
        data = json.dumps(body or {}).encode() if method == 'POST' else None
        request = urllib.request.Request(self.address + path, data, method=method,
                                         headers={'Content-Type': 'application/json'})
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=LOADED) as answer:
                return json.load(answer)['value']
        except urllib.error.HTTPError as error:
            raise OSError(error.read().decode(errors='replace')[:600]) from None

    def devtools(self, command, **parameters):
        return self._ask('POST', self.session + '/goog/cdp/execute',
                         {'cmd': command, 'params': parameters})

    def run(self, script, *arguments):
        return self._ask('POST', self.session + '/execute/sync',
                         {'script': script, 'args': arguments})

    def run_async(self, script):
        """The script calls done(value)."""
        return self._ask('POST', self.session + '/execute/async',
                         {'script': f'const done = arguments[0]; {script}', 'args': []})

    def shape(self, width, height=900, dark=False, scale=1):
        self.devtools('Emulation.setDeviceMetricsOverride', width=width, height=height,
                      deviceScaleFactor=scale, mobile=width < 600)
        self.devtools('Emulation.setEmulatedMedia', features=[
            {'name': 'prefers-color-scheme', 'value': 'dark' if dark else 'light'}])

    def open(self, path):
        """Returns when all charts are drawn or given up."""
        self.open_as_it_is(path)
        self.wait_for(DRAWN)

    def open_as_it_is(self, path):
        """Returns when the page is there. What earlier pages said and asked for is forgotten."""
        self._ask('POST', self.session + '/url', {'url': 'about:blank'})
        self.messages()
        self.requests()
        self._ask('POST', self.session + '/url', {'url': pathlib.Path(path).resolve(strict=True).as_uri()})

    def wait_for(self, condition):
        """The browser itself looks, at each of its frames."""
        self._ask('POST', self.session + '/timeouts', {'script': LOADED * 1000})
        self.run_async(f'const holds = () => {{ {condition} }};'
                       'const look = () => holds() ? done(true) : setTimeout(look, 20); look();')

    def messages(self):
        """Of the console, since the last call."""
        log = self._ask('POST', self.session + '/se/log', {'type': 'browser'})
        return [f'{entry["level"]}: {entry["message"]}' for entry in log]

    def requests(self):
        """Addresses that were asked for since the last call."""
        log = self._ask('POST', self.session + '/se/log', {'type': 'performance'})
        events = [json.loads(entry['message'])['message'] for entry in log]
        return [event['params']['request']['url'] for event in events
                if event['method'] == 'Network.requestWillBeSent']

    def picture(self, selector=None):
        """PNG of the whole page, or of the first element that is selected."""
        box = self.run("""
            const box = (document.querySelector(arguments[0]) || document.documentElement)
                .getBoundingClientRect();
            return [box.left + scrollX, box.top + scrollY, box.width, box.height]""", selector)
        clip = dict(zip(('x', 'y', 'width', 'height'), box), scale=1)
        done = self.devtools('Page.captureScreenshot', clip=clip, captureBeyondViewport=True)
        return base64.b64decode(done['data'])

    def pdf(self):
        return base64.b64decode(self.devtools('Page.printToPDF', preferCSSPageSize=True)['data'])
