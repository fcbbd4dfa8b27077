// A beat that is taller than the screen, page by page: no line is cut, and the last line of a page opens the next one.
const WHOLE = "mjx-container, img, tr, .cm-line, .lecture-panel, .lecture-prediction, summary";

/** Where the lines of some nodes stand on the screen, from top to bottom: {top, bottom}; a picture is one line. */
function linesOf(nodes, height) {
  const boxes = [];
  const visit = (node) => {
    if (node.nodeType === Node.TEXT_NODE && node.data.trim()) {
      const range = document.createRange();
      range.selectNodeContents(node);
      boxes.push(...range.getClientRects());
    } else if (node.nodeType === Node.ELEMENT_NODE && node.checkVisibility()) {
      if (node.matches(WHOLE)) {
        boxes.push(node.getBoundingClientRect());
      } else {
        (node.matches("details:not([open])") ? [node.firstElementChild] : node.childNodes).forEach(visit);
      }
    }
  };
  nodes.forEach(visit);
  const lines = [];
  for (const { top, bottom } of boxes.filter((box) => box.height).sort((a, b) => a.top - b.top)) {
    const last = lines.at(-1);
    if (last && top < last.bottom - 4) {
      last.bottom = Math.max(last.bottom, bottom);
    } else {
      lines.push({ top, bottom });
    }
  }
  return lines.flatMap(({ top, bottom }) => {
    const parts = Math.ceil((bottom - top) / height); // what is taller than the screen is cut after all
    const step = (bottom - top) / parts;
    return Array.from({ length: parts }, (_, part) => ({ top: top + part * step, bottom: top + (part + 1) * step }));
  });
}

/** The pages of a beat on a screen of this height: {top, bottom}. The last one is filled with what stands before it, in
 * the beat or above it: a question keeps in view what it asks about. */
export function pagesOf(nodes, above, height) {
  const lines = linesOf(nodes, height);
  const pages = [];
  for (let first = 0; first < lines.length; ) {
    const { top } = lines[first];
    const beyond = lines.findIndex((line) => line.bottom > top + height);
    const next = beyond < 0 ? lines.length : Math.max(beyond, first + 1);
    pages.push({ top, bottom: lines[next - 1].bottom });
    const { top: lastTop, bottom: lastBottom } = lines[next - 1];
    const again = next < lines.length && next - first > 2 && lastBottom - lastTop < height / 8;
    first = again ? next - 1 : next;
  }
  const end = pages.at(-1);
  if (end) {
    const places = [...linesOf(above, height), ...lines].map((line) => line.top);
    end.top = Math.min(end.top, ...places.filter((top) => top >= end.bottom - height));
  }
  return pages;
}
