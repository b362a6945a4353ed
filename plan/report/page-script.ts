/** Script of the page: filters the table of resources and lights the lines of a box. */
export const pageScript = `
const byId = (id) => document.getElementById(id);
const text = byId("text"), pack = byId("package"), component = byId("component"), shown = byId("shown");
const rows = [...document.querySelectorAll("#resource-table tbody tr")];
let words;
const filter = () => {
  words ??= rows.map((row) => row.cells[0].textContent.toLowerCase());
  const wanted = text.value.trim().toLowerCase();
  let count = 0;
  rows.forEach((row, index) => {
    const fits = (wanted === "" || words[index].includes(wanted)) &&
      (pack.value === "" || row.dataset.k === pack.value) &&
      (component.value === "" || row.dataset.c.split(" ").includes(component.value));
    row.hidden = !fits;
    if (fits) count += 1;
  });
  shown.textContent = count === rows.length ? count.toLocaleString("en-US") + " resources"
    : count.toLocaleString("en-US") + " of " + rows.length.toLocaleString("en-US") + " resources";
};
for (const field of [text, pack, component]) field.addEventListener("input", filter);
const edges = [...document.querySelectorAll(".edge")];
const light = (id) => edges.forEach((edge) =>
  edge.classList.toggle("lit", edge.dataset.from === id || edge.dataset.to === id));
for (const box of document.querySelectorAll("a.box")) {
  for (const event of ["mouseenter", "focus"]) box.addEventListener(event, () => light(box.dataset.id));
  for (const event of ["mouseleave", "blur"]) box.addEventListener(event, () => light(""));
  box.addEventListener("click", () => { component.value = box.dataset.c; text.value = ""; pack.value = ""; filter(); });
}
`;
