// The hands that were counted at a question: a number beside each option, and a bar as long as its share.
import { make } from "./stage.js";

/** Give a question with options a field for each, once; what was counted outlives a reload, for each notebook apart. */
export function countHands(path, id, question) {
  const kept = `lecture-hands-${path}-${id}`;
  const buttons = [...question.querySelectorAll(".widget-toggle-buttons button")];
  if (!buttons.length || question.querySelector(".lecture-hands")) {
    return;
  }
  const counted = JSON.parse(sessionStorage.getItem(kept) ?? "[]");
  const fields = buttons.map((button, index) => {
    const field = make("input", "lecture-hands");
    Object.assign(field, { type: "number", min: 0, placeholder: "hands", value: counted[index] ?? "" });
    field.setAttribute("aria-label", `Hands for ${button.textContent}`);
    const share = make("span", "lecture-share");
    button.after(field, share);
    field.addEventListener("input", () => draw());
    return { field, share };
  });
  const draw = () => {
    const most = Math.max(1, ...fields.map(({ field }) => Number(field.value)));
    fields.forEach(({ field, share }) => share.style.setProperty("--share", Math.max(0, Number(field.value)) / most));
    sessionStorage.setItem(kept, JSON.stringify(fields.map(({ field }) => field.value)));
  };
  draw();
}
