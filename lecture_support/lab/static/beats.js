// The beats of a notebook: what a class sees one after the other. A beat is a stretch of the notebook, told in blocks: a
// block is a paragraph, a heading, a formula or a whole cell of code. It ends with a question, with a panel in one of
// its named states, or where a heading or such a part follows; and no two beats in a row have nothing to look at.
import { headingOf } from "./accessible.js";

const HEADING = "h1, h2, h3";
const LOOK_AT = "img, table, mjx-container[display=true], .jp-CodeMirrorEditor";
const NOT_DRAWN = "img[style*='display: none']"; // of a panel that waits for a student's function

/** The blocks of a notebook from top to bottom. A heading's tag is that of all its section. */
function blocksOf(notebook) {
  let leftOut = false;
  return notebook.widgets.flatMap((cell) => {
    const { id, type } = cell.model;
    const tagged = (cell.model.getMetadata("tags") ?? []).includes("leave-out");
    const nodes = type === "markdown" ? [...cell.node.querySelector(".jp-RenderedMarkdown").children] : [cell.node];
    return nodes.map((node) => {
      if (node.matches(HEADING)) {
        leftOut = tagged;
      }
      const [panel, question] = [".lecture-panel", ".lecture-prediction"].map((part) => node.querySelector(part));
      const heading = node.matches(HEADING) ? headingOf(node) : "";
      const waits = panel?.querySelector(NOT_DRAWN);
      const hint = node.matches("details") && node.textContent.startsWith("Hint");
      return { id, node, heading, panel, question, out: tagged || leftOut || hint || Boolean(waits) };
    });
  });
}

/** Whether a row of the plan is about what has this name: a heading, a cell's id, or "a cell's id: a state". */
const isAbout = (name, row) => row.beat === name || row.beat.startsWith(`${name}: `);

/** Leave out what the plan gives no minutes: a section without a row, and in the others a question or a panel. */
function leaveOut(blocks, rows) {
  const sections = [];
  for (const block of blocks) {
    if (block.heading || sections.length === 0) {
      sections.push([]);
    }
    sections.at(-1).push(block);
  }
  const named = ({ id, heading }) => rows.some((row) => isAbout(id, row) || row.beat === heading);
  for (const section of sections) {
    const planned = section.some(named);
    for (const block of section) {
      block.out ||= !planned || (Boolean(block.panel || block.question) && !named(block));
    }
  }
}

/** The first words of a text, as its name. */
function firstWords(node) {
  const words = (node.matches("details") ? node.firstElementChild : node).textContent.trim();
  return words.match(/^[^.:?!]{1,40}(?=[.:?!]|$)/)?.[0] ?? `${words.slice(0, 40)}…`;
}

/** The beats of a panel: one for each of its named states, whose button it presses. */
function statesOf(block) {
  const buttons = [...block.panel.querySelectorAll(".lecture-states button")];
  const beat = { kind: "panel", blocks: [block], look: true, block };
  return buttons.length
    ? buttons.map((button) => ({ ...beat, name: button.textContent, keys: [`${block.id}: ${button.textContent}`], button }))
    : [{ ...beat, name: block.panel.querySelector(".lecture-pulse").textContent, keys: [block.id] }];
}

function questionOf(block) {
  const name = `Predict: ${block.question.querySelector(".widget-html-content").textContent}`;
  return { kind: "question", name, keys: [block.id], blocks: [block], look: true };
}

const canLookAt = ({ node }) => node.matches(LOOK_AT) || [...node.querySelectorAll(LOOK_AT)].some((part) => part.offsetHeight);

/** The blocks of a notebook that are shown, and the beats that they make. rows is the plan, or null for all. */
export function beatsOf(notebook, rows) {
  const blocks = blocksOf(notebook);
  if (rows) {
    leaveOut(blocks, rows);
  }
  blocks.forEach(({ node, out }) => node.classList.toggle("lecture-out", out));
  const shown = blocks.filter((block) => !block.out && block.node.offsetHeight);
  const beats = [];
  for (const block of shown) {
    const last = beats.at(-1);
    if (block.panel) {
      beats.push(...statesOf(block));
    } else if (block.question) {
      beats.push(questionOf(block));
    } else if (block.heading || last?.kind !== "text") {
      const name = block.heading || firstWords(block.node);
      const look = canLookAt(block) || Boolean(last && !block.heading); // the panel or the question above stays in view
      beats.push({ kind: "text", name, keys: [block.heading || block.id], blocks: [block], look });
    } else {
      last.blocks.push(block);
      last.look ||= canLookAt(block);
    }
  }
  return { blocks: shown, beats: beats.reduce(join, []) };
}

/** A text with nothing to look at takes in the question after it, or another such text. Of one with something to look at
 * the question takes its last words, which lead up to it. */
function join(beats, beat) {
  const last = beats.at(-1);
  if (beat.kind === "question" && last?.kind === "text" && last.look && last.blocks.length > 1) {
    const [led, rest] = [last.blocks.slice(-1), last.blocks.slice(0, -1)];
    return [...beats.slice(0, -1), { ...last, blocks: rest }, { ...beat, blocks: [...led, ...beat.blocks] }];
  }
  if (!last || last.look || beat.kind === "panel" || (beat.kind === "text" && beat.look)) {
    return [...beats, beat];
  }
  const titled = last.blocks[0].heading;
  const name = beat.kind === "text" ? last.name : titled ? `${last.name} · ${beat.name}` : beat.name;
  const blocks = [...last.blocks, ...beat.blocks];
  return [...beats.slice(0, -1), { ...beat, name, keys: [...last.keys, ...beat.keys], blocks }];
}

/** The row of the plan that a beat belongs to: the last one that names it or a beat before it. */
export function rowAt(rows, beats, index) {
  const before = beats.slice(0, index + 1).flatMap((beat) => beat.keys);
  return rows.findLastIndex((row) => before.some((key) => isAbout(key, row)));
}
