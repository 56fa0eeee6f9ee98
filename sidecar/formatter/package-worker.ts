/** The process that holds a project's Prettier: one text in, one answer out. `package.ts` is its client. */
import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { FormatAnswer } from "./formatter.ts";

export interface PackageTask {
  readonly id: number;
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

export interface PackageAnswer {
  readonly id: number;
  readonly answer: FormatAnswer | { readonly kind: "broken"; readonly reason: string };
}

/** As much of Prettier (2 and 3) as is used here. */
interface Prettier {
  format(text: string, options: object): string | Promise<string>;
  resolveConfig(path: string, options: { readonly editorconfig: boolean }): Promise<object | null>;
  getFileInfo(
    path: string,
    options: { readonly ignorePath: string },
  ): Promise<{ readonly ignored: boolean; readonly inferredParser: string | null }>;
}

const [, , location, root] = process.argv;
if (process.send && location !== undefined && root !== undefined) {
  const send = process.send.bind(process);
  // Whoever asks has gone.
  process.on("disconnect", () => process.exit());
  const loading = load(location);
  // Told with the answer to the first text.
  loading.catch(() => undefined);
  process.on("message", (message) => {
    const { id, path, text } = message as PackageTask;
    void answer(loading, path, text, root).then((result) => send({ id, answer: result } satisfies PackageAnswer));
  });
}

async function answer(
  loading: Promise<Prettier>,
  path: string,
  text: string,
  root: string,
): Promise<PackageAnswer["answer"]> {
  let prettier: Prettier;
  let options: object;
  try {
    prettier = await loading;
    const file = await prettier.getFileInfo(path, { ignorePath: join(root, ".prettierignore") });
    if (file.ignored || file.inferredParser === null) return { kind: "ignored" };
    options = (await prettier.resolveConfig(path, { editorconfig: true })) ?? {};
  } catch (error) {
    // Reported: the package or its configuration is broken.
    return { kind: "broken", reason: error instanceof Error ? error.message : String(error) };
  }
  try {
    return { kind: "formatted", text: await prettier.format(text, { ...options, filepath: path, endOfLine: "lf" }) };
  } catch (error) {
    // Its message quotes the text; what kind of error it was says enough.
    return { kind: "refused", reason: error instanceof Error ? error.name : "it failed" };
  }
}

async function load(location: string): Promise<Prettier> {
  const entry = createRequire(join(location, "package.json")).resolve(location);
  const loaded = (await import(pathToFileURL(entry).href)) as Prettier & { readonly default?: Prettier };
  return loaded.default ?? loaded;
}
