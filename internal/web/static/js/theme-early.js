// Runs before the first paint, so that a page chosen dark never flashes white.
// It is the one classic script; everything else is a module.
(function () {
  document.documentElement.classList.add("js");
  try {
    var chosen = localStorage.getItem("theme");
    if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
  } catch (e) { /* storage is closed: the machine's wish holds */ }
})();
