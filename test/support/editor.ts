/**
 * A real VS Code for tests: code-server with the packaged extension, driven by a headless Chromium. All that it keeps
 * lies in one temporary folder; all its processes end with `close`, or with the test's process. Every helper waits for
 * the condition it names, so tests need no sleeps. A wait that runs out says what the screen showed and leaves a
 * picture in build/screenshots/.
 *
 * ```ts
 * await using editor = await openEditor({ workspace });
 * await editor.openFile("src/a.ts", { line: 12 });
 * await editor.type("const x = ");
 * await editor.waitForGhostText(/find/);
 * await editor.accept();
 * ```
 */
import { cp, mkdir, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { inspect } from "node:util";
import { chromium, type BrowserContext, type Page } from "playwright-core";
import { provideChromium } from "../../scripts/chromium.ts";
import {
  addressOf,
  EDITOR_FOLDER,
  findFreePort,
  installCodeServer,
  installVsix,
  OFFLINE_SETTINGS,
  startCodeServer,
  writeSettings,
  type CodeServer,
} from "../../scripts/code-server.ts";
import { ROOT, vsixFile } from "../../scripts/vsix.ts";
import { readGhostText, readLines, readRows, readText, type Row, waitUntilIdle } from "./screen.ts";

const CHROMIUM_FLAGS = [
  ...["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"],
  ...["--disable-component-update", "--disable-sync", "--force-color-profile=srgb"],
];

/** Keys mean the same in every test: Enter and Tab never go to the list of ordinary completions. */
const QUIET_SETTINGS = {
  "chat.disableAIFeatures": true,
  "editor.acceptSuggestionOnEnter": "off",
  "editor.minimap.enabled": false,
  "editor.quickSuggestions": { other: "off", comments: "off", strings: "off" },
  "editor.suggestOnTriggerCharacters": false,
  "editor.wordBasedSuggestions": "off",
  "files.autoSave": "off",
  "files.hotExit": "off",
  "git.openRepositoryInParentFolders": "never",
  "security.workspace.trust.startupPrompt": "never",
  "workbench.reduceMotion": "on",
} as const;

/** Status bar items carry the identifier of their extension. */
const STATUS_ITEM = '.statusbar-item[id^="tacit.tacit"]';
const ACTIVE_EDITOR = ".editor-group-container.active .editor-instance .monaco-editor";
const QUICK_INPUT = ".quick-input-widget";
const TOAST = ".notification-toast .notification-list-item-message";

/** The editor's own complaints about parts of it that are not compiled or not shipped. */
const CONSOLE_NOISE = /spdlog|vsda/;

/** Most that a condition may take on a slow machine; it is never what is expected. */
const WAIT_MS_MAX = 20_000;
/** Some hundred files, on a machine that is busy with other things. */
const READ_MS_MAX = 90_000;
/** From an empty page to a running extension. */
const READY_MS_MAX = 90_000;
/** A row that is not hit in this time has moved. */
const CLICK_MS = 2_000;
const POLL_MS = 40;
/** A suggestion may be replaced by a longer one that was still being worked on. */
const SETTLE_MS = 200;
/** Between two typed characters, as a fast typist does it. */
const TYPE_MS = 40;
/** A key that has done nothing for so long is pressed again. */
const KEY_LOST_MS = 4_000;

export type Settings = Readonly<Record<string, unknown>>;

export interface EditorOptions {
  /** Folder to open. A copy of it is opened, so that a test cannot change it; `inPlace` opens the folder itself. */
  readonly workspace: string;
  readonly inPlace?: boolean;
  /** Extension to install (none: what `npm run package` wrote). Its identifier must be `tacit.tacit`. */
  readonly vsix?: string;
  /** Another extension beside it. */
  readonly otherVsix?: string;
  /** Opens the folder as one that is not trusted; what else asks for trust asks. */
  readonly isUntrusted?: boolean;
  /** User settings beside those that keep the editor off the network and its own completions out of the way. */
  readonly settings?: Settings;
  /** Settings of the machine: those that a workspace must not set. */
  readonly machineSettings?: Settings;
  /** Tacit's data folder, as `TACIT_HOME` (none: an empty one that is erased with the editor). */
  readonly home?: string;
  /** Folder for the editor's settings and state (none: an empty one that is erased with the editor). */
  readonly userData?: string;
  /** Further variables for the editor and all that it starts. */
  readonly env?: Readonly<Record<string, string>>;
  /** Size in points (1280 × 800) and pixels per point (1; 2 makes pictures for a README). */
  readonly window?: { readonly width: number; readonly height: number; readonly scale?: number };
}

/** What a text must be like: contained, matched, or as the function says. */
export type Expected = string | RegExp | ((text: string) => boolean);

export interface WaitOptions {
  readonly timeoutMs?: number;
}

/** Opens the editor and resolves when the extension shows its status bar item. */
export async function openEditor(options: EditorOptions): Promise<Editor> {
  endWithTest();
  const executablePath = await provideChromium();
  await installCodeServer();
  const folder = await mkdtemp(join(tmpdir(), "tacit-editor-"));
  const closes = [() => rm(folder, { recursive: true, force: true, maxRetries: 5 })];
  try {
    const workspace = options.inPlace ? options.workspace : join(folder, basename(options.workspace));
    if (!options.inPlace) await cp(options.workspace, workspace, { recursive: true });
    const userData = options.userData ?? join(folder, "user-data");
    const { otherVsix, isUntrusted = false } = options;
    const extensions = join(EDITOR_FOLDER, otherVsix ? "test-extensions-with-other" : "test-extensions");
    const profile = { userData, extensions };
    await installVsix(profile, options.vsix ?? vsixFile(), ...(otherVsix ? [otherVsix] : []));
    await writeSettings(profile, { ...OFFLINE_SETTINGS, ...QUIET_SETTINGS, ...options.settings });
    const configure = (settings: Settings): Promise<void> => writeSettings(profile, settings, "Machine");
    await configure(options.machineSettings ?? {});

    const home = options.home ?? join(folder, "tacit-home");
    const userHome = join(folder, "user-home");
    await mkdir(userHome);
    // The same port after a restart: what the window keeps in the browser belongs to its address.
    const port = await findFreePort();
    const startServer = () =>
      startCodeServer(profile, {
        port,
        asksForTrust: isUntrusted,
        env: { ...options.env, HOME: userHome, TACIT_HOME: home },
      });

    const browser = await chromium.launch({ executablePath, args: CHROMIUM_FLAGS, chromiumSandbox: false });
    closes.push(() => browser.close());
    const { width = 1280, height = 800, scale = 1 } = options.window ?? {};
    const context = await browser.newContext({ viewport: { width, height }, deviceScaleFactor: scale });
    const storage = join(userData, "User", "globalStorage", "tacit.tacit");
    const editor = new Editor({ workspace, home, storage, context, startServer, configure, closes });
    await editor.start();
    return editor;
  } catch (error) {
    await closeAll(closes);
    throw error;
  }
}

interface EditorDeps {
  readonly workspace: string;
  readonly home: string;
  readonly storage: string;
  readonly context: BrowserContext;
  readonly startServer: () => Promise<CodeServer>;
  readonly configure: (settings: Settings) => Promise<void>;
  readonly closes: Array<() => Promise<void>>;
}

/** One window and the server behind it. */
export class Editor implements AsyncDisposable {
  /** The opened folder. */
  readonly workspace: string;
  /** Tacit's data folder. */
  readonly home: string;
  /** Where the editor lets the extension keep its files. */
  readonly storage: string;
  /** What the window reported on its console as errors, for a look at a failure. */
  readonly consoleErrors: string[] = [];

  readonly #deps: EditorDeps;
  #server: CodeServer | undefined;
  #page: Page | undefined;

  constructor(deps: EditorDeps) {
    this.workspace = deps.workspace;
    this.home = deps.home;
    this.storage = deps.storage;
    this.#deps = deps;
    deps.closes.push(() => this.stop());
  }

  /** The window, for what has no helper here. It is another one after `restart`. */
  get page(): Page {
    if (!this.#page) throw new Error("the editor is stopped");
    return this.#page;
  }

  // Life cycle

  /** Starts server and window after `stop`. */
  async start(): Promise<void> {
    this.#server = await this.#deps.startServer();
    this.#page = await this.#deps.context.newPage();
    this.#page.on("console", (message) => {
      const text = message.text();
      if (message.type() === "error" && !CONSOLE_NOISE.test(text)) this.consoleErrors.push(text.slice(0, 1000));
    });
    await this.#page.goto(addressOf(this.#server, this.workspace), { waitUntil: "domcontentloaded" });
    await this.#until("the extension shows its status", async () => (await this.statusBar()) !== "", {
      timeoutMs: READY_MS_MAX,
    });
  }

  /** Ends window, server, extension host and sidecar; what they keep on disk stays. */
  async stop(): Promise<void> {
    await this.#page?.close();
    await this.#server?.stop();
    this.#page = undefined;
    this.#server = undefined;
  }

  /** Quits the editor and opens it again with the same settings, state and data. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** Reloads the window; the server goes on. What was not saved comes back. */
  async reload(): Promise<void> {
    await this.page.reload({ waitUntil: "domcontentloaded" });
    await this.#until("the extension shows its status again", async () => (await this.statusBar()) !== "", {
      timeoutMs: READY_MS_MAX,
    });
  }

  async close(): Promise<void> {
    await closeAll(this.#deps.closes);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Sets the settings of the machine, in place of those before. */
  async configure(settings: Settings): Promise<void> {
    await this.#deps.configure(settings);
  }

  /** Processes of this editor (extension host, sidecar, …) whose command line contains `text`. */
  processes(text: string): Promise<number[]> {
    return this.#server?.processes(text) ?? Promise.resolve([]);
  }

  // Files and text

  /** Opens a file of the workspace and puts the cursor there; lines and columns count from 1. */
  async openFile(path: string, position?: { readonly line: number; readonly column?: number }): Promise<void> {
    const file = join(this.workspace, path);
    await this.#openQuickInput("Control+P", file);
    await this.#chooseRow(path, (row) => row.label === basename(file));
    await this.#until(
      `${path} is open`,
      async () => (await this.page.locator(`.tab.active[data-resource-name="${basename(file)}"]`).count()) > 0,
    );
    await this.page
      .locator(ACTIVE_EDITOR)
      .first()
      .click({ position: { x: 300, y: 8 } });
    await this.#waitUntilIdle();
    await this.goTo(position?.line ?? 1, position?.column);
  }

  /** Opens an empty document that has no file, named "Untitled-1" and so on. */
  async openUntitled(name: string): Promise<void> {
    await this.command("File: New Untitled Text File");
    const tab = this.page.locator(".tab.active", { hasText: name });
    await this.#until(`${name} is open`, async () => (await tab.count()) > 0);
    await this.#waitUntilIdle();
  }

  /** Moves the cursor; lines and columns count from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.#openQuickInput("Control+G", `:${line}:${column}`);
    await this.press("Enter");
    await this.#until(`the cursor is at ${line}:${column}`, async () => {
      const at = await this.cursor();
      return at.line === line && at.column === column;
    });
  }

  /** Moves the cursor behind the last character of the file. */
  async goToEnd(): Promise<void> {
    await this.press("Control+End");
  }

  /** Where the cursor is, as the status bar tells it. */
  async cursor(): Promise<{ readonly line: number; readonly column: number }> {
    const text = await this.page.evaluate(readText, "#status\\.editor\\.selection");
    const [, line, column] = /Ln (\d+), Col (\d+)/.exec(text) ?? [];
    return { line: Number(line ?? 0), column: Number(column ?? 0) };
  }

  /** Types as a person does: the editor indents and closes brackets by itself. */
  async type(text: string): Promise<void> {
    await this.page.keyboard.type(text, { delay: TYPE_MS });
  }

  /** Inserts a text at once, as it is: no indentation, no closing brackets. */
  async insert(text: string): Promise<void> {
    await this.page.keyboard.insertText(text);
  }

  /** Presses a key or a chord, in Playwright's words: "Enter", "Control+ArrowRight". */
  async press(key: string): Promise<void> {
    await this.page.keyboard.press(key);
  }

  /** The lines of the file that the window shows, without ghost text. */
  async visibleText(): Promise<string> {
    return this.page.evaluate(readLines, ACTIVE_EDITOR);
  }

  async waitForText(expected: Expected, options?: WaitOptions): Promise<string> {
    return this.#waitFor("the text", () => this.visibleText(), expected, options);
  }

  /** Saves the file in front; resolves when it is on disk. */
  async save(): Promise<void> {
    await this.press("Control+S");
    await this.#until("the file is saved", async () => (await this.page.locator(".tab.active.dirty").count()) === 0);
  }

  /** A file of the workspace as it is on disk. */
  async fileOnDisk(path: string): Promise<string> {
    return readFile(join(this.workspace, path), "utf8");
  }

  // Suggestions

  /** The suggestion shown at the cursor, all its lines; empty where there is none. */
  async ghostText(): Promise<string> {
    return this.page.evaluate(readGhostText, ACTIVE_EDITOR);
  }

  /** Waits for a suggestion (any, or one that is as expected) that has stopped changing, and returns it. */
  async waitForGhostText(expected: Expected = /\S/, options?: WaitOptions): Promise<string> {
    let last = "";
    let sinceMs = 0;
    const settled = (text: string) => {
      if (text !== last) [last, sinceMs] = [text, Date.now()];
      return matches(text, expected) && Date.now() - sinceMs >= SETTLE_MS;
    };
    await this.#until(`ghost text ${describe(expected)}`, async () => settled(await this.ghostText()), options);
    return last;
  }

  /** Waits until no suggestion is shown. */
  async waitForNoGhostText(options?: WaitOptions): Promise<void> {
    await this.#until("no ghost text", async () => (await this.ghostText()) === "", options);
  }

  /** Takes the suggestion that is shown (Tab) and returns it; resolves when the cursor stands behind it. */
  async accept(key = "Tab"): Promise<string> {
    const text = await this.ghostText();
    if (text === "") throw new Error("there is no suggestion to accept; wait for it first");
    const before = inspect(await this.cursor());
    await this.press(key);
    await this.#until("the suggestion is taken", async () => inspect(await this.cursor()) !== before);
    return text;
  }

  /** Turns the suggestion down (Escape). */
  async dismiss(): Promise<void> {
    await this.press("Escape");
    await this.waitForNoGhostText();
  }

  // Commands, status and messages

  /** Runs a command from the palette by its full title, e.g. "Tacit: Show Log". */
  async command(title: string): Promise<void> {
    await this.#openQuickInput("F1", `>${title}`);
    await this.#chooseRow(title, (row) => row.label === title);
  }

  /** Chooses an entry of a quick pick by its label (equal, or matching). */
  async pick(label: string | RegExp): Promise<void> {
    await this.#chooseRow(String(label), (row) =>
      typeof label === "string" ? row.label === label : label.test(row.label),
    );
  }

  /** Labels in the quick pick that is open; icons are left out. */
  async picks(): Promise<string[]> {
    return (await this.#rows())?.map((row) => row.label) ?? [];
  }

  /** Answers an input box. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator(`${QUICK_INPUT} input`);
    await input.fill(text);
    await input.press("Enter");
  }

  /** Text of Tacit's item in the status bar; empty while there is none. */
  async statusBar(): Promise<string> {
    return this.page.evaluate(readText, STATUS_ITEM);
  }

  async waitForStatus(expected: Expected, options?: WaitOptions): Promise<string> {
    return this.#waitFor("the status", () => this.statusBar(), expected, options);
  }

  /** What a screen reader says of Tacit's item: its text and its tooltip, without formatting. */
  async statusTooltip(): Promise<string> {
    const item = this.page.locator(STATUS_ITEM).first();
    return (await item.count()) > 0 ? ((await item.getAttribute("aria-label")) ?? "") : "";
  }

  /** Waits until the workspace was read and indexed: what is typed before is answered with nothing, or from less. */
  async waitUntilRead(): Promise<void> {
    const isRead = async (): Promise<boolean> => {
      const tooltip = await this.statusTooltip();
      return /Read: [1-9]/.test(tooltip) && !/: \d+ %$/m.test(tooltip);
    };
    await this.#until("the workspace is read", isRead, { timeoutMs: READ_MS_MAX });
  }

  /** Opens the menu behind Tacit's item. */
  async clickStatus(): Promise<void> {
    await this.page.locator(`${STATUS_ITEM} .statusbar-item-label`).first().click();
  }

  /** Messages that popped up and are still shown, the latest first. */
  async messages(): Promise<string[]> {
    return this.page.locator(TOAST).allInnerTexts();
  }

  /** Waits for a message that is as expected and returns it. */
  async waitForMessage(expected: Expected, options?: WaitOptions): Promise<string> {
    let found: string | undefined;
    await this.#until(
      `a message ${describe(expected)}`,
      async () => {
        found = (await this.messages()).find((text) => matches(text, expected));
        return found !== undefined;
      },
      options,
    );
    return found!;
  }

  /** Presses a button of a message. */
  async clickMessage(button: string): Promise<void> {
    await this.page.locator(".notification-toast .monaco-button", { hasText: button }).first().click();
  }

  /** Presses a button of the dialog that stands in front of everything. */
  async answerDialog(button: string): Promise<void> {
    const buttons = this.page.locator(".monaco-dialog-box .monaco-button");
    await buttons.getByText(button, { exact: true }).click();
    await this.#until("the dialog is gone", async () => (await buttons.count()) === 0);
  }

  /** Writes build/screenshots/NAME.png and returns its path. */
  async screenshot(name: string): Promise<string> {
    const path = join(ROOT, "build", "screenshots", `${name}.png`);
    await this.page.screenshot({ path });
    return path;
  }

  /** Waits for any other condition; `what` completes the sentence "waited for …". */
  async until(what: string, condition: () => boolean | Promise<boolean>, options?: WaitOptions): Promise<void> {
    await this.#until(what, condition, options);
  }

  async #openQuickInput(key: string, text: string): Promise<void> {
    await this.#until("the last list is closed", async () => (await this.#rows()) === undefined);
    let pressedMs = -Infinity;
    await this.#until(`${key} opens a list`, async () => {
      if ((await this.#rows()) !== undefined) return true;
      // A key is lost, or the list closed again, where something else takes the focus at that moment.
      if (Date.now() - pressedMs > KEY_LOST_MS) {
        await this.press(key);
        pressedMs = Date.now();
      }
      return false;
    });
    await this.page.locator(`${QUICK_INPUT} input`).fill(text);
  }

  /** Clicks the first row that fits as soon as there is one; resolves when the list is gone or has become another. */
  async #chooseRow(what: string, fits: (row: Row) => boolean): Promise<void> {
    await this.#until(`${what} is in the list`, async () => {
      const chosen = (await this.#rows())?.find(fits);
      if (!chosen) return false;
      const row = this.page.locator(`${QUICK_INPUT} .monaco-list-row[data-index="${chosen.index}"]`);
      // Results that come late sort the list anew under the mouse.
      return row.click({ timeout: CLICK_MS }).then(
        () => true,
        () => false,
      );
    });
    await this.#until(`${what} is chosen`, async () => !(await this.#rows())?.some(fits));
  }

  async #rows(): Promise<Row[] | undefined> {
    return this.page.evaluate(readRows, QUICK_INPUT);
  }

  /** A new kind of editor learns to show suggestions only when it has nothing else to do; before, it never asks. */
  async #waitUntilIdle(): Promise<void> {
    await this.page.evaluate(waitUntilIdle);
  }

  async #waitFor(
    what: string,
    read: () => Promise<string>,
    expected: Expected,
    options?: WaitOptions,
  ): Promise<string> {
    let text = "";
    await this.#until(
      `${what} ${describe(expected)}`,
      async () => {
        text = await read();
        return matches(text, expected);
      },
      options,
    );
    return text;
  }

  async #until(what: string, condition: () => boolean | Promise<boolean>, options: WaitOptions = {}): Promise<void> {
    const timeoutMs = options.timeoutMs ?? WAIT_MS_MAX;
    const deadlineMs = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > deadlineMs)
        throw new Error(`waited ${timeoutMs / 1000} s for ${what}\n${await this.#describe()}`);
      await delay(POLL_MS);
    }
  }

  /** What a person would see, for the message of a wait that ran out. */
  async #describe(): Promise<string> {
    const picture = await this.screenshot(`failure-${new Date().toISOString().replaceAll(/[:.]/g, "-")}`);
    const seen = {
      status: await this.statusTooltip(),
      ghostText: await this.ghostText(),
      cursor: await this.cursor(),
      messages: await this.messages(),
      picks: await this.picks(),
      text: await this.visibleText(),
      consoleErrors: this.consoleErrors.slice(-5),
      server: this.#server?.output().trimEnd().split("\n").slice(-10),
    };
    return `the screen showed ${inspect(seen, { depth: 3, breakLength: 120, maxStringLength: 4000 })}\npicture: ${picture}`;
  }
}

function matches(text: string, expected: Expected): boolean {
  if (typeof expected === "string") return text.includes(expected);
  return expected instanceof RegExp ? expected.test(text) : expected(text);
}

function describe(expected: Expected): string {
  return typeof expected === "function" ? `such that ${expected.toString()}` : `like ${inspect(expected)}`;
}

/** Closes in reverse order, each even if another fails; the first failure is thrown at the end. Once only. */
async function closeAll(closes: Array<() => Promise<void>>): Promise<void> {
  const errors: unknown[] = [];
  for (const close of closes.splice(0).reverse()) await close().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

let endsWithTest = false;

/** The runner ends a test that hangs with a signal; leaving in order is what ends the editor's processes. */
function endWithTest(): void {
  if (endsWithTest) return;
  endsWithTest = true;
  for (const signal of ["SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(1));
}
