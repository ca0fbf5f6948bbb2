// check_mermaid.mjs FOLDER FILE.mmd…: each diagram by the mermaid and jsdom installed in FOLDER (npm i mermaid@… jsdom). Exit status 1 on a
// parse error, or when something that the file holds is not in what was read.
import fs from 'node:fs';
import path from 'node:path';
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';

const [folder, ...files] = process.argv.slice(2);
const require = createRequire(path.resolve(folder, 'x.js'));
let hasDom = true;
try {
  const { window } = new (await import(pathToFileURL(require.resolve('jsdom')).href)).default.JSDOM('');
  Object.assign(globalThis, { window, document: window.document });
} catch {
  hasDom = false; // flowcharts clean their labels with a browser's means
}
const resolved = require.resolve('mermaid');
const { default: mermaid } = await import(pathToFileURL(resolved).href);
await mermaid.parse('erDiagram\n  warm_up'); // registers the diagram types

const count = (text, pattern) => (text.match(pattern) || []).length;

function tables(text, db) {
  const entities = [...(db.getEntities().values?.() ?? Object.values(db.getEntities()))];
  return [
    {
      relationships: count(text, /^ {2}T\d+ [|}][|o](--|\.\.)[|o][|{] T\d+ : /gm),
      entities: new Set(text.match(/^ {2}T\d+(?=\[)/gm)).size,
      attributes: count(text, /^ {4}\S+ \S+/gm),
    },
    {
      relationships: db.getRelationships().length,
      entities: entities.length,
      attributes: entities.reduce((n, entity) => n + entity.attributes.length, 0),
    },
  ];
}

function nodes(text, db) {
  const vertices = db.getVertices();
  return [
    {
      vertices: count(text, /^ +[CBPN]\d*\["/gm),
      edges: count(text, /^ +[CBPN]\d* (==>|-->)/gm),
      groups: count(text, /^ +subgraph /gm),
    },
    { vertices: vertices.size ?? Object.keys(vertices).length, edges: db.getEdges().length, groups: db.getSubGraphs().length },
  ];
}

let bad = 0;
for (const file of files) {
  const text = fs.readFileSync(file, 'utf8');
  if (!hasDom && text.startsWith('flowchart')) {
    console.error(`${file}: not checked: npm i jsdom in ${folder}`);
    continue;
  }
  try {
    const { db } = await mermaid.mermaidAPI.getDiagramFromText(text);
    const [want, got] = text.startsWith('erDiagram') ? tables(text, db) : nodes(text, db);
    if (JSON.stringify(got) !== JSON.stringify(want) || text.length > 50000) throw new Error(JSON.stringify({ want, got, size: text.length }));
  } catch (problem) {
    bad++;
    console.error(`${file}: ${String(problem.message).split('\n').slice(0, 3).join(' ')}`);
  }
}
process.exit(bad ? 1 : 0);
