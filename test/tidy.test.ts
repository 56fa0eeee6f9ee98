/**
 * The architecture, checked: the dependency rules of ARCHITECTURE.md, and what the style guide leaves to tools. Every
 * rule is a function from source files to complaints, and carries a small project that breaks it, so that a rule which
 * has stopped looking is found out too.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { posix } from "node:path";
import test from "node:test";
import ts from "typescript";
import { DEFAULT_SETTINGS } from "../protocol/settings.ts";

const ROOT = new URL("../", import.meta.url);
const FOLDERS = ["extension", "sidecar", "protocol", "text", "privacy", "test", "bench", "scripts", "bin"];
/** What is shipped. Everything else may import what it likes. */
const PRODUCT = ["extension", "sidecar", "protocol", "text", "privacy"];
const ENTRY_POINTS = [
  "extension/main.ts",
  "sidecar/main.ts",
  "sidecar/cli.ts",
  "sidecar/vectors/hnsw-worker.ts",
  "sidecar/code/chunk-worker.ts",
  "sidecar/learn/redact-worker.ts",
  "sidecar/store/beside-worker.ts",
  "sidecar/formatter/package-worker.ts",
  "sidecar/engine/llama/model-host.ts",
];

/** Spelled so that this file passes its own rule. */
const TO_DO = ["TO", "DO"].join("");

/** Files by their path from the root, with "/" on every platform. */
type Project = ReadonlyMap<string, string>;

interface Rule {
  /** A sentence that says what holds. */
  readonly name: string;
  /** One line for each breach, beginning with the file. */
  readonly check: (project: Project) => string[];
  /** Each breaks the rule. */
  readonly breaches: readonly Readonly<Record<string, string>>[];
  /** Comes close, and does not. */
  readonly fine: Readonly<Record<string, string>>;
}

const RULES: readonly Rule[] = [
  {
    name: "extension and sidecar share protocol, text and privacy, and never import each other",
    check: (project) =>
      productImports(project).flatMap(({ from, to }) => {
        if (to.kind !== "file") return [];
        const allowed = REACH[folderOf(from)] ?? [];
        return allowed.includes(folderOf(to.path)) ? [] : [`${from} imports ${to.path}`];
      }),
    breaches: [
      { "extension/a.ts": 'import { b } from "../sidecar/b.ts";' },
      { "sidecar/a.ts": 'const b = await import("../extension/b.ts");' },
      { "protocol/a.ts": 'type B = import("../sidecar/b.ts").B;' },
      { "text/a.ts": 'import "../test/support/b.ts";' },
    ],
    fine: { "extension/a.ts": 'import { b } from "../protocol/b.ts";', "protocol/b.ts": "export const b = 1;" },
  },
  {
    name: "product code imports its own files by their .ts or .json name, and files that exist",
    check: (project) =>
      productImports(project).flatMap(({ from, to }) =>
        to.kind === "file" && !project.has(to.path) ? [`${from} imports ${to.path}, which does not exist`] : [],
      ),
    breaches: [
      { "sidecar/a.ts": 'import { b } from "./b.js";', "sidecar/b.ts": "" },
      { "sidecar/a.ts": 'import b from "./b.json" with { type: "json" };' },
    ],
    fine: {
      "sidecar/a.ts": 'import { b } from "./b.ts";\nimport c from "./c.json" with { type: "json" };',
      "sidecar/b.ts": "",
      "sidecar/c.json": "{}",
    },
  },
  {
    name: "vscode is imported in extension only",
    check: (project) =>
      productImports(project).flatMap(({ from, to }) =>
        to.kind === "package" && to.name === "vscode" && folderOf(from) !== "extension"
          ? [`${from} imports vscode`]
          : [],
      ),
    breaches: [{ "protocol/a.ts": 'import type { Uri } from "vscode";' }],
    fine: { "extension/a.ts": 'import * as vscode from "vscode";' },
  },
  {
    name: "LSP is known to protocol, extension/client.ts and sidecar/server.ts only",
    check: (project) =>
      productImports(project).flatMap(({ from, to }) => {
        const isLsp = to.kind === "package" && /^vscode-(?:language|jsonrpc)/.test(to.name);
        const knows = folderOf(from) === "protocol" || from === "extension/client.ts" || from === "sidecar/server.ts";
        return isLsp && !knows ? [`${from} imports ${to.name}`] : [];
      }),
    breaches: [{ "sidecar/main.ts": 'import { createConnection } from "vscode-languageserver/node";' }],
    fine: { "sidecar/server.ts": 'import { createConnection } from "vscode-languageserver/node";' },
  },
  {
    name: "in the sidecar imports point down: base, pure folders, resources, flows, sidecar.ts, processes",
    check: (project) =>
      productImports(project).flatMap(({ from, to }) => {
        if (folderOf(from) !== "sidecar") return [];
        const layer = layerOf(from);
        if (layer === undefined) return [`${from} is in a folder without a layer: give it one in test/tidy.test.ts`];
        if (to.kind !== "file") return [];
        const target = layerOf(to.path);
        return target !== undefined && target > layer ? [`${from} imports ${to.path}, which is above it`] : [];
      }),
    breaches: [
      { "sidecar/store/a.ts": 'import { b } from "../suggest/b.ts";', "sidecar/suggest/b.ts": "" },
      { "sidecar/outcome/a.ts": 'import { b } from "../store/b.ts";', "sidecar/store/b.ts": "" },
      { "sidecar/magic/a.ts": 'import "node:path";' },
    ],
    fine: { "sidecar/suggest/b.ts": 'import { a } from "../store/a.ts";', "sidecar/store/a.ts": "" },
  },
  {
    name: "suggest and learn never import each other",
    check: (project) =>
      productImports(project).flatMap(({ from, to }) => {
        if (to.kind !== "file") return [];
        const pair = [from, to.path].map((path) => path.split("/").slice(0, 2).join("/")).sort();
        return pair.join() === "sidecar/learn,sidecar/suggest" ? [`${from} imports ${to.path}`] : [];
      }),
    breaches: [{ "sidecar/learn/a.ts": 'import type { B } from "../suggest/b.ts";', "sidecar/suggest/b.ts": "" }],
    fine: { "sidecar/sidecar.ts": 'import { a } from "./learn/a.ts";', "sidecar/learn/a.ts": "" },
  },
  {
    name: "a vendor package is imported by one file of a process only",
    check: (project) => {
      const importers = new Map<string, Set<string>>();
      for (const { from, to } of productImports(project)) {
        if (to.kind !== "package" || isCommonPackage(to.name)) continue;
        const key = `${folderOf(from)}: ${to.name}`;
        importers.set(key, (importers.get(key) ?? new Set()).add(from));
      }
      return [...importers].flatMap(([key, files]) =>
        files.size > 1 ? [`${[...files].join(", ")} all import ${key.split(": ")[1]}`] : [],
      );
    },
    breaches: [
      {
        "sidecar/a.ts": 'import { DatabaseSync } from "node:sqlite";',
        "sidecar/b.ts": 'import type { DatabaseSync } from "node:sqlite";',
      },
    ],
    fine: { "sidecar/a.ts": 'import { v7 } from "uuid";', "extension/b.ts": 'import { v7 } from "uuid";' },
  },
  {
    name: "pure files have no clock, disk, network, thread or promise",
    check: (project) =>
      [...project.keys()].filter(isPure).flatMap((path) => {
        const builtins = importsOf(project, path)
          .map(({ to }) => (to.kind === "package" ? to.name : ""))
          .filter((name) => IO_BUILTINS.has(name.replace(/^node:/, "")));
        return [...builtins, ...impureWords(project, path)].map((what) => `${path} uses ${what}`);
      }),
    breaches: [
      { "text/a.ts": 'import "node:fs/promises";' },
      { "sidecar/outcome/a.ts": "const now = Date.now();" },
      { "sidecar/outcome/a.ts": "const now = new Date();" },
      { "privacy/a.ts": "export async function f() {}" },
      { "sidecar/code/a.ts": "export type A = Promise<void>;" },
      { "sidecar/suggest/postprocess/a.ts": "setTimeout(f, 1);" },
    ],
    fine: {
      "text/a.ts": "// Not a Promise, Date.now() or async.\nexport const at = new Date(0);",
      "sidecar/code/parser.ts": 'import { readFile } from "node:fs/promises";',
    },
  },
  {
    name: "nothing in the product opens a port, and downloads alone have a way into the network besides fetch",
    check: (project) =>
      productImports(project).flatMap(({ from, to }) => {
        if (to.kind !== "package") return [];
        const isDoor = to.name === DOWNLOAD_PACKAGE && from === DOWNLOAD_DOOR;
        const isNetwork = NETWORK_BUILTINS.has(to.name.replace(/^node:/, "")) || to.name === DOWNLOAD_PACKAGE;
        return isNetwork && !isDoor ? [`${from} imports ${to.name}`] : [];
      }),
    breaches: [
      { "sidecar/a.ts": 'import { connect } from "node:net";' },
      { "extension/a.ts": 'import "https";' },
      { "sidecar/models/download.ts": 'import { request } from "undici";' },
    ],
    fine: {
      "sidecar/a.ts": 'import { hash } from "node:crypto";',
      "sidecar/models/web.ts": 'const { request } = await import("undici");',
    },
  },
  {
    name: "files do not import each other in a circle",
    check: (project) => findCircles(project),
    breaches: [{ "text/a.ts": 'import { b } from "./b.ts";', "text/b.ts": 'import { a } from "./a.ts";' }],
    fine: { "text/a.ts": 'import { b } from "./b.ts";', "text/b.ts": 'import type { A } from "./a.ts";' },
  },
  {
    name: "every file is reached from an entry point",
    check: (project) => {
      const reached = new Set<string>();
      const visit = (path: string): void => {
        if (reached.has(path) || !project.has(path)) return;
        reached.add(path);
        for (const { to } of importsOf(project, path)) if (to.kind === "file") visit(to.path);
      };
      ENTRY_POINTS.forEach(visit);
      return productFiles(project).flatMap((path) =>
        reached.has(path) ? [] : [`${path} is dead: nothing imports it`],
      );
    },
    breaches: [{ "sidecar/main.ts": "", "sidecar/forgotten.ts": "" }],
    fine: { "sidecar/main.ts": 'import "./used.ts";', "sidecar/used.ts": "" },
  },
  {
    name: "there are no default exports and no re-exports",
    check: (project) =>
      [...productFiles(project), ...typescriptIn(project, "test")].flatMap((path) =>
        parse(project, path).statements.flatMap((statement) => {
          if (ts.isExportAssignment(statement) || hasModifier(statement, ts.SyntaxKind.DefaultKeyword)) {
            return [`${path} has a default export`];
          }
          const isReExport = ts.isExportDeclaration(statement) && statement.moduleSpecifier !== undefined;
          return isReExport ? [`${path} exports what another file owns: ${statement.getText()}`] : [];
        }),
      ),
    breaches: [
      { "text/a.ts": "export default 1;" },
      { "text/a.ts": "export default function f() {}" },
      { "text/b.ts": 'export * from "./a.ts";' },
      { "test/b.ts": 'export type { A } from "./a.ts";' },
    ],
    fine: { "text/a.ts": "const a = 1;\nexport { a };" },
  },
  {
    name: "no file is named for a lack of subject",
    check: (project) =>
      [...project.keys()].flatMap((path) =>
        /\/(?:utils?|helpers?|misc|common)\.\w+$/.test(path) ? [`${path} does not say what it owns`] : [],
      ),
    breaches: [{ "text/utils.ts": "" }, { "sidecar/code/helpers.ts": "" }],
    fine: { "text/edit.ts": "" },
  },
  {
    name: "nothing is left over from debugging",
    check: (project) => [...project.keys()].filter(isTypeScript).flatMap((path) => leftovers(project, path)),
    breaches: [
      { "text/a.ts": "debugger;" },
      { "sidecar/b.ts": "console.log(1);" },
      { "test/c.test.ts": 'test.only("a", () => {});' },
      { "test/c.test.ts": 'test("a", { skip: true }, () => {});' },
    ],
    fine: { "bench/a.ts": "console.log(1);", "test/c.test.ts": 'test("b", { skip: noDisplay }, () => {});' },
  },
  {
    name: "what is to be done names the condition that removes it",
    check: (project) =>
      [...project.keys()].filter(isTypeScript).flatMap((path) =>
        commentsOf(project, path).flatMap((comment) => {
          const isOpen = /\b(?:TODO|FIXME|XXX)\b/.test(comment);
          const hasCondition = /\b(?:TODO|FIXME|XXX)\b[^]*\b(?:when|once|until|after|as soon as|if)\b/i.test(comment);
          return isOpen && !hasCondition ? [`${path} does not say when this is over: ${comment.trim()}`] : [];
        }),
      ),
    breaches: [{ "text/a.ts": `// ${TO_DO}: better\nexport const a = 1;` }],
    fine: { "text/a.ts": `// ${TO_DO}: remove when Node 22 is gone\nexport const a = "${TO_DO}";` },
  },
  {
    name: "no file names a path of somebody's machine",
    check: (project) =>
      [...project].flatMap(([path, text]) =>
        text.split("\n").flatMap((line, index) => {
          const found = MACHINE_PATH.exec(line);
          return found ? [`${path}:${index + 1} names ${found[0]}`] : [];
        }),
      ),
    breaches: [{ "README.md": `cd ${["", "home", "me", "tacit"].join("/")}` }],
    fine: {
      "README.md": `cd ~/tacit, ${["file:", "", "", "home", "me", "a.ts"].join("/")}, ${[".", "work", "a"].join("/")}, ${["a", "root", "b"].join("/")}`,
    },
  },
];

const REACH: Readonly<Record<string, readonly string[]>> = {
  extension: ["extension", "protocol", "text", "privacy"],
  sidecar: ["sidecar", "protocol", "text", "privacy"],
  protocol: ["protocol"],
  text: ["text"],
  privacy: ["privacy", "protocol"],
};

/** Layers of the sidecar, bottom-up. Within one, files may import each other. */
const LAYERS: readonly (readonly string[])[] = [
  ["base", "version.ts"],
  ["code", "outcome", "style"],
  ["store", "vectors", "engine", "formatter", "models"],
  ["suggest", "learn", "adapt", "metrics", "backtest", "ledger"],
  // What stands beside the composition root belongs to it.
  [
    "workspace.ts",
    "indexing.ts",
    "facts.ts",
    "reader.ts",
    "learner.ts",
    "sidecar.ts",
    "settings.ts",
    "status-board.ts",
    "model-status.ts",
    "doctor.ts",
  ],
  ["server.ts", "cli.ts", "cli", "main.ts"],
];

/** Modules that open connections or ports. */
const NETWORK_BUILTINS: ReadonlySet<string> = new Set([
  "net",
  "dgram",
  "tls",
  "http",
  "https",
  "http2",
  "dns",
  "dns/promises",
]);

/** Asks for files through the user's proxy; it opens no port. */
const DOWNLOAD_PACKAGE = "undici";
const DOWNLOAD_DOOR = "sidecar/models/web.ts";

const PURE_FOLDERS = [
  "text/",
  "privacy/",
  "sidecar/code/",
  "sidecar/outcome/",
  "sidecar/style/",
  "sidecar/suggest/postprocess/",
];
/** The doors of `code` to a WebAssembly parser and a thread. */
const IMPURE_FILES = new Set(["parser.ts", "chunker.ts", "chunk-worker.ts"].map((name) => `sidecar/code/${name}`));
const IO_BUILTINS = new Set(
  (
    "fs fs/promises net http https http2 dgram dns dns/promises tls os process child_process worker_threads cluster " +
    "timers timers/promises sqlite readline inspector perf_hooks"
  ).split(" "),
);
const IMPURE_GLOBALS = new Set(
  "Promise setTimeout setInterval setImmediate queueMicrotask fetch process performance".split(" "),
);
/** `file:///home/…` in a test is an address like any other; a bare path is somebody's machine. */
const MACHINE_PATH = /(?<![\w.\-/~])\/(?:home|work|root)\/[\w.-]+/;

for (const rule of RULES) {
  test(rule.name, () => assert.deepEqual(rule.check(repository()), []));
  test(`a breach is found: ${rule.name}`, () => {
    for (const breach of rule.breaches) {
      assert.notDeepEqual(rule.check(new Map(Object.entries(breach))), [], JSON.stringify(breach));
    }
    assert.deepEqual(rule.check(new Map(Object.entries(rule.fine))), []);
  });
}

test("every entry point exists", () => {
  const project = repository();
  assert.deepEqual(
    ENTRY_POINTS.filter((path) => !project.has(path)),
    [],
  );
});

test("the defaults of package.json are those of protocol/settings.ts", () => {
  const { properties } = manifest().contributes.configuration;
  const known = Object.keys(properties).map((key) => key.replace(/^tacit\./, ""));
  for (const [key, { default: value }] of Object.entries(properties)) {
    assert.deepEqual(valueAt(DEFAULT_SETTINGS, key.replace(/^tacit\./, "")), value, `default of ${key}`);
  }
  assert.deepEqual(
    leaves(DEFAULT_SETTINGS).filter((leaf) => !known.some((key) => leaf === key || leaf.startsWith(`${key}.`))),
    [],
    "settings of protocol/settings.ts that package.json does not offer",
  );
});

test("the commands of package.json are those of extension/commands.ts", () => {
  const { commands, menus, keybindings, configuration } = manifest().contributes;
  const declared = commands.map(({ command }) => command);
  const source = repository().get("extension/commands.ts");
  assert(source !== undefined, "extension/commands.ts holds the table of commands");
  const named = new Set([...source.matchAll(/["'`](tacit\.[\w.]+)["'`]/g)].map(([, id]) => id!));
  // Context keys and settings look like commands and are none.
  const conditions = JSON.stringify([menus, keybindings, commands]);
  const isOther = (id: string): boolean =>
    id in configuration.properties || new RegExp(`"(?:when|enablement)":"[^"]*\\b${id}\\b`).test(conditions);
  assert.deepEqual(
    declared.filter((id) => !named.has(id)),
    [],
    "commands that package.json offers and extension/commands.ts does not register",
  );
  assert.deepEqual(
    [...named].filter((id) => !declared.includes(id) && !isOther(id)),
    [],
    "commands that extension/commands.ts registers and package.json does not offer",
  );
  const bound = [...Object.values(menus).flat(), ...keybindings].map(({ command }) => command);
  assert.deepEqual(
    bound.filter((id) => !declared.includes(id)),
    [],
    "keys and menus of commands that package.json does not declare",
  );
});

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly menus: Readonly<Record<string, readonly { readonly command: string }[]>>;
    readonly keybindings: readonly { readonly command: string }[];
    readonly configuration: { readonly properties: Readonly<Record<string, { readonly default: unknown }>> };
  };
}

function manifest(): Manifest {
  return JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")) as Manifest;
}

function valueAt(value: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((inner, key) => (inner as Record<string, unknown> | undefined)?.[key], value);
}

/** Dotted paths of everything in `value` that is not an object. */
function leaves(value: unknown, path = ""): string[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [path];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, path === "" ? key : `${path}.${key}`));
}

let loaded: Project | undefined;

function repository(): Project {
  loaded ??= new Map([...readFolder(""), ...FOLDERS.flatMap((folder) => readFolder(folder))]);
  return loaded;
}

/** The source, data and prose of a folder; of the root only source and prose that lie in it directly. */
function readFolder(folder: string): [string, string][] {
  return readdirSync(new URL(`./${folder}`, ROOT), { encoding: "utf8", recursive: folder !== "" })
    .filter((name) => /\.(?:m?ts|mjs|md)$/.test(name) || (folder !== "" && name.endsWith(".json")))
    .map((name) => posix.join(folder, name.replaceAll("\\", "/")))
    .map((path) => [path, readFileSync(new URL(path, ROOT), "utf8")]);
}

type Target = { readonly kind: "file"; readonly path: string } | { readonly kind: "package"; readonly name: string };

interface Import {
  readonly from: string;
  readonly to: Target;
  readonly isType: boolean;
}

function productFiles(project: Project): string[] {
  return PRODUCT.flatMap((folder) => typescriptIn(project, folder));
}

function productImports(project: Project): Import[] {
  return productFiles(project).flatMap((path) => importsOf(project, path));
}

function typescriptIn(project: Project, folder: string): string[] {
  return [...project.keys()].filter((path) => folderOf(path) === folder && isTypeScript(path));
}

function isTypeScript(path: string): boolean {
  return path.endsWith(".ts");
}

function folderOf(path: string): string {
  return path.split("/")[0]!;
}

/** Index in {@link LAYERS} of a file of the sidecar. */
function layerOf(path: string): number | undefined {
  const [root, part] = path.split("/");
  const layer = root === "sidecar" ? LAYERS.findIndex((names) => names.includes(part ?? "")) : 0;
  return layer < 0 ? undefined : layer;
}

/** The editor, LSP and validation belong to a whole layer and have rules of their own; of Node only SQLite is a vendor. */
function isCommonPackage(name: string): boolean {
  if (name.startsWith("node:")) return name !== "node:sqlite";
  return name === "vscode" || name === "valibot" || /^vscode-(?:language|jsonrpc)/.test(name);
}

function isPure(path: string): boolean {
  return isTypeScript(path) && !IMPURE_FILES.has(path) && PURE_FOLDERS.some((folder) => path.startsWith(folder));
}

const parsed = new Map<string, ts.SourceFile>();

function parse(project: Project, path: string): ts.SourceFile {
  const text = project.get(path)!;
  const key = `${path}\0${text}`;
  const source = parsed.get(key) ?? ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  parsed.set(key, source);
  return source;
}

/** Static and dynamic imports, types included. */
function importsOf(project: Project, path: string): Import[] {
  const imports: Import[] = [];
  const add = (specifier: ts.Node | undefined, isType: boolean): void => {
    if (!specifier || !ts.isStringLiteralLike(specifier)) return;
    imports.push({ from: path, to: targetOf(path, specifier.text), isType });
  };
  walk(parse(project, path), (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, isTypeImport(node));
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly);
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true);
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false);
    }
  });
  return imports;
}

function isTypeImport({ importClause }: ts.ImportDeclaration): boolean {
  if (!importClause) return false;
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true;
  const bindings = importClause.namedBindings;
  return (
    !importClause.name &&
    bindings !== undefined &&
    ts.isNamedImports(bindings) &&
    bindings.elements.length > 0 &&
    bindings.elements.every((element) => element.isTypeOnly)
  );
}

function targetOf(from: string, specifier: string): Target {
  if (specifier.startsWith(".")) return { kind: "file", path: posix.join(posix.dirname(from), specifier) };
  if (specifier.startsWith("node:")) return { kind: "package", name: specifier };
  const parts = specifier.split("/");
  return { kind: "package", name: parts.slice(0, specifier.startsWith("@") ? 2 : 1).join("/") };
}

function walk(node: ts.Node, visit: (node: ts.Node) => void): void {
  visit(node);
  ts.forEachChild(node, (child) => walk(child, visit));
}

function hasModifier(node: ts.Node, kind: ts.SyntaxKind): boolean {
  return ts.canHaveModifiers(node) && (ts.getModifiers(node)?.some((modifier) => modifier.kind === kind) ?? false);
}

function impureWords(project: Project, path: string): string[] {
  const words = new Set<string>();
  walk(parse(project, path), (node) => {
    if (node.kind === ts.SyntaxKind.AsyncKeyword) words.add("async");
    if (ts.isIdentifier(node) && IMPURE_GLOBALS.has(node.text) && !isPropertyName(node)) words.add(node.text);
    if (ts.isPropertyAccessExpression(node) && ["Date.now", "Math.random"].includes(node.getText())) {
      words.add(node.getText());
    }
    const isClock = ts.isNewExpression(node) && node.expression.getText() === "Date" && !node.arguments?.length;
    if (isClock) words.add("new Date()");
  });
  return [...words];
}

/** `a.process`, `{ process: 1 }`: a name of somebody's own, not the global one. */
function isPropertyName(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node;
  return (
    (ts.isPropertyAssignment(parent) || ts.isPropertySignature(parent) || ts.isMethodSignature(parent)) &&
    parent.name === node
  );
}

/** Circles of imports that exist at run time, each named once. */
function findCircles(project: Project): string[] {
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) circles.push([...trail.slice(start), path].join(" imports "));
    if (start >= 0 || done.has(path) || !project.has(path)) return;
    for (const { to, isType } of importsOf(project, path)) {
      if (to.kind === "file" && !isType) visit(to.path, [...trail, path]);
    }
    done.add(path);
  };
  for (const path of productFiles(project)) visit(path, []);
  return circles;
}

const TEST_FUNCTIONS = new Set(["test", "it", "describe", "suite"]);
const TEST_SWITCHES = new Set(["only", "skip", "todo"]);

function leftovers(project: Project, path: string): string[] {
  const mayPrint = ["scripts", "bench", "bin"].includes(folderOf(path)) || path === "sidecar/cli.ts";
  const found: string[] = [];
  walk(parse(project, path), (node) => {
    if (ts.isDebuggerStatement(node)) found.push(`${path} has a debugger statement`);
    if (!ts.isCallExpression(node)) return;
    const callee = node.expression.getText();
    if (callee.startsWith("console.") && !mayPrint) found.push(`${path} calls ${callee}`);
    const [name, toggle] = callee.split(".");
    if (!TEST_FUNCTIONS.has(name!)) return;
    if (toggle !== undefined && TEST_SWITCHES.has(toggle))
      found.push(`${path} has ${callee}(${node.arguments[0]?.getText()})`);
    for (const options of node.arguments.filter(ts.isObjectLiteralExpression)) {
      const property = options.properties.find(
        (candidate) =>
          ts.isPropertyAssignment(candidate) &&
          TEST_SWITCHES.has(candidate.name.getText()) &&
          candidate.initializer.kind === ts.SyntaxKind.TrueKeyword,
      );
      if (property) found.push(`${path} has ${callee}(${node.arguments[0]?.getText()}, { ${property.getText()} })`);
    }
  });
  return found;
}

/** Comments, found where no string, template or regular expression is. */
function commentsOf(project: Project, path: string): string[] {
  const source = parse(project, path);
  const chars = [...Array(source.text.length).keys()].map((index) => source.text[index]!);
  walk(source, (node) => {
    const isLiteral =
      ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node);
    if (isLiteral || ts.isRegularExpressionLiteral(node)) chars.fill(" ", node.getStart(), node.getEnd());
  });
  return chars.join("").match(/\/\/.*|\/\*[^]*?\*\//g) ?? [];
}
