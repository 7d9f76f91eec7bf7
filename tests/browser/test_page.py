#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Pages as readers open them: in a real browser, without a network, on a desk and on a phone.

    test_page.py SHOW_STORY SHOW_COMPARISON COMMAND NPM FOLDER

SHOW_STORY makes pages of a sample story and of documents, SHOW_COMPARISON documents of scripted
comparisons, COMMAND is manyfold, and FOLDER is where axe-core is kept that NPM fetched
(tests/browser/package-lock.json).
"""

import base64
import functools
import gzip
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / 'gates'))
import gate
import browser
import many_cores

SHOW_STORY, SHOW_COMPARISON, COMMAND, NPM = map(os.path.abspath, sys.argv[1:5])
FOLDER = pathlib.Path(sys.argv[5])

LARGEST = 2_000_000  # bytes of a page

# (width, is it dark); the sample is opened in all of them, others in two.
SHAPES = [(1280, False), (360, True), (1280, True), (360, False)]

HOSTILE = '</script><img src=x onerror=alert(1)>"\'&amp;\\x1b[31m<!--'

HOSTILE_COLUMN = '</script><img src=x onerror=alert(1)>&amp;'

# ---- pages ----


def made_by_command(page, *words):
    """A page that a verb writes beside what it prints."""
    done = subprocess.run([COMMAND, *words, '--html', page], capture_output=True, text=True,
                          cwd=page.parent, timeout=300)
    assert page.exists(), f'{words}: status {done.returncode}: {done.stderr}'


def of_the_lab(page):
    """Of a small table and a small search, which have all its parts."""
    results = page.with_name('lab')
    table, recipe = page.with_name('table.csv'), page.with_name('recipe.json')
    table.write_text(TABLE, encoding='utf-8')
    recipe.write_text(json.dumps({'target': 'price', 'grid': {
        'n_estimators': [5, 10], 'max_depth': [2, 4, None]}}))
    done = subprocess.run([COMMAND, 'lab', '--quick', '--sum', '1e6', '--budget', '1s',
                           '--data', table, '--recipe', recipe, '--out', results],
                          capture_output=True, text=True, cwd=page.parent, timeout=300)
    assert (results / 'report.html').exists(), f'lab: status {done.returncode}: {done.stderr}'
    (results / 'report.html').rename(page)


def of_many_cores(cores, page):
    """What a page has most of is what each worker did, in each sample."""
    page_of('lab')
    like = json.loads((page.parent / 'lab' / 'results.json').read_text())
    document = page.with_suffix('.json')
    document.write_text(json.dumps(many_cores.lab(COMMAND, page.parent, cores, like)))
    page.write_bytes(subprocess.run([SHOW_STORY, document], capture_output=True, check=True).stdout)


def sample(page):
    page.write_bytes(subprocess.run([SHOW_STORY], capture_output=True, check=True).stdout)


GRID = ('--grid', 'max_depth=4,8', '--grid', 'max_features=0.3,0.6', '--grid', 'n_estimators=5,10')

# Comparisons that never happened: many workers, wrong answers, markup in names, too little to tell.
SCENES = ('eight_cores', 'wrong', 'hostile', 'weak', 'negative', 'one_round', 'cancelled')


def scripted(scene, page):
    document = page.with_suffix('.json')
    document.write_bytes(subprocess.run([SHOW_COMPARISON, scene, 'json'], check=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout)
    page.write_bytes(subprocess.run([SHOW_STORY, document], capture_output=True, check=True).stdout)


# A name that every part of a page has to show.
TABLE = f'id,size,"{HOSTILE_COLUMN}",price\n' + ''.join(
    f'{i},{i * 7 % 31},{"<b>" if i % 3 else "&amp;"},{100 + i * 7 % 31 + i % 3}\n' for i in range(60))


def hostile_table(page):
    table = page.with_name('<i>prices.csv')
    table.write_text(TABLE, encoding='utf-8')
    made_by_command(page, 'tune', table.name, '--target', 'price', *GRID)


ROUNDS = ('--min-runs', '6', '--max-runs', '6', '--min-sample', '1ms')

PAGES = {
    'sample': sample,
    **{f'scripted, {scene}': functools.partial(scripted, scene) for scene in SCENES},
    'compare': lambda page: made_by_command(
        page, 'compare', 'sum', '1e7', '--weak', '--workers', '1,2,4', *ROUNDS),
    'one worker': lambda page: made_by_command(
        page, 'compare', 'sum', '1e6', '--workers', '1', *ROUNDS),
    'tune': lambda page: made_by_command(page, 'tune', 'ames', *GRID),
    'tune by folds': lambda page: made_by_command(
        page, 'tune', 'ames', '--grid', 'max_depth=2,4', '--n-estimators', '5', '--cv', '3'),
    'hostile table': hostile_table,
    'train': lambda page: made_by_command(page, 'train', 'ames', '--n-estimators', '10'),
    'lab': of_the_lab,
    'lab with 64 cores': functools.partial(of_many_cores, 64),
}

# axe-core takes minutes for the tables of so many workers; a lab with few has all their kinds.
NOT_FOR_AXE = {'lab with 64 cores'}

MANY_CORES = (8, 16, 32)  # their pages are like that with 64, so only their size is looked at

made = {}  # name: path
looked = {}
folder = tempfile.TemporaryDirectory()


def page_of(name):
    if name not in made:
        path = pathlib.Path(folder.name) / f'{name}.html'
        PAGES[name](path)
        made[name] = path
    return made[name]


def axe():
    """The text of axe-core, fetched at most once for a version of the lock file."""
    script = FOLDER / 'node_modules' / 'axe-core' / 'axe.min.js'
    lock = HERE / 'package-lock.json'
    kept = FOLDER / 'package-lock.json'
    if not script.exists() or kept.read_bytes() != lock.read_bytes():
        FOLDER.mkdir(parents=True, exist_ok=True)
        for name in ('package.json', 'package-lock.json', '.npmrc'):
            shutil.copyfile(HERE / name, FOLDER / name)
        done = subprocess.run([NPM, 'ci', '--ignore-scripts', '--prefer-offline', '--no-audit',
                               '--no-fund', '--loglevel=error'],
                              cwd=FOLDER, capture_output=True, text=True)
        if done.returncode != 0:
            raise gate.Skip(f'npm could not fetch axe-core: {done.stderr.strip()[:200]!r}')
    return script.read_text(encoding='utf-8')


# ---- what is asked of a page ----

# What is drawn of a chart's data: neither axes nor legends, frames nor backgrounds.
CHARTS = """
    return Array.from(document.querySelectorAll('figure.chart'), function (figure) {
      const svg = figure.querySelector('.plot svg');
      const box = figure.querySelector('.plot').getBoundingClientRect();
      const marks = svg ? Array.from(svg.querySelectorAll('.role-mark > *')) : [];
      const seen = marks.filter((mark) => {
        const size = mark.getBoundingClientRect();
        return size.width + size.height > 0;
      });
      const wrong = svg ? Array.from(svg.querySelectorAll('*')).filter((part) =>
        /NaN|undefined/.test(part.getAttribute('d') || '') ||
        /NaN|undefined/.test(part.getAttribute('transform') || '')) : [];
      return {id: figure.id, marks: seen.length, wrong: wrong.length, width: box.width,
              height: box.height, name: figure.querySelector('.plot').getAttribute('aria-label'),
              beyond: svg ? svg.getBoundingClientRect().right - box.right : 0};
    });"""

# Elements that stick out of the page, but for what is within a box that scrolls.
WIDER = """
    const limit = document.documentElement.clientWidth;
    const wide = Array.from(document.querySelectorAll('body *')).filter((part) =>
      part.getBoundingClientRect().right > limit + 1 && !part.closest('.scroll, .tip'));
    return {page: document.documentElement.scrollWidth - limit,
            parts: wide.slice(0, 5).map((part) => part.outerHTML.slice(0, 120))};"""

# Charts are hidden from those whom axe-core speaks for, and take it long.
AXE = """
    axe.run({exclude: ['.plot svg']}, {resultTypes: ['violations']}).then((found) => done(found.violations.map((violation) =>
      violation.id + ': ' + violation.nodes.map((node) => node.html.slice(0, 160)).join(' | '))),
      (why) => done(['axe: ' + why]));"""


def looked_at(chromium, name):
    """{look: complaints} of a page in its shapes; it is opened once for each."""
    if name in looked:
        return looked[name]
    complaints = {look: [] for look in LOOKS}
    for number, (width, dark) in enumerate(SHAPES if name == 'sample' else SHAPES[:2]):
        chromium.shape(width, dark=dark)
        chromium.open(page_of(name))
        # All pages have the same style, and axe-core takes its time.
        with_axe = name == 'sample' or (number == 0 and name not in NOT_FOR_AXE)
        for look in LOOKS if with_axe else LOOKS[:-1]:
            complaints[look] += [f'{width} px, {"dark" if dark else "light"}: {complaint}'
                                 for complaint in look(chromium)]
    looked[name] = complaints
    return complaints


def each_shape(look):
    return lambda chromium, name: looked_at(chromium, name)[look]


def charts_are_drawn(chromium):
    complaints = []
    for chart in chromium.run(CHARTS):
        complaints += gate.expect(chart['marks'] > 0 and chart['width'] > 100 and
                                  chart['height'] > 60 and chart['wrong'] == 0 and
                                  chart['beyond'] < 1 and len(chart['name'] or '') > 10 and
                                  'Vega' not in chart['name'], str(chart))
    return complaints


def nothing_is_said_or_asked(chromium):
    page, *others = [address for address in chromium.requests() if address != 'data:,']
    return (chromium.messages() + [f'asked for {address[:200]}' for address in others] +
            gate.expect(page.startswith('file:'), f'asked for {page[:200]}'))


def nothing_sticks_out(chromium):
    found = chromium.run(WIDER)
    return gate.expect(found['page'] <= 0 and not found['parts'], str(found))


def axe_is_content(chromium):
    chromium.run(axe() + ';window.axe = axe;')
    return chromium.run_async(AXE)


def tables_are_behind_charts(chromium):
    return chromium.run("""
        return Array.from(document.querySelectorAll('figure.chart'))
          .filter((figure) => figure.querySelectorAll('details tbody tr').length === 0)
          .map((figure) => figure.id + ' has no numbers behind it');""")


# What axe-core does to a page comes last.
LOOKS = [nothing_is_said_or_asked, charts_are_drawn, nothing_sticks_out, tables_are_behind_charts,
         axe_is_content]


def page_is_small(_, name):
    size = page_of(name).stat().st_size
    return gate.expect(size < LARGEST, f'{size} bytes, and {LARGEST} are the limit')


FOR_EVERY_PAGE = [
    ('draws every chart within its box', each_shape(charts_are_drawn)),
    ('says nothing on the console and asks for nothing', each_shape(nothing_is_said_or_asked)),
    ('sticks out nowhere', each_shape(nothing_sticks_out)),
    ('has no violation that axe-core knows', each_shape(axe_is_content)),
    ('has numbers behind every chart', each_shape(tables_are_behind_charts)),
    ('is smaller than the limit', page_is_small),
]

# ---- what is asked of the sample alone ----


def on_desk(chromium, dark=False):
    chromium.shape(1280, dark=dark)
    chromium.open(page_of('sample'))


def markup_in_names_is_text(chromium):
    on_desk(chromium)
    title = chromium.run('return document.querySelector("h1").textContent')
    pictures = chromium.run('return document.querySelectorAll("img, [onerror]").length')
    chart = chromium.run('return document.querySelector("#scores .plot").getAttribute("aria-label")')
    return (gate.expect(title == 'A sum, and a search: ' + HOSTILE, title) +
            gate.expect(HOSTILE + ': ' in chart, chart) +
            gate.expect(pictures == 0, f'{pictures} elements came from names'))


def raw_data_reads_back(chromium):
    on_desk(chromium)
    packed = chromium.run("return document.querySelector('.source script').textContent")
    found = json.loads(gzip.decompress(base64.b64decode(packed, validate=True)))['column']
    return gate.expect(found == '</script><!-- \u2028', repr(found))


def other_scripts_do_not_run(chromium):
    """A page into which somebody got markup after all: the policy stops it, and these tests see it."""
    planted = ('<script>window.planted = 1</script><img src="http://example.org/x.png">'
               '<p style="color: red" onclick="1">x</p>')
    page = pathlib.Path(folder.name) / 'planted.html'
    page.write_text(page_of('sample').read_text(encoding='utf-8').replace('<main>', '<main>' + planted),
                    encoding='utf-8')
    chromium.shape(1280)
    chromium.open(page)
    ran = chromium.run('return window.planted === 1')
    said = ' '.join(chromium.messages())
    return (gate.expect(not ran, 'a planted script ran') +
            [f'nothing was said of {word}' for word in ('script-src', 'img-src', 'style-src')
             if word not in said])


def colours_change(chromium):
    on_desk(chromium)
    paper = """return [getComputedStyle(document.body).backgroundColor,
        document.querySelector('.role-axis-label text').getAttribute('fill')]"""
    light = chromium.run(paper)
    chromium.run('document.getElementById("theme").click()')
    chromium.wait_for(browser.DRAWN)
    dark = chromium.run(paper)
    return gate.expect(light[0] != dark[0] and light[1] != dark[1], f'{light}, then {dark}')


def prints_dark_on_light(chromium):
    on_desk(chromium, dark=True)
    chromium.run("""
        const label = () => document.querySelector('.role-axis-label text').getAttribute('fill');
        window.labels = [label()];
        matchMedia('print').addEventListener('change', () => window.labels.push(label()));""")
    pdf = chromium.pdf()
    labels = chromium.run('return window.labels')
    chromium.wait_for(browser.DRAWN)
    after = chromium.run(
        "return document.querySelector('.role-axis-label text').getAttribute('fill')")
    return (gate.expect(pdf.startswith(b'%PDF'), 'no PDF') +
            gate.expect(len(labels) > 1 and labels[0] != labels[1], f'labels were {labels}') +
            gate.expect(after == labels[0], f'afterwards labels are {after}, were {labels[0]}'))


def reads_without_scripts(chromium):
    chromium.devtools('Emulation.setScriptExecutionDisabled', value=True)
    try:
        chromium.shape(1280)
        chromium.open_as_it_is(page_of('sample'))
        tree = chromium.devtools('Accessibility.getFullAXTree')['nodes']
    finally:
        chromium.devtools('Emulation.setScriptExecutionDisabled', value=False)
    names = ' '.join(str(node.get('name', {}).get('value')) for node in tree)
    return [f'{words!r} is not there' for words in
            ('The charts of this page are drawn by a script', 'Numbers behind this chart')
            if words not in names]


def buttons_save_what_is_there(chromium):
    """Names of what would be saved, and how it begins."""
    on_desk(chromium)
    chromium.run("""
        window.saved = [];
        HTMLAnchorElement.prototype.click = function () { window.saved.push([this.download, this.href]); };
        for (const place of document.querySelectorAll('.source button, #times-sum .saves button'))
          place.click();""")
    chromium.wait_for('return window.saved.length === 3')
    saved = {name: address for name, address in chromium.run('return window.saved')}
    return (gate.expect(sorted(saved) == ['results "of" <today>.json', 'times-sum.png', 'times-sum.svg'],
                        str(sorted(saved))) +
            gate.expect(saved.get('times-sum.png', '').startswith('data:image/png'), 'no PNG') +
            gate.expect(saved.get('times-sum.svg', '').startswith('blob:'), 'no SVG') +
            gate.expect(chromium.messages() == [], 'the console is not empty'))


# Texts of packed data come when window.free() is called, and are counted.
HELD_BACK = """
    const text = Response.prototype.text;
    const freed = new Promise((free) => { window.free = free; });
    window.asked = 0;
    Response.prototype.text = async function () {
      window.asked++;
      await freed;
      return text.call(this);
    };"""

# For each chart: [drawings in it, is the table behind it seen].
SHOWN = """Array.from(document.querySelectorAll('figure.chart'), (figure) =>
    [figure.querySelectorAll('.plot svg').length,
     figure.querySelector('details table').checkVisibility()])"""


def on_desk_after(chromium, script, page=None):
    """The script runs before those of the page, which may not have drawn yet."""
    chromium.shape(1280)
    added = chromium.devtools('Page.addScriptToEvaluateOnNewDocument', source=script)
    try:
        chromium.open_as_it_is(page or page_of('sample'))
    finally:
        chromium.devtools('Page.removeScriptToEvaluateOnNewDocument', identifier=added['identifier'])


def shown_in_print(chromium):
    chromium.run(f"""
        matchMedia('print').addEventListener('change', (change) => {{
          if (change.matches) window.printed = {SHOWN};
        }});""")
    chromium.pdf()
    return chromium.run('return window.printed')


def numbers_are_printed_for_charts_not_yet_drawn(chromium):
    on_desk_after(chromium, HELD_BACK)
    early = shown_in_print(chromium)
    chromium.run('window.free()')
    chromium.wait_for(browser.DRAWN)
    asked = chromium.run('return window.asked')
    after = chromium.run(f'return {SHOWN}')
    late = shown_in_print(chromium)
    return (gate.expect(early and all(chart == [0, True] for chart in early), f'at first: {early}') +
            gate.expect(asked == len(after), f'{asked} texts were unpacked for {len(after)} charts') +
            gate.expect(all(chart == [1, False] for chart in after), f'then on the screen: {after}') +
            gate.expect(all(chart == [1, False] for chart in late), f'then on paper: {late}'))


def the_last_drawing_counts(chromium):
    """The colours change twice while charts are drawn; the first drawing of each is ready first."""
    on_desk(chromium)
    paper = "return document.querySelector('.role-axis-label text').getAttribute('fill')"
    before = chromium.run(paper)
    charts = len(chromium.run(f'return {SHOWN}'))
    chromium.run("""
        const run = vega.View.prototype.runAsync;
        window.free = [];
        vega.View.prototype.runAsync = function () {
          return new Promise((free) => window.free.push(() => free(run.call(this))));
        };""")
    for turn in (1, 2):
        chromium.run('document.getElementById("theme").click()')
        chromium.wait_for(f'return window.free.length === {turn * charts}')
    chromium.run(f'for (const free of window.free.slice(0, {charts})) free();')
    early = chromium.run_async('setTimeout(() => done(document.documentElement.dataset.drawn || ""), 0)')
    chromium.run(f'for (const free of window.free.slice({charts})) free();')
    chromium.wait_for(browser.DRAWN)
    shown = chromium.run(f'return {SHOWN}')
    after = chromium.run(paper)
    return (gate.expect(early == '', 'charts are said to be drawn while they are drawn again') +
            gate.expect(all(chart == [1, False] for chart in shown), str(shown)) +
            gate.expect(after == before, f'labels are {after}, were {before}'))


def told_by_buttons(chromium):
    """What stands beside the first buttons of the data and of a chart, when they were pressed."""
    chromium.wait_for(browser.DRAWN)
    beside = "Array.from(document.querySelectorAll('.source .told, #times-sum .told'))"
    chromium.run("""
        for (const place of document.querySelectorAll('.source, #times-sum .saves'))
          place.querySelector('button').click();""")
    chromium.wait_for(f'return {beside}.some((told) => told.textContent !== "")')
    told = chromium.run(f'return {beside}.map((told) => told.textContent).join(" ")')
    return told, [message for message in chromium.messages() if 'Uncaught' in message]


def old_browsers_say_what_they_cannot(chromium):
    on_desk_after(chromium, 'delete window.DecompressionStream;')
    told, complaints = told_by_buttons(chromium)
    printed = shown_in_print(chromium)
    return (complaints + [f'{words!r} is not in {told!r}' for words in
                          ('cannot unpack it', 'base64 -d | gunzip', 'The chart is not drawn')
                          if words not in told] +
            gate.expect(printed and all(chart == [0, True] for chart in printed), str(printed)))


def damaged_data_is_told(chromium):
    page = pathlib.Path(folder.name) / 'damaged.html'
    text, number = re.subn(r'(<div class="source".*\n<script[^>]*>.{40})....', r'\1AAAA',
                           page_of('sample').read_text(encoding='utf-8'))
    page.write_text(text, encoding='utf-8')
    on_desk_after(chromium, '', page)
    told, complaints = told_by_buttons(chromium)
    return (complaints + gate.expect(number == 1, f'{number} documents are in the page') +
            [f'{words!r} is not in {told!r}' for words in ('It is damaged', 'base64 -d | gunzip')
             if words not in told])


OF_THE_SAMPLE = [
    ('markup in names is text', markup_in_names_is_text),
    ('raw data reads back as it was', raw_data_reads_back),
    ('scripts, pictures and styles of others do not get in', other_scripts_do_not_run),
    ('the button changes the colours of page and charts', colours_change),
    ('a dark page prints dark on light', prints_dark_on_light),
    ('the page reads without scripts', reads_without_scripts),
    ('buttons save the data and the charts', buttons_save_what_is_there),
    ('printed before charts are drawn, it shows their numbers', numbers_are_printed_for_charts_not_yet_drawn),
    ('the last of overlapping drawings counts', the_last_drawing_counts),
    ('where nothing can be unpacked, buttons say so', old_browsers_say_what_they_cannot),
    ('of damaged data, its button says so', damaged_data_is_told),
]


def main():
    cases = [(f'{name}: {sentence}', functools.partial(case, name=name))
             for name in PAGES for sentence, case in FOR_EVERY_PAGE]
    for cores in MANY_CORES:
        name = f'lab with {cores} cores'
        PAGES[name] = functools.partial(of_many_cores, cores)
        cases.append((f'{name}: is smaller than the limit', functools.partial(page_is_small, name=name)))
    cases += [(f'sample: {sentence}', case) for sentence, case in OF_THE_SAMPLE]
    reason = browser.missing()
    if reason:
        def skip():
            raise gate.Skip(reason)
        gate.main([(sentence, skip) for sentence, _ in cases])
    with browser.Browser() as chromium, folder:
        gate.main([(sentence, functools.partial(case, chromium)) for sentence, case in cases])


if __name__ == '__main__':
    main()
