// Runs before the first paint, so that a dark screen never flashes white. A file and not inline, so that a strict
// content security policy without 'unsafe-inline' holds.
(function () {
  var choice = null;
  try {
    choice = localStorage.getItem('antiphon.theme');
  } catch {
    // Storage may be forbidden; the system's choice is used then.
  }
  var dark = choice === 'dark' || (choice !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();
