// Before the first paint: a theme that was chosen wins over the system's.
(() => {
  try {
    const theme = localStorage.getItem('tidelock-theme');
    if (theme === 'dark' || theme === 'light') document.documentElement.dataset.theme = theme;
  } catch {
    // Storage is forbidden: the system's theme it is.
  }
})();
