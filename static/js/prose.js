/* The editor of texts with headings, lists, tables and links. Without it the field takes plain paragraphs. */

import {
  Blockquote, Bold, BulletList, Document, Dropcursor, Gapcursor, HardBreak, Heading, History, Italic, Link, ListItem,
  Menu, OrderedList, Paragraph, Subscript, Superscript, Table, TableCell, TableHeader, TableRow, Text, Editor,
} from "../django_prose_editor/editor.js";

const extensions = [
  Document, Dropcursor, Gapcursor, Paragraph, HardBreak, Text, History, Menu, Bold, Italic, Subscript, Superscript,
  Heading.configure({ levels: [3, 4] }), BulletList, OrderedList, ListItem, Blockquote,
  Link.configure({ enableTarget: false, protocols: ["http", "https", "mailto"] }),
  Table, TableRow, TableHeader, TableCell,
];

const editors = new Map();
let last; // the editor in which somebody wrote last

for (const field of document.querySelectorAll("textarea[data-prose]")) {
  const frame = document.createElement("div");
  frame.className = "prose-editor";
  field.before(frame);
  frame.append(field);
  // Its styles stand in portal.css: the content security policy lets no script add any.
  const editor = new Editor({
    element: frame, extensions, content: field.value, injectCSS: false,
    onUpdate() {
      field.value = editor.isEmpty ? "" : editor.getHTML();
      field.dispatchEvent(new Event("input", { bubbles: true }));
    },
  });
  editors.set(field.name, editor);
  const page = editor.view.dom;
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  const label = document.querySelector(`label[for="${field.id}"]`);
  if (label) {
    label.id ||= `label-${field.id}`;
    page.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => editor.commands.focus());
  }
  editor.on("focus", () => { last = editor; });
}

/* What stands beside the text is put where the cursor was, in the text that was written last. */
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-insert], [data-insert-block]");
  if (!button) return;
  const editor = last ?? editors.values().next().value;
  if (!editor) return;
  const block = button.dataset.insertBlock; // a picture stands in a paragraph of its own
  if (editor !== last) editor.commands.focus("end"); // nobody has put the cursor anywhere yet
  editor.commands.insertContent(
    block ? { type: "paragraph", content: [{ type: "text", text: block }] } : button.dataset.insert,
  );
  last = editor;
  editor.view.focus(); // at once: the next key belongs to the text
});
