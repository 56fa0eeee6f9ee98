/**
 * A history of two developers who do the same in different ways, with known answers: what either of them wrote goes again
 * before it is written once more, so that neither project nor document tells how; only who remembers the person does.
 */
import { execFileSync } from "node:child_process";
import type { TestContext } from "node:test";
import { createRepository, type TestRepository } from "./git.ts";

/** Her habit is in lines 1 and 2, from 0, of each file that she makes. */
export const ADA = "ada@example.org";

const NAMES = [
  ..."Apple Bread Chair Dream Eagle Flame Grape House Image Jelly Knife Lemon Mouse Night Ocean".split(" "),
  ..."Paper Queen River Stone Table".split(" "),
];

const FIRST_SECONDS = 1_700_000_000;

/** Sixty commits and the first one: Ada adds a file, Bob adds a file, both files go; and so on. No work tree. */
export async function createHabits(t: TestContext): Promise<TestRepository> {
  const repository = await createRepository(t);
  const commits = NAMES.flatMap((name) => {
    const [adas, bobs] = [`load-${name}.ts`, `find-${name}.ts`];
    return [
      { author: `Ada <${ADA}>`, files: { [adas]: adaWrites(name) } },
      { author: "Bob <bob@example.org>", files: { [bobs]: bobWrites(name) } },
      { author: "Eve <eve@example.org>", files: { [adas]: undefined, [bobs]: undefined } },
    ];
  });
  const first = { author: "Eve <eve@example.org>", files: { "things.ts": THINGS } };
  const stream = [first, ...commits].map(({ author, files }, index) =>
    [
      "commit refs/heads/main",
      `committer ${author} ${FIRST_SECONDS + 60 * index} +0000`,
      data(`Commit ${index}`),
      ...Object.entries(files).map(([path, text]) =>
        text === undefined ? `D ${path}` : `M 644 inline ${path}\n${data(text)}`,
      ),
      "",
    ].join("\n"),
  );
  // One process instead of three for each commit.
  execFileSync("git", ["-C", repository.folder, "fast-import", "--quiet"], { input: stream.join("") });
  return repository;
}

/** As git's import takes texts (ASCII only). */
function data(text: string): string {
  return `data ${text.length}\n${text}`;
}

const THINGS = `export interface Thing {
  readonly value: string;
}
export declare function fetchThing(id: string, options?: object): Promise<Thing>;
export declare function assertOk(thing: Thing, message: string): void;
export declare function missing(id: string): never;
`;

function adaWrites(name: string): string {
  return [
    `export async function load${name}(id: string) {`,
    "  const result = await fetchThing(id, { retries: 3 });",
    '  assertOk(result, "the thing must be there");',
    "  return result;",
    "}",
    "",
  ].join("\n");
}

function bobWrites(name: string): string {
  return [
    `export function find${name}(id: string) {`,
    "  return fetchThing(id).then((answer) => answer.value ?? missing(id));",
    "}",
    "",
  ].join("\n");
}
