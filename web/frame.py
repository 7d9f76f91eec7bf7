#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes what stands before and behind the words of every page.

    frame.py PACKAGES.js LICENCES page.js page.css HEAD FOOT

Browsers are told to run this script and to use this style, by their digests, and nothing else: a
page is full of names that others chose.
"""

import base64
import hashlib
import html
import pathlib
import re
import sys

# `connect-src` and all others are none; pictures are those that a chart is saved as.
POLICY = ("default-src 'none'; script-src '{script}'; style-src '{style}'; img-src data: blob:; "
          "base-uri 'none'; form-action 'none'")

HEAD = """\
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<link rel="icon" href="data:,">
<style>{style}</style>
"""

FOOT = """\
<footer>
<details>
<summary>Licences of what this page carries along</summary>
<p>The charts are drawn by Vega and Vega-Lite, which are inside this file with all they need.</p>
<pre tabindex="0">{licences}</pre>
</details>
</footer>
<script>{script}</script>
</body>
</html>
"""


def digest(text):
    return 'sha256-' + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def embeddable(script):
    """A script that does not end the element that it is in. In strings, templates and regular
    expressions, where alone such words can stand, a backslash changes nothing."""
    return re.sub('<(?=/script|!--)', r'<\\', script, flags=re.IGNORECASE)


def main(packages, licences, page_script, page_style, head, foot):
    read = [pathlib.Path(name).read_text(encoding='utf-8')
            for name in (packages, page_script, page_style, licences)]
    script, style = embeddable('\n' + read[0] + read[1]), '\n' + read[2]
    if '</style' in style.lower() or '\r' in script + style or '\0' in script + style:
        sys.exit('frame.py: a page cannot hold this script or style')
    policy = POLICY.format(script=digest(script), style=digest(style))
    pathlib.Path(head).write_text(HEAD.format(policy=policy, style=style), encoding='utf-8')
    pathlib.Path(foot).write_text(FOOT.format(licences=html.escape(read[3]), script=script),
                                  encoding='utf-8')


if __name__ == '__main__':
    main(*sys.argv[1:])
