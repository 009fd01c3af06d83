// The search field: an index that is made when the site is built, fetched when somebody first looks for something.
(() => {
  const { up } = document.currentScript.dataset;
  const query = document.getElementById('query');
  const found = document.getElementById('found');
  let index;

  function loadIndex() {
    index ??= new Promise((resolve, reject) => {
      const script = document.createElement('script');
      script.src = `${up}assets/search-index.js`;
      script.onerror = reject;
      script.onload = () => {
        const search = new globalThis.MiniSearch({
          fields: ['heading', 'page', 'text'],
          storeFields: ['heading', 'page', 'url'],
          searchOptions: {
            boost: { heading: 4, page: 2 },
            // Why something is as it is comes after how it is used.
            boostDocument: (_id, _term, { url }) => (url.startsWith('adr/') ? 0.2 : 1),
            prefix: true,
            fuzzy: 0.15,
            combineWith: 'AND',
          },
        });
        search.addAll(globalThis.ilabSections);
        resolve(search);
      };
      document.head.append(script);
    });
    return index;
  }

  async function show() {
    const words = query.value.trim();
    const hits = words === '' ? [] : (await loadIndex()).search(words).slice(0, 8);
    if (query.value.trim() !== words) return;
    found.replaceChildren(...hits.map(item));
    found.hidden = hits.length === 0;
    query.setAttribute('aria-expanded', String(hits.length > 0));
  }

  function item({ heading, page, url }) {
    const link = document.createElement('a');
    link.href = up + url;
    link.textContent = heading;
    if (page !== heading) {
      const where = document.createElement('small');
      where.textContent = ` ${page}`;
      link.append(where);
    }
    const entry = document.createElement('li');
    entry.append(link);
    return entry;
  }

  query.addEventListener('focus', loadIndex);
  query.addEventListener('input', show);
  document.addEventListener('keydown', (event) => {
    if (event.key === '/' && document.activeElement !== query) {
      event.preventDefault();
      query.focus();
    }
    if (event.key === 'Escape') close();
    if (event.key === 'Enter' && document.activeElement === query) found.querySelector('a')?.click();
    if (event.key === 'ArrowDown') move(event, 1);
    if (event.key === 'ArrowUp') move(event, -1);
  });

  /** Goes through the field and what was found, and no further. */
  function move(event, by) {
    const stops = [query, ...found.querySelectorAll('a')];
    const at = stops.indexOf(document.activeElement);
    if (found.hidden || at === -1) return;
    event.preventDefault();
    stops[Math.max(0, Math.min(stops.length - 1, at + by))].focus();
  }

  function close() {
    if (found.contains(document.activeElement)) query.focus();
    found.hidden = true;
    query.setAttribute('aria-expanded', 'false');
  }

  document.addEventListener('click', (event) => {
    if (!found.contains(event.target) && event.target !== query) close();
  });
})();
