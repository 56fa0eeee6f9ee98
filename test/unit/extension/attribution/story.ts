/** A morning's work, written down by hand. Machine-written text is drawn as "⟦name:text⟧", all else is the developer's. */
import type { Event } from "./recording.ts";

const A = "file:///w/user.ts";
const B = "file:///w/order.ts";
const C = "file:///w/orders.ts";

export const STORY: readonly Event[] = [
  { kind: "open", uri: A, content: "export function name(user) {\n\n}\n" },
  { kind: "open", uri: B, content: "// Orders\n" },
  // A suggestion is accepted, and improved in the middle.
  { kind: "accept", uri: A, at: 29, text: "return user.first+user.last;", id: "one" },
  edit(A, 47, 0, '" "'),
  edit(A, 50, 0, "+"),
  check(A, 'export function name(user) {\n⟦one:return user.first+⟧" "+⟦one:user.last;⟧\n}\n'),
  // Saved: the formatter indents the line and puts spaces around the signs. Whose they are nobody can say.
  change(A, [
    [51, 0, " "],
    [50, 0, " "],
    [47, 0, " "],
    [46, 0, " "],
    [29, 0, "  "],
  ]),
  { kind: "save", uri: A },
  check(
    A,
    'export function name(user) {\n⟦?:  ⟧⟦one:return user.first⟧⟦?: ⟧⟦one:+⟧⟦?: ⟧" "⟦?: ⟧+⟦?: ⟧⟦one:user.last;⟧\n}\n',
  ),
  // "user" becomes "person" wherever it stands.
  change(A, [
    [57, 4, "person"],
    [38, 4, "person"],
    [21, 4, "person"],
  ]),
  check(
    A,
    'export function name(person) {\n⟦?:  ⟧⟦one:return ⟧person⟦one:.first⟧⟦?: ⟧⟦one:+⟧⟦?: ⟧" "⟦?: ⟧+⟦?: ⟧person⟦one:.last;⟧\n}\n',
  ),
  // That was no good idea.
  change(
    A,
    [
      [21, 6, "user"],
      [38, 6, "user"],
      [57, 6, "user"],
    ],
    "undo",
  ),
  check(
    A,
    'export function name(user) {\n⟦?:  ⟧⟦one:return user.first⟧⟦?: ⟧⟦one:+⟧⟦?: ⟧" "⟦?: ⟧+⟦?: ⟧⟦one:user.last;⟧\n}\n',
  ),
  // The second suggestion is one too many here: it goes to the other file, a little later, and indented.
  { kind: "accept", uri: A, at: 70, text: "export const total = (order) => order.price;\n", id: "two" },
  edit(A, 70, 45, ""),
  { kind: "wait", ms: 8_000 },
  edit(B, 10, 0, "  export const total = (order) => order.price;\n"),
  check(B, "// Orders\n⟦?:  ⟧⟦two:export const total = (order) => order.price;\n⟧"),
  // Pasted once more it is a copy; what comes from the web is no suggestion either.
  edit(B, 57, 0, "  export const total = (order) => order.price;\n// from the web\n"),
  check(
    B,
    "// Orders\n⟦?:  ⟧⟦two:export const total = (order) => order.price;\n⟧  export const total = (order) => order.price;\n// from the web\n",
  ),
  // The line of the suggestion goes below the copy: the editor moves the copy above it.
  change(B, [
    [57, 47, ""],
    [10, 0, "  export const total = (order) => order.price;\n"],
  ]),
  check(
    B,
    "// Orders\n  export const total = (order) => order.price;\n⟦?:  ⟧⟦two:export const total = (order) => order.price;\n⟧// from the web\n",
  ),
  // The file gets a better name.
  { kind: "rename", from: B, to: C, isToldFirst: false },
  check(
    C,
    "// Orders\n  export const total = (order) => order.price;\n⟦?:  ⟧⟦two:export const total = (order) => order.price;\n⟧// from the web\n",
  ),
  // A look at another branch, which has nothing of this.
  change(C, [[0, 120, "// Nothing\n"]], "reload"),
  { kind: "wait", ms: 30_000 },
  change(
    C,
    [
      [
        0,
        11,
        "// Orders\n  export const total = (order) => order.price;\n  export const total = (order) => order.price;\n// from the web\n",
      ],
    ],
    "reload",
  ),
  // The window is reloaded, and work goes on.
  { kind: "restart" },
  edit(C, 59, 6, ""),
  edit(C, 66, 5, "sum"),
  check(
    C,
    "// Orders\n  export const total = (order) => order.price;\n⟦?:  ⟧⟦two: const ⟧sum⟦two: = (order) => order.price;\n⟧// from the web\n",
  ),
  check(
    A,
    'export function name(user) {\n⟦?:  ⟧⟦one:return user.first⟧⟦?: ⟧⟦one:+⟧⟦?: ⟧" "⟦?: ⟧+⟦?: ⟧⟦one:user.last;⟧\n}\n',
  ),
];

function edit(uri: string, offset: number, deleted: number, inserted: string): Event {
  return change(uri, [[offset, deleted, inserted]]);
}

type Cause = Extract<Event, { kind: "change" }>["cause"];

function change(uri: string, edits: readonly (readonly [number, number, string])[], cause: Cause = "edit"): Event {
  return { kind: "change", uri, edits, cause };
}

function check(uri: string, drawing: string): Event {
  const runs = [...drawing.matchAll(/⟦(?<owner>[^:]+):(?<text>[^⟧]*)⟧|(?<human>[^⟦]+)/gu)].map(({ groups }) => {
    const { owner = "", text = "", human = "" } = groups!;
    return [text.length + human.length, owner] as const;
  });
  return { kind: "check", truth: { [uri]: runs } };
}
