import type { ActionPolicy, Issue, JsonObject, JsonValue } from '@action-do/contracts';
import type { Performer } from '../execution/performer.js';

/** One version of one action, as the executor calls it. */
export interface RegisteredAction {
  readonly name: string;
  readonly version: number;
  readonly policy: ActionPolicy;
  /**
   * Checks params against the contract and fills in defaults, in place.
   * @returns what is wrong, empty where nothing is
   */
  readonly checkParams: (params: JsonObject) => Issue[];
  /** What is wrong with a result, empty where nothing is. */
  readonly checkResult: (result: JsonValue) => Issue[];
  readonly hasUndo: boolean;
  readonly performer: Performer;
}
