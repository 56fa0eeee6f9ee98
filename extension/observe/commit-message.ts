/** What a commit is about, by the first line of its message; and which commit it takes back. Of the message nothing is kept. */
import type { CommitTopic } from "../../protocol/signals.ts";

/** Conventional Commits' types, and the words that people begin with. */
const TOPICS: readonly (readonly [CommitTopic, RegExp])[] = [
  ["fix", /^(?:fix(?:es|ed)?|bug(?:fix)?|hotfix|repair(?:s|ed)?|correct(?:s|ed)?)\b/iu],
  [
    "refactoring",
    /^(?:refactor(?:s|ed|ing)?|clean(?:\s?up)?|simplif(?:y|ies|ied)|renam(?:e|es|ed)|extract(?:s|ed)?|mov(?:e|es|ed)|style)\b/iu,
  ],
  ["test", /^tests?\b|^add(?:s|ed)?\s+(?:\w+\s+){0,2}tests?\b/iu],
  ["docs", /^docs?\b|^document(?:s|ed|ation)?\b|\breadme\b/iu],
  ["feature", /^(?:feat(?:ure)?|add(?:s|ed)?|implement(?:s|ed)?|introduc(?:e|es|ed)|support(?:s|ed)?)\b/iu],
];
const SUBJECT_CHARS_MAX = 200;

export function topicOf(message: string): CommitTopic {
  const subject = message.trimStart().split("\n", 1)[0]!.slice(0, SUBJECT_CHARS_MAX);
  return TOPICS.find(([, pattern]) => pattern.test(subject))?.[0] ?? "unknown";
}

/** Hash of the commit that this one takes back, as `git revert` writes it. */
export function revertedCommit(message: string): string | undefined {
  return /^This reverts commit ([0-9a-f]{7,64})\b/mu.exec(message)?.[1];
}
