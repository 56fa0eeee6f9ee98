#!/usr/bin/env node
/**
 * Starts the command line (dist/cli.mjs). The store needs node:sqlite; a Node that lacks it hands over to the one that
 * comes as a package. Parses on Node 20.
 */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** First version whose node:sqlite needs no flag. */
const [MAJOR_MIN, MINOR_MIN] = [22, 13];

const [major, minor] = process.versions.node.split(".").map(Number);
if (major > MAJOR_MIN || (major === MAJOR_MIN && minor >= MINOR_MIN)) await runHere();
else runWithNewerNode();

async function runHere() {
  // SQLite is why a recent Node is asked for; that it is still called experimental there is no news to the user.
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning, ...rest) => {
    const type = typeof rest[0] === "object" ? rest[0]?.type : rest[0];
    if (type === "ExperimentalWarning" && String(warning).includes("SQLite")) return;
    emitWarning.call(process, warning, ...rest);
  };
  const cli = new URL("../dist/cli.mjs", import.meta.url);
  if (!existsSync(cli)) fail("tacit is not built yet. Run `npm start` or `npm run build` in its folder first.");
  await import(cli.href);
}

function runWithNewerNode() {
  const name = `node-${process.platform}-${process.arch}`;
  const node = fileURLToPath(new URL(`../node_modules/${name}/bin/node`, import.meta.url));
  if (!existsSync(node)) {
    fail(
      `tacit needs Node ${MAJOR_MIN}.${MINOR_MIN} or newer; this is ${process.version}. Install Node 24, or run \`npm run setup\` in tacit's folder.`,
    );
  }
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: "inherit" });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("error", (error) => fail(`${node} cannot be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    process.removeAllListeners(signal);
    process.kill(process.pid, signal);
  });
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
