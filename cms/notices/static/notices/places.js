/* The form of a notice: an office only where the notice belongs to an office, a record only where to a record. */
(() => {
  const place = document.querySelector("[name=place]");
  if (!place || !document.querySelector("[name=target_page]")) return;
  const panel = (name) => document.querySelector(`[name="${name}"]`)?.closest(".w-panel__wrapper");
  const targets = [...document.querySelectorAll("[name^=target_]")].map((input) => panel(input.name));
  const update = () => {
    const value = document.querySelector("[name=place]:checked")?.value ?? place.value;
    panel("unit")?.toggleAttribute("hidden", value !== "unit");
    targets.forEach((box) => box?.toggleAttribute("hidden", value !== "record"));
  };
  document.addEventListener("change", (event) => event.target.name === "place" && update());
  update();
})();
