/**
 * Which files are never looked at: the user's `privacy.exclude` patterns, and apart from them the folders and files
 * that nobody wrote by hand (dependencies, build output, lock files). Patterns have the form and the meaning of
 * `.gitignore`. What git itself ignores is read from the folders, see `learn/walk.ts`.
 */
import ignore from "ignore";
import type { Ignore } from "ignore";

export type ExcludeReason =
  /** One of the user's patterns. */
  | "private"
  /** Dependencies, build output, generated files. */
  | "generated";

export interface Exclude {
  /**
   * Why a path is out, or undefined. `relativePath` is relative to the workspace root, with "/" and without one at
   * either end: what lies above the root never counts, so that a root inside `node_modules` works. A path is out with
   * any of its parents.
   */
  excludes(relativePath: string, isDirectory: boolean): ExcludeReason | undefined;
}

/** `patterns` are the user's, in any case of letters: `*secret*` also means `Secret.ts`. */
export function createExclude(options: { readonly patterns: readonly string[] }): Exclude {
  const own = new Patterns({ ignoreCase: true }).with(options.patterns);
  const generated = new Patterns({ ignoreCase: false }).with(GENERATED);
  return {
    excludes: (relativePath, isDirectory) => {
      if (own.ignores(relativePath, isDirectory)) return "private";
      return generated.ignores(relativePath, isDirectory) ? "generated" : undefined;
    },
  };
}

/** A list of patterns of `.gitignore` form; a later one outranks an earlier one. Never changes. */
export class Patterns {
  readonly #ignoreCase: boolean;
  #rules: Ignore;
  #asked = 0;

  constructor(options: { readonly ignoreCase: boolean }) {
    this.#ignoreCase = options.ignoreCase;
    this.#rules = ignore({ ignoreCase: options.ignoreCase });
  }

  /** These patterns and, after them, others. */
  with(patterns: readonly string[]): Patterns {
    const extended = new Patterns({ ignoreCase: this.#ignoreCase });
    extended.#rules.add(this.#rules).add(patterns);
    return extended;
  }

  /** Whether the path, or a directory above it, is ignored. "/" between the parts and at neither end. */
  ignores(relativePath: string, isDirectory: boolean): boolean {
    if (!ignore.isPathValid(relativePath)) throw new Error("bug: paths are relative to the folder of the patterns");
    // The library remembers every path it was asked about; a copy of the rules has forgotten them.
    if (++this.#asked % ASKED_MAX === 0) this.#rules = ignore({ ignoreCase: this.#ignoreCase }).add(this.#rules);
    return this.#rules.test(isDirectory ? `${relativePath}/` : relativePath).ignored;
  }
}

const ASKED_MAX = 10_000;

/** Only names that mean the same everywhere: `bin` and `lib` hold source as often as not. */
const GENERATED: readonly string[] = [
  // Version control
  ".git",
  ".hg/",
  ".svn/",
  ".jj/",
  // Dependencies
  "node_modules/",
  "bower_components/",
  "jspm_packages/",
  "vendor/",
  "Pods/",
  "Carthage/",
  ".venv/",
  "venv/",
  "site-packages/",
  ".yarn/",
  ".pnpm-store/",
  // Build output
  "dist/",
  "build/",
  "out/",
  "target/",
  "obj/",
  "_build/",
  "bazel-*/",
  "cmake-build-*/",
  "DerivedData/",
  ".next/",
  ".nuxt/",
  ".output/",
  ".svelte-kit/",
  ".astro/",
  ".angular/",
  ".docusaurus/",
  ".vercel/",
  ".turbo/",
  ".parcel-cache/",
  ".gradle/",
  ".dart_tool/",
  ".terraform/",
  ".serverless/",
  ".stack-work/",
  "dist-newstyle/",
  "*.egg-info/",
  "elm-stuff/",
  // Caches and reports
  "__pycache__/",
  ".mypy_cache/",
  ".pytest_cache/",
  ".ruff_cache/",
  ".tox/",
  ".nox/",
  ".eggs/",
  ".ipynb_checkpoints/",
  ".cache/",
  "coverage/",
  "htmlcov/",
  ".nyc_output/",
  // Editors
  ".idea/",
  ".vs/",
  ".vscode-test/",
  ".history/",
  // Generated files
  "*.min.js",
  "*.min.css",
  "*.min.mjs",
  "*-min.js",
  "*.bundle.js",
  "*.map",
  "*.lock",
  "package-lock.json",
  "npm-shrinkwrap.json",
  "pnpm-lock.yaml",
  "go.sum",
  "*.pb.go",
  "*.pb.cc",
  "*.pb.h",
  "*_pb2.py",
  "*_pb2_grpc.py",
  "*_pb.js",
  "*.g.dart",
  "*.freezed.dart",
  "*.designer.cs",
  "*.Designer.cs",
  "*.g.cs",
  "*.snap",
];
