// Suggestions while typing (combobox pattern of the ARIA practices). Every search form works without this file.
(function () {
  "use strict";
  document.querySelectorAll("form[data-suggestions]").forEach(function (form, number) {
    var input = form.querySelector("input[type=search]");
    if (!input) return;
    var list = document.createElement("ul");
    var status = document.createElement("p");
    var timer = 0;
    var asked = "";
    var active = -1;
    list.id = "suggestions-" + number;
    list.className = "suggestions";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", form.dataset.suggestionsLabel || "");
    list.hidden = true;
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    form.append(list, status);
    input.setAttribute("role", "combobox");
    input.setAttribute("aria-autocomplete", "list");
    input.setAttribute("aria-expanded", "false");
    input.setAttribute("aria-controls", list.id);

    function close() {
      list.hidden = true;
      active = -1;
      input.setAttribute("aria-expanded", "false");
      input.removeAttribute("aria-activedescendant");
    }

    function mark(index) {
      var options = list.children;
      if (!options.length) return;
      active = (index + options.length) % options.length;
      Array.prototype.forEach.call(options, function (option, place) {
        option.setAttribute("aria-selected", String(place === active));
      });
      input.setAttribute("aria-activedescendant", options[active].id);
    }

    function show(found) {
      list.textContent = "";
      found.forEach(function (item, place) {
        var option = document.createElement("li");
        var kind = document.createElement("small");
        option.id = list.id + "-" + place;
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.dataset.url = item.url;
        option.textContent = item.title + " ";
        kind.textContent = item.label;
        option.append(kind);
        list.append(option);
      });
      active = -1;
      list.hidden = !found.length;
      input.setAttribute("aria-expanded", String(found.length > 0));
      input.removeAttribute("aria-activedescendant");
      status.textContent = found.length ? found.length + " " + (form.dataset.suggestionsLabel || "") : "";
    }

    function ask() {
      var text = input.value.trim();
      asked = text;
      if (text.length < 2) return close();
      fetch(form.dataset.suggestions + "?q=" + encodeURIComponent(text))
        .then(function (answer) { return answer.ok ? answer.json() : { suggestions: [] }; })
        .then(function (data) {
          // An older answer must not replace a newer one.
          if (asked === text && document.activeElement === input) show(data.suggestions);
        })
        .catch(close);
    }

    input.addEventListener("input", function () {
      window.clearTimeout(timer);
      timer = window.setTimeout(ask, 150);
    });
    input.addEventListener("keydown", function (event) {
      if (event.key === "Escape" && !list.hidden) {
        close();
        event.preventDefault();
      } else if (event.key === "ArrowDown" && !list.hidden) {
        mark(active + 1);
        event.preventDefault();
      } else if (event.key === "ArrowUp" && !list.hidden) {
        mark(active < 0 ? -1 : active - 1);
        event.preventDefault();
      } else if (event.key === "Enter" && active >= 0) {
        event.preventDefault();
        window.location.assign(list.children[active].dataset.url);
      }
    });
    input.addEventListener("blur", close);
    list.addEventListener("mousedown", function (event) {
      var option = event.target.closest("[role=option]");
      if (!option) return;
      event.preventDefault();
      window.location.assign(option.dataset.url);
    });
  });
})();
