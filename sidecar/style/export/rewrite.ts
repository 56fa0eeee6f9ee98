/** A correction's title taken apart again: what was written, and what is written instead. */

export interface Rewrite {
  readonly left: string;
  readonly right: string;
  /** "$1", "$2" … stand for any code. */
  readonly hasHoles: boolean;
}

const ARROW = "` → `";

/** Both sides of "`left` → `right`"; undefined for a title of another form, or where the arrow could be code. */
export function parseRewrite(title: string): Rewrite | undefined {
  const text = title.trim();
  const arrow = text.indexOf(ARROW);
  const isRewrite = text.startsWith("`") && text.endsWith("`") && arrow > 0 && arrow === text.lastIndexOf(ARROW);
  if (!isRewrite) return undefined;
  const left = text.slice(1, arrow);
  const right = text.slice(arrow + ARROW.length, -1);
  return { left, right, hasHoles: /\$\d/.test(left + right) };
}
