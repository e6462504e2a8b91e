// Small comforts; every page works without this file.
(function () {
  "use strict";
  var root = document.documentElement;

  function isDark() {
    if (root.dataset.mode) return root.dataset.mode === "dark";
    return window.matchMedia("(prefers-color-scheme: dark)").matches;
  }

  document.querySelectorAll("[data-mode-switch]").forEach(function (button) {
    button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", function () {
      var mode = isDark() ? "light" : "dark";
      root.dataset.mode = mode;
      button.setAttribute("aria-pressed", String(mode === "dark"));
      try {
        window.localStorage.setItem("mode", mode);
      } catch (_) {
        // Holds for this page only.
      }
    });
  });

  // Escape closes an open menu and gives the focus back to its button.
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    var open = event.target.closest("details.menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });

  document.querySelectorAll("[data-print]").forEach(function (button) {
    button.addEventListener("click", function () {
      window.print();
    });
  });

  // An error summary is what the reader must hear first.
  var summary = document.querySelector(".error-summary");
  if (summary && !summary.closest(".sample")) summary.focus();
})();
