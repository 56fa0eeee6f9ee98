/**
 * What a command line is for: a test, a build, or neither. Of the line itself nothing is kept but the program and the
 * word that says what it does: arguments may hold anything.
 */
import type { RunPurpose } from "../../protocol/signals.ts";

export interface NamedRun {
  readonly purpose: RunPurpose;
  /** "npm test", "cargo build". */
  readonly label: string;
}

/** By program: `*` is what it is for whatever it is told, the other words are what it is told first. */
const PROGRAMS: Readonly<Record<string, Readonly<Record<string, RunPurpose>>>> = {
  ava: { "*": "test" },
  bazel: { test: "test", build: "build" },
  biome: { check: "build", lint: "build" },
  cargo: { test: "test", nextest: "test", build: "build", check: "build", clippy: "build" },
  clang: { "*": "build" },
  "clang++": { "*": "build" },
  cmake: { "*": "build" },
  ctest: { "*": "test" },
  cypress: { run: "test" },
  deno: { test: "test", check: "build", lint: "build" },
  dotnet: { test: "test", build: "build" },
  esbuild: { "*": "build" },
  eslint: { "*": "build" },
  "g++": { "*": "build" },
  gcc: { "*": "build" },
  go: { test: "test", build: "build", vet: "build" },
  gradle: { test: "test", check: "test", build: "build", assemble: "build" },
  gradlew: { test: "test", check: "test", build: "build", assemble: "build" },
  javac: { "*": "build" },
  jest: { "*": "test" },
  just: { test: "test", check: "build", build: "build" },
  karma: { start: "test" },
  make: { test: "test", check: "test", "*": "build" },
  meson: { test: "test", compile: "build" },
  mix: { test: "test", compile: "build" },
  mocha: { "*": "test" },
  mvn: { test: "test", verify: "test", compile: "build", package: "build", install: "build" },
  mvnw: { test: "test", verify: "test", compile: "build", package: "build", install: "build" },
  mypy: { "*": "build" },
  next: { build: "build" },
  ng: { test: "test", build: "build" },
  ninja: { test: "test", "*": "build" },
  nox: { "*": "test" },
  nx: { test: "test", build: "build", lint: "build" },
  phpunit: { "*": "test" },
  playwright: { test: "test" },
  pyright: { "*": "build" },
  pytest: { "*": "test" },
  rake: { test: "test", spec: "test" },
  rollup: { "*": "build" },
  rspec: { "*": "test" },
  ruff: { check: "build" },
  rustc: { "*": "build" },
  sbt: { test: "test", compile: "build" },
  swift: { test: "test", build: "build" },
  tap: { "*": "test" },
  tox: { "*": "test" },
  tsc: { "*": "build" },
  turbo: { test: "test", build: "build", lint: "build" },
  unittest: { "*": "test" },
  vite: { build: "build" },
  vitest: { "*": "test" },
  webpack: { "*": "build" },
  zig: { test: "test", build: "build" },
};

/** Programs that run a script of the project by its name. */
const SCRIPT_RUNNERS = new Set(["npm", "pnpm", "yarn", "bun"]);
/** Words in front of what is really run. */
const WRAPPERS: readonly RegExp[] = [
  /^\w+=\S*\s+/u,
  /^(?:sudo|time|env|exec|command|nice|npx|bunx|uvx|winpty|xvfb-run)\s+(?:-\S+\s+)*/u,
  /^(?:pnpm|npm|yarn|bun)\s+(?:exec|dlx|x)\s+(?:--\s+)?/u,
  /^(?:uv|poetry|pipenv|pdm|hatch|rye)\s+run\s+/u,
  /^bundle\s+exec\s+/u,
  /^(?:python[\d.]*|py)\s+-m\s+/u,
];
const WRAPPERS_MAX = 6;
const TEST_WORD = /(?:^|[:._-])(?:tests?|specs?|e2e|unit|integration)(?:$|[:._-])/iu;
const BUILD_WORD = /(?:^|[:._-])(?:build|compile|check|lint|tsc|types?|typecheck|bundle)(?:$|[:._-])/iu;
/** Names that can be shown and stored; others are left out of a label. */
const PLAIN_NAME = /^[\w:.-]{1,32}$/u;
const LINE_CHARS_MAX = 2_000;

/** What a command line is for; of several commands in it, the first test, else the first build. */
export function nameCommand(commandLine: string): NamedRun | undefined {
  const named = commandLine
    .slice(0, LINE_CHARS_MAX)
    .split(/&&|\|\||[;|\n]/u)
    .map(nameOne)
    .filter((run) => run !== undefined);
  return named.find(({ purpose }) => purpose === "test") ?? named[0];
}

/** A task by its command line, else by what the editor has it for, else by its name. */
export function nameTask(task: {
  readonly name: string;
  readonly commandLine: string | undefined;
  readonly group: RunPurpose | undefined;
}): NamedRun | undefined {
  const byLine = task.commandLine === undefined ? undefined : nameCommand(task.commandLine);
  if (byLine) return byLine;
  const byName = nameCommand(task.name) ?? nameCommand(`npm run ${task.name}`);
  if (byName) return { ...byName, label: PLAIN_NAME.test(task.name) ? `task ${task.name}` : `${byName.purpose} task` };
  return task.group && { purpose: task.group, label: `${task.group} task` };
}

function nameOne(command: string): NamedRun | undefined {
  const [first = "", ...rest] = unwrapped(command.trim()).split(/\s+/u);
  const program = programName(first);
  const words = rest.filter((word) => !word.startsWith("-"));
  if (SCRIPT_RUNNERS.has(program)) return nameScript(program, words);
  if (program === "node") return rest.some((word) => /^--test(?:$|=)/u.test(word)) ? test("node --test") : undefined;
  const purposes = Object.hasOwn(PROGRAMS, program) ? PROGRAMS[program] : undefined;
  if (!purposes) return undefined;
  // Gradle's and Bazel's words come with a path of the project in front.
  const told = words.map((word) => word.slice(word.lastIndexOf(":") + 1)).find((word) => Object.hasOwn(purposes, word));
  if (told !== undefined && told !== "*") return { purpose: purposes[told]!, label: `${program} ${told}` };
  return purposes["*"] && { purpose: purposes["*"], label: program };
}

function unwrapped(command: string): string {
  let rest = command;
  for (let round = 0; round < WRAPPERS_MAX; round++) {
    const wrapper = WRAPPERS.find((pattern) => pattern.test(rest));
    if (!wrapper) break;
    rest = rest.replace(wrapper, "");
  }
  return rest;
}

function programName(word: string): string {
  const name = word.replaceAll(/["']/gu, "").split(/[\\/]/u).at(-1)!;
  return name.replace(/\.(?:exe|cmd|bat|sh|ps1|js|mjs|cjs|py)$/iu, "").toLowerCase();
}

/** `npm test`, `npm run test:unit`, `yarn build`. */
function nameScript(runner: string, words: readonly string[]): NamedRun | undefined {
  const script = words[0] === "run" || words[0] === "run-script" ? words[1] : words[0];
  if (script === undefined || !PLAIN_NAME.test(script)) return undefined;
  const label = `${runner} ${words[0] === script ? "" : "run "}${script}`;
  if (TEST_WORD.test(script) || (runner === "npm" && (script === "t" || script === "tst"))) return test(label);
  return BUILD_WORD.test(script) ? { purpose: "build", label } : undefined;
}

function test(label: string): NamedRun {
  return { purpose: "test", label };
}
