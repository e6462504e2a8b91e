// Asks the server anew when an answer changes that rules look at. Without this file the button "Next" does it.
(function () {
  "use strict";
  var form = document.querySelector("[data-forms-step]");
  if (!form || !window.fetch || !window.DOMParser) return;
  var running = null;

  function refresh() {
    var body = new FormData(form);
    // Files stay chosen in their inputs and go with the step.
    form.querySelectorAll("input[type=file]").forEach(function (input) {
      body.delete(input.name);
    });
    body.set("_go", "refresh");
    if (running) running.abort();
    running = new AbortController();
    fetch(form.action, { method: "POST", body: body, signal: running.signal })
      .then(function (response) {
        if (!response.ok || response.redirected) throw new Error("not refreshed");
        return response.text();
      })
      .then(show)
      .catch(function () {
        // The button asks the same later.
      });
  }

  function show(html) {
    var fresh = new DOMParser().parseFromString(html, "text/html").getElementById("step-fields");
    var old = document.getElementById("step-fields");
    if (!fresh || !old) return;
    var active = document.activeElement && document.activeElement.id;
    // What somebody has typed or chosen while the answer was on its way stays.
    old.querySelectorAll("input, select, textarea").forEach(function (input) {
      var twin = input.id && fresh.querySelector("#" + CSS.escape(input.id));
      if (!twin || input.type === "hidden") return;
      if (input.type === "file") {
        twin.replaceWith(input);
      } else if (input.type === "checkbox" || input.type === "radio") {
        twin.checked = input.checked;
      } else {
        twin.value = input.value;
      }
    });
    // So does what scripts have drawn.
    old.querySelectorAll("[data-keep]").forEach(function (drawn) {
      var twin = fresh.querySelector("#" + CSS.escape(drawn.id));
      if (twin) twin.replaceWith(drawn);
    });
    // Moved, not copied: a copy of a list would forget what was chosen in it.
    old.replaceWith(document.adoptNode(fresh));
    var again = active && document.getElementById(active);
    if (again) again.focus();
    document.dispatchEvent(new Event("forms:fresh"));
  }

  form.addEventListener("change", function (event) {
    if (event.target.closest("[data-asks]")) refresh();
  });
  // A link to a row, after adding one.
  var target = window.location.hash && document.querySelector(window.location.hash + " :is(input, select, textarea)");
  if (target) target.focus();
})();
