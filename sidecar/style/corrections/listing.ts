/** What was corrected, told to people. */
import type { Learned } from "../../../protocol/style.ts";
import type { Stand } from "./judgement.ts";
import type { Family } from "./repertoire.ts";

/** Pairs in which something must have been written to be worth telling. */
const SUPPORT_MIN = 2;
const EVIDENCE_MAX = 3;

/** Id of a right side: of one project, or (undefined) of all. Holds no source text. */
export function correctionId(languageId: string, family: Family, right: number, project: number | undefined): string {
  return `${languageId}/correction=${family.prints[right]!}${project === undefined ? "" : `@project:${project}`}`;
}

/** Everything of a language that was written at least twice: for each project, and for all together. */
export function listFamilies(languageId: string, families: Iterable<Family>): Learned[] {
  const found: Listed[] = [];
  for (const family of families) {
    family.rights.forEach((_, right) => {
      const written = family.cases.all.filter((one) => one.right === right);
      const projects = new Set(written.map(({ project }) => project));
      const isGeneral = projects.size > 1 || projects.has(undefined);
      for (const project of projects) if (project !== undefined) add(found, languageId, family, right, project);
      if (isGeneral) add(found, languageId, family, right, undefined);
    });
  }
  found.sort((a, b) => Number(b.stand.serves) - Number(a.stand.serves) || b.weight - a.weight);
  const told = new Set<string>();
  const isNews = ({ learned, tells }: Listed): boolean => {
    const isKnown = told.has(tells) || told.has(`${learned.title}\0${learned.scope.project}`);
    told.add(tells).add(`${learned.title}\0${learned.scope.project}`);
    return !isKnown;
  };
  return found.filter(isNews).map(({ learned }) => learned);
}

interface Listed {
  readonly learned: Learned;
  readonly stand: Stand;
  readonly weight: number;
  /** Equal where two say the same of the same pairs: one is only more general than the other. */
  readonly tells: string;
}

function add(found: Listed[], languageId: string, family: Family, right: number, project: number | undefined): void {
  const stand = family.cases.stand(right, project ?? "all");
  if (stand.support < SUPPORT_MIN) return;
  const cases = family.cases.all.filter(
    (one) => one.right === right && (project === undefined || one.project === project),
  );
  const places = family.evidence[right]!.filter((one) => project === undefined || one.project === project);
  found.push({
    learned: {
      id: correctionId(languageId, family, right, project),
      kind: "correction",
      languageId,
      scope: { level: project === undefined ? "language" : "project", project, path: "" },
      attribute: "correction",
      title: family.subject.describe(family.rights[right]!),
      held: stand.held,
      total: stand.total,
      confidence: stand.confidence,
      state: stand.serves ? "serves" : "watched",
      evidence: places.slice(0, EVIDENCE_MAX).map(({ place }) => place),
    },
    stand,
    weight: family.subject.weight,
    tells: `${project}\0${family.rights[right]!.key}\0${[...new Set(cases.map(({ source }) => source))].join()}`,
  });
}
