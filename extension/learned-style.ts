/** "Show Learned Style": everything that was learned, by language, to be looked at and decided about. */
import { window } from "vscode";
import type { StyleResult } from "../protocol/messages.ts";
import type { Learned, VetoedText } from "../protocol/style.ts";
import type { CommandDeps } from "./commands.ts";
import { decideAbout, figuresOf, tellDone } from "./decisions.ts";
import { heading, orTell, previewOf, showList } from "./dialogs.ts";
import type { ListItem } from "./dialogs.ts";

/** What holds whatever the language is: the person's own ways. */
const EVERY_LANGUAGE = "every language";
const STATE_ICONS = { serves: "check", watched: "eye", pinned: "pin", vetoed: "circle-slash" } as const;

export async function showStyle(deps: CommandDeps): Promise<void> {
  await orTell("What was learned could not be shown", deps.showLog, async () => {
    const style = await deps.sidecar.style();
    const languages = languagesOf(style);
    if (languages.length === 0) {
      await window.showInformationMessage(
        "Nothing was learned about style yet. “Tacit: Learn From This Workspace” reads what is there.",
      );
      return;
    }
    const language = languages.length === 1 ? languages[0] : await chooseLanguage(style, languages);
    if (language === undefined) return;
    await showList(`Learned Style: ${language || EVERY_LANGUAGE}`, itemsOf(deps, style, language));
  });
}

function languagesOf({ learned, vetoedTexts }: StyleResult): string[] {
  return [...new Set([...learned, ...vetoedTexts].map(({ languageId }) => languageId))].sort();
}

async function chooseLanguage(style: StyleResult, languages: readonly string[]): Promise<string | undefined> {
  const items = languages.map((language) => {
    const own = style.learned.filter(({ languageId }) => languageId === language);
    const serving = own.filter(({ state }) => state === "serves" || state === "pinned").length;
    return { label: language || EVERY_LANGUAGE, description: `${own.length} learned, ${serving} in force`, language };
  });
  return (await window.showQuickPick(items, { title: "Learned Style" }))?.language;
}

/** Grouped by what it is about, the surest first. */
function itemsOf(deps: CommandDeps, { learned, vetoedTexts }: StyleResult, language: string): ListItem[] {
  const own = learned.filter(({ languageId }) => languageId === language);
  const texts = vetoedTexts.filter(({ languageId }) => languageId === language);
  const attributes = [...new Set(own.map(({ attribute }) => attribute))].sort();
  return [
    ...attributes.flatMap((attribute) => [
      heading(attribute),
      ...own
        .filter((one) => one.attribute === attribute)
        .sort((a, b) => b.confidence - a.confidence || (a.id < b.id ? -1 : 1))
        .map((one) => learnedItem(deps, one)),
    ]),
    ...(texts.length === 0 ? [] : [heading("never suggested")]),
    ...texts.map((text) => textItem(deps, text)),
  ];
}

function learnedItem(deps: CommandDeps, learned: Learned): ListItem {
  const { title, state, scope } = learned;
  const where = scope.path === "" ? scope.level : `${scope.level} ${scope.path}`;
  return {
    label: `$(${STATE_ICONS[state]}) ${title}`,
    description: `${figuresOf(learned)}, ${where}${state === "serves" ? "" : `, ${state}`}`,
    run: () => decideAbout(deps, learned),
  };
}

function textItem(deps: CommandDeps, { id, text }: VetoedText): ListItem {
  const allow = async (): Promise<void> => {
    await deps.sidecar.decide({ id, decision: null });
    tellDone(`$(check) allowed: ${previewOf(text)}`);
  };
  return {
    label: `$(circle-slash) ${previewOf(text)}`,
    description: "vetoed text",
    run: () =>
      showList(previewOf(text), [{ label: "$(check) Allow Again", description: "it may be suggested", run: allow }]),
  };
}
