/** A button that copies a block; where the browser does not let it, the block is selected, to be copied by hand. */
import { h } from "./dom.js";

for (const region of document.querySelectorAll("pre[role=region]")) {
  const block = region.querySelector("code");
  const copy = async ({ target }) => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      target.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block);
      target.textContent = "Selected";
    }
  };
  const button = h("button", { class: "small secondary copy", "aria-label": `Copy: ${region.ariaLabel}`, click: copy }, "Copy");
  const around = h("div", { class: "block" });
  region.replaceWith(around);
  around.append(region, button);
}
