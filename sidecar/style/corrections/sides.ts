/**
 * Makes the two sides of a correction of one place where it was made. What both sides say becomes a hole, the larger
 * the better; so does a block that changed inside, for what happens there is another matter.
 */
import { type Gap, gapBetween, indentationAt, NO_GAP, showGap } from "./gap.ts";
import {
  anchorBefore,
  flat,
  isSaidAgain,
  type LeftSide,
  type Pattern,
  patternKey,
  type RightItem,
  rightKey,
  type RightPart,
  type RightText,
  wordIn,
} from "./pattern.ts";
import {
  areSiblings,
  isBlock,
  isContent,
  isLeaf,
  keySequence,
  type SolidCode,
  solidChildren,
  tokenEnd,
  tokenStart,
} from "./solid.ts";
import type { Mined, Pair, Right } from "./subject.ts";
import { templateSubject } from "./template.ts";
import { variablesOf } from "./variables.ts";

/** Tokens that a side may hold beside its holes, and different names and literals: more is one text in particular. */
const LITERALS_MAX = 28;
const NAMES_MAX = 5;
/** Different words of a right side, keywords among them. */
const WORDS_MAX = 9;
const HOLES_MAX = 8;

export interface Sides {
  /** As it stands; and, where names or literals are gone, with any in their place. */
  readonly mined: readonly Mined[];
  /** Nodes in holes that changed inside, with what they became. */
  readonly blocks: readonly (readonly [left: number, right: number])[];
}

/** Siblings that both sides have: how many, and the final ones. */
interface Common {
  readonly length: number;
  readonly first: number;
  readonly last: number;
}

/** What a hole stands for in the place that was corrected. */
interface Hole {
  readonly hole: number;
  readonly as: "itself" | "word" | "string";
  /** Final tokens that say it. */
  readonly keys: readonly string[];
}

export class SidesBuilder {
  readonly #pair: Pair;
  readonly #finals: readonly number[];
  readonly #from: number;
  readonly #to: number;
  /** Final nodes within, by what they say. */
  readonly #bySequence = new Map<string, number[]>();
  readonly #holes = new Map<string, Hole>();
  /** Where what changed inside went: first final token → hole and the token behind. */
  readonly #changed = new Map<number, { readonly hole: number; readonly to: number }>();
  readonly #blocks: [number, number][] = [];
  #literals = 0;
  readonly #names = new Set<string>();
  /** Holes that both sides have. */
  #count = 0;
  /** Variables that only the left side has. */
  #ownCount = 0;

  /** `finals`: final siblings that hold the tokens `from` to `to`. */
  constructor(pair: Pair, finals: readonly number[], from: number, to: number) {
    this.#pair = pair;
    this.#finals = finals;
    this.#from = from;
    this.#to = to;
    const { final } = pair;
    for (const top of finals) {
      for (let node = top; node < final.nodeEnds[top]!; node++) {
        const sequence = keySequence(final, final.firsts[node]!, final.lasts[node]!);
        const same = this.#bySequence.get(sequence);
        if (same) same.push(node);
        else this.#bySequence.set(sequence, [node]);
      }
    }
  }

  /** `run`: generated siblings; of an insertion those beside it. To be called once. */
  build(run: readonly number[], isInsertion: boolean): Sides | undefined {
    const patterns = this.#patterns(run);
    if (this.#literals > LITERALS_MAX || this.#names.size > NAMES_MAX || this.#count > HOLES_MAX) return undefined;
    const items = this.#items();
    if (isParticular(items)) return undefined;
    // Behind what goes on there may be more of either side.
    if (this.#isOpen(run) && !this.#endsAlike(patterns, items)) return undefined;
    const right: Right = { key: rightKey(items), text: this.#text(run, items) };
    if (rightKey(flat(patterns).map(itemOf)) === right.key) return undefined;
    const mined: Mined[] = [];
    const own = this.#owned(run, patterns);
    for (const freed of [own, this.#freed(own)]) {
      const left = freed && this.#left(run, freed, isInsertion, items.length === 0);
      if (left && !(left.isLossy && isRest(items, left))) mined.push({ subject: templateSubject(left), right });
    }
    return mined.length === 0 ? undefined : { mined, blocks: this.#blocks };
  }

  #left(
    run: readonly number[],
    patterns: readonly Pattern[],
    isInsertion: boolean,
    isDeletion: boolean,
  ): LeftSide | undefined {
    const { generated } = this.#pair;
    const parts = flat(patterns);
    const literals = parts.filter((part) => part.kind === "token").length;
    const parent = generated.parents[run[0]!]!;
    // A mark or a hole alone, or nothing instead, says too little: it is held by what it stands in.
    const isHeld = isInsertion || isDeletion || literals === 0 || (patterns.length === 1 && isMark(patterns[0]!));
    const before = isHeld ? anchorBefore(generated, parent, run[0]!) : undefined;
    if (isHeld && before === undefined) return undefined;
    const around = isHeld ? generated.types[parent]! : undefined;
    const isLast = isInsertion && generated.nodeEnds[run.at(-1)!] === generated.nodeEnds[parent];
    const strict = this.#count;
    return {
      key: [around ?? "", before ?? "", isLast ? "last" : "", ...patterns.map(patternKey)].join("\0"),
      run: patterns,
      parent: around,
      before,
      isInsertion,
      isLast,
      holes: Math.max(strict, ...parts.map((part) => (part.kind === "token" ? 0 : part.hole + 1))),
      literals,
      isLossy: parts.some((part) => part.kind === "leaf" && part.hole >= strict && !part.again && !part.own),
      title: this.#leftTitle(run, parts, strict),
    };
  }

  #isOpen(run: readonly number[]): boolean {
    return !this.#pair.generated.whole[run.at(-1)!];
  }

  /** Whether both sides end in the same hole. */
  #endsAlike(patterns: readonly Pattern[], items: readonly RightItem[]): boolean {
    const left = flat(patterns).at(-1);
    const right = items.at(-1)?.part;
    return left?.kind === "hole" && right?.kind === "hole" && left.hole === right.hole;
  }

  #patterns(nodes: readonly number[]): Pattern[] {
    const { generated } = this.#pair;
    const patterns: Pattern[] = [];
    for (let at = 0; at < nodes.length;) {
      const node = nodes[at]!;
      const common = this.#commonRun(nodes, at);
      if (common) {
        patterns.push({ kind: "hole", hole: this.#holeOf(node, nodes[at + common.length - 1]!, common) });
        at += common.length;
        continue;
      }
      if (isLeaf(generated, node)) patterns.push(this.#leaf(node));
      else {
        const children = this.#patterns(solidChildren(generated, node));
        patterns.push({ kind: "node", type: generated.types[node]!, children });
      }
      at++;
    }
    return patterns;
  }

  #leaf(node: number): Pattern {
    const { generated } = this.#pair;
    const type = generated.types[node]!;
    const key = generated.keys[generated.firsts[node]!]!;
    const word = wordIn(key);
    // `a["b"]` → `a.b`: what a string holds is the same as what a name says.
    const other = isContent(generated, node) ? (word ?? `"${key}"`) : undefined;
    const found = other === undefined ? undefined : this.#bySequence.get(other);
    if (found?.some((final) => isContent(this.#pair.final, final))) {
      const known = this.#holes.get(`leaf\0${key}`);
      const hole = known?.hole ?? this.#count++;
      this.#holes.set(`leaf\0${key}`, { hole, as: word === undefined ? "string" : "word", keys: [other!] });
      return { kind: "leaf", hole, type, again: false, own: false };
    }
    this.#literals++;
    if (isContent(generated, node)) this.#names.add(key);
    return { kind: "token", type, key };
  }

  /** How many siblings from `at` on stand together on the final side too. */
  #commonRun(nodes: readonly number[], at: number): Common | undefined {
    const { generated, final } = this.#pair;
    if (isMarkNode(generated, nodes[at]!) || isModifier(generated, nodes[at]!)) return undefined;
    let longest: Common | undefined;
    for (const first of this.#counterparts(nodes[at]!)) {
      let common: Common = { length: 1, first, last: first };
      const parentEnd = final.nodeEnds[final.parents[first]!]!;
      for (let length = 2, last = first; at + length <= nodes.length; length++) {
        const next = final.nodeEnds[last]!;
        const node = nodes[at + length - 1]!;
        if (next >= parentEnd || next >= this.#nodeLimit() || isBracket(generated, node)) break;
        if (!this.#counterparts(node).includes(next)) break;
        last = next;
        if (!isMarkNode(generated, node)) common = { length, first, last };
      }
      if (common.length > (longest?.length ?? 0)) longest = common;
    }
    return longest;
  }

  #nodeLimit(): number {
    const last = this.#finals.at(-1);
    return last === undefined ? 0 : this.#pair.final.nodeEnds[last]!;
  }

  /** Final nodes that say the same; or the one that this became, where the change is another matter. */
  #counterparts(node: number): readonly number[] {
    const { generated, final, alignment } = this.#pair;
    const from = generated.firsts[node]!;
    const to = generated.lasts[node]!;
    const same = this.#bySequence.get(this.#sequence(from, to));
    const alike = same?.filter((final) => this.#isAlike(node, final)) ?? [];
    if (alike.length > 0 || isLeaf(generated, node)) return alike;
    const parent = generated.parents[node]!;
    const isOwnMatter = isBlock(generated.types[node]!) || (parent >= 0 && isBlock(generated.types[parent]!));
    if (!isOwnMatter && !this.#isExplained(from, to)) return [];
    for (let token = from; token < to; token++) {
      const partner = alignment.finals[token]!;
      if (partner < this.#from || partner >= this.#to) continue;
      for (let right = final.tokenNodes[partner]!; right >= 0; right = final.parents[right]!) {
        if (final.firsts[right]! < this.#from || final.lasts[right]! > this.#to) break;
        if (final.types[right] !== generated.types[node] || !this.#isSamePlace(node, right)) continue;
        // What left it for the code around is part of this change.
        return this.#leaves(from, to, final.firsts[right]!, final.lasts[right]!) ? [] : [right];
      }
    }
    return [];
  }

  /** Whether nodes that say the same are the same: `(x)` may be parameters here and arguments there. */
  #isAlike(left: number, right: number): boolean {
    const { generated, final } = this.#pair;
    if (generated.whole[left] !== final.whole[right]) return false;
    const isList = !isLeaf(generated, left) && generated.keys[generated.firsts[left]!] === "(";
    return !isList || generated.types[left] === final.types[right];
  }

  /** Whether a name or literal is gone from between these tokens, and new around what they became. */
  #leaves(from: number, to: number, finalFrom: number, finalTo: number): boolean {
    const { generated, final, alignment } = this.#pair;
    for (let token = from; token < to; token++) {
      if (alignment.finals[token]! >= 0 || !isContent(generated, generated.tokenNodes[token]!)) continue;
      const found = final.keys.indexOf(generated.keys[token]!, this.#from);
      for (let at = found; at >= 0 && at < this.#to; at = final.keys.indexOf(generated.keys[token]!, at + 1)) {
        if ((at < finalFrom || at >= finalTo) && alignment.generateds[at]! < 0) return true;
      }
    }
    return false;
  }

  /** What generated tokens say, with the names that they were given. */
  #sequence(from: number, to: number): string {
    const { generated, renamed } = this.#pair;
    if (renamed.size === 0) return keySequence(generated, from, to);
    const keys = generated.keys.slice(from, to);
    return keys.map((key) => renamed.get(key) ?? key).join("\0");
  }

  /** Whether nothing changed between these tokens but what other corrections changed. */
  #isExplained(from: number, to: number): boolean {
    const { generated, final, alignment, explained } = this.#pair;
    const within = explained.filter((range) => range.from >= from && range.to <= to);
    if (within.length === 0) return false;
    for (let token = from; token < to; token++) {
      const partner = alignment.finals[token]!;
      if (partner >= 0 && generated.keys[token] === final.keys[partner]) continue;
      if (!within.some((range) => range.from <= token && token < range.to)) return false;
    }
    return true;
  }

  /** Whether the tokens of each side that went anywhere went to the other. */
  #isSamePlace(left: number, right: number): boolean {
    const { generated, final, alignment } = this.#pair;
    const [leftFrom, leftTo] = [generated.firsts[left]!, generated.lasts[left]!];
    const [rightFrom, rightTo] = [final.firsts[right]!, final.lasts[right]!];
    const went = alignment.finals.subarray(leftFrom, leftTo).filter((token) => token >= 0);
    const came = alignment.generateds.subarray(rightFrom, rightTo);
    return (
      went.every((token) => token >= rightFrom && token < rightTo) &&
      came.every((token) => token < 0 || (token >= leftFrom && token < leftTo)) &&
      went.length * 2 > leftTo - leftFrom
    );
  }

  #holeOf(first: number, last: number, common: Common): number {
    const { generated, final } = this.#pair;
    const sequence = this.#sequence(generated.firsts[first]!, generated.lasts[last]!);
    const known = this.#holes.get(sequence);
    if (known) return known.hole;
    const hole = this.#count++;
    this.#holes.set(sequence, { hole, as: "itself", keys: sequence.split("\0") });
    const from = final.firsts[common.first]!;
    const to = final.lasts[common.last]!;
    if (keySequence(final, from, to) === sequence) return hole;
    this.#changed.set(from, { hole, to });
    let left = first;
    for (let right = common.first; ; right = final.nodeEnds[right]!) {
      this.#blocks.push([left, right]);
      if (right === common.last) return hole;
      left = generated.nodeEnds[left]!;
    }
  }

  /** The patterns with any name for a variable that the run declares and that is gone: what it is called says nothing. */
  #owned(run: readonly number[], patterns: readonly Pattern[]): readonly Pattern[] {
    const { generated, final } = this.#pair;
    const from = generated.firsts[run[0]!]!;
    const to = generated.lasts[run.at(-1)!]!;
    const holes = new Map<string, number>();
    for (const { name, declared, tokens } of variablesOf(generated)) {
      const isOwn = declared !== "" && tokens.length > 1 && tokens.every((token) => from <= token && token < to);
      if (isOwn && !final.keys.includes(name)) holes.set(name, this.#count + holes.size);
    }
    if (holes.size === 0) return patterns;
    const own = (pattern: Pattern): Pattern => {
      if (pattern.kind === "node") return { ...pattern, children: pattern.children.map(own) };
      const hole = pattern.kind === "token" ? holes.get(pattern.key) : undefined;
      if (pattern.kind !== "token" || hole === undefined) return pattern;
      return { kind: "leaf", hole, type: pattern.type, again: false, own: true };
    };
    this.#ownCount = holes.size;
    return patterns.map(own);
  }

  /** The patterns with any name or literal where one is gone; undefined where none is. */
  #freed(patterns: readonly Pattern[]): Pattern[] | undefined {
    const first = this.#count + this.#ownCount;
    let hole = first;
    const free = (pattern: Pattern): Pattern => {
      if (pattern.kind === "node") return { ...pattern, children: pattern.children.map(free) };
      if (pattern.kind !== "token" || isMark(pattern)) return pattern;
      return { kind: "leaf", hole: hole++, type: pattern.type, again: this.#isNearby(pattern.key), own: false };
    };
    const freed = patterns.map(free);
    return hole > first && hole <= HOLES_MAX ? freed : undefined;
  }

  /** Whether what is gone here still stands beside it, so that nothing is lost. */
  #isNearby(key: string): boolean {
    const { generated, final, alignment } = this.#pair;
    return generated.keys.some((other, token) => {
      const partner = alignment.finals[token]!;
      return other === key && partner >= 0 && final.keys[partner] === key && isSaidAgain(generated, token);
    });
  }

  /** The final tokens, with holes where they say what a hole stands for. */
  #items(): RightItem[] {
    const { final } = this.#pair;
    const { text } = final.region.tree;
    const indentation = indentationAt(text, this.#from < this.#to ? tokenStart(final, this.#from) : 0);
    const holes = [...this.#holes.values()].sort((a, b) => b.keys.length - a.keys.length);
    const items: RightItem[] = [];
    let end = -1;
    for (let token = this.#from; token < this.#to;) {
      const changed = this.#changed.get(token);
      const same = changed ? undefined : holes.find(({ keys }) => this.#saysAt(token, keys));
      const to = changed ? changed.to : token + (same?.keys.length ?? 1);
      const part: RightPart = changed
        ? { kind: "hole", hole: changed.hole, as: "itself" }
        : same
          ? { kind: "hole", hole: same.hole, as: same.as }
          : {
              kind: "token",
              key: final.keys[token]!,
              text: text.slice(tokenStart(final, token), tokenEnd(final, token)),
            };
      const gap: Gap = end < 0 ? NO_GAP : gapBetween(text, end, tokenStart(final, token), indentation);
      items.push({ part, gap });
      end = tokenEnd(final, to - 1);
      token = to;
    }
    return items;
  }

  #text(run: readonly number[], items: readonly RightItem[]): RightText {
    return { items, lead: this.#lead(run[0]!), tail: this.#tail(), space: this.#space(run) };
  }

  /** What stands before the right side, where it was drawn up to the line before. */
  #lead(first: number): string | undefined {
    const { generated, final } = this.#pair;
    const token = generated.firsts[first]!;
    const isFirst = generated.firsts[generated.parents[first]!] === token;
    if (isFirst || token === 0 || this.#from === 0 || this.#from === this.#to) return undefined;
    const lead = betweenTokens(final, this.#from);
    return lead.includes("\n") || !/^\s*\n\s*$/.test(betweenTokens(generated, token)) ? undefined : lead;
  }

  /** Optional punctuation that the last final node ends in. */
  #tail(): string {
    const { tree } = this.#pair.final.region;
    const last = this.#finals.at(-1);
    if (last === undefined || this.#from === this.#to) return "";
    const tail = tree.text.slice(
      tokenEnd(this.#pair.final, this.#to - 1),
      tree.ends[this.#pair.final.treeNodes[last]!],
    );
    return /^[,;]*$/.test(tail) ? tail : "";
  }

  /** Which white space was left where all was left out. */
  #space(run: readonly number[]): "before" | "behind" {
    const { generated, final, alignment } = this.#pair;
    const from = generated.firsts[run[0]!]!;
    const to = generated.lasts[run.at(-1)!]!;
    const left = from > 0 ? alignment.finals[from - 1]! : -1;
    if (left < 0 || to >= generated.keys.length || left + 1 >= final.keys.length) return "before";
    const kept = betweenTokens(final, left + 1);
    const before = betweenTokens(generated, from);
    const behind = betweenTokens(generated, to);
    return kept !== before && kept === behind ? "behind" : "before";
  }

  /** Whether siblings that begin with this token say just that: `a.b + c` does not hold `b + c`. */
  #saysAt(token: number, keys: readonly string[]): boolean {
    const { final } = this.#pair;
    const to = token + keys.length;
    return to <= this.#to && keys.every((key, at) => final.keys[token + at] === key) && areSiblings(final, token, to);
  }

  #leftTitle(run: readonly number[], parts: ReturnType<typeof flat>, strict: number): string {
    const { generated } = this.#pair;
    const { text } = generated.region.tree;
    const lengths = new Map([...this.#holes.values()].map(({ hole, keys }) => [hole, keys.length]));
    let title = "";
    let token = generated.firsts[run[0]!]!;
    parts.forEach((part, at) => {
      const start = tokenStart(generated, token);
      if (at > 0) title += showGap(gapBetween(text, tokenEnd(generated, token - 1), start, ""));
      if (part.kind === "token") title += text.slice(start, tokenEnd(generated, token));
      else title += part.hole >= strict ? "_" : `$${part.hole + 1}`;
      token += part.kind === "hole" ? (lengths.get(part.hole) ?? 1) : 1;
    });
    return title;
  }
}

/** Text between a token and the one before. */
function betweenTokens(code: SolidCode, token: number): string {
  return code.region.tree.text.slice(tokenEnd(code, token - 1), tokenStart(code, token));
}

/** Whether a right side says too much of its own to be written anywhere else. */
function isParticular(items: readonly RightItem[]): boolean {
  const keys = items.flatMap(({ part }) => (part.kind === "token" ? [part.key] : []));
  return keys.length > LITERALS_MAX || new Set(keys.filter((key) => /\w{2}/.test(key))).size > WORDS_MAX;
}

/** Whether a right side is what remains of the left one where something is left out. */
function isRest(items: readonly RightItem[], left: LeftSide): boolean {
  let at = 0;
  for (const part of flat(left.run)) {
    const item = items[at]?.part;
    if (
      item?.kind === "token"
        ? part.kind === "token" && part.key === item.key
        : part.kind !== "token" && part.hole === item?.hole
    )
      at++;
  }
  return at === items.length;
}

function itemOf(part: ReturnType<typeof flat>[number]): RightItem {
  if (part.kind === "token") return { part: { kind: "token", key: part.key, text: part.key }, gap: NO_GAP };
  return { part: { kind: "hole", hole: part.hole, as: "itself" }, gap: NO_GAP };
}

function isMark(pattern: Pattern): boolean {
  return pattern.kind === "token" && pattern.type === pattern.key;
}

function isMarkNode(code: SolidCode, node: number): boolean {
  return isLeaf(code, node) && !isContent(code, node);
}

/** Whether a node is one keyword that says more of what it stands beside: it is the same word wherever it goes. */
function isModifier(code: SolidCode, node: number): boolean {
  return MODIFIER.test(code.types[node]!) && code.lasts[node] === code.firsts[node]! + 1;
}

const MODIFIER = /modifier|qualifier|specifier$/;

function isBracket(code: SolidCode, node: number): boolean {
  return isLeaf(code, node) && /^[()[\]{}<>]$/.test(code.keys[code.firsts[node]!]!);
}
