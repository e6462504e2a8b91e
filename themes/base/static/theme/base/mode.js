// Light or dark, if the reader chose one. Runs before painting, hence not deferred; no cookie.
(function () {
  "use strict";
  var root = document.documentElement;
  root.classList.add("js");
  try {
    var mode = window.localStorage.getItem("mode");
    if (mode === "dark" || mode === "light") root.dataset.mode = mode;
  } catch (_) {
    // Storage may be forbidden: the system's preference then decides.
  }
})();
