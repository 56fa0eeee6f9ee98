import { openSyntaxParser } from "../code/parser.ts";
import { allLanguages } from "../code/languages.ts";
import { Style } from "../style/style.ts";
const parser = await openSyntaxParser();
for (const l of allLanguages()) if (l.grammar) await parser.load(l.grammar);
export async function createLearner() {
  const style = new Style(parser.parse);
  let at = 0;
  const place = (e: { path: string; languageId: string }) => ({ languageId: e.languageId, project: 1, path: e.path });
  return {
    async see(e: any) {
      style.seeFile(place(e), e.prefix);
    },
    async repair(e: any) {
      return style.repair(place(e), e.prefix, e.base).text;
    },
    async learn(e: any, shown: string) {
      style.learn({ place: place(e), prefix: e.prefix, generated: e.base, shown, final: e.truth, at: at++ });
    },
    async close() {},
  };
}
