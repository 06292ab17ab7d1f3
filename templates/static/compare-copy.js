/** A button that copies a block; where the browser does not let it, the block is selected, to be copied by hand. */
import { h } from "./dom.js";

for (const block of document.querySelectorAll("pre[role=region] > code")) {
  const button = h("button", { class: "small secondary copy", "aria-label": `Copy: ${block.parentElement.getAttribute("aria-label")}` }, "Copy");
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(block);
      button.textContent = "Selected";
    }
  });
  block.parentElement.before(button);
}
