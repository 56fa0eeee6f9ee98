/**
 * Loaded into every thread of a sidecar whose clock jumps (`NODE_OPTIONS=--import=…`): its wall clock is off by so many
 * milliseconds as `TACIT_FAULT_CLOCK` names in a file. Files keep their own times, and time that only grows goes on.
 */
import { readFileSync } from "node:fs";
import { setInterval } from "node:timers";

const file = process.env.TACIT_FAULT_CLOCK;

if (file) {
  const RealDate = Date;
  let shiftMs = 0;
  const look = () => {
    shiftMs = Number(readFileSync(file, "utf8")) || 0;
  };
  look();
  setInterval(look, 10).unref();
  globalThis.Date = class Date extends RealDate {
    constructor(...args) {
      super(...(args.length === 0 ? [Date.now()] : args));
    }
    static now() {
      return RealDate.now() + shiftMs;
    }
  };
}
