/** The protocol's shapes of what was learned, by the names under which `style` knows them. */
import type * as told from "../../protocol/style.ts";

// TODO: remove this file once layout/, corrections/ and style.ts import protocol/style.ts, as all others do.
export type Decision = told.Decision;
export type Learned = told.Learned;
export type Place = told.Place;
export type Repair = told.Repair;
export type Scope = told.Scope;
