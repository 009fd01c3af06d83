// What a page can't do by itself.
(() => {
  // Where not all browsers let the keys scroll: what is wider than the window can be reached, and the rest is not in the way.
  const scrollers = document.querySelectorAll('pre, .table, .picture');
  function reach() {
    for (const one of scrollers) {
      if (one.scrollWidth > one.clientWidth) one.tabIndex = 0;
      else one.removeAttribute('tabindex');
    }
  }
  reach();
  addEventListener('resize', reach);

  // On a narrow window the contents stand above the text, and would hide it; on a wide one the page's own entry may lie below the others.
  if (matchMedia('(max-width: 60rem)').matches) document.querySelector('nav details').open = false;
  else {
    const nav = document.querySelector('nav');
    const here = nav.querySelector('[aria-current]');
    if (here && here.offsetTop > nav.clientHeight) nav.scrollTop = here.offsetTop - nav.clientHeight / 2;
  }
})();
