// Tells which result was opened, and nothing about who opened it. Everything works without this file.
(function () {
  "use strict";
  var list = document.querySelector(".hits[data-log]");
  if (!list || !navigator.sendBeacon) return;
  function tell(event) {
    var link = event.target.closest("a");
    var hit = link && link.closest("[data-rank]");
    if (!hit || (event.type === "auxclick" && event.button !== 1)) return;
    var data = new FormData();
    data.append("token", list.dataset.log);
    data.append("rank", hit.dataset.rank);
    navigator.sendBeacon(list.dataset.logUrl, data);
  }
  list.addEventListener("click", tell);
  list.addEventListener("auxclick", tell);
})();
