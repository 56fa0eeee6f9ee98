/** What a file is for, by its path. */

/** Tests and sources are often written differently, in whatever directory they lie. */
export function roleOf(path: string): "tests" | "sources" {
  return /(?:^|[/._-])(?:tests?|specs?|__tests__)(?:[/._-]|$)/i.test(path) ? "tests" : "sources";
}
