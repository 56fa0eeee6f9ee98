/**
 * A history of two developers who do the same in different ways, with known answers: what either of them wrote goes again
 * before it is written once more, so that neither project nor document tells how; only who remembers the person does.
 */
import type { TestContext } from "node:test";
import { createRepository, type TestRepository } from "./git.ts";

/** Her habit is in lines 1 and 2, from 0, of each file that she makes. */
export const ADA = "ada@example.org";

const NAMES = [
  ..."Apple Bread Chair Dream Eagle Flame Grape House Image Jelly Knife Lemon Mouse Night Ocean".split(" "),
  ..."Paper Queen River Stone Table".split(" "),
];

/** Sixty commits and the first one: Ada adds a file, Bob adds a file, both files go; and so on. */
export async function createHabits(t: TestContext): Promise<TestRepository> {
  const repository = await createRepository(t);
  await repository.commit({ "things.ts": THINGS, "README.md": "# Things\n" });
  for (const name of NAMES) {
    const [adas, bobs] = [`load-${name.toLowerCase()}.ts`, `find-${name.toLowerCase()}.ts`];
    await repository.commit({ [adas]: adaWrites(name) }, { author: `Ada <${ADA}>` });
    await repository.commit({ [bobs]: bobWrites(name) }, { author: "Bob <bob@example.org>" });
    await repository.commit({ [adas]: null, [bobs]: null }, { author: "Eve <eve@example.org>" });
  }
  return repository;
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
