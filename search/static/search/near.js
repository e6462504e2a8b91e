// Offers the browser's own position for "near". Asked only when the button is pressed, and rounded to about 100 m.
(function () {
  "use strict";
  document.querySelectorAll("form[data-near-label]").forEach(function (form) {
    var field = form.querySelector("input[name=near]");
    if (!field || !navigator.geolocation) return;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "button button--quiet";
    button.textContent = form.dataset.nearLabel;
    var status = document.createElement("p");
    status.className = "field__hint";
    status.setAttribute("role", "status");
    button.addEventListener("click", function () {
      status.textContent = "";
      navigator.geolocation.getCurrentPosition(function (found) {
        field.value = found.coords.latitude.toFixed(3) + ", " + found.coords.longitude.toFixed(3);
        form.requestSubmit();
      }, function () {
        status.textContent = form.dataset.nearFailed;
      }, { timeout: 10000 });
    });
    field.after(button, status);
  });
})();
