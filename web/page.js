/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Draws the charts of a page and gives its buttons their work. The page reads without it: all that a
 * chart shows stands in the table below it.
 *
 * Vega evaluates the expressions of a chart by walking their trees (`ast`, `expressionInterpreter`)
 * and not as code, so the page's policy can forbid code that is made of texts.
 */
(function () {
  'use strict';

  const NARROW = 520; // pixels; below, legends stand under a chart
  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const figures = Array.from(document.querySelectorAll('figure.chart'));
  const tip = document.body.appendChild(made('div', 'tip'));
  tip.hidden = true;

  function made(name, className, text) {
    const element = document.createElement(name);
    element.className = className;
    if (text !== undefined) element.textContent = text;
    return element;
  }

  function button(text, work) {
    const element = made('button', '', text);
    element.type = 'button';
    element.addEventListener('click', work);
    return element;
  }

  function save(name, address) {
    const link = document.createElement('a');
    link.download = name;
    link.href = address;
    link.click();
  }

  // Adds buttons, { text: work }, and behind them the place where it is said that work failed.
  function addTries(place, works, excuse) {
    const told = made('span', 'told');
    told.setAttribute('role', 'status');
    for (const text of Object.keys(works))
      place.appendChild(button(text, async function () {
        told.replaceChildren();
        try {
          await works[text]();
        } catch (why) {
          told.append(...excuse());
        }
      }));
    place.appendChild(told);
  }

  // What the page carries along, the text of an element: gzip, in base64.
  async function unpacked(element) {
    const bytes = Uint8Array.from(atob(element.textContent), (sign) => sign.charCodeAt(0));
    const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return new Response(stream).text();
  }

  // ---- the look of charts, taken from the page's style ----

  function config(width) {
    const style = getComputedStyle(root);
    const colour = (name) => style.getPropertyValue(name).trim();
    const ink = colour('--ink'), faint = colour('--faint'), line = colour('--line');
    const narrow = width < NARROW;
    const size = narrow ? 11 : 12;
    const words = { labelColor: faint, titleColor: ink, labelFontSize: size, titleFontSize: size };
    return {
      background: colour('--paper'),
      font: style.getPropertyValue('--sans').trim(),
      padding: 2,
      view: { stroke: null },
      axis: Object.assign({
        titleFontWeight: 500, titlePadding: 8, labelPadding: 5, gridColor: line, domainColor: faint,
        tickColor: faint, tickSize: 4, labelLimit: narrow ? 90 : 220,
      }, words),
      axisX: { grid: false, labelOverlap: 'greedy' },
      axisY: { domain: false, ticks: false },
      header: Object.assign({ labelFontWeight: 500, titleFontWeight: 500 }, words,
                            { labelColor: ink }),
      legend: Object.assign({
        orient: narrow ? 'bottom' : 'top', titleFontWeight: 500, labelLimit: 260, symbolSize: 90,
        symbolOpacity: 1, // also of bands, which are drawn faintly
        columns: narrow ? 2 : undefined, gradientLength: 160,
      }, words),
      title: { color: ink, fontSize: 13, fontWeight: 600, anchor: 'start' },
      text: { color: ink, fontSize: size },
      rule: { color: faint },
      point: { opacity: 1 },
      tick: { color: faint },
      mark: { color: '#2f86c6' },
      range: {
        category: ['#2f86c6', '#d55e00', '#009e73', '#b0699b', '#7f7f7f'],
        heatmap: { scheme: 'viridis' },
        ramp: { scheme: 'viridis' },
      },
    };
  }

  // Charts side by side have widths in pixels: as many stand in a row as are legible.
  function fit(spec, width) {
    const GAP = 20, AXIS = 70, LEAST = 130, MOST = 420;
    const inner = spec.facet && spec.spec;
    if (!inner || typeof inner.width !== 'number') return spec;
    const wanted = spec.columns || 3;
    const n = Math.max(1, Math.min(wanted, Math.floor((width - AXIS) / (LEAST + GAP))));
    spec.columns = n;
    inner.width = Math.min(MOST, Math.floor((width - AXIS - GAP * (n - 1)) / n));
    return spec;
  }

  // Two warnings are of what is meant: charts as wide as the page and as high as their rows, of
  // which Vega-Lite says that it does not fit the height as well; and layers of which a run has
  // nothing to show, such as its deaths.
  const meant = /^(Dropping "fit-y"|Infinite extent)/;
  const logger = vega.logger(vega.Warn);
  const warn = logger.warn;
  logger.warn = (...words) => meant.test(words[0]) ? logger : warn.apply(logger, words);

  // ---- tooltips ----

  function row(name, text) {
    const element = made('div', '');
    if (name) element.appendChild(made('b', '', name + ' '));
    element.appendChild(document.createTextNode(text));
    return element;
  }

  function showTip(handler, event, item, value) {
    tip.hidden = value === null || value === undefined || value === '';
    if (tip.hidden) return;
    const rows = typeof value === 'object'
      ? Object.keys(value).map((name) => row(name, String(value[name])))
      : [row('', String(value))];
    tip.replaceChildren(...rows);
    const box = tip.getBoundingClientRect();
    const left = Math.min(event.clientX + 14, root.clientWidth - box.width - 8);
    const below = event.clientY + 16;
    const fits = below + box.height < root.clientHeight;
    tip.style.left = Math.max(8, left) + 'px';
    tip.style.top = (fits ? below : event.clientY - box.height - 12) + 'px';
  }

  // ---- drawing ----

  let turns = 0; // how often all charts were to be drawn; only the last time counts

  // What is shown of a chart from now on; without a view it is not drawn.
  function show(figure, view, element) {
    if (figure.view) figure.view.finalize();
    figure.view = view;
    figure.querySelector('.plot').replaceChildren(element);
  }

  // A chart is unpacked once, whoever asks for it meanwhile: before a page is printed there is no
  // time for it. What is drawn stays until the next drawing is ready, and is printed until then.
  async function draw(figure, turn) {
    figure.chart ??= unpacked(figure.querySelector('script'));
    const chart = await figure.chart;
    if (turn !== turns) return;
    const box = figure.querySelector('.plot').appendChild(made('div', ''));
    const width = box.clientWidth;
    const spec = fit(JSON.parse(chart), width);
    const compiled = vegaLite.compile(spec, { config: config(width), logger });
    const view = new vega.View(vega.parse(compiled.spec, null, { ast: true }), {
      expr: vega.expressionInterpreter,
      renderer: 'svg',
      container: box,
      hover: true,
      tooltip: showTip,
      logger,
    });
    // The figure has a name, and a table for those who do not see it: the drawing adds nothing, and
    // neither do Vega's own words, "Vega visualization".
    box.setAttribute('aria-hidden', 'true');
    await view.runAsync();
    if (turn === turns) show(figure, view, box);
    else view.finalize();
  }

  function failed(figure, why) {
    show(figure, null, made('p', '', 'This chart could not be drawn. Its numbers are below.'));
    console.error(figure.id + ': ' + why);
  }

  // Nothing here waits for a clock, so that charts are redrawn before a page is printed.
  async function drawAll() {
    const turn = ++turns;
    delete root.dataset.drawn;
    await Promise.all(figures.map(async (figure) => {
      try {
        await draw(figure, turn);
      } catch (why) {
        if (turn === turns) failed(figure, why);
      }
    }));
    if (turn === turns) root.dataset.drawn = 'yes';
  }

  let drawnWidth = root.clientWidth, waiting = 0;
  window.addEventListener('resize', function () {
    if (root.clientWidth === drawnWidth) return;
    drawnWidth = root.clientWidth;
    clearTimeout(waiting);
    waiting = setTimeout(drawAll, 150);
  });

  // ---- light and dark ----

  const toggle = document.getElementById('theme');

  function isDark() {
    return root.dataset.theme ? root.dataset.theme === 'dark' : dark.matches;
  }

  function nameToggle() {
    toggle.textContent = isDark() ? 'Light' : 'Dark';
    toggle.setAttribute('aria-label', isDark() ? 'Use light colours' : 'Use dark colours');
  }

  function setTheme(theme) {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    nameToggle();
    drawAll();
  }

  toggle.hidden = false;
  toggle.addEventListener('click', () => setTheme(isDark() ? 'light' : 'dark'));
  dark.addEventListener('change', () => { nameToggle(); drawAll(); });

  // On paper charts are dark on white, and as wide as paper is. In the place of one that is not
  // drawn, or not yet, there are its numbers.
  let before, opened = [];
  window.addEventListener('beforeprint', function () {
    before = root.dataset.theme;
    root.classList.add('printing');
    setTheme('light');
    opened = figures.filter((figure) => !figure.view)
      .map((figure) => figure.querySelector('details')).filter((numbers) => !numbers.open);
    for (const numbers of opened) numbers.open = true;
  });
  window.addEventListener('afterprint', function () {
    for (const numbers of opened) numbers.open = false;
    root.classList.remove('printing');
    setTheme(before);
  });

  // ---- buttons ----

  async function copy(code, told) {
    try {
      await navigator.clipboard.writeText(code.textContent);
      told.textContent = 'Copied';
    } catch (refused) {
      getSelection().selectAllChildren(code);
      told.textContent = 'Selected';
    }
  }

  // Lines break between words, and not at the hyphens of options.
  function keepWords(code) {
    code.replaceChildren(...code.textContent.split(/( +|\n)/).map((word) => made('span', 'word', word)));
  }

  for (const command of document.querySelectorAll('.command')) {
    const code = command.querySelector('code');
    keepWords(code);
    const told = button('Copy', () => copy(code, told));
    command.appendChild(told);
  }

  for (const figure of figures) {
    const saves = made('p', 'saves', 'Save this chart as ');
    const saveAs = async (form) =>
      save(figure.id + '.' + form, await figure.view.toImageURL(form, 2));
    addTries(saves, { SVG: () => saveAs('svg'), PNG: () => saveAs('png') }, () =>
      [figure.view ? 'This browser could not make it.' : 'The chart is not drawn.']);
    figure.querySelector('details').appendChild(saves);
  }

  for (const place of document.querySelectorAll('.source')) {
    const data = place.querySelector('script');
    const name = place.dataset.name;
    const saveIt = async function () {
      const address = URL.createObjectURL(new Blob([await unpacked(data)],
                                                   { type: 'application/json' }));
      save(name, address);
      URL.revokeObjectURL(address);
    };
    addTries(place, { ['Save ' + name]: saveIt }, () => [
      window.DecompressionStream ? 'It is damaged, and was not saved. '
        : 'It was not saved: this browser cannot unpack it, as browsers can since 2023. ',
      'In the file of this page it is the line below data-name="' + name + '"; without its tags, ',
      made('code', '', 'base64 -d | gunzip'), ' unpacks it.']);
  }

  const contents = document.querySelector('nav details');
  if (contents && window.matchMedia('(max-width: 69.99rem)').matches) contents.open = false;

  // On a phone long tables are opened by who wants them; on paper nobody can.
  const tables = Array.from(document.querySelectorAll('details.long'));
  function fold(isNarrow) {
    for (const table of tables) table.open = !isNarrow;
  }
  const phone = window.matchMedia('(max-width: 40rem)');
  fold(phone.matches);
  phone.addEventListener('change', () => fold(phone.matches));
  window.addEventListener('beforeprint', () => fold(false));

  nameToggle();
  drawAll();
})();
