/**
 * Finds what was corrected: walks the trees of a generation and of what became of it side by side, and makes each
 * stretch of siblings that differ into a correction, as general as this one place allows. What both sides have in
 * common becomes a hole.
 */
import {
  anchorBefore,
  flat,
  type Gap,
  gapOf,
  indentationAt,
  type LeftSide,
  NO_GAP,
  type Pattern,
  patternKey,
  type RightItem,
} from "./pattern.ts";
import { isBlock, isContent, isLeaf, keySequence, type SolidCode, solidChildren, tokenEnd, tokenStart } from "./solid.ts";
import type { Mined, Pair, Right } from "./subject.ts";
import { templateSubject } from "./template.ts";

/** Tokens that a side may hold beside its holes; more is a rewrite of something in particular. */
const LITERALS_MAX = 14;
const HOLES_MAX = 8;
/** Tokens of a stretch that are looked into. */
const STRETCH_TOKENS_MAX = 400;

export function mineCorrections(pair: Pair): Mined[] {
  const { generated, final } = pair;
  if (generated.types.length === 0 || final.types.length === 0) return [];
  const miner = new Miner(pair);
  miner.block(0, 0);
  return miner.found;
}

/** Siblings that have no counterpart as they are, and what was made of them. */
interface Stretch {
  readonly mined: readonly Mined[];
  /** Tokens of both sides. */
  readonly leftFrom: number;
  readonly leftTo: number;
  readonly rightFrom: number;
  readonly rightTo: number;
}

/** Unchanged tokens between two changes in one expression that are taken for one. */
const COUPLED_TOKENS = 3;

class Miner {
  readonly found: Mined[] = [];
  readonly #pair: Pair;

  constructor(pair: Pair) {
    this.#pair = pair;
  }

  /** Two nodes that stand for each other; what they hold is found for good. */
  block(left: number, right: number): void {
    for (const { mined } of this.#compare(left, right)) this.found.push(...mined);
  }

  /** The changes in two nodes that stand for each other, blocks within them done. */
  #compare(left: number, right: number): Stretch[] {
    const { generated, final } = this.#pair;
    const lefts = solidChildren(generated, left);
    const rights = solidChildren(final, right);
    const partners = partnersOf(this.#pair, lefts, rights);
    const stretches: Stretch[] = [];
    let leftAt = 0;
    let rightAt = 0;
    const stretch = (leftTo: number, rightTo: number): void => {
      if (leftAt === leftTo && rightAt === rightTo) return;
      const found = this.#stretch(left, lefts, leftAt, leftTo, rights, rightAt, rightTo);
      if (found) stretches.push(found);
      leftAt = leftTo;
      rightAt = rightTo;
    };
    let hasPartner = false;
    partners.forEach((partner, at) => {
      if (partner < 0) return;
      const leftChild = lefts[at]!;
      const rightChild = rights[partner]!;
      const equal = this.#isEqual(leftChild, rightChild);
      if (!equal && !this.#canDescend(leftChild, rightChild)) {
        // Statements that each became another are each a change of their own.
        if (hasPartner) stretch(at, partner);
        hasPartner = true;
        return;
      }
      stretch(at, partner);
      hasPartner = false;
      leftAt = at + 1;
      rightAt = partner + 1;
      if (equal) return;
      if (isBlock(generated.types[leftChild]!)) this.block(leftChild, rightChild);
      else stretches.push(...this.#compare(leftChild, rightChild));
    });
    stretch(lefts.length, rights.length);
    return this.#coupled(left, right, stretches);
  }

  /** Changes side by side in one expression are one change. */
  #coupled(left: number, right: number, stretches: readonly Stretch[]): Stretch[] {
    const { generated, final } = this.#pair;
    const isOne = stretches.some((one, at) => at > 0 && this.#isCoupled(stretches[at - 1]!, one));
    if (!isOne || isBlock(generated.types[left]!)) return [...stretches];
    if (!generated.whole[left] || !final.whole[right]) return [];
    const whole = this.#emit([left], final.firsts[right]!, final.lasts[right]!, [right], false);
    return whole ? [whole] : [];
  }

  #isCoupled(a: Stretch, b: Stretch): boolean {
    const [first] = a.mined;
    const [second] = b.mined;
    if (first && second && first.subject.key === second.subject.key && first.right.key === second.right.key) return false;
    if (b.leftFrom - a.leftTo <= COUPLED_TOKENS) return true;
    const { generated, final } = this.#pair;
    const moved = (from: Stretch, to: Stretch): boolean => {
      const gone = new Set(generated.keys.slice(from.leftFrom, from.leftTo));
      return final.keys.slice(to.rightFrom, to.rightTo).some((key) => /\w/.test(key) && gone.has(key));
    };
    return moved(a, b) || moved(b, a);
  }

  #isEqual(left: number, right: number): boolean {
    const { generated, final, renamed } = this.#pair;
    const from = generated.firsts[left]!;
    const length = generated.lasts[left]! - from;
    const to = final.firsts[right]!;
    if (length !== final.lasts[right]! - to) return false;
    for (let at = 0; at < length; at++) {
      const key = generated.keys[from + at]!;
      if ((renamed.get(key) ?? key) !== final.keys[to + at]) return false;
    }
    return generated.types[left] === final.types[right] || length > 1 || isContent(generated, left);
  }

  #canDescend(left: number, right: number): boolean {
    const { generated, final } = this.#pair;
    if (generated.types[left] !== final.types[right]) return false;
    return !isLeaf(generated, left) && !isLeaf(final, right);
  }

  /** Siblings that have no counterpart as they are; either side may be empty. */
  #stretch(
    left: number,
    lefts: readonly number[],
    leftFrom: number,
    leftTo: number,
    rights: readonly number[],
    rightFrom: number,
    rightTo: number,
  ): Stretch | undefined {
    const { generated, final } = this.#pair;
    const run = lefts.slice(leftFrom, leftTo);
    const finals = rights.slice(rightFrom, rightTo);
    if (run.some((node) => !generated.whole[node]) || finals.some((node) => !final.whole[node])) return undefined;
    if (run.length > 0) {
      const from = finals.length > 0 ? final.firsts[finals[0]!]! : 0;
      const to = finals.length > 0 ? final.lasts[finals.at(-1)!]! : 0;
      return this.#emit(run, from, to, finals, false);
    }
    // An insertion is held in place by what stands beside it.
    const before = lefts[leftFrom - 1];
    const after = lefts[leftTo];
    const ends = [rights[rightFrom - 1], rights[rightTo]];
    const sides = [before, after].filter((node) => node !== undefined);
    const from = before === undefined ? final.firsts[finals[0]!]! : final.firsts[ends[0]!]!;
    const to = after === undefined ? final.lasts[finals.at(-1)!]! : final.lasts[ends[1]!]!;
    if (sides.length === 0 || sides.some((node) => !generated.whole[node])) return undefined;
    const around = [
      ...(before === undefined ? [] : [ends[0]!]),
      ...finals,
      ...(after === undefined ? [] : [ends[1]!]),
    ];
    if ((before === undefined || after === undefined) && !generated.whole[left]) return undefined;
    return this.#emit(sides, from, to, around, true);
  }

  #emit(
    run: readonly number[],
    from: number,
    to: number,
    finals: readonly number[],
    isInsertion: boolean,
  ): Stretch | undefined {
    const { generated } = this.#pair;
    const leftFrom = generated.firsts[run[0]!]!;
    const leftTo = generated.lasts[run.at(-1)!]!;
    if (leftTo - leftFrom > STRETCH_TOKENS_MAX || to - from > STRETCH_TOKENS_MAX) return undefined;
    const builder = new Builder(this.#pair, finals, from, to);
    const strict = builder.build(run, isInsertion, false);
    if (!strict) return undefined;
    for (const [left, right] of strict.blocks) this.block(left, right);
    const free = builder.build(run, isInsertion, true);
    return { mined: free ? [strict, free] : [strict], leftFrom, leftTo, rightFrom: from, rightTo: to };
  }
}

/** For each of `lefts` its counterpart in `rights`, or -1: where most of either's tokens went to the other. */
function partnersOf(pair: Pair, lefts: readonly number[], rights: readonly number[]): number[] {
  const { generated, final, alignment } = pair;
  const forward = lefts.map((node) => target(generated, node, alignment.finals, final, rights));
  const backward = rights.map((node) => target(final, node, alignment.generateds, generated, lefts));
  let last = -1;
  return forward.map((right, left) => {
    if (right <= last || backward[right] !== left) return -1;
    last = right;
    return right;
  });
}

/** Which of `others` the tokens of `node` went to; -1 where they went to several, or none. */
function target(
  code: SolidCode,
  node: number,
  partners: Int32Array,
  other: SolidCode,
  others: readonly number[],
): number {
  let found = -1;
  let isSure = false;
  for (let token = code.firsts[node]!; token < code.lasts[node]!; token++) {
    const partner = partners[token]!;
    if (partner < 0) continue;
    const at = others.findIndex((candidate) => other.firsts[candidate]! <= partner && partner < other.lasts[candidate]!);
    // Where a mark went says little.
    const matters = isContent(code, code.tokenNodes[token]!);
    if (at === found && at >= 0) isSure ||= matters;
    else if (found === -1 || (matters && !isSure)) {
      found = at;
      isSure = matters;
      if (at < 0 && matters) return -1;
    } else if (matters) return -1;
  }
  return found;
}

interface Built extends Mined {
  /** Nodes in holes that changed inside, with what they became. */
  readonly blocks: readonly (readonly [left: number, right: number])[];
}

/** Siblings that both sides have: how many, and the final ones. */
interface Common {
  readonly length: number;
  readonly first: number;
  readonly last: number;
}

/** Makes the two sides of one correction. */
class Builder {
  readonly #pair: Pair;
  readonly #finals: readonly number[];
  readonly #from: number;
  readonly #to: number;
  /** Final nodes within, by what they say. */
  readonly #bySequence = new Map<string, number[]>();
  #holes = new Map<string, number>();
  /** Where changed blocks went: first final token → hole and the token behind. */
  #spans = new Map<number, { readonly hole: number; readonly to: number }>();
  #blocks: [number, number][] = [];
  #literals = 0;
  #count = 0;

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

  build(run: readonly number[], isInsertion: boolean, free: boolean): Built | undefined {
    const { generated } = this.#pair;
    this.#holes = new Map();
    this.#spans = new Map();
    this.#blocks = [];
    this.#literals = 0;
    this.#count = 0;
    let isFree = false;
    let patterns = this.#patterns(run);
    if (free) {
      const kept = new Set(this.#holes.values());
      const opened = patterns.map((pattern) => this.#freed(pattern, kept));
      isFree = opened.some((pattern, at) => pattern !== patterns[at]);
      if (!isFree) return undefined;
      patterns = opened;
    }
    if (this.#literals > LITERALS_MAX || this.#count > HOLES_MAX) return undefined;
    const items = this.#items();
    if (items.filter(({ what }) => typeof what !== "number").length > LITERALS_MAX) return undefined;
    const isVague = this.#literals === 0 || (patterns.every(isMark) && patterns.length === 1);
    const parent = generated.parents[run[0]!]!;
    const isHeld = isVague || isInsertion;
    const around = isHeld ? generated.types[parent]! : undefined;
    const before = isHeld ? anchorBefore(generated, parent, run[0]!) : undefined;
    if (before === "?") return undefined;
    const isLast = isInsertion && generated.nodeEnds[run.at(-1)!] === generated.nodeEnds[parent];
    const left: LeftSide = {
      key: `${around ?? ""}\x06${before ?? ""}${isLast ? "\x06" : ""}\x06${patterns.map(patternKey).join("\x02")}`,
      run: patterns,
      parent: around,
      before,
      isLast,
      holes: this.#count,
      literals: this.#literals,
      title: this.#leftTitle(run, patterns),
    };
    const right: Right = {
      key: items.map(({ what }) => (typeof what === "number" ? `\x04${what}` : what.key)).join("\x02"),
      items,
      title: items
        .map(({ what, gap }) => `${gap.lineEnds > 0 ? " " : gap.text}${typeof what === "number" ? `$${what + 1}` : what.text}`)
        .join(""),
    };
    return flatKey(patterns) === right.key ? undefined : { subject: templateSubject(left), right, blocks: this.#blocks };
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
      if (isLeaf(generated, node)) {
        this.#literals++;
        patterns.push({ kind: "token", type: generated.types[node]!, key: generated.keys[generated.firsts[node]!]! });
      } else {
        const children = this.#patterns(solidChildren(generated, node));
        patterns.push({ kind: "node", type: generated.types[node]!, children });
      }
      at++;
    }
    return patterns;
  }

  /** How many siblings from `at` on stand together on the final side too. */
  #commonRun(nodes: readonly number[], at: number): Common | undefined {
    const { generated, final } = this.#pair;
    if (isMarkNode(generated, nodes[at]!)) return undefined;
    let longest: Common | undefined;
    for (const start of this.#counterparts(nodes[at]!)) {
      let length = 1;
      let solid = { length: 1, first: start, last: start };
      let right = start;
      const parentEnd = final.nodeEnds[final.parents[start]!]!;
      while (at + length < nodes.length) {
        const next = final.nodeEnds[right]!;
        const left = nodes[at + length]!;
        if (next >= parentEnd || next >= this.#nodeLimit() || isBracket(generated, left)) break;
        if (!this.#counterparts(left).includes(next)) break;
        right = next;
        length++;
        if (!isMarkNode(generated, left)) solid = { length, first: start, last: right };
      }
      if (solid.length > (longest?.length ?? 0)) longest = solid;
    }
    return longest;
  }

  #nodeLimit(): number {
    const last = this.#finals.at(-1);
    return last === undefined ? 0 : this.#pair.final.nodeEnds[last]!;
  }

  /** Final nodes that say the same, or the block that this one became. */
  #counterparts(node: number): readonly number[] {
    const { generated, final, alignment, renamed } = this.#pair;
    const from = generated.firsts[node]!;
    const to = generated.lasts[node]!;
    const sequence =
      renamed.size === 0
        ? keySequence(generated, from, to)
        : generated.keys
            .slice(from, to)
            .map((key) => renamed.get(key) ?? key)
            .join("\0");
    const same = this.#bySequence.get(sequence);
    if (same) return same;
    if (isLeaf(generated, node)) return [];
    const parent = generated.parents[node]!;
    const isOwnMatter = isBlock(generated.types[node]!) || (parent >= 0 && isBlock(generated.types[parent]!));
    if (!isOwnMatter && !this.#isExplained(from, to)) return [];
    for (let token = from; token < to; token++) {
      const partner = alignment.finals[token]!;
      if (partner < this.#from || partner >= this.#to) continue;
      for (let right = final.tokenNodes[partner]!; right >= 0; right = final.parents[right]!) {
        if (final.firsts[right]! < this.#from || final.lasts[right]! > this.#to) break;
        if (final.types[right] === generated.types[node] && this.#isSamePlace(node, right)) return [right];
      }
    }
    return [];
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
  #isSamePlace(node: number, right: number): boolean {
    const { generated, final, alignment } = this.#pair;
    let kept = 0;
    for (let token = generated.firsts[node]!; token < generated.lasts[node]!; token++) {
      const partner = alignment.finals[token]!;
      if (partner < 0) continue;
      if (partner < final.firsts[right]! || partner >= final.lasts[right]!) return false;
      kept++;
    }
    for (let token = final.firsts[right]!; token < final.lasts[right]!; token++) {
      const partner = alignment.generateds[token]!;
      if (partner >= 0 && (partner < generated.firsts[node]! || partner >= generated.lasts[node]!)) return false;
    }
    return kept * 2 > generated.lasts[node]! - generated.firsts[node]!;
  }

  #holeOf(first: number, last: number, common: Common): number {
    const { generated, final, renamed } = this.#pair;
    const from = generated.firsts[first]!;
    const to = generated.lasts[last]!;
    const sequence = generated.keys
      .slice(from, to)
      .map((key) => renamed.get(key) ?? key)
      .join("\0");
    const known = this.#holes.get(sequence);
    if (known !== undefined) return known;
    const hole = this.#count++;
    this.#holes.set(sequence, hole);
    const start = final.firsts[common.first]!;
    const end = final.lasts[common.last]!;
    if (keySequence(final, start, end) === sequence) return hole;
    this.#spans.set(start, { hole, to: end });
    let left = first;
    for (let right = common.first; ; right = final.nodeEnds[right]!) {
      this.#blocks.push([left, right]);
      if (right === common.last) break;
      left = generated.nodeEnds[left]!;
    }
    return hole;
  }

  /** Names and literals that are gone may be any of their type. */
  #freed(pattern: Pattern, kept: ReadonlySet<number>): Pattern {
    if (pattern.kind === "token" && pattern.type !== pattern.key) {
      this.#literals--;
      return { kind: "any", hole: this.#count++, type: pattern.type };
    }
    if (pattern.kind !== "node") return pattern;
    const children = pattern.children.map((child) => this.#freed(child, kept));
    return children.some((child, at) => child !== pattern.children[at]) ? { ...pattern, children } : pattern;
  }

  /** The final tokens, with holes where they say what a hole stands for. */
  #items(): RightItem[] {
    const { final } = this.#pair;
    const byLength = [...this.#holes]
      .map(([sequence, hole]) => ({ keys: sequence.split("\0"), hole }))
      .sort((a, b) => b.keys.length - a.keys.length);
    const items: RightItem[] = [];
    let end = -1;
    for (let token = this.#from; token < this.#to;) {
      const gap = end < 0 ? NO_GAP : this.#gap(end, tokenStart(final, token));
      const span = this.#spans.get(token);
      const same = span ? undefined : byLength.find(({ keys }) => this.#saysAt(token, keys));
      if (span ?? same) {
        const to = span ? span.to : token + same!.keys.length;
        items.push({ what: span ? span.hole : same!.hole, gap });
        end = tokenEnd(final, to - 1);
        token = to;
        continue;
      }
      const key = final.keys[token]!;
      const text = final.region.tree.text.slice(tokenStart(final, token), tokenEnd(final, token));
      items.push({ what: { key, text }, gap });
      end = tokenEnd(final, token);
      token++;
    }
    return items;
  }

  #saysAt(token: number, keys: readonly string[]): boolean {
    const { final } = this.#pair;
    if (token + keys.length > this.#to) return false;
    if (keys.some((key, at) => final.keys[token + at] !== key)) return false;
    // Not the tail of something: `a.b + c` does not hold `b + c`.
    for (let node = final.tokenNodes[token]!; node >= 0 && final.firsts[node] === token; node = final.parents[node]!) {
      let last = node;
      while (final.lasts[last]! < token + keys.length) {
        last = final.nodeEnds[last]!;
        if (last >= final.types.length || final.parents[last] !== final.parents[node]) break;
      }
      if (final.lasts[last] === token + keys.length) return true;
    }
    return false;
  }

  #gap(from: number, to: number): Gap {
    const { tree } = this.#pair.final.region;
    return gapOf(tree.text, from, to, indentationAt(tree.text, tokenStart(this.#pair.final, this.#from)));
  }

  #leftTitle(run: readonly number[], patterns: readonly Pattern[]): string {
    const { generated } = this.#pair;
    const { text } = generated.region.tree;
    let title = "";
    let end = -1;
    const matcher = flat(patterns);
    let token = generated.firsts[run[0]!]!;
    for (const part of matcher) {
      const length = part.kind === "hole" || part.kind === "any" ? this.#lengthAt(part, token) : 1;
      if (end >= 0) title += /\S/.test(text.slice(end, tokenStart(generated, token))) ? " " : text.slice(end, tokenStart(generated, token)).replace(/\s+/, " ");
      title += part.kind === "hole" ? `$${part.hole + 1}` : part.kind === "any" ? "_" : part.kind === "token" ? text.slice(tokenStart(generated, token), tokenEnd(generated, token)) : "";
      token += length;
      end = tokenEnd(generated, token - 1);
    }
    return title;
  }

  #lengthAt(part: { readonly kind: string; readonly hole: number }, _token: number): number {
    if (part.kind === "any") return 1;
    for (const [sequence, hole] of this.#holes) if (hole === part.hole) return sequence.split("\0").length;
    return 1;
  }
}

function flatKey(patterns: readonly Pattern[]): string {
  return flat(patterns)
    .map((part) => (part.kind === "token" ? part.key : `\x04${part.hole}`))
    .join("\x02");
}

function isMark(pattern: Pattern): boolean {
  return pattern.kind === "token" && pattern.type === pattern.key;
}

function isMarkNode(code: SolidCode, node: number): boolean {
  return isLeaf(code, node) && !isContent(code, node);
}

function isBracket(code: SolidCode, node: number): boolean {
  return isLeaf(code, node) && /^[()[\]{}<>]$/.test(code.keys[code.firsts[node]!]!);
}
