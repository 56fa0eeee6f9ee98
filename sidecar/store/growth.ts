/** How large the store is and how fast it grows, for `tacit doctor`. */
import type { Database } from "./database.ts";
import { allLetGo, type LetGo } from "./let-go.ts";
import { TABLES } from "./tables.ts";

export interface Growth {
  readonly bytes: number;
  /** Rows by table, as people name them; those without rows are left out. */
  readonly rows: Readonly<Record<string, number>>;
  /** Suggestions that were shown in each of the last months, as "2026-12", the oldest first. */
  readonly months: readonly { readonly month: string; readonly suggestions: number }[];
  /** Bytes that a month adds, from all that is stored; undefined before the first month is over. */
  readonly bytesPerMonth: number | undefined;
  readonly letGo: readonly LetGo[];
}

const MONTH_MS = 30 * 24 * 60 * 60 * 1000;
const MONTHS_MAX = 3;

/** As of `now`, in milliseconds since the epoch. */
export function readGrowth(database: Database, now: number): Growth {
  const number = (sql: string): number => Number(Object.values(database.get(sql) ?? {})[0] ?? 0);
  const bytes = number("PRAGMA page_count") * number("PRAGMA page_size");
  const rows = TABLES.flatMap(({ name, title, isOwn }) => {
    if (isOwn) return [];
    const count = number(`SELECT count(*) FROM ${name}`);
    return count > 0 ? [[title, count] as const] : [];
  });
  const months = database
    .all(
      `SELECT strftime('%Y-%m', shown_at / 1000, 'unixepoch') AS month, count(*) AS suggestions
       FROM generations GROUP BY month ORDER BY month DESC LIMIT ${MONTHS_MAX}`,
    )
    .map((row) => ({ month: String(row["month"]), suggestions: Number(row["suggestions"]) }))
    .reverse();
  const ageMs = now - number("SELECT coalesce(min(shown_at), 0) FROM generations");
  const isOldEnough = months.length > 0 && ageMs >= MONTH_MS;
  return {
    bytes,
    rows: Object.fromEntries(rows),
    months,
    bytesPerMonth: isOldEnough ? Math.round((bytes * MONTH_MS) / ageMs) : undefined,
    letGo: allLetGo(database),
  };
}
