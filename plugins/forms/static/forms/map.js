// Point at a place instead of describing it. Without this file the words are enough.
(function () {
  "use strict";
  if (!window.fetch || !window.DOMParser) return;

  function ready() {
    document.querySelectorAll("[data-map-buttons]").forEach(function (buttons) {
      buttons.hidden = false;
      if (!navigator.geolocation || !window.isSecureContext) buttons.querySelector('[data-map-do="here"]').hidden = true;
    });
  }

  // The names of the inputs end as the parts of the answer are called.
  function inputs(field) {
    return { lat: field.querySelector('[name$="_lat"]'), lng: field.querySelector('[name$="_lng"]') };
  }

  function place(field) {
    var both = inputs(field);
    var lat = parseFloat(both.lat.value.replace(",", "."));
    var lng = parseFloat(both.lng.value.replace(",", "."));
    return isFinite(lat) && isFinite(lng) ? { lat: lat, lng: lng } : null;
  }

  function say(field, what) {
    field.querySelector("[data-map-status]").textContent = field.dataset[what] || "";
  }

  function show(field, zoom) {
    var at = place(field);
    var address = new URL(field.dataset.map, window.location.href);
    if (at) {
      address.searchParams.set("lat", at.lat.toFixed(5));
      address.searchParams.set("lng", at.lng.toFixed(5));
    }
    if (zoom) address.searchParams.set("zoom", zoom);
    fetch(address)
      .then(function (response) {
        if (!response.ok) throw new Error("no map");
        return response.text();
      })
      .then(function (html) {
        var frame = field.querySelector("[data-map-frame]");
        var parts = new DOMParser().parseFromString(html, "text/html").body.childNodes;
        var drawing = field.querySelector("[data-map-drawing]");
        drawing.replaceChildren.apply(drawing, Array.from(parts, (part) => document.importNode(part, true)));
        frame.hidden = false;
        mark(field);
        if (!zoom) drawing.querySelector("svg").focus();
      })
      .catch(function () {
        say(field, "mapFailed");
      });
  }

  // Web Mercator, as cms/content/mapping.py has it: the world is 256 units wide.
  function toPicture(svg, at) {
    var sine = Math.sin((at.lat * Math.PI) / 180);
    var scale = Math.pow(2, svg.dataset.zoom);
    var world = { x: ((at.lng + 180) / 360) * 256, y: (0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)) * 256 };
    var box = svg.viewBox.baseVal;
    return { x: (world.x - svg.dataset.x) * scale + box.width / 2, y: (world.y - svg.dataset.y) * scale + box.height / 2 };
  }

  function toPlace(svg, point) {
    var scale = Math.pow(2, svg.dataset.zoom);
    var box = svg.viewBox.baseVal;
    var x = (point.x - box.width / 2) / scale + Number(svg.dataset.x);
    var y = (point.y - box.height / 2) / scale + Number(svg.dataset.y);
    return { lat: (Math.atan(Math.sinh(Math.PI * (1 - y / 128))) * 180) / Math.PI, lng: (x / 256) * 360 - 180 };
  }

  function mark(field) {
    var svg = field.querySelector("[data-map-drawing] svg");
    var at = place(field);
    if (!svg || !at) return;
    var old = svg.querySelector(".forms-map__point");
    var circle = old || svg.appendChild(document.createElementNS("http://www.w3.org/2000/svg", "circle"));
    var point = toPicture(svg, at);
    circle.setAttribute("class", "forms-map__point");
    circle.setAttribute("r", 12);
    circle.setAttribute("cx", point.x);
    circle.setAttribute("cy", point.y);
  }

  function set(field, at) {
    var both = inputs(field);
    var comma = document.documentElement.lang.slice(0, 2) === "de";
    ["lat", "lng"].forEach(function (name) {
      var text = at[name].toFixed(6);
      both[name].value = comma ? text.replace(".", ",") : text;
    });
    mark(field);
    say(field, "mapSet");
  }

  document.addEventListener("click", function (event) {
    var field = event.target.closest("[data-map]");
    if (!field) return;
    var svg = event.target.closest("[data-map-drawing] svg");
    if (svg) {
      var box = svg.getBoundingClientRect();
      var scale = svg.viewBox.baseVal.width / box.width;
      set(field, toPlace(svg, { x: (event.clientX - box.left) * scale, y: (event.clientY - box.top) * scale }));
      return;
    }
    var button = event.target.closest("[data-map-do]");
    if (!button) return;
    var shown = field.querySelector("[data-map-drawing] svg");
    var zoom = shown ? Number(shown.dataset.zoom) : 0;
    if (button.dataset.mapDo === "open") show(field, 0);
    if (button.dataset.mapDo === "closer") show(field, Math.min(zoom + 1, 16));
    if (button.dataset.mapDo === "farther") show(field, Math.max(zoom - 1, 11));
    if (button.dataset.mapDo === "here") {
      navigator.geolocation.getCurrentPosition(
        function (found) {
          set(field, { lat: found.coords.latitude, lng: found.coords.longitude });
          show(field, 15);
        },
        function () {
          say(field, "mapFailed");
        },
      );
    }
  });

  document.addEventListener("keydown", function (event) {
    var svg = event.target.closest("[data-map-drawing] svg");
    var moves = { ArrowLeft: [-8, 0], ArrowRight: [8, 0], ArrowUp: [0, -8], ArrowDown: [0, 8] };
    if (!svg || !moves[event.key]) return;
    event.preventDefault();
    var field = svg.closest("[data-map]");
    var box = svg.viewBox.baseVal;
    var at = place(field);
    var point = at ? toPicture(svg, at) : { x: box.width / 2, y: box.height / 2 };
    set(field, toPlace(svg, { x: point.x + moves[event.key][0], y: point.y + moves[event.key][1] }));
  });

  document.addEventListener("forms:fresh", ready);
  ready();
})();
