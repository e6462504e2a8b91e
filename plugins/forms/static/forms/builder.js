// What the builder adds when there is JavaScript: drag and drop in the outline, inputs of a rule that follow the choice,
// and the focus where the work goes on. Everything also works by full page loads.
"use strict";
(() => {
  // Settings of htmx live on the page: no eval, no inline styles.
  htmx.config.allowEval = false;
  htmx.config.includeIndicatorStyles = false;
  htmx.config.scrollBehavior = "instant";
  // Back and forward ask the server: a copy of the page kept here would be an older draft, and costs more than the change.
  htmx.config.refreshOnHistoryMiss = true;

  const builder = () => document.getElementById("builder");
  const value = (name) => builder().querySelector(`input[name="${name}"]`)?.value || "";
  let dragged = null;

  const thing = (target) => target instanceof Element && target.closest("#fb-outline li[data-thing]");

  document.addEventListener("dragstart", (event) => {
    const item = thing(event.target);
    if (!item) return;
    dragged = item.dataset.thing;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", dragged);
    event.stopPropagation();
  });

  // Over the upper third it goes before, over the lower third behind, in the middle of a set into it.
  const place = (item, event) => {
    const box = (item.querySelector("a") || item).getBoundingClientRect();
    const part = (event.clientY - box.top) / box.height;
    const kind = item.dataset.thing.split(":")[0];
    if (kind === "step" && dragged.startsWith("field:")) return "step";
    if ("holds" in item.dataset && dragged.startsWith("field:") && part > 0.33) return "inside";
    return part < 0.5 ? "before" : "after";
  };

  document.addEventListener("dragover", (event) => {
    const item = thing(event.target);
    if (!item || !dragged || item.dataset.thing === dragged) return;
    if (dragged.startsWith("step:") && !item.dataset.thing.startsWith("step:")) return;
    event.preventDefault();
    document.querySelectorAll(".fb-over").forEach((other) => other.classList.remove("fb-over"));
    item.classList.add("fb-over");
  });

  document.addEventListener("drop", (event) => {
    const item = thing(event.target);
    if (!item || !dragged || item.dataset.thing === dragged) return;
    event.preventDefault();
    htmx.ajax("POST", builder().dataset.do, {
      target: "#builder",
      swap: "outerHTML show:none",
      values: {
        csrfmiddlewaretoken: value("csrfmiddlewaretoken"), deed: "drop", at: dragged, view: value("view"),
        what: dragged, where: place(item, event), target: item.dataset.thing.split(":")[1],
      },
    });
    dragged = null;
  });

  document.addEventListener("dragend", () => {
    dragged = null;
    document.querySelectorAll(".fb-over").forEach((other) => other.classList.remove("fb-over"));
  });

  // Another field, operator or effect in a rule needs other inputs.
  document.addEventListener("change", (event) => {
    if (event.target.matches?.("#fb-form select") && /^[te]\d+_(field|op|do|target)$/.test(event.target.name)) {
      document.getElementById("fb-again")?.click();
    }
  });

  // The preview stays as it was typed into while the form is changed, and follows what is chosen.
  const bar = () => document.getElementById("fb-bar").dataset;
  const frameOf = () => document.getElementById("fb-frame");
  const mark = (frame) => {
    const page = frame.contentDocument;
    const key = bar().at.split(":")[1];
    page?.querySelectorAll("[data-key]").forEach((item) => item.classList.toggle("preview-chosen", item.dataset.key === key));
    // Only inside the frame: scrollIntoView would move the builder, too.
    const box = page?.querySelector(".preview-chosen")?.getBoundingClientRect();
    const view = frame.contentWindow;
    if (box && (box.top < 0 || box.bottom > view.innerHeight)) view.scrollBy(0, box.top - 48);
  };
  let waiting = 0;
  const follow = () => {
    const frame = frameOf();
    const { at, revision, preview } = bar();
    // One that still loads follows when it has come.
    if (!frame?.dataset.loaded || frame.dataset.shown === `${at} ${revision}`) return;
    frame.dataset.shown = `${at} ${revision}`;
    frame.setAttribute("aria-busy", "true");
    const form = frame.contentDocument?.getElementById("preview-form");
    if (!form) {
      frame.src = preview;
      return;
    }
    const go = frame.contentDocument.createElement("input");
    Object.assign(go, { type: "hidden", name: "_go", value: `at:${at}` });
    form.append(go);
    form.submit();
  };
  const known = new WeakSet();
  const loaded = (event) => {
    const frame = event.target;
    if (frame.id === "fb-frame") frame.removeAttribute("aria-busy");
    if (frame.id !== "fb-frame" || !frame.contentDocument || known.has(frame.contentDocument)) return;
    known.add(frame.contentDocument);
    frame.dataset.loaded = "true";
    mark(frame);
    frame.contentDocument.addEventListener("click", (click) => {
      const key = click.target.closest?.("[data-key]")?.dataset.key;
      const link = key && document.getElementById(`o-field-${key}`);
      if (link && !link.hasAttribute("aria-current")) link.click();
    });
    follow();
  };
  document.addEventListener("load", loaded, true);
  // It may have come before this script.
  const first = frameOf();
  if (first?.contentDocument?.readyState === "complete" && first.contentDocument.URL !== "about:blank") loaded({ target: first });
  document.addEventListener("htmx:afterSettle", () => {
    clearTimeout(waiting);
    waiting = setTimeout(follow, 250);
  });

  // Who adds something wants to name it; who has chosen something by keyboard stays in the outline.
  let deed = "";
  document.addEventListener("htmx:configRequest", (event) => {
    // The next deed goes first; and only what is not shown yet needs to come.
    clearTimeout(waiting);
    const { at, revision } = bar();
    event.detail.headers["Builder-Shows"] = `${revision} ${frameOf() ? "preview" : "other"} ${at}`;
    deed = event.detail.parameters.deed || (event.detail.elt.closest("#fb-outline") ? "choose" : "");
  });
  document.addEventListener("htmx:afterSettle", () => {
    if (["add_field", "add_step", "insert_group"].includes(deed)) {
      const first = document.querySelector("#fb-form .fb-texts input, #fb-form input[type=text]");
      first?.focus();
      first?.select();
    } else if (deed === "add_rule") {
      document.getElementById("p_t0_field")?.focus();
    } else if (deed === "choose" && window.matchMedia("(width < 60rem)").matches) {
      document.getElementById("fb-panel").scrollIntoView();
    } else if (deed === "delete") {
      document.querySelector('#fb-outline a[aria-current="true"]')?.focus();
    } else if (document.querySelector("#fb-replay")) {
      document.getElementById("fb-replay").scrollIntoView({ block: "nearest" });
    }
    deed = "";
  });
})();
