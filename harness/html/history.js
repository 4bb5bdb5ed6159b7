// Filtering and sorting the cases of a history, and reading its charts point by point.
(() => {
  const { byId, all, showTooltip, hideTooltip, compareKeys, makeSortable, hasWords } = quantbenchPage;
  if (byId('table') !== null) makeSortable(byId('table'));
  const list = byId('histories');
  if (list === null) return;
  const cases = [...list.children];

  // Filters: every word, and the state that was chosen.
  const form = byId('filters');
  const words = byId('filter'), state = byId('state'), order = byId('order'), count = byId('count');
  const matches = (one) => {
    if (!hasWords(`${one.dataset.name} ${one.querySelector('h3').textContent}`, words.value)) return false;
    return state.value === '' || one.dataset.state.split(' ').includes(state.value);
  };
  const numberOf = (text) => (text === '' ? null : Number(text));
  const orders = {
    index: { key: (one) => Number(one.dataset.index) },
    name: { key: (one) => one.dataset.name },
    latency: { key: (one) => numberOf(one.dataset.latency), descending: true },
    top1: { key: (one) => numberOf(one.dataset.top1) },
    change: { key: (one) => Number(one.dataset.change), descending: true },
  };
  const apply = () => {
    const { key, descending } = orders[order.value];
    list.append(...[...cases].sort((a, b) => compareKeys(key(a), key(b), descending)));
    for (const one of cases) one.hidden = !matches(one);
    const shown = cases.filter((one) => !one.hidden).length;
    count.textContent = shown === cases.length ? `${shown} cases` : `${shown} of ${cases.length} cases`;
  };
  form.hidden = false;
  form.addEventListener('input', apply);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.addEventListener('reset', () => setTimeout(apply));
  apply();

  // A chart is read as a slider over its results: by pointer or arrows, one tab stop a chart.
  for (const plot of all('.plot')) {
    const xs = plot.dataset.x.split(' ').map(Number);
    const ys = plot.dataset.y.split(' ').map((y) => (y === '-' ? null : Number(y)));
    const texts = plot.dataset.text.split('|');
    const labels = plot.dataset.results.split(' ').map((index) => byId(`result-${index}`).dataset.label);
    const svg = plot.querySelector('svg'), cursor = plot.querySelector('.cursor');
    const line = cursor.querySelector('line'), dot = cursor.querySelector('circle');
    const scale = () => svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
    let current = xs.length - 1;

    plot.setAttribute('aria-label', plot.dataset.title);
    plot.setAttribute('role', 'slider');
    plot.setAttribute('tabindex', 0);
    plot.setAttribute('aria-valuemin', 1);
    plot.setAttribute('aria-valuemax', xs.length);
    const choose = (index) => {
      current = index;
      plot.setAttribute('aria-valuenow', index + 1);
      plot.setAttribute('aria-valuetext', `${labels[index]}: ${texts[index]}`);
    };
    choose(current);

    const show = (index) => {
      choose(index);
      cursor.removeAttribute('hidden');
      line.setAttribute('x1', xs[index]);
      line.setAttribute('x2', xs[index]);
      dot.toggleAttribute('hidden', ys[index] === null);
      dot.setAttribute('cx', xs[index]);
      dot.setAttribute('cy', ys[index] ?? 0);
      const box = svg.getBoundingClientRect();
      showTooltip(plot.getAttribute('aria-valuetext'),
        { left: box.left + xs[index] * scale(), width: 0, top: box.top, bottom: box.bottom });
    };
    const hide = () => {
      cursor.setAttribute('hidden', '');
      hideTooltip();
    };
    const nearest = (event) => {
      const x = (event.clientX - svg.getBoundingClientRect().left) / scale();
      return xs.reduce((best, at, index) => (Math.abs(at - x) < Math.abs(xs[best] - x) ? index : best), 0);
    };
    plot.addEventListener('pointermove', (event) => show(nearest(event)));
    plot.addEventListener('pointerdown', (event) => show(nearest(event)));
    plot.addEventListener('pointerleave', hide);
    plot.addEventListener('focus', () => show(current));
    plot.addEventListener('blur', hide);
    plot.addEventListener('keydown', (event) => {
      const last = xs.length - 1;
      const next = { ArrowRight: current + 1, ArrowUp: current + 1, ArrowLeft: current - 1, ArrowDown: current - 1,
        Home: 0, End: last, PageUp: current + 10, PageDown: current - 10 }[event.key];
      if (next === undefined) return;
      event.preventDefault();
      show(Math.min(Math.max(next, 0), last));
    });
  }
})();
