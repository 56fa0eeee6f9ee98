/**
 * Style in a real editor: the same correction made twice by hand, the third suggestion arrives corrected, the status bar
 * says what was learned, "Why This Suggestion?" names it, and "Not My Style" takes it back. What was turned down stays
 * away, also after a restart.
 */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { silentLog } from "../../sidecar/base/log.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
import { allRejected } from "../../sidecar/store/rejected.ts";
import { type Editor, openEditor } from "../support/editor.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";

/** A line that a project has once, so that it is suggested where the same beginning is typed. */
interface Line {
  readonly name: string;
  readonly list: string;
  readonly item: string;
}
const FIRST: Line = { name: "isMember", list: "roles", item: "role" };
const SECOND: Line = { name: "tagged", list: "tags", item: "tag" };
const THIRD: Line = { name: "known", list: "names", item: "name" };

/** What a developer does to suggestions again and again. */
interface Habit {
  readonly name: string;
  readonly written: (line: Line) => string;
  readonly corrected: (line: Line) => string;
  /** Makes the one of the other; the cursor stands behind the suggestion. */
  readonly correct: (editor: Editor, line: Line) => Promise<void>;
  /** What the status bar says when it was made. */
  readonly learned: RegExp;
  /** How it is called in lists. */
  readonly title: RegExp;
  /** How it begins in the status bar, which has no room for all of it. */
  readonly short: RegExp;
}

const INCLUDES: Habit = {
  name: "correction",
  written: ({ list, item }) => `${list}.indexOf(${item}) !== -1;`,
  corrected: ({ list, item }) => `${list}.includes(${item});`,
  correct: async (editor, { item }) => {
    await press(editor, "ArrowLeft", 1);
    await press(editor, "Backspace", " !== -1".length);
    await press(editor, "ArrowLeft", `(${item})`.length);
    await press(editor, "Backspace", "indexOf".length);
    await editor.type("includes");
  },
  learned: /learned: .*includes/,
  title: /includes/,
  short: /indexOf/,
};

const QUOTES: Habit = {
  name: "convention",
  written: ({ list, item }) => `${item}By("${list}");`,
  corrected: ({ list, item }) => `${item}By('${list}');`,
  correct: async (editor, { list }) => {
    await press(editor, "ArrowLeft", 2);
    await press(editor, "Backspace", 1);
    await editor.type("'");
    await press(editor, "ArrowLeft", `${list}'`.length);
    await press(editor, "Backspace", 1);
    await editor.type("'");
  },
  learned: /learned: (?:.*single quotes|.* → '\w+')/,
  title: /single quotes/,
  short: /single quotes/,
};

/** Line 2 is blank in the files where it is missing: there it is written. */
const BLANK_LINE = 2;
/** Where it is missing, a file for each time that it is written. */
type Place = "next" | "last" | "restarted";

function fileWith({ list, item }: Line, name: string, line: string): string {
  return `export function ${name}(${list}: string[], ${item}: string) {\n${line}\n  return ${list};\n}\n`;
}

const beginOf = ({ name }: Line): string => `  const ${name} = `;
/** What is likely as well, if the first is not wanted. */
const secondOf = ({ list, item }: Line): string => `find(${list}, ${item});`;

async function openWorkspaceFor(t: TestContext, { written }: Habit): Promise<Editor> {
  const files = [FIRST, SECOND, THIRD].flatMap((line) => [
    [`src/${line.list}.ts`, fileWith(line, "first", beginOf(line) + written(line))],
    [`src/${line.list}-other.ts`, fileWith(line, "other", beginOf(line) + secondOf(line))],
    ...(["next", "last", "restarted"] satisfies Place[]).map((name) => [
      `src/${line.list}-${name}.ts`,
      fileWith(line, name, ""),
    ]),
  ]);
  const workspace = await temporaryFolder(t);
  await writeFiles(workspace, Object.fromEntries(files) as Record<string, string>);
  const settings = { "tacit.learning.settleSeconds": 2, "tacit.suggest.multiLine": false };
  return openEditor({ workspace, settings });
}

async function restart(editor: Editor): Promise<void> {
  await editor.restart();
  await editor.waitUntilRead();
}

/** Begins the line where it is missing. */
async function begin(editor: Editor, line: Line, place: Place): Promise<void> {
  await editor.openFile(`src/${line.list}-${place}.ts`, { line: BLANK_LINE });
  await editor.insert(beginOf(line));
  await editor.waitForText(beginOf(line).trimEnd());
}

/** What is offered behind that beginning. */
async function offered(editor: Editor, line: Line, place: Place): Promise<string> {
  await begin(editor, line, place);
  return editor.waitForGhostText();
}

/** What is offered there where the user asks for whatever there is. */
async function offeredOnDemand(editor: Editor, line: Line, place: Place): Promise<string> {
  await begin(editor, line, place);
  await editor.command("Trigger Inline Suggestion");
  return editor.waitForGhostText();
}

/** Takes the suggestion that is shown, corrects it by hand, and waits until that is learned. */
async function acceptAndCorrect(editor: Editor, habit: Habit, line: Line): Promise<void> {
  await editor.accept();
  await editor.waitForText(habit.written(line));
  await habit.correct(editor, line);
  await editor.waitForText(habit.corrected(line));
  // Away from the place, so that nothing more is offered there.
  await editor.press("Control+Home");
  await editor.waitForStatus(habit.learned);
  await editor.save();
}

async function press(editor: Editor, key: string, times: number): Promise<void> {
  for (let left = times; left > 0; left--) await editor.press(key);
}

for (const habit of [INCLUDES, QUOTES]) {
  test(`a ${habit.name} made twice arrives by itself, is explained, vetoed and given back`, async (t) => {
    await using editor = await openWorkspaceFor(t, habit);
    await editor.waitUntilRead();
    for (const line of [FIRST, SECOND]) {
      const shown = await offered(editor, line, "next");
      // What is already right need not be corrected again.
      if (shown === habit.corrected(line)) break;
      assert.equal(shown, habit.written(line));
      await acceptAndCorrect(editor, habit, line);
    }

    assert.equal(await offered(editor, THIRD, "next"), habit.corrected(THIRD));
    await editor.screenshot(`style-${habit.name}-1-corrected`);
    await editor.command("Tacit: Why This Suggestion?");
    await editor.until("what was learned is named", async () => (await editor.picks()).some(named(habit)));
    await editor.screenshot(`style-${habit.name}-2-why`);
    await editor.press("Escape");

    assert.equal(await offered(editor, THIRD, "last"), habit.corrected(THIRD));
    await editor.press("Control+Alt+X");
    assert.match(await editor.waitForStatus(/vetoed: .*Undo/), habit.short);
    assert.equal(await editor.waitForGhostText(habit.written(THIRD)), habit.written(THIRD));
    await editor.screenshot(`style-${habit.name}-3-vetoed`);

    await editor.clickStatus();
    await editor.waitForStatus((text) => !text.includes("Undo"));
    await editor.command("Trigger Inline Suggestion");
    await editor.waitForGhostText(habit.corrected(THIRD));

    await editor.command("Tacit: Show Learned Style");
    await editor.until("a list is shown", async () => (await editor.picks()).length > 0);
    // One language alone is not asked for.
    if ((await editor.picks()).includes("typescript")) await editor.pick("typescript");
    await editor.pick(habit.title);
    await editor.pick(/Veto/);
    await editor.waitForStatus(/vetoed: /);
    await restart(editor);
    assert.equal(await offered(editor, THIRD, "restarted"), habit.written(THIRD));
  });
}

function named({ title }: Habit): (label: string) => boolean {
  return (label) => title.test(label);
}

test("what was dismissed or vetoed as a text stays away, also after a restart", async (t) => {
  const habit = INCLUDES;
  await using editor = await openWorkspaceFor(t, habit);
  await editor.waitUntilRead();
  assert.equal(await offered(editor, FIRST, "next"), habit.written(FIRST));
  await editor.dismiss();
  await editor.until("the rejection is stored", () => rejectionsOf(editor) === 1);
  assert.equal(await offeredOnDemand(editor, FIRST, "last"), secondOf(FIRST));

  assert.equal(await offered(editor, SECOND, "next"), habit.written(SECOND));
  await editor.press("Control+Alt+X");
  await editor.waitForStatus(/vetoed: tags\.indexOf/);
  assert.equal(await editor.waitForGhostText(secondOf(SECOND)), secondOf(SECOND));

  await restart(editor);
  assert.equal(await offered(editor, THIRD, "restarted"), habit.written(THIRD), "others are offered as ever");
  assert.equal(await offeredOnDemand(editor, FIRST, "restarted"), secondOf(FIRST));
  assert.equal(await offeredOnDemand(editor, SECOND, "restarted"), secondOf(SECOND));
});

function rejectionsOf(editor: Editor): number {
  const { database } = openDatabase(editor.home, silentLog);
  try {
    return allRejected(database).length;
  } finally {
    database.close();
  }
}
