/** `npm run check`: types, lint rules and formatting, all three reported even if the first fails. */
import { check } from "./checks.ts";
import { main } from "./steps.mjs";

await main(check);
