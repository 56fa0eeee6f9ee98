/**
 * Ghost text: decides whether the sidecar is asked, and remembers what it answered. The request itself, with its
 * cancellation, is the language client's.
 */
import { InlineCompletionTriggerKind } from "vscode";
import type {
  CancellationToken,
  InlineCompletionContext,
  InlineCompletionItem,
  InlineCompletionList,
  Position,
  ProviderResult,
  TextDocument,
} from "vscode";
import { ACCEPTED_COMMAND } from "../protocol/messages.ts";
import type { SuggestionInfo } from "../protocol/messages.ts";
import type { Settings } from "../protocol/settings.ts";
import type { Log } from "./log.ts";
import type { OfferedItem } from "./observe/watched.ts";
import { isEnabled } from "./settings.ts";

type Answer = ProviderResult<InlineCompletionItem[] | InlineCompletionList>;
type Provide = (
  document: TextDocument,
  position: Position,
  context: InlineCompletionContext,
  token: CancellationToken,
) => Answer;
/** Stands between the editor and the language client. */
export type InlineMiddleware = (...args: [...Parameters<Provide>, next: Provide]) => Answer;

export interface InlineDeps {
  readonly settings: () => Settings;
  /** Whether only what is asked for by key is wanted. */
  readonly isSnoozed: () => boolean;
  /** Whether the sidecar knows the document. */
  readonly isSynced: (uri: string) => boolean;
  /** The answer came in time: the editor shows its first suggestion (or takes away the last one). */
  readonly onOffered: (
    document: TextDocument,
    position: Position,
    items: readonly OfferedItem[],
    hasWidget: boolean,
  ) => void;
  /** A request begins; returns how to say that it has ended. */
  readonly onAsk: () => () => void;
  readonly log: Log;
}

export function createInlineMiddleware(deps: InlineDeps): InlineMiddleware {
  return async (document, position, context, token, next) => {
    if (!isEnabled(deps.settings().enable, document.languageId) || !deps.isSynced(document.uri.toString())) return [];
    if (context.triggerKind === InlineCompletionTriggerKind.Automatic && deps.isSnoozed()) return [];
    const { version } = document;
    const done = deps.onAsk();
    try {
      const answer = (await next(document, position, context, token)) ?? [];
      // Too late: the editor has thrown the answer away, or would show it in another text.
      if (token.isCancellationRequested || document.version !== version) return [];
      const items = Array.isArray(answer) ? answer : answer.items;
      const offered = items.map((item) => readItem(document, position, item)).filter((item) => item !== undefined);
      deps.onOffered(document, position, offered, context.selectedCompletionInfo !== undefined);
      return items;
    } catch (error) {
      // No suggestion is a good answer; the next keystroke asks again.
      if (!token.isCancellationRequested) deps.log.debug(`no suggestion: ${String(error)}`);
      return [];
    } finally {
      done();
    }
  };
}

/** The sidecar's item at offsets of the document; undefined where it is not ours. */
function readItem(document: TextDocument, position: Position, item: InlineCompletionItem): OfferedItem | undefined {
  const info =
    item.command?.command === ACCEPTED_COMMAND ? parseSuggestionInfo(item.command.arguments?.[0]) : undefined;
  if (!info || typeof item.insertText !== "string") return undefined;
  return {
    info,
    insertText: item.insertText,
    range: {
      start: document.offsetAt(item.range?.start ?? position),
      end: document.offsetAt(item.range?.end ?? position),
    },
  };
}

/** Reads the argument of the accepted command; undefined where it is something else. */
export function parseSuggestionInfo(value: unknown): SuggestionInfo | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { id, engine, proposer } = value as Readonly<Record<string, unknown>>;
  const isInfo = typeof id === "string" && typeof engine === "string" && typeof proposer === "string";
  return isInfo ? { id, engine, proposer } : undefined;
}
